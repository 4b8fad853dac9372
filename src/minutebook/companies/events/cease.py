"""A director or a secretary leaves office: by resignation, removal or death, ss 203A to 203C, 205B(5)."""

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Q

from minutebook.companies import rules
from minutebook.companies.events.appoint import AppointDirectorForm
from minutebook.companies.events.fields import EventDateField
from minutebook.companies.events.kinds import (
    Deadline,
    DocumentNeed,
    EventForm,
    EventKind,
    JsonDict,
    LawNote,
    lodge_form_484,
)
from minutebook.companies.events.particulars import particulars_of
from minutebook.companies.models import CorporateEvent, Officeholder
from minutebook.contacts.models import Contact

_ASIC_FIXES_DAYS = 56  # s 203AA(5): to ask ASIC to fix the day of a resignation that was notified late
_OFFICES = (Officeholder.Office.DIRECTOR, Officeholder.Office.SECRETARY)


class OfficeholderField(forms.ModelChoiceField[Officeholder]):
    """An entry of the register of officeholders that is in force."""

    def label_from_instance(self, obj: Officeholder) -> str:
        office = Officeholder.Office(obj.office).label.lower()
        pending = ", not signed yet" if obj.is_in_pencil else ""
        return f"{obj.contact.name}, {office} since {obj.since:%d/%m/%Y}{pending}"


class CeaseForm(EventForm):
    """Somebody leaves an office."""

    law = (
        LawNote(
            field="officeholder",
            section="s 201A(1)",
            text="A director must remain, and one who ordinarily resides in Australia.",
        ),
        LawNote(
            field="manner",
            section="s 203C",
            text="Members may remove a director by resolution. A director resigns by written notice, s 203A.",
        ),
        LawNote(
            field="ceased_on",
            section="s 203AA",
            text="A resignation that ASIC hears of after 28 days takes effect only when it is lodged.",
        ),
    )
    layout = (("officeholder", "officeholder", "ceased_on"), ("manner",))

    officeholder = OfficeholderField(
        queryset=None,
        label="Officeholder",
        error_messages={
            "required": "Choose who leaves office.",
            "invalid_choice": "This person does not hold that office any more. Choose another.",
        },
    )
    manner = forms.ChoiceField(
        label="How",
        choices=[
            (rules.Leaving.RESIGNATION.value, "Resignation"),
            (rules.Leaving.REMOVAL.value, "Removal"),
            (rules.Leaving.DEATH.value, "Death"),
        ],
        initial=rules.Leaving.RESIGNATION.value,
        widget=forms.RadioSelect,
    )
    ceased_on = EventDateField(
        label="Ceased on", error_messages={"required": "Say from which day the person is out of office."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as EventForm takes them
        super().__init__(*args, **kwargs)
        field = cast("OfficeholderField", self.fields["officeholder"])
        field.queryset = (
            self.company.officeholders.filter(office__in=_OFFICES)
            .filter(Q(until__isnull=True) | Q(pk=self.initial.get("officeholder")))
            .select_related("contact__address", "entered_by")
            .order_by("contact__name", "office", "pk")
        )

    def check(self) -> None:
        entry: Officeholder | None = self.cleaned_data.get("officeholder")
        ceased_on: date | None = self.cleaned_data.get("ceased_on")
        if entry is None or ceased_on is None:
            return
        self._check_day(entry, ceased_on)
        self.remind_if_late("ceased_on", ceased_on, "s 205B(5)")
        self._remind_of_other_offices(entry, ceased_on)
        if entry.office == Officeholder.Office.SECRETARY:
            self._remind_of_secretary(entry, ceased_on)
            return
        self._check_directors_left(entry, ceased_on)
        self._remind_of_late_resignation(ceased_on)

    @property
    def _is_death(self) -> bool:
        return self.cleaned_data.get("manner") == rules.Leaving.DEATH

    def _check_day(self, entry: Officeholder, ceased_on: date) -> None:
        if ceased_on < entry.since:
            self.refuse(
                "ceased_on",
                f"{entry.contact.short_name} was appointed only on {entry.since:%d/%m/%Y}. Check the date.",
                "s 205B(5)",
            )
        elif self._is_death and ceased_on > self.today:
            self.refuse("ceased_on", "This day is still to come. Check the date.", "s 205B(5)")

    def _check_directors_left(self, entry: Officeholder, ceased_on: date) -> None:
        """Refuse what would leave no director, or none who lives in Australia. A death can only be noted."""
        name, left = entry.contact.short_name, self._directors_left(entry, ceased_on)
        say = self.remind if self._is_death else self.refuse
        if not left:
            advice = (
                "The personal representative of a sole director and member may appoint one, s 201F."
                if self._is_death
                else "Appoint another first, or in the same pack."
            )
            say("officeholder", f"{name} is the last director. {advice}", "s 201A(1)")
        elif not any(_may_live_in_australia(contact) for contact in left):
            say(
                "officeholder",
                "No director who stays lives in Australia, by the addresses in your contacts (they stand in "
                "for ordinary residence). Appoint a resident first or in the same pack, or correct it.",
                "s 201A(1)",
            )

    def _directors_left(self, entry: Officeholder, ceased_on: date) -> list[Contact]:
        """Return who is a director from the day on, counting the other events of the pack."""
        going = {entry.pk} | {
            form.readable()["officeholder"].pk
            for form in self.alongside
            if isinstance(form, CeaseForm) and _is_by(form, "officeholder", "ceased_on", day=ceased_on)
        }
        staying = self.company.officeholders.directors().current(on=ceased_on).exclude(pk__in=going)
        coming = [
            form.readable()["person"]
            for form in self.alongside
            if isinstance(form, AppointDirectorForm) and _is_by(form, "person", "appointed_on", day=ceased_on)
        ]
        return [one.contact for one in staying.select_related("contact__address")] + coming

    def _remind_of_other_offices(self, entry: Officeholder, ceased_on: date) -> None:
        others = self.company.officeholders.current(on=ceased_on).filter(contact=entry.contact)
        for other in others.exclude(pk=entry.pk):
            self.remind(
                "officeholder",
                f"{entry.contact.short_name} stays {_office(other)}. Add another event if that office "
                "ends too.",
                "s 205B(5)",
            )

    def _remind_of_secretary(self, entry: Officeholder, ceased_on: date) -> None:
        others = self.company.officeholders.secretaries().current(on=ceased_on).exclude(pk=entry.pk)
        if not others.exists():
            self.remind(
                "officeholder",
                "The company will have no secretary. A proprietary company needs none.",
                "s 204A(1)",
            )

    def _remind_of_late_resignation(self, ceased_on: date) -> None:
        is_late = rules.days_after(ceased_on, rules.NOTICE_DAYS) < self.today
        if is_late and self.cleaned_data.get("manner") == rules.Leaving.RESIGNATION:
            ask_by = rules.days_after(ceased_on, _ASIC_FIXES_DAYS)
            self.remind(
                "ceased_on",
                "More than 28 days have passed, so the resignation takes effect on the day Form 484 is "
                f"lodged, unless ASIC (Form 502, by {ask_by:%d/%m/%Y}) or the Court fixes this day.",
                "s 203AA",
            )


class CeaseOfficeholder(EventKind):
    """The end of an office, and who is told of it."""

    date_field = "ceased_on"
    code = "cease_officeholder"
    label = "Cease an officeholder"
    group = "Officeholders"
    sections = ("s 203A", "s 203AA", "s 203C", "s 205B(5)")
    form_class = CeaseForm
    may_repeat = True

    def fields_of(self, form: EventForm) -> JsonDict:
        return {
            "officeholder": form.cleaned_data["officeholder"].pk,
            "manner": form.cleaned_data["manner"],
            "ceased_on": form.cleaned_data["ceased_on"].isoformat(),
        }

    def headline(self, event: CorporateEvent) -> str:
        entry = _entry(event)
        verb = {"resignation": "resigns", "removal": "is removed", "death": "has died"}[
            event.fields["manner"]
        ]
        return f"{entry.contact.short_name} {verb} as {_office(entry)}"

    def summary(self, event: CorporateEvent) -> str:
        entry = _entry(event)
        day = self.effective_on(event)
        return (
            f"{entry.contact.name} ceased as {_office(entry)} on {day:%d/%m/%Y} ({event.fields['manner']})."
        )

    def effective_on(self, event: CorporateEvent) -> date:
        return date.fromisoformat(event.fields["ceased_on"])

    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        return (
            *self._papers_of_leaving(event),
            DocumentNeed(code="directors_resolution", title=""),
            DocumentNeed(code="register_of_officeholders", title="Register of officeholders"),
            DocumentNeed(code="form_484_data_sheet", title="Form 484 data sheet", note="B1"),
        )

    def _papers_of_leaving(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        entry, subject = _entry(event), str(event.position)
        name = entry.contact.name
        if event.fields["manner"] == rules.Leaving.RESIGNATION:
            note = f"To be signed by {name}"
            return (
                DocumentNeed(
                    code="resignation_letter", subject=subject, title="Letter of resignation", note=note
                ),
            )
        if event.fields["manner"] == rules.Leaving.REMOVAL and entry.office == Officeholder.Office.DIRECTOR:
            title = "Members’ resolution (s203C)"
            return (DocumentNeed(code="members_removal_resolution", subject=subject, title=title, note=name),)
        return ()

    def deadlines(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        return (lodge_form_484(self.effective_on(event), section="s 205B(5)"),)

    def merge_fields(self, event: CorporateEvent) -> JsonDict:
        entry = _entry(event)
        gone: JsonDict = {
            "id": entry.contact_id,
            "code": entry.office,
            "until_on": event.fields["ceased_on"],
            "manner": event.fields["manner"],
        }
        return {
            "person": particulars_of(entry.contact),
            "office": _office(entry),
            "is_director": entry.office == Officeholder.Office.DIRECTOR,
            "appointed_on": entry.since.isoformat(),
            "ceased_on": event.fields["ceased_on"],
            "manner": event.fields["manner"],
            "form_484": ["B1"],
            "notice_sections": ["205B(5)"],
            "changes": {"officeholders_out": [gone]},
        }

    def enter(self, event: CorporateEvent) -> None:
        Officeholder.objects.filter(pk=event.fields["officeholder"], until__isnull=True).update(
            until=self.effective_on(event), ended_by=event
        )

    def withdraw(self, event: CorporateEvent) -> None:
        Officeholder.objects.filter(ended_by=event).update(until=None, ended_by=None)


def _entry(event: CorporateEvent) -> Officeholder:
    entries = event.company.officeholders.select_related("contact__address")
    return entries.get(pk=event.fields["officeholder"])


def _office(entry: Officeholder) -> str:
    return Officeholder.Office(entry.office).label.lower()


def _is_by(form: EventForm, who: str, when: str, *, day: date) -> bool:
    """Return whether another event of the pack is readable and happens on the day or before."""
    typed_on: date | None = form.readable().get(when)
    return form.readable().get(who) is not None and typed_on is not None and typed_on <= day


def _may_live_in_australia(contact: Contact) -> bool:
    """Return whether the address says so, or is not known."""
    return contact.address is None or contact.address.in_australia
