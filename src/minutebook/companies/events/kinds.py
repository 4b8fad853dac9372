"""What every kind of corporate event can say: what joins the registers, the forms and the documents.

A new event is a new file beside this one: its form with the pre-checks, the documents and deadlines it
brings, the fields its wording needs, and what it enters in the registers; and one entry in `KINDS`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms

from minutebook.companies import rules
from minutebook.companies.models import Company, CorporateEvent
from minutebook.design.law import LawNote as NoteBesideField

type Json = str | int | bool | list[Json] | dict[str, Json] | None
type JsonDict = dict[str, Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class LawNote:
    """What the Act says about one field; it stands beside that field."""

    field: str
    section: str  # such as "s 201D(1)"
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """Something that must be done by a day. A weekend does not move it: the earlier date is the safe one."""

    title: str
    due_on: date
    section: str
    form: str = ""  # of ASIC, such as "484"


def lodge_form_484(changed_on: date, *, section: str) -> Deadline:
    """Return the deadline to tell ASIC of a change: 28 days after it."""
    due_on = rules.days_after(changed_on, rules.NOTICE_DAYS)
    return Deadline(title="Lodge Form 484", due_on=due_on, section=section, form="484")


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentNeed:
    """A document that events call for. `subject` tells two of one code apart: the event's position."""

    code: str
    title: str
    subject: str = ""
    note: str = ""
    is_on: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """Something to do or to check that does not stop the event."""

    field: str
    message: str  # ends with its section
    section: str


class EventForm(forms.Form):
    """What a user types about one event, checked against the registers and the Act.

    Pre-checks put their errors beside fields; each ends with its section. What is only to be remembered is in
    `reminders` once the form was validated. `alongside` are the other forms of the same pack: an appointment
    there may allow a cessation here; `see_each_other` fills it in.
    """

    law: ClassVar[tuple[LawNote, ...]] = ()
    layout: ClassVar[tuple[tuple[str, ...], ...]] = ()  # fields side by side, as `{% field_rows %}` reads it

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,  # as Django's own forms take it
        *,
        company: Company,
        today: date,
        prefix: str | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix, initial=dict(initial or {}))
        self.company = company
        self.today = today
        self.alongside: Sequence[EventForm] = ()
        self.reminders: list[Reminder] = []
        self._readable: dict[str, Any] = {}
        for field in self.fields.values():
            field.required = field.required and not isinstance(field, forms.BooleanField)

    @property
    def law_notes(self) -> dict[str, NoteBesideField]:
        """Return the notes of law by field, as the page's form rows show them."""
        return {note.field: NoteBesideField(section=note.section, text=note.text) for note in self.law}

    def clean(self) -> dict[str, Any]:
        self.reminders.clear()
        self._readable = dict(self.cleaned_data)
        self.check()
        return self.cleaned_data

    def readable(self) -> dict[str, Any]:
        """Return the values that could be read, whatever the pre-checks said of them afterwards."""
        _ = self.errors  # cleans the form, unless that was done or is being done
        return self._readable

    def check(self) -> None:
        """Run the pre-checks on what could be read; a field with an error is not in `cleaned_data`."""

    def remind_if_late(self, field: str, changed_on: date, section: str) -> None:
        """Say that the time to tell ASIC is over, if it is."""
        due_on = lodge_form_484(changed_on, section=section).due_on
        if due_on < self.today:
            self.remind(
                field,
                f"Form 484 was due on {due_on:%d/%m/%Y}. ASIC charges a late fee; lodge it now.",
                section,
            )

    def refuse_before_registration(self, field: str, day: date) -> None:
        if day < self.company.registered_on:
            came = f"{self.company.registered_on:%d/%m/%Y}"
            self.refuse(field, f"The company came into being only on {came}. Check the date.", "s 119")

    def refuse(self, field: str, message: str, section: str) -> None:
        self.add_error(field, f"{message} {section}")

    def remind(self, field: str, message: str, section: str) -> None:
        self.reminders.append(Reminder(field=field, message=f"{message} {section}", section=section))


class EventKind(ABC):
    """One kind of corporate event."""

    code: ClassVar[str]  # stored with every event, so it never changes
    label: ClassVar[str]
    group: ClassVar[str]
    sections: ClassVar[tuple[str, ...]]
    form_class: ClassVar[type[EventForm]]
    may_repeat: ClassVar[bool] = False  # whether one pack may hold several of this kind
    # The field that holds the day the change takes effect; "" where signing cannot move it.
    date_field: ClassVar[str] = ""

    @property
    def law(self) -> tuple[LawNote, ...]:
        return self.form_class.law

    @abstractmethod
    def fields_of(self, form: EventForm) -> JsonDict:
        """Return what CorporateEvent.fields stores of a valid form."""

    def initial_of(self, event: CorporateEvent) -> dict[str, Any]:
        """Return what the form starts with when the event is opened again."""
        return dict(event.fields)

    @abstractmethod
    def headline(self, event: CorporateEvent) -> str:
        """Return such as "Appoint A. Ngata as director"."""

    @abstractmethod
    def summary(self, event: CorporateEvent) -> str:
        """Return a sentence to search by: whole names and dates."""

    @abstractmethod
    def effective_on(self, event: CorporateEvent) -> date | None:
        """Return the day the change takes effect, as far as it is known."""

    @abstractmethod
    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        """Return what the event needs. A need without a subject is shared by all events of a pack."""

    @abstractmethod
    def deadlines(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        """Return what must be done afterwards, and by when."""

    @abstractmethod
    def merge_fields(self, event: CorporateEvent) -> JsonDict:
        """Return everything the wording needs to know of the event.

        Dates are ISO texts under names that end in `_on` or `_by`, decimals are texts under names that end in
        `_amount` or `_per_share`; `documents.merge` turns them back. Four names are for every kind:
        `form_484` the sections of that form, `notice_sections` the sections of the Act that ask for it,
        `changes` what the registers will show (`officeholders_in`, `officeholders_out`, `addresses_in`,
        `parcels_in`, each a list like the registers of the snapshot), and whatever the wording needs.
        """

    @abstractmethod
    def enter(self, event: CorporateEvent) -> None:
        """Enter the change in the registers, pending: entered_by or ended_by is the event. Idempotent."""

    @abstractmethod
    def withdraw(self, event: CorporateEvent) -> None:
        """Take the event's entries out of the registers again. Idempotent."""


def see_each_other(event_forms: Iterable[EventForm]) -> None:
    """Let the forms of one pack know of each other, before they are validated."""
    known = list(event_forms)
    for form in known:
        form.alongside = [other for other in known if other is not form]
