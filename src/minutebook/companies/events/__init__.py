"""The kinds of corporate events that Minutebook prepares documents for."""

from minutebook.companies.events.address import ChangePrincipalPlace, ChangeRegisteredOffice
from minutebook.companies.events.appoint import AppointDirector, AppointSecretary
from minutebook.companies.events.cease import CeaseOfficeholder
from minutebook.companies.events.details import ChangeOfficeholderDetails
from minutebook.companies.events.kinds import EventKind, see_each_other
from minutebook.companies.events.name import ChangeCompanyName
from minutebook.companies.events.review import AnnualReview
from minutebook.companies.events.shares import IssueShares

_ALL: tuple[EventKind, ...] = (
    AppointDirector(),
    AppointSecretary(),
    CeaseOfficeholder(),
    ChangeOfficeholderDetails(),
    IssueShares(),
    ChangeRegisteredOffice(),
    ChangePrincipalPlace(),
    ChangeCompanyName(),
    AnnualReview(),
)
GROUPS = ("Officeholders", "Shares", "Company", "Yearly")
KINDS: dict[str, EventKind] = {kind.code: kind for kind in _ALL}

__all__ = ["GROUPS", "KINDS", "EventKind", "grouped_kinds", "kind_of", "see_each_other"]


def kind_of(code: str) -> EventKind:
    """Return the kind of event with this code. Raises KeyError if there is none."""
    return KINDS[code]


def grouped_kinds() -> list[tuple[str, list[EventKind]]]:
    """Return the kinds by group, in the order of the page."""
    return [(group, [kind for kind in _ALL if kind.group == group]) for group in GROUPS]
