"""Changing the firm's wordings: every change is a version, and none is lost."""

from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.documents.sources import supplied_text
from minutebook.firms.models import Firm, User
from minutebook.scope import current_firm_id
from minutebook.wordings.catalogue import Wording
from minutebook.wordings.models import WordingVersion


class SavedMeanwhile(Exception):
    """Somebody else has saved this wording since the page was opened: look at theirs, then save again."""

    def __init__(self, latest: WordingVersion) -> None:
        self.latest = latest
        super().__init__(
            f"{latest.made_by.name} saved version {latest.number} while you were writing. What you typed is below, "
            "and not saved yet. Compare it with theirs, then save it again."
        )


def latest_version(name: str) -> WordingVersion | None:
    return WordingVersion.objects.latest().filter(name=name).select_related("made_by").first()


def text_now(name: str) -> str:
    """Return the wording that new packs use."""
    latest = latest_version(name)
    return latest.source if latest and latest.source else supplied_text(name)


@transaction.atomic
def save_wording(
    wording: Wording,
    source: str,
    *,
    after: int,
    note: str,
    by: User,
    now: datetime,
    taking_supplied: bool = False,
) -> WordingVersion:
    """Keep the text as the next version. It was checked already.

    `after` is the number of the version it was written from (0: none). `taking_supplied` says that the text was
    brought together with what is supplied now. Raises SavedMeanwhile.
    """
    latest = _locked(wording, after=after)
    is_first = latest is None or not latest.is_own
    base = supplied_text(wording.name) if is_first or taking_supplied or latest is None else latest.base
    return _next(wording, latest, source=source, base=base, note=note, by=by, now=now)


@transaction.atomic
def restore_version(wording: Wording, number: int, *, by: User, now: datetime) -> WordingVersion:
    """Make an earlier version the next one. Raises WordingVersion.DoesNotExist."""
    earlier = WordingVersion.objects.get(name=wording.name, number=number)
    latest = _locked(wording, after=None)
    note = f"Version {number} restored"
    return _next(wording, latest, source=earlier.source, base=earlier.base, note=note, by=by, now=now)


@transaction.atomic
def back_to_supplied(wording: Wording, *, by: User, now: datetime) -> WordingVersion | None:
    """Use what Minutebook supplies again; the firm's versions stay to be restored."""
    latest = _locked(wording, after=None)
    if latest is None or not latest.is_own:
        return latest
    return _next(wording, latest, source="", base="", note="Back to the supplied wording", by=by, now=now)


def _locked(wording: Wording, *, after: int | None) -> WordingVersion | None:
    """Return the latest version; until the transaction ends nobody else saves one."""
    Firm.objects.select_for_update().get(pk=current_firm_id())
    latest = latest_version(wording.name)
    if after is not None and (latest.number if latest else 0) != after:
        assert latest is not None  # noqa: S101 - versions are never removed
        raise SavedMeanwhile(latest)
    return latest


def _next(
    wording: Wording,
    latest: WordingVersion | None,
    *,
    source: str,
    base: str,
    note: str,
    by: User,
    now: datetime,
) -> WordingVersion:
    WordingVersion.objects.latest().filter(name=wording.name).update(is_latest=False)
    version = WordingVersion.objects.create(
        name=wording.name,
        number=latest.number + 1 if latest else 1,
        source=source,
        base=base,
        note=note,
        made_by=by,
        made_at=now,
    )
    record(
        "wording.saved",
        version,
        sentence=f"Wording of “{wording.whole_title}” saved as version {version.number}"
        + (f": {note}" if note else ""),
        by=by,
        name=wording.name,
        version=version.number,
    )
    return version
