"""When a company's annual review comes round: each year, on the anniversary of its registration, s 345A."""

from datetime import date

from minutebook.companies.rules import months_after

_MONTHS_A_YEAR = 12


def next_review(review_on: date, *, today: date) -> date:
    """Return the first annual review on or after a day, reckoned from any review date."""
    years = max(0, today.year - review_on.year)
    this_year = months_after(review_on, _MONTHS_A_YEAR * years)
    return this_year if this_year >= today else months_after(review_on, _MONTHS_A_YEAR * (years + 1))
