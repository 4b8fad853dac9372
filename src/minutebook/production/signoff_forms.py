"""What a user types to mark a pack signed, withdraw it, or tick something off."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms

from minutebook.companies.events import kind_of
from minutebook.companies.events.fields import EventDateField
from minutebook.companies.models import CorporateEvent
from minutebook.contacts.fields import TextField
from minutebook.documents.models import Document, DocumentPack


class SignForm(forms.Form):
    """The dates on the paper: one for all, and others where they differ."""

    signed_on = EventDateField(
        label="Signed on",
        help_text="The date on the paper. Where documents bear different dates, give those below.",
        error_messages={"required": "Give the date on the paper."},
    )

    def __init__(self, *args: Any, pack: DocumentPack, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack, self.today = pack, today
        self.events = [event for event in pack.events.order_by("position") if kind_of(event.kind).date_field]
        self.documents = list(
            pack.documents.filter(is_on=True).exclude(code=Document.OWN_FILE).order_by("position")
        )
        for event in self.events:
            self.fields[self._event_name(event)] = EventDateField(
                label=kind_of(event.kind).headline(event),
                initial=event.effective_on,
                error_messages={"required": "Say from which day this takes effect."},
            )
        for document in self.documents:
            self.fields[self._document_name(document)] = EventDateField(label=document.title, required=False)
        self.fields["copy"] = forms.FileField(
            label="Signed copy",
            required=False,
            help_text="A PDF of the signed papers, at most 25 MB. You can add it later.",
        )

    def clean(self) -> dict[str, Any]:
        for name in ("signed_on", *map(self._document_name, self.documents)):
            if day := self.cleaned_data.get(name):
                self._check_day_of_signing(name, day)
        return self.cleaned_data

    def effective(self) -> Mapping[int, date]:
        """Return the day each event takes effect, by its number."""
        return {event.pk: self.cleaned_data[self._event_name(event)] for event in self.events}

    def dated(self) -> Mapping[int, date]:
        """Return the days of documents that bear one of their own, by their numbers."""
        days = {each.pk: self.cleaned_data.get(self._document_name(each)) for each in self.documents}
        return {pk: day for pk, day in days.items() if day}

    def refuse_day_of(self, event: CorporateEvent, message: str) -> None:
        """Put what a register says of an event's day beside its field."""
        self.add_error(self._event_name(event), message)

    @property
    def event_fields(self) -> Iterator[forms.BoundField]:
        return (self[self._event_name(event)] for event in self.events)

    @property
    def document_fields(self) -> Iterator[forms.BoundField]:
        return (self[self._document_name(document)] for document in self.documents)

    @property
    def differs(self) -> bool:
        """Tell whether a document has a day of its own, or a complaint about one."""
        return any(field.value() or field.errors for field in self.document_fields)

    def _check_day_of_signing(self, name: str, day: date) -> None:
        prepared_on = self.pack.firm.day_of(self.pack.made_at)
        if day > self.today:
            self.add_error(name, "This day is still to come. Enter the date on the paper.")
        elif day < prepared_on:
            self.add_error(
                name,
                f"The documents were prepared on {prepared_on:%d/%m/%Y}, so they were not signed before. Check the "
                "date.",
            )
        elif name == "signed_on":
            self._check_signatories(day)

    def _check_signatories(self, day: date) -> None:
        """Refuse a day before somebody who signs was a director."""
        snapshot = self.pack.snapshot or {}
        signing = {one["id"] for one in snapshot.get("electors", {}).get("signing", ())}
        for entry in snapshot.get("officeholders", ()):
            since = date.fromisoformat(entry["since_on"])
            if entry["code"] == "DIRECTOR" and entry["person"]["id"] in signing and since > day:
                name = entry["person"]["name"]
                self.add_error(
                    "signed_on",
                    f"{name} became a director only on {since:%d/%m/%Y}, so could not have signed. Check the date.",
                )

    @staticmethod
    def _event_name(event: CorporateEvent) -> str:
        return f"effective_{event.pk}"

    @staticmethod
    def _document_name(document: Document) -> str:
        return f"dated_{document.pk}"


class WithdrawForm(forms.Form):
    """Why a pack is withdrawn."""

    because = TextField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays in the history of the pack and the company.",
        error_messages={"required": "Say why the pack is withdrawn."},
    )


class TickForm(forms.Form):
    """When something was done, and under which reference."""

    done_on = EventDateField(label="Done on", error_messages={"required": "Say when it was done."})
    reference = TextField(label="Reference", max_length=60, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"done_on": today})
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > self.today:
            raise forms.ValidationError("This day is still to come. Tick it off when it is done.")
        return day
