"""Shares are issued, Part 2H.1."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import Max

from minutebook.companies import rules
from minutebook.companies.events.fields import ContactField, EventDateField
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
from minutebook.companies.events.standing import is_sole_director_and_member
from minutebook.companies.models import CorporateEvent, ShareClass, Shareholding
from minutebook.contacts.fields import TextField
from minutebook.contacts.models import Contact

_CERTIFICATE_MONTHS = 2  # s 1071H(1): to have the certificate ready
_MOST_SHARES = 10**15


class ShareClassField(forms.ModelChoiceField[ShareClass]):
    def label_from_instance(self, obj: ShareClass) -> str:
        return f"{obj.title} ({obj.code})"


class IssueSharesForm(EventForm):
    """One applicant is issued one parcel of shares."""

    law = (
        LawNote(field="issued_on", section="s 254X(1)", text="ASIC is told within 28 days."),
        LawNote(
            field="pre_emption",
            section="s 254D",
            text="Existing holders of the class come first, unless a constitution says otherwise.",
        ),
        LawNote(
            field="employees_apart",
            section="s 113(1)",
            text="A proprietary company has no more than 50 members who are not employees.",
        ),
        LawNote(field="unpaid_per_share", section="s 1070C(2)", text="A certificate states what is unpaid."),
    )
    layout = (
        ("person", "person", "issued_on"),
        ("share_class", "share_class", "quantity"),
        ("paid_per_share", "unpaid_per_share", ""),
        ("consideration",),
        ("beneficially_held",),
        ("held_for",),
        ("pre_emption",),
        ("employees_apart",),
    )

    person = ContactField(
        label="Applicant",
        error_messages={"required": "Choose who is issued the shares, or add them to your contacts first."},
    )
    issued_on = EventDateField(
        label="Issued on", error_messages={"required": "Say when the shares are issued."}
    )
    share_class = ShareClassField(
        queryset=None,
        label="Share class",
        to_field_name="code",
        error_messages={
            "required": "Choose the class of the shares. s 254X(1)",
            "invalid_choice": "The company has no such class of shares. Choose one of its classes, or add "
            "the class to the company first. s 254X(1)",
        },
    )
    quantity = forms.IntegerField(
        label="Number of shares",
        min_value=1,
        max_value=_MOST_SHARES,
        error_messages={"required": "Say how many shares.", "min_value": "Issue at least one share."},
    )
    paid_per_share = forms.DecimalField(
        label="Paid on each share", min_value=0, max_digits=18, decimal_places=6, initial=Decimal("1.00")
    )
    unpaid_per_share = forms.DecimalField(
        label="Unpaid on each share", min_value=0, max_digits=18, decimal_places=6, initial=Decimal("0.00")
    )
    consideration = TextField(
        label="Paid otherwise than in cash",
        required=False,
        max_length=200,
        help_text="What the company receives instead of money. Leave it empty if it is paid in cash.",
    )
    beneficially_held = forms.BooleanField(label="The applicant holds the shares beneficially", initial=True)
    held_for = TextField(
        label="Held for", required=False, max_length=200, help_text="The trust, if they are held for one."
    )
    pre_emption = forms.ChoiceField(
        label="Offer to existing holders",
        choices=[
            ("waived", "Waived by every holder of the class"),
            ("offered", "Made, and not taken up"),
            ("displaced", "Not needed: the constitution displaces it"),
        ],
        initial="waived",
        widget=forms.RadioSelect,
    )
    employees_apart = forms.BooleanField(label="No more than 50 members are not employees")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as EventForm takes them
        super().__init__(*args, **kwargs)
        field = cast("ShareClassField", self.fields["share_class"])
        field.queryset = self.company.share_classes.order_by("code")

    def check(self) -> None:
        applicant: Contact | None = self.cleaned_data.get("person")
        issued_on: date | None = self.cleaned_data.get("issued_on")
        if issued_on:
            self._check_day(issued_on)
            self._check_offer(issued_on)
        if applicant and issued_on:
            self._check_member_count(applicant, issued_on)
        if self.cleaned_data.get("held_for") and self.cleaned_data.get("beneficially_held"):
            self.refuse(
                "held_for",
                "Shares held for somebody else are not beneficially held. Take out the name or the tick.",
                "s 169(5A)",
            )

    def _check_day(self, issued_on: date) -> None:
        self.remind_if_late("issued_on", issued_on, "s 254X(1)")
        self.refuse_before_registration("issued_on", issued_on)

    def _check_offer(self, issued_on: date) -> None:
        if self.cleaned_data.get("pre_emption") == "displaced" and not self.company.has_constitution:
            self.refuse(
                "pre_emption",
                "The company has no constitution on record, so the replaceable rule applies. Choose another, "
                "or correct the company’s record.",
                "s 254D(1)",
            )
        elif is_sole_director_and_member(self.company, before=issued_on):
            return
        elif self.company.has_constitution:
            self.remind(
                "pre_emption",
                "Check what the constitution says about offering new shares first.",
                "s 254D(1)",
            )
        else:
            self.remind(
                "pre_emption",
                "Existing holders of the class are offered the shares first, in proportion to what they "
                "hold, unless the members authorise the issue without it.",
                "s 254D",
            )

    def _check_member_count(self, applicant: Contact, issued_on: date) -> None:
        members = set(
            self.company.shareholdings.current(on=issued_on).values_list("member_id", flat=True)
        ) | {applicant.pk}
        members |= {
            form.readable()["person"].pk
            for form in self.alongside
            if isinstance(form, IssueSharesForm) and form.readable().get("person")
        }
        if len(members) > rules.MOST_MEMBERS and not self.cleaned_data.get("employees_apart"):
            self.refuse(
                "employees_apart",
                f"The company would have {len(members)} members (joint holders count as one). Tick this if "
                "no more than 50 of them are not employees; otherwise it must become a public company.",
                "s 113(1)",
            )


class IssueShares(EventKind):
    """The directors issue shares, ss 198A and 254A."""

    date_field = "issued_on"
    code = "issue_shares"
    label = "Issue shares"
    group = "Shares"
    sections = ("s 254A", "s 254D", "s 254X(1)", "s 1071H")
    form_class = IssueSharesForm
    may_repeat = True

    def fields_of(self, form: EventForm) -> JsonDict:
        cleaned = form.cleaned_data
        return {
            "person": cleaned["person"].pk,
            "issued_on": cleaned["issued_on"].isoformat(),
            "share_class": cleaned["share_class"].code,
            "quantity": cleaned["quantity"],
            "paid_per_share": _plain(cleaned["paid_per_share"]),
            "unpaid_per_share": _plain(cleaned["unpaid_per_share"]),
            "consideration": cleaned["consideration"].strip(),
            "beneficially_held": cleaned["beneficially_held"],
            "held_for": cleaned["held_for"].strip(),
            "pre_emption": cleaned["pre_emption"],
            "employees_apart": cleaned["employees_apart"],
        }

    def headline(self, event: CorporateEvent) -> str:
        return f"Issue {_shares(event)} to {_applicant(event).short_name}"

    def summary(self, event: CorporateEvent) -> str:
        day = self.effective_on(event)
        return f"{_shares(event)} issued to {_applicant(event).name} on {day:%d/%m/%Y}."

    def effective_on(self, event: CorporateEvent) -> date:
        return date.fromisoformat(event.fields["issued_on"])

    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        subject, name = str(event.position), _applicant(event).name
        note = f"{name}, {_shares(event)}"
        needs = (
            DocumentNeed(
                code="share_application", subject=subject, title="Application for shares", note=note
            ),
            DocumentNeed(code="directors_resolution", title=""),
            DocumentNeed(
                code="share_certificate",
                subject=subject,
                title="Share certificate",
                note=f"No. {_certificate_number(event)}, {name}",
            ),
            DocumentNeed(code="register_of_members", title="Register of members"),
            DocumentNeed(code="form_484_data_sheet", title="Form 484 data sheet", note="C2, C3, C4"),
        )
        return (*needs, *self._waiver(event))

    def _waiver(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        holders = _holders_of_class(event)
        if not holders or is_sole_director_and_member(event.company, before=self.effective_on(event)):
            return ()
        return (
            DocumentNeed(
                code="pre_emption_waiver",
                subject=str(event.position),
                title="Waiver of pre-emption (s254D)",
                note=f"{len(holders)} {'holder signs' if len(holders) == 1 else 'holders sign'}",
                is_on=event.fields["pre_emption"] == "waived",
            ),
        )

    def deadlines(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        issued_on = self.effective_on(event)
        ready_by = rules.months_after(issued_on, _CERTIFICATE_MONTHS)
        title = f"Deliver the share certificate to {_applicant(event).short_name}"
        return (
            lodge_form_484(issued_on, section="s 254X(1)"),
            Deadline(title=title, due_on=ready_by, section="s 1071H(1)"),
        )

    def merge_fields(self, event: CorporateEvent) -> JsonDict:
        fields = event.fields
        paid, unpaid = Decimal(fields["paid_per_share"]), Decimal(fields["unpaid_per_share"])
        share_class = _share_class(event)
        parcel: JsonDict = {
            "member": particulars_of(_applicant(event)),
            "class_code": share_class.code,
            "class_title": share_class.title,
            "class_in_words": _class_in_words(share_class),
            "quantity": fields["quantity"],
            "paid_per_share": fields["paid_per_share"],
            "unpaid_per_share": fields["unpaid_per_share"],
            "certificate_number": _certificate_number(event),
            "beneficially_held": fields["beneficially_held"],
            "held_for": fields["held_for"] or None,
            "since_on": fields["issued_on"],
        }
        sole = is_sole_director_and_member(event.company, before=self.effective_on(event))
        return parcel | {
            "issued_on": fields["issued_on"],
            "issue_price_per_share": _plain(paid + unpaid),
            "total_paid_amount": _plain(paid * fields["quantity"]),
            "total_unpaid_amount": _plain(unpaid * fields["quantity"]),
            "is_partly_paid": unpaid > 0,
            "is_for_nothing": paid + unpaid == 0,
            "consideration": fields["consideration"] or None,
            "pre_emption": "none" if sole or not _holders_of_class(event) else fields["pre_emption"],
            "holders_of_class": [particulars_of(holder) for holder in _holders_of_class(event)],
            "form_484": ["C2", "C3", "C4"],
            "notice_sections": ["254X(1)", "178A"],
            "changes": {"parcels_in": [parcel]},
        }

    def enter(self, event: CorporateEvent) -> None:
        fields = event.fields
        if Shareholding.objects.filter(entered_by=event).exists():
            return
        Shareholding.objects.create(
            entered_by=event,
            company=event.company,
            member=_applicant(event),
            share_class=_share_class(event),
            quantity=fields["quantity"],
            paid_per_share=Decimal(fields["paid_per_share"]),
            unpaid_per_share=Decimal(fields["unpaid_per_share"]),
            certificate_number=_certificate_number(event),
            beneficially_held=fields["beneficially_held"],
            held_for=fields["held_for"],
            since=self.effective_on(event),
        )

    def withdraw(self, event: CorporateEvent) -> None:
        Shareholding.objects.filter(entered_by=event).delete()


def _applicant(event: CorporateEvent) -> Contact:
    return Contact.objects.standing_for(event.fields["person"])


def _share_class(event: CorporateEvent) -> ShareClass:
    return event.company.share_classes.get(code=event.fields["share_class"])


def _shares(event: CorporateEvent) -> str:
    """Return such as "2,000 ordinary shares"."""
    quantity: int = event.fields["quantity"]
    named = _class_in_words(_share_class(event))
    return f"{quantity:,} {named} {'share' if quantity == 1 else 'shares'}"


def _class_in_words(share_class: ShareClass) -> str:
    """Return such as "ordinary", or "A class"."""
    title = share_class.title
    return f"{title} class" if len(title) == 1 else title[0].lower() + title[1:]


def _holders_of_class(event: CorporateEvent) -> list[Contact]:
    """Return the present holders of the class, who are offered new shares first, s 254D(1)."""
    day = date.fromisoformat(event.fields["issued_on"])
    parcels = event.company.shareholdings.current(on=day).exclude(entered_by=event)
    of_class = parcels.filter(share_class__code=event.fields["share_class"])
    found = of_class.select_related("member__address").order_by("since", "pk")
    return list({parcel.member_id: parcel.member for parcel in found}.values())


def _certificate_number(event: CorporateEvent) -> int:
    """Return the number of the event's certificate: the next one, after the issues before it in its pack."""
    entered = Shareholding.objects.filter(entered_by=event).first()
    if entered and entered.certificate_number:
        return entered.certificate_number
    parcels = event.company.shareholdings.all()
    latest: int = parcels.aggregate(latest=Max("certificate_number"))["latest"] or 0
    waiting = CorporateEvent.objects.filter(
        packs__events=event, kind=event.kind, position__lt=event.position
    ).exclude(pk__in=parcels.filter(entered_by__isnull=False).values("entered_by"))
    return latest + 1 + waiting.distinct().count()


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
