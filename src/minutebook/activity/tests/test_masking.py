"""No tax file number, director ID or secret reaches an activity row, wherever somebody typed one."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutebook.activity.masking import NOT_KEPT, mask, mask_text
from minutebook.activity.models import record
from minutebook.firms.models import Firm

_WEIGHTS = (1, 4, 3, 7, 5, 8, 6, 9, 10)


@st.composite
def tax_file_numbers(draw: st.DrawFn) -> str:
    """Numbers of nine digits whose check digit is right."""
    while True:
        first = draw(st.lists(st.integers(0, 9), min_size=8, max_size=8))
        rest = sum(weight * digit for weight, digit in zip(_WEIGHTS, first, strict=False)) % 11
        # 10 × last ≡ −rest (mod 11), and 10 ≡ −1
        if rest <= 9:
            return "".join(map(str, [*first, rest]))


def spaced(number: str, gap: str) -> str:
    return gap.join((number[:3], number[3:6], number[6:]))


gaps = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2011", "  "])
around = st.text(alphabet=st.characters(exclude_categories=["Nd", "Nl", "Lu", "Ll", "Cs"]), max_size=8)


@given(tax_file_numbers(), gaps, around, around)
def test_a_tax_file_number_is_masked_in_any_text(number: str, gap: str, before: str, after: str) -> None:
    masked = mask_text(f"{before} {spaced(number, gap)} {after}")

    assert number not in re.sub(r"\D", "", masked)


@given(st.integers(0, 10**12 - 1), st.sampled_from(["", " ", "-"]))
def test_a_director_id_is_masked_in_any_text(rest: int, gap: str) -> None:
    number = f"036{rest:012}"
    written = gap.join(number[at : at + 3] for at in range(0, 15, 3))

    assert number not in re.sub(r"\D", "", mask_text(f"Her director ID is {written}."))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=6), inner),
        max_leaves=8,
    ),
    tax_file_numbers(),
)
def test_a_tax_file_number_is_found_however_deep_it_lies(around: object, number: str) -> None:
    masked = mask({"typed": [around, {"note": f"TFN {number}", "number": int(number)}]})

    deepest = masked["typed"][1]
    assert deepest["note"] == f"TFN •••{number[-3:]}"
    assert number.lstrip("0") not in json.dumps(deepest) or number.startswith("0")


@pytest.mark.parametrize(
    "text",
    ["ACN 004 085 616", "ABN 53 004 085 616", "03 9000 0000", "MB-000481-7K3Q", "22/11/2026", "J000123"],
)
def test_what_is_public_stays(text: str) -> None:
    assert mask_text(text) == text


def test_an_older_number_is_masked_where_it_is_named() -> None:
    assert mask_text("Tax file number: 37 118 629") == "Tax file number: •••629"


def test_fields_that_hold_secrets_are_not_kept() -> None:
    kept = mask(
        {"Password": "hunter2", "access_token": "abc", "Director ID": "036123456789012", "ACN": "123456782"}
    )

    assert kept == {
        "Password": NOT_KEPT, "access_token": NOT_KEPT, "Director ID": "•••012", "ACN": "123456782",
    }  # fmt: skip


def test_a_row_is_masked_as_it_is_written(firm: Firm) -> None:
    row = record(
        "contact.corrected", firm, sentence="TFN 123 456 782 noted", by=None,
        before={"Notes": ""}, after={"Notes": "tfn 123456782"}, typed={"x": ["123-456-782"]},
    )  # fmt: skip

    assert "123456782" not in re.sub(r"[^0-9]", "", f"{row.sentence}{row.after}{row.particulars}")
