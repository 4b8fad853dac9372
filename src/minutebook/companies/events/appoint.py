"""A director or a secretary is appointed, Part 2D.3 and Part 2D.4."""

from datetime import date
from typing import Any, ClassVar

from django import forms

from minutebook.companies import rules
from minutebook.companies.events.fields import AddressField, ContactField, EventDateField, address_in
from minutebook.companies.events.kinds import (
    Deadline,
    DocumentNeed,
    EventForm,
    EventKind,
    JsonDict,
    LawNote,
    lodge_form_484,
)
from minutebook.companies.events.particulars import particulars_of, spaced_director_id
from minutebook.companies.events.standing import is_sole_director_and_member
from minutebook.companies.models import CorporateEvent, Officeholder
from minutebook.contacts.fields import DirectorIdField
from minutebook.contacts.models import Address, Contact

_CONFIRMATION_MONTHS = 2  # s 201H(2)


class AppointForm(EventForm):
    """Somebody is appointed to an office."""

    office: ClassVar[Officeholder.Office]
    consent_section: ClassVar[str]

    person = ContactField(label="Person", people_only=True)
    appointed_on = EventDateField(
        label="Appointed on", error_messages={"required": "Say from which day the appointment takes effect."}
    )
    consent_on = EventDateField(
        label="Consent signed on",
        required=False,
        help_text="Leave it empty if the consent is signed with these documents.",
    )
    residential_address = AddressField(
        label="Residential address",
        required=False,
        help_text="Leave it empty to use the one in your contacts.",
    )

    def check(self) -> None:
        person: Contact | None = self.cleaned_data.get("person")
        appointed_on: date | None = self.cleaned_data.get("appointed_on")
        if appointed_on:
            self._check_consent(person, appointed_on)
            self.refuse_before_registration("appointed_on", appointed_on)
            self.remind_if_late("appointed_on", appointed_on, "s 205B(1)")
        if person and appointed_on:
            self._check_age(person, appointed_on)
            self._check_vacancy(person, appointed_on)
        if person:
            self._check_particulars(person)

    def _check_consent(self, person: Contact | None, appointed_on: date) -> None:
        consent_on: date | None = self.cleaned_data.get("consent_on")
        if consent_on is None:
            return
        if consent_on > self.today:
            self.refuse(
                "consent_on",
                "This day is still to come. Enter the date on the signed consent.",
                self.consent_section,
            )
        elif consent_on > appointed_on:
            late = (consent_on - appointed_on).days
            self.refuse(
                "consent_on",
                f"Signed {late} {'day' if late == 1 else 'days'} after the appointment. Check the date, or "
                f"appoint {person.short_name if person else 'the person'} on or after {consent_on:%d/%m/%Y}.",
                self.consent_section,
            )

    def _check_age(self, person: Contact, appointed_on: date) -> None:
        section = "s 201B(1)" if self.office == Officeholder.Office.DIRECTOR else "s 204B(1)"
        if person.born_on is None:
            self.remind(
                "person",
                f"The date of birth of {person.short_name} is not known. Only an individual of at least 18 "
                "may be appointed; the documents leave a blank for it.",
                section,
            )
        elif rules.age_on(person.born_on, appointed_on) < rules.ADULT_YEARS:
            self.refuse(
                "person",
                f"{person.short_name} is {rules.age_on(person.born_on, appointed_on)} on "
                f"{appointed_on:%d/%m/%Y}, and must be at least 18. Check the date of birth, or appoint "
                "somebody else.",
                section,
            )

    def _check_vacancy(self, person: Contact, appointed_on: date) -> None:
        holding = self.company.officeholders.filter(contact=person, office=self.office).current(
            on=appointed_on
        )
        if entry := holding.first():
            self.refuse(
                "person",
                f"{person.short_name} is already a {self.office.label.lower()}, since "
                f"{entry.since:%d/%m/%Y}. Choose somebody else, or remove this event.",
                "s 205B(1)",
            )

    def _check_particulars(self, person: Contact) -> None:
        if not (self.cleaned_data.get("residential_address") or person.address):
            self.remind(
                "residential_address",
                f"The residential address of {person.short_name} is not known; the documents leave a blank.",
                "s 205B(3)",
            )
        if not person.birth_place:
            self.remind(
                "person",
                f"The place of birth of {person.short_name} is not known; the documents leave a blank.",
                "s 205B(3)",
            )


class CitedDirectorIdField(DirectorIdField):
    """A director ID whose refusal names its section."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except forms.ValidationError as problem:
            raise forms.ValidationError([f"{message} s 1272C" for message in problem.messages]) from problem


class AppointDirectorForm(AppointForm):
    office = Officeholder.Office.DIRECTOR
    consent_section = "s 201D(1)"
    law = (
        LawNote(field="person", section="s 201B(1)", text="Only an individual who is at least 18."),
        LawNote(
            field="director_id", section="s 1272C", text="Must hold a director ID before the appointment."
        ),
        LawNote(
            field="consent_on",
            section="s 201D(1)",
            text="A person must consent in writing before being appointed.",
        ),
        LawNote(
            field="appointed_by",
            section="s 201H(2)",
            text="Members confirm an appointment by the directors within 2 months.",
        ),
    )
    layout = (
        ("person", "person", "director_id"),
        ("appointed_on", "consent_on", ""),
        ("residential_address",),
        ("appointed_by",),
    )

    director_id = CitedDirectorIdField(
        label="Director ID",
        required=False,
        help_text="Leave it empty to use the one in your contacts.",
    )
    appointed_by = forms.ChoiceField(
        label="Appointed by",
        choices=[("directors", "The directors"), ("members", "The members")],
        initial="directors",
        widget=forms.RadioSelect,
    )

    field_order = (
        "person", "director_id", "appointed_on", "consent_on", "residential_address", "appointed_by",
    )  # fmt: skip

    def _check_particulars(self, person: Contact) -> None:
        super()._check_particulars(person)
        typed = self.cleaned_data.get("director_id")
        if typed and person.director_id and typed != person.director_id:
            self.refuse(
                "director_id",
                f"Your contacts hold another director ID for {person.short_name}: "
                f"{spaced_director_id(person.director_id)}. Correct one of them: a person has one "
                "for life.",
                "s 1272C",
            )
        if "director_id" in self.cleaned_data and not (typed or person.director_id):
            self.remind(
                "director_id",
                f"The director ID of {person.short_name} is not known. It must exist before the appointment; "
                "only the director can apply for it.",
                "s 1272C",
            )


class AppointSecretaryForm(AppointForm):
    office = Officeholder.Office.SECRETARY
    consent_section = "s 204C(1)"
    law = (
        LawNote(field="person", section="s 204B(1)", text="Only an individual who is at least 18."),
        LawNote(
            field="consent_on",
            section="s 204C(1)",
            text="A person must consent in writing before being appointed.",
        ),
        LawNote(field="appointed_on", section="s 204D", text="The directors appoint a secretary."),
    )
    layout = (("person",), ("appointed_on", "consent_on", ""), ("residential_address",))


class AppointOfficeholder(EventKind):
    """What the appointments of a director and of a secretary share."""

    date_field = "appointed_on"
    group = "Officeholders"
    may_repeat = True
    office: ClassVar[Officeholder.Office]
    consent_section: ClassVar[str]

    def fields_of(self, form: EventForm) -> JsonDict:
        cleaned = form.cleaned_data
        consent_on: date | None = cleaned.get("consent_on")
        address: Address | None = cleaned.get("residential_address")
        return {
            "person": cleaned["person"].pk,
            "appointed_on": cleaned["appointed_on"].isoformat(),
            "consent_on": consent_on.isoformat() if consent_on else None,
            "residential_address": address.one_line if address else "",
            "director_id": cleaned.get("director_id", ""),
            "appointed_by": cleaned.get("appointed_by", "directors"),
        }

    def headline(self, event: CorporateEvent) -> str:
        return f"Appoint {_person(event).short_name} as {self._office_word}"

    def summary(self, event: CorporateEvent) -> str:
        return (
            f"{_person(event).name} appointed as {self._office_word} on {self.effective_on(event):%d/%m/%Y}."
        )

    def effective_on(self, event: CorporateEvent) -> date:
        return date.fromisoformat(event.fields["appointed_on"])

    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        person, subject = _person(event), str(event.position)
        return (
            DocumentNeed(
                code="consent_to_act",
                subject=subject,
                title=f"Consent to act as {self._office_word}",
                note=f"To be signed by {person.name}" if not event.fields["consent_on"] else person.name,
            ),
            DocumentNeed(code="directors_resolution", title=""),
            DocumentNeed(code="register_of_officeholders", title="Register of officeholders"),
            DocumentNeed(code="form_484_data_sheet", title="Form 484 data sheet", note="B2"),
        )

    def deadlines(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        return (lodge_form_484(self.effective_on(event), section="s 205B(1)"),)

    def merge_fields(self, event: CorporateEvent) -> JsonDict:
        person = particulars_of(_person(event))
        if event.fields["residential_address"]:
            person["address"] = event.fields["residential_address"]
        if event.fields["director_id"]:
            person["director_id"] = spaced_director_id(event.fields["director_id"])
        return {
            "person": person,
            "office": self._office_word,
            "is_director": self.office == Officeholder.Office.DIRECTOR,
            "consent_section": self.consent_section,
            "appointed_on": event.fields["appointed_on"],
            "consent_on": event.fields["consent_on"],
            "by_members": event.fields["appointed_by"] == "members",
            "form_484": ["B2"],
            "notice_sections": ["205B(1)"],
            "changes": {"officeholders_in": [self._entry(event, person)]},
        }

    def _entry(self, event: CorporateEvent, person: JsonDict) -> JsonDict:
        return {
            "person": person,
            "office": self.office.label,
            "code": self.office.value,
            "since_on": event.fields["appointed_on"],
        }

    def enter(self, event: CorporateEvent) -> None:
        """Enter the appointment, and in Contacts what was not known there of the person.

        Withdrawing takes out the appointment only: what was learnt of the person stays true.
        """
        self._complete_contact(event)
        Officeholder.objects.get_or_create(
            entered_by=event,
            defaults={
                "company": event.company,
                "contact": _person(event),
                "office": self.office,
                "since": self.effective_on(event),
            },
        )

    def _complete_contact(self, event: CorporateEvent) -> None:
        person, typed = _person(event), event.fields
        if typed["director_id"] and not person.director_id:
            person.director_id = typed["director_id"]
            person.save(update_fields=["director_id", "changed_at"])
        if person.address is None and (address := address_in(typed["residential_address"])):
            address.save()
            person.address = address
            person.save(update_fields=["address", "changed_at"])

    def withdraw(self, event: CorporateEvent) -> None:
        Officeholder.objects.filter(entered_by=event).delete()

    @property
    def _office_word(self) -> str:
        return self.office.label.lower()


class AppointDirector(AppointOfficeholder):
    """Section 201G: by the members. Section 201H: by the other directors, confirmed within two months."""

    code = "appoint_director"
    label = "Appoint director"
    sections = ("s 201D", "s 201G", "s 201H", "s 205B(1)")
    form_class = AppointDirectorForm
    office = Officeholder.Office.DIRECTOR
    consent_section = "201D"

    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        person = _person(event)
        letter = DocumentNeed(
            code="director_id_letter",
            subject=str(event.position),
            title="Director ID letter",
            note=f"To {person.name}",
            is_on=not (event.fields["director_id"] or person.director_id),
        )
        return (*super().documents(event), *self._members_resolution(event), letter)

    def _members_resolution(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        subject = str(event.position)
        if event.fields["appointed_by"] == "members":
            title, code = "Members’ resolution (s201G)", "members_resolution_s201g"
            return (DocumentNeed(code=code, subject=subject, title=title, note=_person(event).name),)
        if (confirm_by := self._confirm_by(event)) is None:
            return ()
        return (
            DocumentNeed(
                code="members_resolution_s201h",
                subject=subject,
                title="Members’ resolution (s201H)",
                note=f"Confirms the appointment by {confirm_by:%d/%m/%Y}",
                is_on=False,
            ),
        )

    def deadlines(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        confirm_by = self._confirm_by(event)
        if confirm_by is None:
            return super().deadlines(event)
        title = f"Members confirm the appointment of {_person(event).short_name}"
        return (*super().deadlines(event), Deadline(title=title, due_on=confirm_by, section="s 201H(2)"))

    def merge_fields(self, event: CorporateEvent) -> JsonDict:
        confirm_by = self._confirm_by(event)
        return super().merge_fields(event) | {"confirm_by": confirm_by.isoformat() if confirm_by else None}

    def _confirm_by(self, event: CorporateEvent) -> date | None:
        """Return by when the members confirm the appointment, s 201H(2); None if they need not.

        They need not when they appoint the director themselves, or when one person is the only director and
        the only member (ss 135(1), 201F).
        """
        appointed_on = self.effective_on(event)
        if event.fields["appointed_by"] == "members":
            return None
        if is_sole_director_and_member(event.company, before=appointed_on):
            return None
        return rules.months_after(appointed_on, _CONFIRMATION_MONTHS)


class AppointSecretary(AppointOfficeholder):
    """Section 204D: by the directors."""

    code = "appoint_secretary"
    label = "Appoint secretary"
    sections = ("s 204C", "s 204D", "s 205B(1)")
    form_class = AppointSecretaryForm
    office = Officeholder.Office.SECRETARY
    consent_section = "204C"


def _person(event: CorporateEvent) -> Contact:
    return Contact.objects.standing_for(event.fields["person"])
