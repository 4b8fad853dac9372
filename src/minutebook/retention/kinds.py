"""What is not kept for ever. Packages above this one say what of theirs grows old, and how it is removed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

LONGEST = 3650  # days


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of thing that grows old. Its functions work for the firm in scope."""

    code: str  # kept with the firm's settings
    title: str  # "Drafts never released"
    what_goes: str  # a sentence: what is removed, and what stays
    days: int  # kept for so long, until the firm says otherwise
    least: int  # fewer days are refused
    may_stay: bool  # whether 0, for ever, may be chosen
    moment: str  # the field from which its age is counted
    rows: Callable[[], models.QuerySet[Any]]  # what would go if it were old enough
    remove: Callable[[models.QuerySet[Any], datetime], int]  # returns how many went

    def old(self, *, before: datetime) -> models.QuerySet[Any]:
        """Return what is older than a moment."""
        return self.rows().filter(**{f"{self.moment}__lt": before})

    def oldest_at(self) -> datetime | None:
        """Return the moment of the oldest that could go."""
        found: datetime | None = self.rows().aggregate(at=models.Min(self.moment))["at"]
        return found


_told: dict[str, Kind] = {}


def tell_kind(kind: Kind) -> None:
    """Add a kind of thing that grows old, once apps are ready."""
    _told[kind.code] = kind


def kinds() -> list[Kind]:
    """Return every kind, by title."""
    return sorted(_told.values(), key=lambda kind: kind.title)


def kind_named(code: str) -> Kind:
    return _told[code]
