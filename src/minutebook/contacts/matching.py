"""Which record here is which record there: every suggestion with its score and its reasons.

Pure rules. Evidence is taken in the order ACN, ABN, director ID, name with date of birth, name with address,
name with e-mail or telephone, name alone. CERTAIN is what a person may accept in bulk: an identifier or a
name with date of birth that agrees, nothing that speaks against it, and nobody else on either side who fits.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise, product

from minutebook.contacts.names import FoldedName, Form, fold_name, is_short_for, similarity


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is known of a person or organisation, on either side. "" or None where nothing is known.

    Numbers are digits only and checked: a number that cannot be right is left out by the caller.
    """

    key: Hashable
    kind: str  # a code of contacts.Contact.Kind, or "" when the other side does not tell
    name: str
    former_names: tuple[str, ...] = ()
    born_on: date | None = None
    acn: str = ""
    abn: str = ""
    director_id: str = ""
    street: str = ""
    postcode: str = ""
    email: str = ""
    phone: str = ""

    @cached_property
    def folded(self) -> FoldedName:
        return fold_name(self.name)

    @cached_property
    def place(self) -> str:
        """Return street and postcode, comparable; "" unless both are known."""
        street = " ".join(_ABBREVIATED.get(word, word) for word in fold_name(self.street).words)
        return f"{street} {self.postcode}" if street and self.postcode else ""

    @cached_property
    def line(self) -> str:
        """Return the telephone number's last nine digits: the same with +61 and with 0."""
        digits = "".join(filter(str.isdigit, self.phone))
        return digits[-_LINE:] if len(digits) >= _LINE else ""


_LINE = 9
_ABBREVIATED = {
    "street": "st", "road": "rd", "avenue": "ave", "av": "ave", "drive": "dr", "court": "ct", "crescent": "cres",
    "place": "pl", "highway": "hwy", "lane": "ln", "parade": "pde", "terrace": "tce", "boulevard": "blvd",
    "level": "lvl", "suite": "ste", "unit": "u", "circuit": "cct", "close": "cl", "square": "sq", "esplanade": "esp",
}  # fmt: skip


class Certainty(StrEnum):
    """How far a suggestion may be trusted. Only CERTAIN ones may be accepted together."""

    CERTAIN = "CERTAIN"
    LIKELY = "LIKELY"
    POSSIBLE = "POSSIBLE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """Two records that may be one. `score` is 1 to 100 and orders suggestions; it is no probability."""

    ours: Particulars
    theirs: Particulars
    score: int
    certainty: Certainty
    reasons: tuple[str, ...]  # what speaks for it, strongest first: "Same ACN"
    cautions: tuple[str, ...] = ()  # what a person must look at: "Named differently"


def find_matches(ours: Iterable[Particulars], theirs: Iterable[Particulars]) -> list[Match]:
    """Return the suggestions between two sides, best first; at most a few for each record."""
    found = [
        match
        for one, other in _candidates(list(ours), list(theirs))
        if (match := compare(one, other)) is not None
    ]
    return sorted(_told_apart(found), key=lambda match: (-match.score, str(match.ours.name)))


def find_duplicates(records: Iterable[Particulars]) -> list[Match]:
    """Return the pairs within one side that may be one record, best first, each pair once."""
    kept = list(records)
    place = {record.key: number for number, record in enumerate(kept)}
    pairs = (pair for pair in _candidates(kept, kept) if place[pair[0].key] < place[pair[1].key])
    found = [match for one, other in pairs if (match := compare(one, other)) is not None]
    return sorted(found, key=lambda match: (-match.score, str(match.ours.name)))


def compare(ours: Particulars, theirs: Particulars) -> Match | None:
    """Return how well two records agree, or None where they are two, or nothing but chance joins them."""
    likeness = _likeness_of_names(ours, theirs)
    if _are_two(ours, theirs, likeness):
        return None
    evidence = _Evidence()
    _weigh_numbers(ours, theirs, evidence)
    _weigh_names(ours, theirs, likeness, evidence)
    _weigh_kinds(ours, theirs, evidence)
    if evidence.score < _LEAST:
        return None
    return Match(
        ours=ours,
        theirs=theirs,
        score=evidence.score,
        certainty=evidence.certainty,
        reasons=tuple(evidence.reasons),
        cautions=tuple(evidence.cautions),
    )


_LEAST = 40
_SAME, _ALIKE = 0.95, 0.8  # likeness of names: the same but for form and order; one slip apart
_BY_NUMBER = (("acn", "ACN", 100), ("abn", "ABN", 97), ("director_id", "director ID", 96))
_NAME_AND_BIRTH, _NAME_AND_PLACE, _NAME_AND_CONTACT, _NAME_ALONE = 92, 78, 72, 55


@dataclass(slots=True)
class _Evidence:
    score: int = 0
    is_proof: bool = False
    reasons: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)

    def add(self, score: int, reason: str, *, is_proof: bool = False) -> None:
        """Take the strongest ground as the score; each further one adds a little."""
        self.score = min(100, max(self.score, score) + (2 if self.reasons else 0))
        self.is_proof = self.is_proof or is_proof
        self.reasons.append(reason)

    def doubt(self, less: int, caution: str) -> None:
        self.score = max(0, self.score - less)
        self.cautions.append(caution)

    @property
    def certainty(self) -> Certainty:
        if self.is_proof and not self.cautions:
            return Certainty.CERTAIN
        return Certainty.LIKELY if self.score >= _NAME_AND_CONTACT else Certainty.POSSIBLE


def _likeness_of_names(ours: Particulars, theirs: Particulars) -> float:
    likeness = similarity(ours.folded, theirs.folded)
    are_people = {_kind_of(ours), _kind_of(theirs)} <= {"PERSON", ""}
    if likeness < _ALIKE and are_people and is_short_for(ours.folded, theirs.folded):
        return _ALIKE
    return likeness


def _are_two(ours: Particulars, theirs: Particulars, likeness: float) -> bool:
    """Tell whether something known of both says outright that they are not one."""
    if any(_differ(ours, theirs, name) for name in ("acn", "director_id")):
        return True
    if _differ(ours, theirs, "abn") and not _agree(ours, theirs, "acn"):
        return True
    shares_number = any(_agree(ours, theirs, name) for name, _, _ in _BY_NUMBER)
    if _differ(ours, theirs, "born_on") and not shares_number:
        return True
    return not shares_number and likeness < _ALIKE and not _was_named(ours, theirs)


def _weigh_numbers(ours: Particulars, theirs: Particulars, evidence: _Evidence) -> None:
    for name, label, score in _BY_NUMBER:
        if _agree(ours, theirs, name):
            evidence.add(score, f"Same {label}", is_proof=True)


def _weigh_names(ours: Particulars, theirs: Particulars, likeness: float, evidence: _Evidence) -> None:
    if likeness < _ALIKE:
        _weigh_other_names(ours, theirs, evidence)
        return
    is_same = likeness >= _SAME
    named = "Same name" if is_same else "Nearly the same name"
    less = 0 if is_same else 12
    if _agree(ours, theirs, "born_on"):
        lives_elsewhere = _differ(ours, theirs, "place") and _differ(ours, theirs, "line")
        is_proof = is_same and not (lives_elsewhere or _differ(ours, theirs, "email"))
        evidence.add(_NAME_AND_BIRTH - less, f"{named} and date of birth", is_proof=is_proof)
    elif _agree(ours, theirs, "place"):
        evidence.add(_NAME_AND_PLACE - less, f"{named} and address")
    elif _agree(ours, theirs, "email") or _agree(ours, theirs, "line"):
        evidence.add(_NAME_AND_CONTACT - less, f"{named} and {_shared_contact(ours, theirs)}")
    else:
        evidence.add(_NAME_ALONE - less, named)
    if _differ(ours, theirs, "born_on"):
        evidence.doubt(25, "Different dates of birth")


def _weigh_other_names(ours: Particulars, theirs: Particulars, evidence: _Evidence) -> None:
    if _was_named(ours, theirs):
        evidence.add(_NAME_ALONE - 5, "Same as a former name")
    elif evidence.reasons:
        evidence.doubt(20, "Named differently")
    if _differ(ours, theirs, "born_on"):
        evidence.doubt(25, "Different dates of birth")


def _weigh_kinds(ours: Particulars, theirs: Particulars, evidence: _Evidence) -> None:
    mine, yours = _kind_of(ours), _kind_of(theirs)
    if mine and yours and mine != yours:
        evidence.doubt(35, f"One is {_A_KIND.get(mine, mine)}, the other {_A_KIND.get(yours, yours)}")


_A_KIND = {
    "PERSON": "a person", "COMPANY": "a company", "JOINT": "several joint holders", "TRUST": "a trust",
    "PARTNERSHIP": "a partnership", "SMSF": "a superannuation fund", "OTHER": "another kind of entity",
}  # fmt: skip
_KIND_OF_FORM = {Form.COMPANY: "COMPANY", Form.TRUST: "TRUST", Form.FUND: "SMSF"}


def _kind_of(record: Particulars) -> str:
    """Return the kind that the name states, else the one given: a trust is often filed as its trustee."""
    if record.kind in {"", "PERSON"} and record.folded.form is Form.JOINT:
        return "JOINT"
    stated = _KIND_OF_FORM.get(record.folded.form, record.kind)
    return record.kind if {stated, record.kind} == {"TRUST", "SMSF"} else stated


def _shared_contact(ours: Particulars, theirs: Particulars) -> str:
    return "e-mail" if _agree(ours, theirs, "email") else "telephone"


def _was_named(ours: Particulars, theirs: Particulars) -> bool:
    return _bears_former(ours, theirs) or _bears_former(theirs, ours)


def _bears_former(record: Particulars, other: Particulars) -> bool:
    return any(fold_name(name).key == other.folded.key for name in record.former_names)


def _agree(ours: Particulars, theirs: Particulars, name: str) -> bool:
    mine, yours = getattr(ours, name), getattr(theirs, name)
    return bool(mine) and mine == yours


def _differ(ours: Particulars, theirs: Particulars, name: str) -> bool:
    mine, yours = getattr(ours, name), getattr(theirs, name)
    return bool(mine) and bool(yours) and mine != yours


_MOST_PAIRS = 400  # of one ground: an office that 300 clients share tells nobody apart


def _candidates(
    ours: Sequence[Particulars], theirs: Sequence[Particulars]
) -> Iterator[tuple[Particulars, Particulars]]:
    """Yield, once each, the pairs that share something: comparing all with all would take hours."""
    seen: set[tuple[Hashable, Hashable]] = set()
    for values_of in _GROUNDS:  # one after the other: an index of all at once takes memory for nothing
        mine, yours = _by_ground(ours, values_of), _by_ground(theirs, values_of)
        for value, here in mine.items():
            there = yours.get(value, ())
            if len(here) * len(there) > _MOST_PAIRS:
                continue
            for one, other in product(here, there):
                pair = (one.key, other.key)
                if pair not in seen:
                    seen.add(pair)
                    yield one, other


type Ground = Callable[[Particulars], Iterable[str]]


def _by_ground(records: Sequence[Particulars], values_of: Ground) -> dict[str, list[Particulars]]:
    found: dict[str, list[Particulars]] = defaultdict(list)
    for record in records:
        for value in set(values_of(record)):
            if value:
                found[value].append(record)
    return found


def _names(record: Particulars) -> Iterable[str]:
    return record.folded.key, *(fold_name(name).key for name in record.former_names)


def _ends(record: Particulars) -> Iterable[str]:
    words = record.folded.words
    return (f"{words[0][:2]} {words[-1][:3]} {words[-1][-2:]}",) if words else ()


# What records are brought together by: numbers, the name, its single words, places and contacts.
_GROUNDS: tuple[Ground, ...] = (
    lambda record: (record.acn,),
    lambda record: (record.abn,),
    lambda record: (record.director_id,),
    lambda record: (record.email.casefold(),),
    lambda record: (record.line,),
    lambda record: (record.place,),
    lambda record: (str(record.born_on or ""),),
    _names,
    lambda record: record.folded.words,
    lambda record: map(" ".join, pairwise(record.folded.words)),
    _ends,
)


def _told_apart(matches: Sequence[Match]) -> list[Match]:
    """Take certainty from those for whom another on either side fits about as well."""
    rivals: dict[tuple[str, Hashable], list[Match]] = defaultdict(list)
    for match in matches:
        rivals["ours", match.ours.key].append(match)
        rivals["theirs", match.theirs.key].append(match)
    return [_with_rivals(match, rivals) for match in matches]


_CLOSE = 10  # points: a rival this near leaves a choice to a person


def _with_rivals(match: Match, rivals: dict[tuple[str, Hashable], list[Match]]) -> Match:
    there = _near(match, rivals["ours", match.ours.key])
    here = _near(match, rivals["theirs", match.theirs.key])
    cautions = [f"{count} {side} fit it" for count, side in ((there, "there"), (here, "here")) if count > 1]
    if not cautions:
        return match
    certainty = Certainty.LIKELY if match.certainty is Certainty.CERTAIN else match.certainty
    return replace(match, certainty=certainty, cautions=(*match.cautions, *cautions))


def _near(match: Match, all_of_one: Sequence[Match]) -> int:
    return sum(
        1 for other in all_of_one if other.score >= match.score - _CLOSE or _NUMBERS & set(other.reasons)
    )


_NUMBERS = {f"Same {label}" for _, label, _ in _BY_NUMBER}  # whoever has it is a rival, whatever the name
