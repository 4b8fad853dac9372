"""What the Corporations Act 2001 (Cth) asks of a company's changes, as plain computation.

No database, no clock, no settings: every function works on plain values. Sections are those of the Act.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

NOTICE_DAYS = 28  # ss 142(2), 146, 205B, 254X: to notify ASIC, counted from the day after the change
ADULT_YEARS = 18  # s 201B(1)
MOST_MEMBERS = 50  # s 113(1): of a proprietary company, not counting employee shareholders
OFFICE_MOVE_DAYS = 7  # s 142(2): a registered office moves at the earliest seven days after the notice
SOLVENCY_MONTHS = 2  # s 347A(1): to resolve on solvency after a review date
SOLVENCY_NOTICE_DAYS = 7  # s 347B: to tell ASIC of a negative resolution, or of none in time
_SATURDAY = 5


def days_after(day: date, days: int) -> date:
    """Return the last day of a period "within so many days after": the day after is day 1."""
    return day + timedelta(days=days)


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day if the month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def missed_solvency_notice_by(review_on: date) -> date:
    """Return by when ASIC is told that the two months passed without a solvency resolution, s 347B."""
    return days_after(months_after(review_on, SOLVENCY_MONTHS), SOLVENCY_NOTICE_DAYS)


def weekend_note(due_on: date) -> str:
    """Return what to say about a deadline on a weekend, or nothing. The day itself never moves."""
    if due_on.weekday() < _SATURDAY:
        return ""
    return f"A {due_on:%A}: ASIC’s practice may allow Monday; the earlier date is kept."


def age_on(born_on: date, day: date) -> int:
    """Return whole years of age. Born on 29 February, one is a year older from 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


_POST_OFFICE_BOX = re.compile(
    r"\b(?:g\.?\s*p\.?\s*o\.?|p\.?\s*o\.?|post\s+office|private|locked|community)\s*(?:mail\s*)?(?:box|bag)\b"
    r"|\b(?:rmb|cmb|rsd|gpo)\b(?:\s+box)?\s*\d",
    re.IGNORECASE,
)


def is_post_office_box(street: str) -> bool:
    """Return whether the line names a box or bag of a post office instead of a place, ss 142, 146."""
    return _POST_OFFICE_BOX.search(street) is not None


class Leaving(StrEnum):
    """How an office ends."""

    RESIGNATION = "resignation"  # s 203A
    REMOVAL = "removal"  # s 203C
    DEATH = "death"


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A director's time in office: from `since` up to, but not on, `until`."""

    contact_id: int
    name: str
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Departure:
    """That a director leaves by an event of the pack being prepared."""

    manner: Leaving
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Excluded:
    """Somebody who might be expected to sign, and why they do not."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Electors:
    """Who decides: those who sign, and those who do not with the reason."""

    signing: tuple[Term, ...]
    excluded: tuple[Excluded, ...]


def directors_deciding(
    terms: Iterable[Term], *, decided_on: date, prepared_on: date, departures: Mapping[int, Departure]
) -> Electors:
    """Return the directors who resolve on changes of `decided_on`: those in office immediately before them.

    Section 248A asks every director who may vote to sign, s 248B the only one; a paper about a day that has
    passed is signed by those who are in office now. A director who resigns signs if still in office when the
    paper can be signed; one who has died, was removed or is out of office does not. Should nobody be left,
    those in office when it is prepared decide.
    """
    terms = list(terms)
    eve = max(decided_on - timedelta(days=1), min((term.since for term in terms), default=decided_on))
    voting_on = eve if decided_on >= prepared_on else prepared_on
    signing, excluded = [], []
    for term in (
        term for term in terms if term.covers(eve) or eve < term.since <= max(decided_on, voting_on)
    ):
        reason = _why_not(term, voting_on=voting_on, departure=departures.get(term.contact_id))
        if reason:
            excluded.append(Excluded(name=term.name, reason=reason))
        else:
            signing.append(term)
    if not signing:  # whoever is in office now decides, and is then not left out
        signing = [term for term in terms if term.covers(prepared_on)]
        excluded = [left_out for left_out in excluded if left_out.name not in {term.name for term in signing}]
    return Electors(signing=tuple(signing), excluded=tuple(excluded))


def _why_not(term: Term, *, voting_on: date, departure: Departure | None) -> str:
    if term.since > voting_on:
        return f"a director only from {_short(term.since)}"
    if departure and departure.manner == Leaving.DEATH:
        return f"died on {_short(departure.on)}"
    if departure and departure.manner == Leaving.REMOVAL:
        return f"removed as a director with effect from {_short(departure.on)}"
    ceased_on = departure.on if departure else term.until
    if ceased_on and ceased_on <= voting_on:
        return f"ceased as a director on {_short(ceased_on)}"
    return ""


def _short(day: date) -> str:
    return f"{day:%d/%m/%Y}"
