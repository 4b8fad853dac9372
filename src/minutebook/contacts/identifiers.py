"""Australian identifiers: checked by their check digits, refused in a sentence that says what to do.

Pure rules. Sources: ASIC, Australian Company Number digit check; ABR, Format of the ABN; Australian Business
Registry Services on director IDs (their check digit is not public, so only length and prefix are checked).
"""

import re

from stdnum.au import abn as _abn
from stdnum.au import acn as _acn
from stdnum.exceptions import ValidationError as _Invalid

STATES = ("ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA")
_POSTCODE = re.compile(r"(?!00|01)\d{4}")  # 0200 to 9999
_DIRECTOR_ID = re.compile(r"036\d{12}")
# The usual ranges of each state; a postcode may cross a border, so these only warn.
_USUAL_POSTCODES = {
    "ACT": ((200, 299), (2600, 2618), (2900, 2920)),
    "NSW": ((1000, 2599), (2619, 2899), (2921, 2999)),
    "NT": ((800, 999),),
    "QLD": ((4000, 4999), (9000, 9999)),
    "SA": ((5000, 5999),),
    "TAS": ((7000, 7999),),
    "VIC": ((3000, 3999), (8000, 8999)),
    "WA": ((6000, 6797), (6800, 6999)),
}


class BadIdentifier(ValueError):
    """The identifier cannot be right; the message says why and what to do."""


def check_acn(text: str) -> str:
    """Return the nine digits of an ACN. Raises BadIdentifier."""
    digits = _digits(text)
    if len(digits) != _ACN_LENGTH:
        raise BadIdentifier(
            f"An ACN has nine digits, and this has {len(digits)}. Check it with ASIC’s register."
        )
    if digits == "000000000" or not _is_valid(_acn, digits):
        raise BadIdentifier("The check digit of this ACN does not fit. Check it with ASIC’s register.")
    return digits


def check_abn(text: str) -> str:
    """Return the eleven digits of an ABN. Raises BadIdentifier."""
    digits = _digits(text)
    if len(digits) != _ABN_LENGTH:
        raise BadIdentifier(
            f"An ABN has eleven digits, and this has {len(digits)}. Check it with ABN Lookup."
        )
    if digits.startswith("0") or not _is_valid(_abn, digits):
        raise BadIdentifier("The check digits of this ABN do not fit. Check it with ABN Lookup.")
    return digits


def check_director_id(text: str) -> str:
    """Return the fifteen digits of a director ID. Raises BadIdentifier."""
    digits = _digits(text)
    if not _DIRECTOR_ID.fullmatch(digits):
        raise BadIdentifier(
            "A director ID has fifteen digits and begins with 036. Check it with the director’s own record."
        )
    return digits


def check_postcode(text: str) -> str:
    """Return an Australian postcode. Raises BadIdentifier."""
    digits = text.strip()
    if not _POSTCODE.fullmatch(digits):
        raise BadIdentifier("An Australian postcode has four digits, from 0200 to 9999.")
    return digits


def is_usual_postcode(postcode: str, *, state: str) -> bool:
    """Tell whether a state usually has this postcode."""
    return any(low <= int(postcode) <= high for low, high in _USUAL_POSTCODES.get(state, ()))


def belongs_to_acn(abn: str, acn: str) -> bool:
    """Tell whether a company's ABN ends in its ACN, as it nearly always does. Both are digits only."""
    return abn.endswith(acn)


_ACN_LENGTH, _ABN_LENGTH = 9, 11


def _digits(text: str) -> str:
    """Return a number without the spaces, dots and dashes that people write into it."""
    kept = re.sub(r"[\s.\u00a0\u2010-\u2015-]", "", text)
    if not kept.isascii() or not kept.isdigit():
        raise BadIdentifier(
            "This holds something that is not a digit. Enter the digits, with or without spaces."
        )
    return kept


def _is_valid(kind: object, digits: str) -> bool:
    try:
        kind.validate(digits)  # type: ignore[attr-defined]  # stdnum's modules share this function
    except _Invalid:
        return False
    return True
