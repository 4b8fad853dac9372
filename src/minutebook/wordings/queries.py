"""Reads for the pages of wordings."""

from itertools import groupby
from typing import Any

from django.http import Http404

from minutebook.documents.sources import supplied_text
from minutebook.wordings.catalogue import Wording, all_wordings
from minutebook.wordings.differences import compare
from minutebook.wordings.models import WordingVersion
from minutebook.wordings.saving import latest_version


def grouped_wordings() -> list[dict[str, Any]]:
    """Return every wording with what the firm has made of it, by group."""
    latest = {version.name: version for version in _latest()}
    return [
        {"title": group, "rows": [_row(wording, latest.get(wording.name)) for wording in wordings]}
        for group, wordings in groupby(all_wordings().values(), key=lambda wording: wording.group)
    ]


def wording_page(wording: Wording) -> dict[str, Any]:
    """Return what the page of one wording shows beside its form."""
    versions = list(
        WordingVersion.objects.filter(name=wording.name)
        .select_related("made_by")
        .defer("source", "base")
        .order_by("-number")
    )
    latest = latest_version(wording.name)
    used_in = [all_wordings()[code] for code in wording.printed_in if code != wording.name]
    return {"wording": wording, "versions": versions, "used_in": used_in, **_state(latest)}


def comparison(wording: Wording, before: str, after: str) -> dict[str, Any]:
    """Return two texts compared: each is a version's number, "supplied" or empty for the present one."""
    old, new = _text_of(wording, before or "supplied"), _text_of(wording, after)
    lines = compare(old[1], new[1])
    return {
        "wording": wording,
        "before": old[0],
        "after": new[0],
        "lines": lines,
        "is_same": not any(line.is_changed for line in lines),
    }


def _latest() -> list[WordingVersion]:
    return list(WordingVersion.objects.latest().select_related("made_by"))


def _row(wording: Wording, latest: WordingVersion | None) -> dict[str, Any]:
    return {"wording": wording, **_state(latest)}


def _state(latest: WordingVersion | None) -> dict[str, Any]:
    is_own = latest is not None and latest.is_own
    return {
        "latest": latest,
        "is_own": is_own,
        "has_changed": is_own and latest is not None and latest.supplied_has_changed,
    }


def _text_of(wording: Wording, which: str) -> tuple[str, str]:
    if which == "supplied":
        return "Supplied wording", supplied_text(wording.name)
    version = latest_version(wording.name) if not which else None
    if which:
        version = WordingVersion.objects.filter(
            name=wording.name, number=int(which) if which.isdecimal() else 0
        ).first()
        if version is None:
            raise Http404
    if version is None or not version.is_own:
        return "Supplied wording", supplied_text(wording.name)
    return f"Version {version.number}", version.source
