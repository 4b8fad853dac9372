"""Numbers of people and companies: right ones pass, wrong ones are refused in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutebook.contacts.identifiers import (
    BadIdentifier,
    belongs_to_acn,
    check_abn,
    check_acn,
    check_director_id,
    check_postcode,
    is_usual_postcode,
)


@pytest.mark.parametrize("text", ["004 085 616", "010499966", "002-724-334", "000 000 019", "005.749.986"])
def test_a_valid_acn_is_kept_as_digits(text: str) -> None:
    assert check_acn(text) == "".join(character for character in text if character.isdigit())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("999 999 999", "check digit"),
        ("004 085 617", "check digit"),
        ("000 000 000", "check digit"),
        ("00408561", "nine digits, and this has 8"),
        ("4.08561616E+8", "not a digit"),
        ("\uff10\uff10\uff14085616", "not a digit"),
    ],
)
def test_a_wrong_acn_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(BadIdentifier, match=reason):
        check_acn(text)


@given(st.integers(min_value=0, max_value=99_999_999), st.integers(min_value=1, max_value=9))
def test_only_one_check_digit_fits(first_eight: int, change: int) -> None:
    weighed = sum(
        int(digit) * weight for digit, weight in zip(f"{first_eight:08d}", range(8, 0, -1), strict=True)
    )
    fitting = -weighed % 10

    with pytest.raises(BadIdentifier):
        check_acn(f"{first_eight:08d}{(fitting + change) % 10}")


@pytest.mark.parametrize("text", ["83 914 571 673", "51 824 753 556", "53004085616", "89 000 000 019"])
def test_a_valid_abn_is_kept_as_digits(text: str) -> None:
    assert check_abn(text) == text.replace(" ", "")


@pytest.mark.parametrize("text", ["99 999 999 999", "53 004 085 617", "05 004 085 616", "5300408561"])
def test_a_wrong_abn_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier):
        check_abn(text)


def test_an_abn_belongs_to_the_acn_it_ends_in() -> None:
    assert belongs_to_acn("53004085616", "004085616")
    assert not belongs_to_acn("53004085616", "010499966")


@pytest.mark.parametrize("text", ["036 4408 2196 4417", "036000000000000"])
def test_a_director_id_is_taken_by_length_and_prefix(text: str) -> None:
    assert check_director_id(text) == text.replace(" ", "")


@pytest.mark.parametrize("text", ["035440821964417", "03644082196441", "0364408219644170"])
def test_a_wrong_director_id_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier, match="begins with 036"):
        check_director_id(text)


@pytest.mark.parametrize("text", ["3000", "0200", "9999", " 0800 "])
def test_a_postcode_is_taken(text: str) -> None:
    assert check_postcode(text) == text.strip()


@pytest.mark.parametrize("text", ["", "300", "30000", "0100", "3OOO"])
def test_a_wrong_postcode_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier, match="four digits"):
        check_postcode(text)


def test_a_postcode_of_another_state_is_unusual() -> None:
    assert is_usual_postcode("3070", state="VIC")
    assert not is_usual_postcode("3070", state="QLD")
