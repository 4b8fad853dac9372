"""What the firm types about fees: a line of the schedule, what ASIC charges, what a job starts from."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from minutebook.design.forms import DateInput
from minutebook.jobs.codes import code_of
from minutebook.jobs.defaults import WORDS, Default, unknown_words
from minutebook.jobs.fees.models import FeeLine, RegulatorAmount
from minutebook.jobs.fees.regulator import Amount
from minutebook.jobs.forms import NO_TEMPLATE, NOBODY, NONE, AmountField, PricedForm, told_apart
from minutebook.jobs.models import JobDefault, JobState
from minutebook.jobs.plan import Fee
from minutebook.practice.models import Connection, JobTemplate, StaffMember

_SHOWN = ("description", "billable", "quantity", "unit_cost", "unit_price", "regulator_fee")


class FeeForm(PricedForm):
    """One row of the fee schedule."""

    regulator_fee = forms.ChoiceField(
        label="Amount", required=False, choices=[("", "As typed here"), *RegulatorAmount.Kind.choices]
    )

    @classmethod
    def of(cls, fee: FeeLine) -> "FeeForm":
        """Return the form that shows a fee, ready to be changed."""
        initial = {name: getattr(fee, name) for name in _SHOWN}
        return cls(initial={**initial, "no_gst": not fee.taxable}, auto_id="fee_%s")

    def clean(self) -> None:
        """Prices need not be typed where ASIC's amount is taken."""
        if self.cleaned_data.get("regulator_fee"):
            for name in ("unit_cost", "unit_price"):
                self.errors.pop(name, None)
                self.cleaned_data.setdefault(name, 0)
            self.cleaned_data["no_gst"] = True

    def fee(self, *, event_kind: str, document_code: str) -> Fee:
        """Return the fee that was typed. Call on a valid form."""
        held = dict(self.cleaned_data)
        taxable = not held.pop("no_gst")
        return Fee(event_kind=event_kind, document_code=document_code, taxable=taxable, **held)


class RegulatorForm(forms.Form):
    """What ASIC charges from a day on."""

    kind = forms.ChoiceField(label="Fee", choices=RegulatorAmount.Kind)
    from_on = forms.DateField(
        label="From", widget=DateInput, error_messages={"required": "Say from which day, such as a 1 July."}
    )
    dollars = AmountField(
        label="Amount",
        error_messages={"required": "Type the amount as ASIC’s page of fees has it, such as 98.00."},
    )

    def amount(self) -> Amount:
        """Return what was typed. Call on a valid form."""
        return Amount(**self.cleaned_data)


class DefaultForm(forms.Form):
    """What the plan of a job starts from for a kind of event."""

    template = forms.ChoiceField(label="Template")
    staff = forms.ChoiceField(label="Staff")
    mark_as = forms.ChoiceField(label="Mark job as", choices=JobState)
    description = forms.CharField(label="Description", max_length=400, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, connection: Connection, held: JobDefault
    ) -> None:
        initial = {
            "template": held.template_id or NONE,
            "staff": held.staff_id or NONE,
            "mark_as": held.mark_as,
            "description": held.description,
        }
        super().__init__(data, initial=initial, auto_id="default_%s")
        self.connection, self.held = connection, held
        templates = JobTemplate.objects.of(connection).order_by("name")
        staff = StaffMember.objects.of(connection).offered().order_by("name", "email")
        self._names = {each.remote_id: each.name for each in (*templates, *staff)}
        self._offer("template", [(NONE, NO_TEMPLATE), *((each.remote_id, str(each)) for each in templates)])
        self._offer("staff", [(NONE, NOBODY), *told_apart(staff)])
        self.fields["description"].help_text = (
            "Empty: the changes, and the company. In braces you may write "
            + (", ".join(f"{{{word}}} for {meaning}" for word, meaning in WORDS.items()) + ".")
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = choices
        field.error_messages["invalid_choice"] = "XPM no longer has this one. Choose another."

    def clean_description(self) -> str:
        pattern: str = self.cleaned_data["description"].strip()
        unknown = unknown_words(pattern)
        if unknown:
            known = ", ".join(f"{{{word}}}" for word in WORDS)
            raise ValidationError(f"{{{unknown[0]}}} means nothing here. You may write {known}.")
        return pattern

    def clean_mark_as(self) -> str:
        mark_as: str = self.cleaned_data["mark_as"]
        if mark_as != JobState.AS_STARTED and not code_of(self.connection, JobState(mark_as)):
            raise ValidationError(
                f"Minutebook does not know XPM’s code for “{JobState(mark_as).label}”. "
                "Enter it under Practice manager first."
            )
        return mark_as

    def default(self) -> Default:
        """Return what was chosen. Call on a valid form."""
        held = self.cleaned_data
        template, staff = ("" if held[name] == NONE else held[name] for name in ("template", "staff"))
        return Default(
            tenant_id=self.held.tenant_id,
            event_kind=self.held.event_kind,
            template_id=template,
            template_name=self._names.get(template, ""),
            staff_id=staff,
            staff_name=self._names.get(staff, ""),
            description=held["description"],
            mark_as=JobState(held["mark_as"]),
        )
