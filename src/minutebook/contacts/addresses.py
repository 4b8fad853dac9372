"""An address typed in one line, and the names of countries. Pure rules.

Country names are those of the time zone database (tzdata, iso3166.tab), with the usual ones beside them.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

AUSTRALIA = "AU"
_USUAL_NAMES = {"GB": "United Kingdom", "KR": "South Korea", "US": "United States of America"}
_OTHER_NAMES = {
    "BRITAIN": "GB", "ENGLAND": "GB", "GREAT BRITAIN": "GB", "NORTHERN IRELAND": "GB", "SCOTLAND": "GB",
    "UK": "GB", "WALES": "GB", "AMERICA": "US", "UNITED STATES": "US", "USA": "US", "AOTEAROA": "NZ",
    "HONG KONG SAR": "HK", "UAE": "AE", "VIET NAM": "VN",
}  # fmt: skip
_AUSTRALIAN_PLACE = re.compile(
    r"(?P<suburb>[^\d,]+?)[\s,]+(?P<state>ACT|NSW|NT|QLD|SA|TAS|VIC|WA)[\s,]+(?P<postcode>\d{4})",
    re.IGNORECASE,
)
_CARE_OF = re.compile(r"(?:c/[-o]?|care of)\s+(?P<care_of>[^,]+),\s*", re.IGNORECASE)
_LONGEST_STREET, _LONGEST_SUBURB = 200, 100  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressParts:
    """The parts of an address, named as the columns of an Address."""

    care_of: str = ""
    street: str
    suburb: str
    state: str = ""
    postcode: str = ""
    country: str = AUSTRALIA


def parse_address(text: str) -> AddressParts | None:
    """Return the parts of an address such as "17 Bastings Street, Northcote VIC 3070".

    Outside Australia the country comes last: "1 Queen Street, Auckland 1010, New Zealand". None if street,
    suburb, state, postcode or country cannot be told apart.
    """
    line = " ".join(text.split()).rstrip(" ,.")
    care_of = ""
    if found := _CARE_OF.match(line):
        care_of, line = found["care_of"].strip(), line[found.end() :]
    body, comma, last = line.rpartition(",")
    country = country_code(last) if comma else None
    if country and country != AUSTRALIA:
        return _parts_abroad(body, country=country, care_of=care_of)
    return _parts_in_australia(body if country else line, care_of=care_of)


def country_name(code: str) -> str:
    """Return the name of a country by its two letters, such as "New Zealand"; an unknown code as it is."""
    return _names().get(code.upper(), code)


def country_code(name: str) -> str | None:
    """Return the two letters of a country by its name or its letters, or None."""
    wanted = name.strip().rstrip(".").upper()
    return wanted if wanted in _names() else _codes().get(wanted)


def _parts_in_australia(line: str, *, care_of: str) -> AddressParts | None:
    street, comma, place = line.rpartition(",")
    while comma:  # "Northcote, VIC, 3070" has commas of its own
        if found := _AUSTRALIAN_PLACE.fullmatch(place.strip()):
            return _checked(
                AddressParts(
                    care_of=care_of,
                    street=street.strip(" ,"),
                    suburb=found["suburb"].strip(" ,"),
                    state=found["state"].upper(),
                    postcode=found["postcode"],
                )
            )
        street, comma, before = street.rpartition(",")
        place = f"{before},{place}"
    return None


def _parts_abroad(body: str, *, country: str, care_of: str) -> AddressParts | None:
    street, _, place = body.rpartition(",")
    return _checked(
        AddressParts(care_of=care_of, street=street.strip(" ,"), suburb=place.strip(" ,"), country=country)
    )


def _checked(parts: AddressParts) -> AddressParts | None:
    has_room = len(parts.street) <= _LONGEST_STREET and len(parts.suburb) <= _LONGEST_SUBURB
    return parts if parts.street and parts.suburb and has_room else None


@cache
def _names() -> dict[str, str]:
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {code: name for code, name in lines} | _USUAL_NAMES  # noqa: C416 - a line has two parts, and only two


@cache
def _codes() -> dict[str, str]:
    return {name.upper(): code for code, name in _names().items()} | _OTHER_NAMES
