"""docs/security.md answers every requirement of ASVS level 2 once, and each test it names exists."""

from collections import Counter

from tests.docs.security import LEVEL_2, VERDICTS, Answer, answers, is_test
from tests.tracked import ROOT


def test_every_requirement_is_answered_once() -> None:
    given = Counter(number for each in answers() if isinstance(each, Answer) for number in each.numbers)
    asked = {f"{section}.{number}" for section, count in LEVEL_2.items() for number in range(1, count + 1)}

    assert len(asked) == 253
    assert (asked - set(given), set(given) - asked, [one for one in given if given[one] > 1]) == (
        set(),
        set(),
        [],
    )


def test_every_test_that_is_named_exists() -> None:
    named = {test for each in answers() if isinstance(each, Answer) for test in each.tests}

    assert [f"{file}::{name}" for file, name in sorted(named) if not is_test(ROOT / file, name)] == []


def test_every_verdict_is_one_of_five_and_gives_its_reason() -> None:
    given = [each for each in answers() if isinstance(each, Answer)]

    assert [each.numbers for each in given if each.verdict not in VERDICTS or not each.how] == []
