"""A trace number is read aloud, printed, and unique beyond one database."""

import re

from hypothesis import given
from hypothesis import strategies as st

from minutebook.production.trace import ALPHABET, new_trace_number


@given(st.integers(min_value=1, max_value=999_999))
def test_a_trace_number_has_the_pack_number_and_four_characters(number: int) -> None:
    trace_number = new_trace_number(number)

    assert re.fullmatch(rf"MB-{number:06d}-[{ALPHABET}]{{4}}", trace_number)


def test_the_same_pack_number_elsewhere_gets_another_trace_number() -> None:
    assert len({new_trace_number(481) for _ in range(50)}) > 1


def test_no_character_is_mistaken_for_another_over_the_telephone() -> None:
    assert not set("01ILOU") & set(ALPHABET)
