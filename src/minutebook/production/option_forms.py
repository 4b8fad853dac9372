"""The form behind a document's Options: only what that document lets its user choose."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms

from minutebook.companies.events.fields import EventDateField
from minutebook.contacts.fields import TextField
from minutebook.documents.models import Document
from minutebook.production.options import Choices, Person

_QUORUM = 2  # directors, s 248F
_MOST_SIGN = 2  # for a company, s 127(1)
_FAR = 366  # days


class OptionsForm(forms.Form):
    """The choices for one document. `initial` comes from the document itself.

    No field is called "form" or "title": a control of that name hides what scripts ask its form for.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, document: Document, choices: Choices, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", initial_of(document))
        kwargs["auto_id"] = f"options{document.pk}_%s"
        super().__init__(*args, **kwargs)
        self.document, self.choices, self.today = document, choices, today
        if document.is_own_file:
            self._let_name()
            return
        self._let_choose_form()
        self._let_choose_people()
        self.fields["dated_on"] = EventDateField(
            label="Date on the document",
            required=False,
            help_text="Left empty, the date of signing stays blank for the pen.",
        )

    def _let_name(self) -> None:
        self.fields["called"] = TextField(
            label="Name in the list and in the one PDF",
            max_length=120,
            error_messages={"required": "Give the file a name."},
        )

    def _let_choose_form(self) -> None:
        if not self.choices.forms:
            return
        self.fields["manner"] = forms.ChoiceField(
            label="Form",
            choices=self.choices.forms,
            widget=forms.RadioSelect,
            error_messages={"required": "Choose whether they sign a resolution or meet."},
        )

    def _let_choose_people(self) -> None:
        if self.choices.signers:
            if self.initial.get("signing") is None:
                self.initial["signing"] = [one["id"] for one in self.choices.signers]
            self.fields["signing"] = _people_field(
                "Who signs, or is at the meeting",
                self.choices.signers,
                "In office immediately before the event. For a resolution without a meeting, every director who may "
                "vote signs, s 248A(1).",
            )
            self.fields["because"] = TextField(
                label="Why somebody does not sign", max_length=200, required=False,
                help_text="Needed for a circulating resolution when a director is left out. Kept with the pack.",
            )  # fmt: skip
            chairs = [("", "Left blank for the pen"), *_named(self.choices.signers)]
            self.fields["chair"] = forms.ChoiceField(
                label="Chair of the meeting", choices=chairs, required=False
            )
        if self.choices.forms:
            self.fields["place"] = TextField(label="Held at", max_length=200, required=False)
            self.fields["time"] = forms.TimeField(
                label="Time of the meeting", required=False,
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                error_messages={"invalid": "Give the time as hours and minutes, such as 10:30."},
            )  # fmt: skip
        if self.choices.addressees:
            usual = ("", f"As a rule: {self.choices.default_addressee}")
            self.fields["addressee"] = forms.ChoiceField(
                label="Addressed to", choices=[usual, *_named(self.choices.addressees)], required=False
            )
        if self.choices.executants:
            self.fields["executing"] = _people_field(
                "Who signs for the company",
                self.choices.executants,
                "Two directors, or a director and a secretary, s 127(1). None ticked: the first who can.",
            )

    def clean_dated_on(self) -> date | None:
        day: date | None = self.cleaned_data["dated_on"]
        if day and abs((day - self.today).days) > _FAR:
            raise forms.ValidationError("This is more than a year from today. Check the year.")
        return day

    def clean_executing(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["executing"]
        if len(chosen) > _MOST_SIGN or len(chosen) == 1:
            raise forms.ValidationError(
                "Tick two who sign for the company, or none for the usual ones, s 127(1)."
            )
        if chosen and not any(
            str(one["id"]) in chosen and one["capacity"] != "Secretary" for one in self.choices.executants
        ):
            raise forms.ValidationError("One of the two must be a director, s 127(1).")
        return chosen

    def clean(self) -> dict[str, Any]:
        if "signing" in self.fields and "signing" in self.cleaned_data:
            self._check_signing(self.cleaned_data["signing"])
        return self.cleaned_data

    def _check_signing(self, signing: Sequence[str]) -> None:
        data = self.cleaned_data
        meets, all_sign = data.get("manner") == "minutes", len(signing) == len(self.choices.signers)
        if not signing:
            self.add_error("signing", "Tick at least one director.")
        elif meets and len(signing) < _QUORUM:
            self.add_error("signing", "A meeting needs two directors as its quorum, s 248F. Tick another.")
        elif not meets and not all_sign and not data.get("because"):
            self.add_error(
                "because",
                "Say why a director does not sign: without a meeting, all who may vote must sign, s 248A(1).",
            )
        if meets and data.get("chair") and data["chair"] not in signing:
            self.add_error(
                "chair", "The chair is not among those at the meeting. Tick them, or choose another."
            )

    def chosen_options(self) -> dict[str, Any]:
        """Return what is kept with the document. What is as a rule is left out."""
        data = self.cleaned_data
        kept: dict[str, Any] = {}
        meets = data.get("manner") == "minutes"
        if meets:
            kept["form"] = "minutes"
        signing = [int(one) for one in data.get("signing", ())]
        if signing and (meets or len(signing) < len(self.choices.signers)):
            kept["signing"] = signing
        if data.get("because") and not meets and "signing" in kept:
            kept["because"] = data["because"]
        if meets:
            kept |= {name: data[name] for name in ("place",) if data.get(name)}
            kept |= {"time": f"{data['time']:%H:%M}"} if data.get("time") else {}
            kept |= {"chair": int(data["chair"])} if data.get("chair") else {}
        if executing := [int(one) for one in data.get("executing", ())]:
            kept["executing"] = executing
        return kept

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Return each label and what the form says there, to be put beside what somebody else has kept."""
        for bound in self.visible_fields():
            yield str(bound.label), _words_of(bound.field, bound.value())


def initial_of(document: Document) -> dict[str, Any]:
    """Return a document's choices as its form shows them."""
    options = document.options
    return {
        "revision": document.revision,
        "called": document.title,
        "manner": options.get("form", "circulating"),
        "signing": options.get("signing"),
        "because": options.get("because", ""),
        "chair": options.get("chair", ""),
        "place": options.get("place", ""),
        "time": options.get("time", ""),
        "addressee": document.addressee_id or "",
        "executing": options.get("executing", []),
        "dated_on": document.dated_on,
    }


def _people_field(label: str, people: Sequence[Person], help_text: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=_named(people),
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
        error_messages={"invalid_choice": "Somebody ticked is no longer among them. Tick again, then keep."},
    )


def _named(people: Sequence[Person]) -> list[tuple[str, str]]:
    return [(str(one["id"]), _called(one)) for one in people]


def _called(one: Person) -> str:
    return (
        f"{one['name']}, {str(one['capacity']).lower()}"
        if one.get("capacity") == "Secretary"
        else str(one["name"])
    )


def _words_of(field: forms.Field, value: Any) -> str:
    values = value if isinstance(value, list | tuple) else [value]
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices  # pairs, never groups, here
        called = {str(key): str(words) for key, words in choices}
        return (
            ", ".join(called.get(str(one), str(one)) for one in values if one not in (None, "")) or "nobody"
        )
    return ", ".join(str(one) for one in values if one not in (None, "")) or "empty"
