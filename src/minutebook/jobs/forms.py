"""What the user types about a job: its plan, a cost line, a line of the fee schedule."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from minutebook.contacts.models import Contact
from minutebook.design.forms import ComboboxInput, DateInput
from minutebook.jobs.codes import code_of
from minutebook.jobs.costs import CostLine
from minutebook.jobs.models import JobState, PlannedCost
from minutebook.jobs.plan import LONGEST_NAME
from minutebook.jobs.planning import PlanChoice
from minutebook.practice.models import ClientLink, Connection, JobTemplate, StaffMember

_LARGEST = Decimal("9999999.99")
NONE = "none"  # the choice of no template, or of nobody
NO_TEMPLATE, NOBODY = "No template", "Nobody yet"
_CHOOSE_A_CLIENT = "Choose a client from the list: type part of a name, an ACN or an ABN."


class AmountField(forms.Field):
    """A number with at most two decimals, as XPM keeps them. "$1,145.00" is read as 1145.00."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Decimal | None:
        typed = str(value or "").strip().removeprefix("$").replace(",", "")
        if not typed:
            return None
        try:
            number = Decimal(typed)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValidationError(f"{self.label} is not a number. Type one such as 110.00.")
        self._check_decimals(number)
        self._check_size(number)
        return number

    def _check_size(self, number: Decimal) -> None:
        if number < 0:
            raise ValidationError(f"{self.label} is below zero. XPM takes no negative lines.")
        if number > _LARGEST:
            raise ValidationError(f"{self.label} is more than {_LARGEST:,}. Check the decimal point.")

    def _check_decimals(self, number: Decimal) -> None:
        exponent = number.normalize().as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) else 0
        if decimals > 2:  # noqa: PLR2004
            raise ValidationError(f"{self.label} has {decimals} decimals. XPM keeps 2.")


class JobPlanForm(forms.Form):
    """**Create job**: the plan of a pack's job. It is checked against what was last read from XPM."""

    client = forms.CharField(
        label="Client", widget=ComboboxInput, error_messages={"required": _CHOOSE_A_CLIENT}
    )
    template = forms.ChoiceField(label="Template")
    description = forms.CharField(label="Description", max_length=4000)
    name = forms.CharField(
        label="Job name",
        max_length=LONGEST_NAME,
        error_messages={"required": "Give the job a name."},
    )
    start_on = forms.DateField(label="Start date", widget=DateInput)
    due_on = forms.DateField(label="Due date", widget=DateInput)
    staff = forms.ChoiceField(label="Staff")
    mark_as = forms.ChoiceField(label="Mark job as", choices=JobState)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        connection: Connection,
        contact: Contact | None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="job_%s")
        self.connection, self.contact = connection, contact
        self.link = find_link(connection, contact)
        self._templates = {
            template.remote_id: template for template in JobTemplate.objects.of(connection).order_by("name")
        }
        self._staff = {
            person.remote_id: person
            for person in StaffMember.objects.of(connection).offered().order_by("name", "email")
        }
        self._choice("template").choices = [
            (NONE, NO_TEMPLATE),
            *((key, str(t)) for key, t in self._templates.items()),
        ]
        self._choice("staff").choices = [(NONE, NOBODY), *told_apart(self._staff.values())]
        widget = self.fields["client"].widget
        if isinstance(widget, ComboboxInput):
            widget.src = reverse("practice:client-options")
            widget.chosen_id = str(contact.pk) if contact else ""
        self._say_unknown_choices()

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        return field

    def _say_unknown_choices(self) -> None:
        self._choice("template").error_messages["invalid_choice"] = (
            "XPM no longer has this template. Choose another one."
        )
        self._choice("staff").error_messages["invalid_choice"] = (
            "This person can no longer be given jobs in XPM. Choose someone else."
        )

    def clean_client(self) -> str:
        typed: str = self.cleaned_data["client"]
        if self.contact is None:
            raise ValidationError(_CHOOSE_A_CLIENT)
        if self.link is not None and (self.link.client.is_gone or self.link.client.is_archived):
            raise ValidationError(
                f"{self.link.client.name} is archived or deleted in XPM. Link {self.contact.name} to another."
            )
        if self.link is None:
            raise ValidationError(
                f"{self.contact.name} is not linked to an XPM client. Link it first, then create the job."
            )
        return typed

    def clean_mark_as(self) -> str:
        mark_as: str = self.cleaned_data["mark_as"]
        if mark_as != JobState.AS_STARTED and not code_of(self.connection, JobState(mark_as)):
            raise ValidationError(
                f"Minutebook does not know XPM’s code for “{JobState(mark_as).label}”. "
                "Enter it in Settings, or let XPM start the job its own way."
            )
        return mark_as

    def clean(self) -> None:
        start_on, due_on = self.cleaned_data.get("start_on"), self.cleaned_data.get("due_on")
        if start_on and due_on and due_on < start_on:
            self.add_error("due_on", f"Before the start date, {start_on:%d/%m/%Y}. Choose a later date.")

    def choice(self) -> PlanChoice:
        """Return what was chosen. Call on a valid form."""
        assert self.contact is not None  # noqa: S101  # clean_client saw to it
        assert self.link is not None  # noqa: S101
        held = self.cleaned_data
        template, staff = self._templates.get(held["template"]), self._staff.get(held["staff"])
        return PlanChoice(
            tenant_id=self.connection.tenant_id,
            contact=self.contact,
            client=self.link.client,
            template_id=template.remote_id if template else "",
            template_name=template.name if template else "",
            name=held["name"],
            description=held["description"],
            start_on=held["start_on"],
            due_on=held["due_on"],
            staff_id=staff.remote_id if staff else "",
            staff_name=staff.name if staff else "",
            mark_as=JobState(held["mark_as"]),
        )


class PricedForm(forms.Form):
    """What a cost line and a fee have in common; dollars excl. GST for one."""

    description = forms.CharField(
        label="Cost Description", max_length=200, error_messages={"required": "Say what the line is for."}
    )
    billable = forms.BooleanField(label="Billable", required=False)
    quantity = AmountField(label="Quantity")
    unit_cost = AmountField(label="Unit Cost")
    unit_price = AmountField(label="Unit Price")
    no_gst = forms.BooleanField(label="No GST (a regulator’s fee passed on)", required=False)


class CostForm(PricedForm):
    """One row of Review Costs."""

    date = forms.DateField(label="Date", widget=DateInput)

    @classmethod
    def of(cls, cost: PlannedCost) -> "CostForm":
        """Return the form that shows a line, ready to be changed."""
        shown = ("date", "description", "billable", "quantity", "unit_cost", "unit_price")
        initial = {name: getattr(cost, name) for name in shown}
        return cls(initial={**initial, "no_gst": not cost.taxable}, auto_id="cost_%s")

    @classmethod
    def of_body(cls, body: Mapping[str, Any]) -> "CostForm":
        """Return the form that shows a line that XPM refused, ready to be changed."""
        shown = ("date", "description", "billable", "quantity", "unit_cost", "unit_price")
        return cls(
            initial={**{name: body[name] for name in shown}, "date": date.fromisoformat(body["date"])},
            auto_id="mend_%s",
        )

    def line(self) -> CostLine:
        """Return the line that was typed. Call on a valid form."""
        held = dict(self.cleaned_data)
        return CostLine(taxable=not held.pop("no_gst"), **held)


class StaffForm(forms.Form):
    """Who is given a job after all, when XPM no longer has the one who was chosen."""

    staff = forms.ChoiceField(label="Staff")

    def __init__(self, data: Mapping[str, Any] | None = None, *, connection: Connection) -> None:
        super().__init__(data, auto_id="mend_%s")
        people = StaffMember.objects.of(connection).offered().order_by("name", "email")
        self._staff = {person.remote_id: person for person in people}
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(NONE, NOBODY), *told_apart(self._staff.values())]

    def chosen(self) -> tuple[str, str]:
        """Return the id and name of who was chosen; two empty words for nobody. Call on a valid form."""
        person = self._staff.get(self.cleaned_data["staff"])
        return (person.remote_id, person.name) if person else ("", "")


def find_link(connection: Connection, contact: Contact | None) -> ClientLink | None:
    """Return which client of this practice the contact is, or None."""
    if contact is None:
        return None
    links = ClientLink.objects.filter(tenant_id=connection.tenant_id, contact=contact)
    return links.select_related("client").first()


def told_apart(staff: Any) -> list[tuple[str, str]]:
    """Name everybody; two of one name by their e-mail addresses too."""
    people = list(staff)
    names = [person.name for person in people]
    return [
        (
            person.remote_id,
            f"{person.name} ({person.email})"
            if person.email and names.count(person.name) > 1
            else person.name,
        )
        for person in people
    ]
