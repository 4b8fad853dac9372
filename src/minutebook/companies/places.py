"""Where a company may have its registered office and its principal place of business."""

from minutebook.companies.models import CompanyAddress
from minutebook.companies.rules import is_post_office_box
from minutebook.contacts.forms import AddressForm

_STREETS_ONLY = {
    CompanyAddress.Use.REGISTERED_OFFICE: "s 142(1)",
    CompanyAddress.Use.PRINCIPAL_PLACE: "s 146(1)",
}


def check_place(form: AddressForm, *, use: str) -> None:
    """Put what the Act does not allow beside the field of a validated address form."""
    section = _STREETS_ONLY.get(CompanyAddress.Use(use))
    if section is None or not form.is_filled_in:
        return
    what = CompanyAddress.Use(use).label.lower()
    if is_post_office_box(form.cleaned_data.get("street", "")):
        form.add_error("street", f"A {what} is a street address, not a post office box. {section}")
    if form.cleaned_data.get("country") != "AU":
        form.add_error("country", f"A {what} told to ASIC is in Australia. {section}")
