"""Any text is read back as it was written, or refused with a sentence before anything is sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

import xpm
from xpm.xml import date_of, day, decimal, decimal_of, parse, text, text_of, write

type Connect = Callable[..., xpm.Client]

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


def is_carried_by_xml(value: str) -> bool:
    """XML 1.0 (Fifth Edition), s 2.2, [2] Char, spelled out apart from the code under test."""
    return all(
        character in "\t\n\r"
        or 0x20 <= ord(character) <= 0xD7FF
        or 0xE000 <= ord(character) <= 0xFFFD
        or ord(character) >= 0x10000
        for character in value
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=ANY_TEXT, description=ANY_TEXT, cost_description=ANY_TEXT)
@example(
    name="a\r\nb\rc\td ", description=" ]]><!-- &amp; {{ x }} ", cost_description="𠮷野家 \u0085\u2028 ﷽"
)
@example(name="\x00", description="\ud800", cost_description="\ufffe")
def test_any_text_survives_or_is_refused(
    client_of: Connect,
    annual_review: xpm.NewJob,
    late_fee: xpm.NewCost,
    *,
    name: str,
    description: str,
    cost_description: str,
) -> None:
    sent: list[bytes] = []

    def keep(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.read())
        return httpx2.Response(200, text="<Response><Status>OK</Status><UUID>c</UUID></Response>")

    client = client_of(keep)
    job = replace(annual_review, name=name, description=description)
    cost = replace(late_fee, description=cost_description)

    for values, refused in (
        ((name, description), refusal_of(lambda: client.add_job(job))),
        ((cost_description,), refusal_of(lambda: client.add_cost("J1", cost))),
    ):
        if all(is_carried_by_xml(value) for value in values):
            root = etree.fromstring(sent.pop(0))
            found = [
                root.findtext(tag) or "" for tag in ("Name", "Description") if root.find(tag) is not None
            ]
            assert tuple(found) == values
        else:
            assert "U+" in refused

    assert sent == []


def refusal_of(call: Callable[[], object]) -> str:
    """Return why the call was not written, "" when it was. What came back does not matter here."""
    try:
        call()
    except xpm.Unwritable as refusal:
        return str(refusal)
    except xpm.InDoubt:
        return ""
    return ""


def test_a_forbidden_character_is_named_with_its_place(client_of: Connect, annual_review: xpm.NewJob) -> None:
    job = replace(annual_review, description="Bell\x07")

    with pytest.raises(xpm.Unwritable, match=r"Description .* U\+0007 at position 5"):
        client_of("").add_job(job)


def test_a_refusal_to_write_is_both_a_refusal_and_a_value_error() -> None:
    assert issubclass(xpm.Unwritable, xpm.Refused)
    assert issubclass(xpm.Unwritable, ValueError)


@given(value=st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_survives_without_exponent(value: Decimal) -> None:
    body = write("Cost", decimal("Quantity", value))

    assert decimal_of(parse(body), "Quantity") == value
    assert "E" not in text_of(parse(body), "Quantity")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(client_of: Connect, late_fee: xpm.NewCost, value: str) -> None:
    with pytest.raises(xpm.Unwritable, match="UnitPrice"):
        client_of("").add_cost("J1", replace(late_fee, unit_price=Decimal(value)))


@given(value=st.dates())
def test_a_date_survives_as_eight_digits(value: date) -> None:
    body = write("Job", day("StartDate", value))

    assert len(text_of(parse(body), "StartDate")) == 8
    assert date_of(parse(body), "StartDate") == value


@given(value=ANY_TEXT.filter(is_carried_by_xml))
def test_what_we_write_is_read_the_same_by_our_own_reader(value: str) -> None:
    assert text_of(parse(write("Job", text("Name", value))), "Name") == value
