"""Who here is who there: what counts as certain, what is left to a person, and what is never suggested."""

from dataclasses import replace
from datetime import date

import pytest

from minutebook.contacts.matching import Certainty, Particulars, compare, find_duplicates, find_matches
from tests.two_sides import make_two_sides

AROHA = Particulars(
    key="ours",
    kind="PERSON",
    name="Aroha Mereana Ngata",
    born_on=date(1984, 5, 9),
    director_id="036123456789012",
)
STAR = Particulars(
    key="ours", kind="COMPANY", name="Southern Star Pty Ltd", acn="004085616", abn="53004085616",
    street="17 Bastings Street", postcode="3070",
)  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "SOUTHERN STAR PTY. LTD.",
        "Southern Star Proprietary Limited",
        "Southern Star P/L",
        "Southern  Star Pty Limited",
    ],
)
def test_a_company_is_certain_by_its_acn_however_its_legal_form_is_written(name: str) -> None:
    match = compare(STAR, replace(STAR, key="theirs", name=name, abn=""))

    assert match is not None
    assert (match.certainty, match.reasons) == (Certainty.CERTAIN, ("Same ACN", "Same name and address"))


def test_equal_numbers_under_different_names_are_left_to_a_person() -> None:
    match = compare(STAR, replace(STAR, key="theirs", name="Coral Coast Freight Pty Ltd", street="", abn=""))

    assert match is not None
    assert match.certainty is not Certainty.CERTAIN
    assert match.cautions == ("Named differently",)


def test_a_former_name_explains_the_difference() -> None:
    renamed = replace(STAR, former_names=("Bastings Bakery Pty Ltd",))

    match = compare(renamed, replace(STAR, key="theirs", name="Bastings Bakery P/L", abn=""))

    assert match is not None
    assert (match.certainty, match.reasons) == (Certainty.CERTAIN, ("Same ACN", "Same as a former name"))


def test_two_acns_are_two_companies_whatever_else_agrees() -> None:
    assert compare(STAR, replace(STAR, key="theirs", acn="010499966")) is None


@pytest.mark.parametrize(
    ("name", "certainty"),
    [
        ("Ngata, Aroha Mereana", Certainty.CERTAIN),
        ("Ms Aroha Mereana NGATA", Certainty.CERTAIN),
        ("Aroha M Ngata", Certainty.LIKELY),
        ("Aroha Ngata", Certainty.LIKELY),
        ("Aorha Mereana Ngata", Certainty.LIKELY),
    ],
)
def test_a_person_is_found_by_name_and_date_of_birth(name: str, certainty: Certainty) -> None:
    match = compare(AROHA, replace(AROHA, key="theirs", name=name, director_id=""))

    assert match is not None
    assert match.certainty is certainty


def test_a_father_of_the_same_name_is_somebody_else() -> None:
    assert compare(AROHA, replace(AROHA, key="theirs", born_on=date(1955, 1, 1), director_id="")) is None


def test_a_name_alone_is_never_certain() -> None:
    match = compare(AROHA, Particulars(key="theirs", kind="PERSON", name="Aroha Mereana Ngata"))

    assert match is not None
    assert match.certainty is Certainty.POSSIBLE


def test_a_trust_is_not_its_trustee_company() -> None:
    trust = replace(
        STAR, key="theirs", kind="TRUST", name="The Trustee for Southern Star Family Trust", acn="", abn=""
    )

    match = compare(STAR, trust)

    assert match is not None
    assert match.certainty is Certainty.POSSIBLE
    assert "One is a company, the other a trust" in match.cautions


def test_a_trust_filed_under_its_trustees_acn_is_left_to_a_person() -> None:
    trust = replace(
        STAR, key="theirs", kind="TRUST", name="Southern Star Pty Ltd ATF Ngata Family Trust", abn=""
    )

    match = compare(STAR, trust)

    assert match is not None
    assert match.certainty is not Certainty.CERTAIN


def test_joint_holders_are_not_one_of_them() -> None:
    joint = Particulars(key="theirs", kind="", name="Aroha Mereana & Hemi Ngata", born_on=None)

    assert compare(AROHA, joint) is None


def test_equal_numbers_on_one_side_leave_nobody_certain() -> None:
    twice = [replace(STAR, key="first"), replace(STAR, key="second")]

    matches = find_matches([STAR], twice)

    assert [match.certainty for match in matches] == [Certainty.LIKELY, Certainty.LIKELY]
    assert all("2 there fit it" in match.cautions for match in matches)


def test_an_office_shared_by_hundreds_brings_nobody_together() -> None:
    office = Particulars(key=-1, kind="COMPANY", name="", street="120 Collins Street", postcode="3000")
    here = [replace(office, key=n, name=f"{_word(n)} Pty Ltd") for n in range(300)]

    assert find_matches(here, [replace(office, name="Quite Other Pty Ltd")]) == []


def test_duplicates_come_once_a_pair() -> None:
    assert [
        (match.ours.key, match.theirs.key) for match in find_duplicates([AROHA, replace(AROHA, key="again")])
    ] == [("ours", "again")]


def test_on_a_practice_of_known_truth_nothing_certain_is_wrong_and_little_is_missed() -> None:
    sides = make_two_sides(1500, seed=20261123)

    matches = find_matches(sides.ours, sides.theirs)

    pairs = {(match.ours.key, match.theirs.key) for match in matches}
    certain = {(m.ours.key, m.theirs.key) for m in matches if m.certainty is Certainty.CERTAIN}
    assert certain - sides.truth == set()
    assert len(certain & sides.truth) / len(sides.truth) > 0.6
    assert len(pairs & sides.truth) / len(sides.truth) > 0.97


def _word(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:06d}")
