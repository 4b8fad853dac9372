"""Addresses typed in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutebook.contacts.addresses import AddressParts, country_code, country_name, parse_address
from minutebook.contacts.models import Address

NORTHCOTE = AddressParts(street="17 Bastings Street", suburb="Northcote", state="VIC", postcode="3070")


@pytest.mark.parametrize(
    "text",
    [
        "17 Bastings Street, Northcote VIC 3070",
        "17 Bastings Street, Northcote, VIC, 3070",
        "  17 Bastings Street,Northcote   vic 3070. ",
        "17 Bastings Street, Northcote VIC 3070, Australia",
        "17 Bastings Street,\nNorthcote VIC 3070",
    ],
)
def test_an_address_in_australia_is_taken_apart(text: str) -> None:
    assert parse_address(text) == NORTHCOTE


def test_a_street_may_have_commas() -> None:
    parts = parse_address("Level 9, 120 Collins Street, Melbourne VIC 3000")

    assert parts is not None
    assert (parts.street, parts.suburb) == ("Level 9, 120 Collins Street", "Melbourne")


@pytest.mark.parametrize("mark", ["c/-", "c/o", "C/-", "care of"])
def test_the_occupier_comes_first(mark: str) -> None:
    parts = parse_address(f"{mark} Kauri & Wattle, 120 Collins Street, Melbourne VIC 3000")

    assert parts is not None
    assert (parts.care_of, parts.street) == ("Kauri & Wattle", "120 Collins Street")


@pytest.mark.parametrize("country", ["New Zealand", "NZ", "new zealand", "Aotearoa"])
def test_a_country_comes_last(country: str) -> None:
    parts = parse_address(f"1 Queen Street, Auckland 1010, {country}")

    assert parts == AddressParts(street="1 Queen Street", suburb="Auckland 1010", country="NZ")


@pytest.mark.parametrize(
    "text", ["", "somewhere", "Northcote VIC 3070", "17 Bastings Street, Northcote VIC", "17 Bastings Street 3070",
             "17 Bastings Street, Northcote", "New Zealand", "Auckland, New Zealand",
             f"{'x' * 201}, Northcote VIC 3070"]
)  # fmt: skip
def test_what_is_not_whole_is_not_guessed(text: str) -> None:
    assert parse_address(text) is None


def test_countries_have_their_usual_names() -> None:
    assert country_name("GB") == "United Kingdom"
    assert country_name("nz") == "New Zealand"
    assert country_name("XX") == "XX"
    assert country_code("Britain (UK)") is None
    assert country_code("United Kingdom") == "GB"


_WORDS = st.from_regex(r"[A-Za-z]{2,12}( [A-Za-z]{2,12})?", fullmatch=True).filter(
    lambda words: country_code(words) is None
)


@given(
    street=st.from_regex(r"[1-9][0-9]{0,3} [A-Z][a-z]{2,12} Street", fullmatch=True),
    suburb=_WORDS,
    state=st.sampled_from(["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"]),
    postcode=st.from_regex(r"[0-9]{4}", fullmatch=True),
)
def test_what_one_line_prints_is_read_again(street: str, suburb: str, state: str, postcode: str) -> None:
    address = Address(street=street, suburb=suburb, state=state, postcode=postcode)

    parts = parse_address(address.one_line)

    assert parts == AddressParts(street=street, suburb=suburb, state=state, postcode=postcode)


def test_an_address_abroad_prints_its_country() -> None:
    address = Address(street="1 Queen Street", suburb="Auckland", postcode="1010", country="NZ")

    assert address.one_line == "1 Queen Street, Auckland 1010, New Zealand"
