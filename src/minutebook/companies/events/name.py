"""The company takes another name: the members resolve it, ASIC alters its record, s 157."""

from datetime import date
from typing import ClassVar

from minutebook.companies import rules
from minutebook.companies.events.fields import EventDateField
from minutebook.companies.events.kinds import (
    Deadline,
    DocumentNeed,
    EventForm,
    EventKind,
    JsonDict,
    LawNote,
)
from minutebook.companies.models import CorporateEvent
from minutebook.contacts.fields import TextField

_LODGE_DAYS = 14  # s 157(2): to lodge the application after the special resolution
_ENDINGS = ("pty ltd", "pty. ltd.", "proprietary limited", "pty limited")


class ChangeNameForm(EventForm):
    """What the company is called, what it will be called, and when its members decide so."""

    law: ClassVar[tuple[LawNote, ...]] = (
        LawNote(
            field="new_name",
            section="s 157(3)",
            text="The name changes when ASIC alters its record. Correct it in Contacts then.",
        ),
        LawNote(field="resolved_on", section="s 157(2)", text="Form 205A is lodged within 14 days of it."),
    )
    layout = (("new_name", "new_name", "resolved_on"), ("present_name",))

    new_name = TextField(
        label="New name", max_length=200, error_messages={"required": "Say what the company will be called."}
    )
    resolved_on = EventDateField(
        label="Resolved on", error_messages={"required": "Say on which day the members resolve it."}
    )
    present_name = TextField(
        label="Name on ASIC’s record",
        required=False,
        max_length=200,
        help_text="Leave it empty if it is the company’s name here.",
    )

    def check(self) -> None:
        new_name: str = self.cleaned_data.get("new_name", "")
        resolved_on: date | None = self.cleaned_data.get("resolved_on")
        if new_name and new_name == (self.cleaned_data.get("present_name") or self.company.name):
            self.refuse("new_name", "This is the company’s name already. Give the new one.", "s 157(1)")
        if new_name and not new_name.casefold().endswith(_ENDINGS):
            self.remind("new_name", "A proprietary company’s name ends in “Pty Ltd”.", "s 148(2)")
        if resolved_on:
            self.refuse_before_registration("resolved_on", resolved_on)
            self._remind_if_over(resolved_on)

    def _remind_if_over(self, resolved_on: date) -> None:
        due_on = rules.days_after(resolved_on, _LODGE_DAYS)
        if due_on < self.today:
            message = f"Form 205A was due on {due_on:%d/%m/%Y}. Lodge it now."
            self.remind("resolved_on", message, "s 157(2)")


class ChangeCompanyName(EventKind):
    """Section 157. The registers keep the present name until ASIC has altered its record."""

    date_field = "resolved_on"
    code = "change_company_name"
    label = "Change company name"
    group = "Company"
    sections = ("s 157", "s 249A")
    form_class = ChangeNameForm

    def fields_of(self, form: EventForm) -> JsonDict:
        cleaned = form.cleaned_data
        return {
            "new_name": cleaned["new_name"],
            "resolved_on": cleaned["resolved_on"].isoformat(),
            "present_name": cleaned["present_name"],
        }

    def headline(self, event: CorporateEvent) -> str:
        return f"Change name to {event.fields['new_name']}"

    def summary(self, event: CorporateEvent) -> str:
        day = self.effective_on(event)
        return f"Name changed from {_present_name(event)} to {event.fields['new_name']}, resolved {day:%d/%m/%Y}."

    def effective_on(self, event: CorporateEvent) -> date:
        return date.fromisoformat(event.fields["resolved_on"])

    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        note = event.fields["new_name"]
        title = "Members’ special resolution (s157)"
        subject = str(event.position)
        return (DocumentNeed(code="members_name_resolution", subject=subject, title=title, note=note[:200]),)

    def deadlines(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        due_on = rules.days_after(self.effective_on(event), _LODGE_DAYS)
        return (Deadline(title="Lodge Form 205A", due_on=due_on, section="s 157(2)", form="205A"),)

    def merge_fields(self, event: CorporateEvent) -> JsonDict:
        return {
            "new_name": event.fields["new_name"],
            "present_name": _present_name(event),
            "resolved_on": event.fields["resolved_on"],
            "form_484": [],
            "notice_sections": ["157(2)"],
            "changes": {},
        }

    def enter(self, event: CorporateEvent) -> None:
        """Nothing: the name changes when ASIC alters its record, and is corrected in Contacts then."""

    def withdraw(self, event: CorporateEvent) -> None:
        """Nothing was entered."""


def _present_name(event: CorporateEvent) -> str:
    return str(event.fields["present_name"] or event.company.name)
