"""What a user types to send a pack."""

from typing import Any

from django import forms
from django.core.validators import validate_email

from minutebook.delivery.people import people_to_write_to
from minutebook.documents.models import DocumentPack

_MOST_RECIPIENTS = 20


class RecipientsField(forms.CharField):
    """E-mail addresses, parted by commas or lines."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return list(dict.fromkeys(part for part in text.replace(",", " ").replace(";", " ").split() if part))

    def validate(self, value: Any) -> None:
        super().validate(value)
        for address in value:
            try:
                validate_email(address)
            except forms.ValidationError as error:
                raise forms.ValidationError(
                    f"“{address}” is not an e-mail address. Correct or remove it."
                ) from error
        if len(value) > _MOST_RECIPIENTS:
            raise forms.ValidationError(
                f"One message goes to at most {_MOST_RECIPIENTS} people. Remove some."
            )


class SendForm(forms.Form):
    """The message that carries the pack."""

    ATTACHED, LINK = "attached", "link"
    DAYS = 30  # that a link is good

    recipients = RecipientsField(
        label="To",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One or more e-mail addresses, parted by commas or lines.",
    )
    people = forms.MultipleChoiceField(
        label="People of the company", required=False, widget=forms.CheckboxSelectMultiple
    )
    subject = forms.CharField(
        label="Subject", max_length=200, error_messages={"required": "Give the message a subject."}
    )
    text = forms.CharField(
        label="Message",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write a line to go with the documents."},
    )
    manner = forms.ChoiceField(
        label="The documents go",
        required=False,
        initial=ATTACHED,
        choices=[
            (ATTACHED, "attached to the message, as PDFs"),
            (LINK, "by a secure link: each recipient has their own, opened with a code mailed to them"),
        ],
        widget=forms.RadioSelect,
    )
    link_days = forms.IntegerField(
        label="A link is good for (days)",
        required=False,
        min_value=1,
        max_value=90,
        initial=DAYS,
        error_messages={
            "min_value": "A link is good for at least one day.",
            "max_value": "A link is good for at most 90 days.",
            "invalid": "Type a number of days, such as 30.",
        },
    )
    apart = forms.BooleanField(
        label="A message of its own for each recipient, so that they do not see each other", required=False
    )

    def __init__(self, *args: Any, pack: DocumentPack, **kwargs: Any) -> None:  # Django's own, and the pack
        super().__init__(*args, **kwargs)
        people = people_to_write_to(pack.company)
        self.fields["people"].choices = [(each.email, each.said) for each in people if each.email]  # type: ignore[attr-defined]
        without = [each.name for each in people if not each.email]
        self.fields["people"].help_text = f"No e-mail address: {', '.join(without)}." if without else ""
        if not self.fields["people"].choices:  # type: ignore[attr-defined]
            del self.fields["people"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = cleaned.get("recipients")
        if typed is not None:
            chosen = [*typed, *cleaned.get("people", [])]
            cleaned["recipients"] = list({address.lower(): address for address in chosen}.values())
            if not cleaned["recipients"]:
                self.add_error("recipients", "Say who gets the documents.")
            elif len(cleaned["recipients"]) > _MOST_RECIPIENTS:
                self.add_error("recipients", f"One message goes to at most {_MOST_RECIPIENTS} people.")
        return cleaned

    def message(self) -> dict[str, Any]:
        """Return what `queue_mails` asks for."""
        given = self.cleaned_data
        days = (given["link_days"] or self.DAYS) if given["manner"] == self.LINK else None
        kept = {name: given[name] for name in ("recipients", "subject", "text", "apart")}
        return kept | {"link_days": days}


def proposed_message(pack: DocumentPack, *, sender: str) -> dict[str, Any]:
    """Return the message as proposed: to the company's signing contact, in the firm's name."""
    contact = pack.company.signing_contact
    name = contact.given_names.split()[0] if contact and contact.given_names else "directors"
    return {
        "people": [contact.email] if contact and contact.email else [],
        "subject": f"{pack.company.name}: {pack.title} ({pack.trace_number})",
        "text": (
            f"Dear {name}\n\nHere are the documents for {pack.company.name}: {pack.title}.\n"
            "Please sign and date where shown, and return them to us.\n\n"
            f"Our reference is {pack.trace_number}.\n\n{sender}\n{pack.firm.name}"
        ),
    }
