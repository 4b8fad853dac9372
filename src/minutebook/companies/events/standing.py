"""How a company stands on a day: who holds office, who holds shares. Reads for the events' checks."""

from datetime import date, timedelta

from minutebook.companies.models import Company, OfficeholderQuerySet


def directors_before(company: Company, day: date) -> OfficeholderQuerySet:
    """Return the directors in office immediately before a day; on its first day, the first directors."""
    eve = max(day - timedelta(days=1), company.registered_on)
    return company.officeholders.current(on=eve).directors()


def is_sole_director_and_member(company: Company, *, before: date) -> bool:
    """Return whether one person is the only director and the only member, ss 135(1), 201F."""
    directors = set(directors_before(company, before).values_list("contact_id", flat=True))
    members = set(company.shareholdings.current(on=before).values_list("member_id", flat=True))
    return len(directors) == 1 and directors == members
