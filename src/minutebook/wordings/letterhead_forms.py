"""What is typed on the page of the letterhead."""

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from minutebook.text import UnprintableText, check_text
from minutebook.wordings.colours import READABLE, VISIBLE, contrast_on_white, is_colour
from minutebook.wordings.logos import LARGEST, LogoFile, NoLogo, check_size, read_logo
from minutebook.wordings.models import Letterhead

_MOST_LINES = 6
_LONGEST_LINE = 90  # characters


def _colour(label: str, hint: str) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, widget=forms.TextInput(attrs={"type": "color"}))


def _millimetres(label: str, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=f"{label}, mm",
        min_value=least,
        max_value=most,
        error_messages={
            "required": f"Give the millimetres, from {least} to {most}.",
            "invalid": f"Give whole millimetres, from {least} to {most}.",
            "min_value": f"At least {least} mm, or printers cut it off.",
            "max_value": f"At most {most} mm, or there is no room for the text.",
        },
    )


class LetterheadForm(forms.ModelForm[Letterhead]):
    """The firm's letterhead, and the head of companies' papers."""

    layout = (
        ("new_logo", "logo_mm"), ("no_logo",), ("name",), ("lines",), ("ink", "rule"), ("top_mm", "side_mm"),
    )  # fmt: skip

    new_logo = forms.FileField(
        label="Logo",
        required=False,
        help_text=f"PNG or JPEG, at most {LARGEST // 1024 // 1024} MB. About 1,200 pixels wide prints sharply.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    no_logo = forms.BooleanField(label="Take the logo away", required=False)
    logo_mm = _millimetres("Width of the logo", 10, 90)
    ink = _colour("Colour of the name", "Dark enough to be read on white.")
    rule = _colour("Colour of the line", "Below the letterhead.")
    top_mm = _millimetres("Margin above", 10, 80)
    side_mm = _millimetres("Margins beside", 12, 40)
    party_top_mm = _millimetres("Margin above", 10, 80)
    party_side_mm = _millimetres("Margins beside", 12, 40)

    class Meta:
        model = Letterhead
        fields = (
            "name", "lines", "logo_mm", "ink", "rule", "top_mm", "side_mm", "party_align", "acn_beside",
            "party_top_mm", "party_side_mm", "watermark",
        )  # fmt: skip
        labels = {
            "name": "Name",
            "lines": "Lines",
            "party_align": "Company’s name",
            "acn_beside": "ACN on the same line as the name",
            "watermark": "Words across drafts",
        }
        help_texts = {
            "name": "Leave it empty where the logo says it.",
            "lines": "Address, telephone, e-mail, liability: one a line, at most six.",
        }
        widgets = {"lines": forms.Textarea(attrs={"rows": 4})}
        error_messages = {"watermark": {"required": "Say what is printed across drafts, such as DRAFT."}}

    logo_file: LogoFile | None = None

    def clean_new_logo(self) -> "UploadedFile[Any] | None":
        upload = cast("UploadedFile[Any] | None", self.cleaned_data["new_logo"])
        if upload:
            try:
                check_size(str(upload.name), upload.size or 0)
                self.logo_file = read_logo(str(upload.name), upload.read())
            except NoLogo as why:
                raise forms.ValidationError(str(why)) from None
        return upload

    def clean_name(self) -> str:
        return _printable(self.cleaned_data["name"])

    def clean_watermark(self) -> str:
        return _printable(self.cleaned_data["watermark"])

    def clean_lines(self) -> str:
        text = _printable(self.cleaned_data["lines"].replace("\r\n", "\n"))
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if len(lines) > _MOST_LINES:
            raise forms.ValidationError(f"These are {len(lines)} lines; a letterhead has at most six.")
        if long := next((line for line in lines if len(line) > _LONGEST_LINE), None):
            raise forms.ValidationError(f"“{long[:40]}…” is too long for one line: at most 90 characters.")
        return "\n".join(lines)

    def clean_ink(self) -> str:
        return _dark_enough(self.cleaned_data["ink"], READABLE, "The name could hardly be read")

    def clean_rule(self) -> str:
        return _dark_enough(self.cleaned_data["rule"], VISIBLE, "The line could hardly be seen")

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        has_logo = bool(self.logo_file or self.instance.logo) and not typed.get("no_logo")
        if not typed.get("name") and not has_logo and "name" not in self.errors:
            self.add_error("name", "Give the firm’s name, or a logo that says it.")
        if typed.get("no_logo") and not self.logo_file:
            self.instance.logo = None
        return typed


def _printable(text: str) -> str:
    try:
        return check_text(text)
    except UnprintableText as error:
        raise forms.ValidationError(error.message) from None


def _dark_enough(value: str, least: float, trouble: str) -> str:
    colour = value.strip().lower()
    if not is_colour(colour):
        raise forms.ValidationError("Give a colour as # and six figures or letters, such as #1b2d55.")
    contrast = contrast_on_white(colour)
    if contrast < least:
        raise forms.ValidationError(
            f"{trouble} on white: its contrast is {contrast:.1f} to 1, and {least:.1f} are needed. Choose a darker "
            "colour."
        )
    return colour
