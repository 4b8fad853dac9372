"""What activity never shows: tax file numbers and director IDs but for their last digits, and no secret at all.

No database. ABN and ACN are public and stay; a number is taken for a tax file number when its check digit says so.
"""

import re
from collections.abc import Mapping
from typing import Any

NOT_KEPT = "(not kept)"
_SECRET = re.compile(
    r"passw|secret|token|recovery|private.?key|api.?key|otp|\bcode_verifier\b", re.IGNORECASE
)
_TAX_FIELD = re.compile(r"\btfn\b|tax.?file|director.?id", re.IGNORECASE)
_PUBLIC_FIELD = re.compile(r"\b(acn|abn|arbn)\b", re.IGNORECASE)
_GAP = r"[\s.\-\u2010-\u2015_/]{0,2}"
_DIRECTOR_ID = re.compile(rf"(?<![0-9A-Za-z])0{_GAP}3{_GAP}6(?:{_GAP}\d){{12}}(?![0-9A-Za-z])")
_NINE_DIGITS = re.compile(rf"(?<![0-9A-Za-z])\d(?:{_GAP}\d){{8}}(?![0-9A-Za-z]|{_GAP}\d)")
# Older numbers have eight digits; so have dates and telephones, hence the word before them.
_NAMED_TFN = re.compile(rf"(\b(?:tfn|tax file n\w*)\W{{0,5}})(\d(?:{_GAP}\d){{7,8}})(?!\d)", re.IGNORECASE)
_AFTER_ACN = re.compile(r"\b(?:ACN|ARBN)\W{0,3}$", re.IGNORECASE)
_WEIGHTS = (1, 4, 3, 7, 5, 8, 6, 9, 10)  # of a tax file number; their sum is a multiple of eleven
_LEFT = 3  # digits shown


def mask(value: Any, *, field: str = "") -> Any:
    """Return a JSON value as activity may keep it. `field` is the name it stands under."""
    if isinstance(value, Mapping):
        return {mask_text(key): mask(each, field=key) for key, each in value.items()}
    if isinstance(value, list):
        return [mask(each, field=field) for each in value]
    if field and _SECRET.search(field):
        return NOT_KEPT if value not in (None, "") else value
    if isinstance(value, str):
        return _mask_field(value, field)
    if isinstance(value, int) and not isinstance(value, bool) and mask_text(str(value)) != str(value):
        return mask_text(str(value))
    return value


def mask_text(text: str) -> str:
    """Return the text with every tax file number and director ID in it masked."""
    text = _DIRECTOR_ID.sub(lambda found: _masked(found[0]), text)
    text = _NAMED_TFN.sub(lambda found: found[1] + _masked(found[2]), text)
    return _NINE_DIGITS.sub(_mask_tax_file_number, text)


def _mask_field(value: str, field: str) -> str:
    if _TAX_FIELD.search(field):
        return _masked(value) if any(map(str.isdigit, value)) else value
    return value if _PUBLIC_FIELD.search(field) else mask_text(value)


def _mask_tax_file_number(found: re.Match[str]) -> str:
    digits = [int(each) for each in found[0] if each.isdigit()]
    checks = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0
    is_acn = bool(_AFTER_ACN.search(found.string[: found.start()]))
    return _masked(found[0]) if checks and not is_acn else found[0]


def _masked(number: str) -> str:
    digits = [each for each in number if each.isdigit()]
    return "•••" + "".join(digits[-_LEFT:] if len(digits) > _LEFT else [])
