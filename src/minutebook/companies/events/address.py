"""The registered office or the principal place of business moves, ss 142, 143 and 146."""

from datetime import date, timedelta
from typing import ClassVar

from minutebook.companies import rules
from minutebook.companies.events.fields import AddressField, EventDateField, address_in
from minutebook.companies.events.kinds import (
    Deadline,
    DocumentNeed,
    EventForm,
    EventKind,
    JsonDict,
    LawNote,
    lodge_form_484,
)
from minutebook.companies.models import CompanyAddress, CorporateEvent
from minutebook.contacts.fields import TextField
from minutebook.contacts.models import Address


class ChangeAddressForm(EventForm):
    """The company uses another address from a day on."""

    use: ClassVar[CompanyAddress.Use]
    section: ClassVar[str]  # that asks for a place in Australia
    notice_section: ClassVar[str]

    changed_on = EventDateField(
        label="Changed on",
        error_messages={"required": "Say from which day the company uses the new address."},
    )
    address = AddressField(label="New address", help_text="A street address in Australia, not a PO box.")

    field_order = ("changed_on", "address", "occupier")

    def check(self) -> None:
        address: Address | None = self.cleaned_data.get("address")
        changed_on: date | None = self.cleaned_data.get("changed_on")
        if address:
            self._check_place(address)
        if changed_on:
            self.remind_if_late("changed_on", changed_on, self.notice_section)
            self._check_day(changed_on)

    def _check_place(self, address: Address) -> None:
        name = self.use.label.lower()
        current = self.company.addresses.filter(use=self.use, until__isnull=True).select_related("address")
        if rules.is_post_office_box(address.street):
            self.refuse(
                "address", f"A {name} is a place, not a PO box. Give the street address.", self.section
            )
        elif not address.in_australia:
            self.refuse("address", f"The {name} must be in Australia. Give an address there.", self.section)
        elif any(entry.address.one_line == address.one_line for entry in current):
            self.refuse("address", f"This is the {name} already. Check the address.", self.section)

    def _check_day(self, changed_on: date) -> None:
        since = max(
            (entry.since for entry in self.company.addresses.filter(use=self.use, until__isnull=True)),
            default=self.company.registered_on,
        )
        if changed_on < since:
            self.refuse(
                "changed_on",
                f"The present address is in use since {since:%d/%m/%Y}, which is later. Check the date.",
                self.notice_section,
            )


class ChangeRegisteredOfficeForm(ChangeAddressForm):
    use = CompanyAddress.Use.REGISTERED_OFFICE
    section = "s 142(1)"
    notice_section = "s 142(2)"
    law = (
        LawNote(
            field="changed_on",
            section="s 142(3)",
            text="ASIC’s record moves on this day or, if it is later, the seventh day after lodging.",
        ),
        LawNote(field="address", section="s 142(1)", text="A place in Australia where papers can be left."),
        LawNote(
            field="occupier",
            section="s 143(1)",
            text="If somebody else occupies the premises, the company must hold their written consent.",
        ),
    )
    layout = (("changed_on", "address", "address"), ("occupier",))

    occupier = TextField(
        label="Occupied by",
        required=False,
        max_length=200,
        help_text="Leave it empty if the company occupies the premises itself.",
    )

    def clean_occupier(self) -> str:
        occupier: str = self.cleaned_data["occupier"].strip()
        return "" if occupier.casefold() == self.company.name.casefold() else occupier

    def check(self) -> None:
        super().check()
        self._remind_to_lodge_before()
        if self.cleaned_data.get("occupier"):
            self.remind(
                "occupier",
                "The occupier’s written consent is among the documents. Have it signed before lodging.",
                "s 143(1)",
            )

    def _remind_to_lodge_before(self) -> None:
        changed_on: date | None = self.cleaned_data.get("changed_on")
        if changed_on and changed_on > self.today:
            lodge_by = changed_on - timedelta(days=rules.OFFICE_MOVE_DAYS)
            advice = f"lodge Form 484 by {lodge_by:%d/%m/%Y}" if lodge_by >= self.today else "lodge at once"
            self.remind(
                "changed_on",
                f"ASIC’s record moves seven days after lodging at the earliest. For "
                f"{changed_on:%d/%m/%Y}, {advice}.",
                "s 142(3)",
            )


class ChangePrincipalPlaceForm(ChangeAddressForm):
    use = CompanyAddress.Use.PRINCIPAL_PLACE
    section = notice_section = "s 146(1)"
    law = (
        LawNote(
            field="address", section="s 146(1)", text="Where in Australia the company mainly does business."
        ),
        LawNote(field="changed_on", section="s 146(1)", text="ASIC is told within 28 days."),
    )
    layout = (("changed_on", "address", "address"),)


class ChangeAddress(EventKind):
    """What the changes of both addresses share."""

    date_field = "changed_on"
    group = "Company"
    use: ClassVar[CompanyAddress.Use]
    notice_section: ClassVar[str]

    def fields_of(self, form: EventForm) -> JsonDict:
        cleaned = form.cleaned_data
        return {
            "changed_on": cleaned["changed_on"].isoformat(),
            "address": cleaned["address"].one_line,
            "occupier": cleaned.get("occupier", ""),
        }

    def headline(self, event: CorporateEvent) -> str:
        return f"{self.label} to {_address(event).street}"

    def summary(self, event: CorporateEvent) -> str:
        day = self.effective_on(event)
        return f"{self.use.label} changed to {event.fields['address']} on {day:%d/%m/%Y}."

    def effective_on(self, event: CorporateEvent) -> date:
        return date.fromisoformat(event.fields["changed_on"])

    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:  # noqa: ARG002 - always these
        return (
            DocumentNeed(code="directors_resolution", title=""),
            DocumentNeed(code="register_of_addresses", title="Register of addresses"),
            DocumentNeed(code="form_484_data_sheet", title="Form 484 data sheet", note="A1"),
        )

    def deadlines(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        return (lodge_form_484(self.effective_on(event), section=f"s {self.notice_section}"),)

    def merge_fields(self, event: CorporateEvent) -> JsonDict:
        occupier = event.fields["occupier"] or None
        return {
            "use": self.use.label,
            "use_in_words": self.use.label.lower(),
            "changed_on": event.fields["changed_on"],
            "address": event.fields["address"],
            "occupier": occupier,
            "form_484": ["A1"],
            "notice_sections": [self.notice_section],
            "changes": {
                "addresses_in": [
                    {
                        "use": self.use.label,
                        "code": self.use.value,
                        "address": event.fields["address"],
                        "occupier": occupier,
                        "since_on": event.fields["changed_on"],
                    }
                ]
            },
        }

    def enter(self, event: CorporateEvent) -> None:
        if CompanyAddress.objects.filter(entered_by=event).exists():
            return
        day = self.effective_on(event)
        event.company.addresses.filter(use=self.use, until__isnull=True).update(until=day, ended_by=event)
        address = _address(event)
        address.save()
        CompanyAddress.objects.create(
            company=event.company,
            use=self.use,
            address=address,
            occupier=event.fields["occupier"],
            since=day,
            entered_by=event,
        )

    def withdraw(self, event: CorporateEvent) -> None:
        entered = CompanyAddress.objects.filter(entered_by=event)
        unused = list(entered.values_list("address_id", flat=True))
        entered.delete()
        Address.objects.filter(pk__in=unused).delete()
        CompanyAddress.objects.filter(ended_by=event).update(until=None, ended_by=None)


class ChangeRegisteredOffice(ChangeAddress):
    """Section 142. Where somebody else occupies the premises, their consent is needed, s 143."""

    code = "change_registered_office"
    label = "Change registered office"
    sections = ("s 142", "s 143")
    form_class = ChangeRegisteredOfficeForm
    use = CompanyAddress.Use.REGISTERED_OFFICE
    notice_section = "142(2)"

    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        needs = super().documents(event)
        if not event.fields["occupier"]:
            return needs
        consent = DocumentNeed(
            code="occupier_consent",
            subject=str(event.position),
            title="Consent of occupier",
            note=f"To be signed by {event.fields['occupier']}",
        )
        return (*needs, consent)


class ChangePrincipalPlace(ChangeAddress):
    """Section 146."""

    code = "change_principal_place"
    label = "Change principal place of business"
    sections = ("s 146",)
    form_class = ChangePrincipalPlaceForm
    use = CompanyAddress.Use.PRINCIPAL_PLACE
    notice_section = "146(1)"


def _address(event: CorporateEvent) -> Address:
    address = address_in(event.fields["address"])
    if address is None:  # the form read it from the same text
        raise ValueError(f"The address of event {event.pk} cannot be read: {event.fields['address']!r}")
    return address
