"""What a user types on the Document Production pages."""

from typing import Any

from django import forms
from django.core.validators import validate_email

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

    recipients = RecipientsField(
        label="To",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One or more e-mail addresses. Everybody gets one message with the PDFs attached.",
        error_messages={"required": "Say who gets the documents."},
    )
    subject = forms.CharField(
        label="Subject", max_length=200, error_messages={"required": "Give the message a subject."}
    )
    text = forms.CharField(label="Message", widget=forms.Textarea(attrs={"rows": 8}))


def proposed_message(pack: DocumentPack, *, sender: str) -> dict[str, str]:
    """Return the message as proposed: to the company's signing contact, in the firm's name."""
    contact = pack.company.signing_contact
    name = contact.given_names.split()[0] if contact and contact.given_names else "directors"
    return {
        "recipients": contact.email if contact else "",
        "subject": f"{pack.company.name}: {pack.title} ({pack.trace_number})",
        "text": (
            f"Dear {name}\n\nPlease find attached the documents for {pack.company.name}: {pack.title}.\n"
            "Please sign and date where shown, and return them to us.\n\n"
            f"Our reference is {pack.trace_number}.\n\n{sender}\n{pack.firm.name}"
        ),
    }
