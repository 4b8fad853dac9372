"""The firm's letterhead: what a snapshot keeps of it, and how it is changed."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from minutebook.activity.models import record
from minutebook.documents.blocks import Picture
from minutebook.firms.models import Firm, User
from minutebook.wordings.logos import LogoFile, picture_of
from minutebook.wordings.models import Letterhead, Logo

_PLAIN = (
    "name", "logo_mm", "ink", "rule", "top_mm", "side_mm", "party_align", "acn_beside", "party_top_mm",
    "party_side_mm", "watermark",
)  # fmt: skip
_LABELS = {
    "name": "Name", "lines": "Lines", "logo_mm": "Width of the logo", "ink": "Colour of the name",
    "rule": "Colour of the line", "top_mm": "Margin above letters", "side_mm": "Margins beside letters",
    "party_align": "Company’s name", "acn_beside": "ACN beside the name",
    "party_top_mm": "Margin above companies’ documents", "party_side_mm": "Margins beside companies’ documents",
    "watermark": "Words across drafts",
}  # fmt: skip


def letterhead_of(firm: Firm) -> Letterhead:
    """Return the firm's letterhead; one that nobody has changed says what the firm has given of itself."""
    found = Letterhead.objects.select_related("logo").first()
    if found:
        return found
    lines = "\n".join(line for line in (firm.address, firm.phone, firm.email) if line)
    return Letterhead(firm=firm, name=firm.name, lines=lines)


def as_kept(letterhead: Letterhead) -> dict[str, Any]:
    """Return the letterhead for a snapshot: the logo by its hash, the rest as it is."""
    kept: dict[str, Any] = {name: getattr(letterhead, name) for name in _PLAIN}
    kept["lines"] = [line for line in letterhead.lines.split("\n") if line]
    kept["logo"] = letterhead.logo.sha256 if letterhead.logo else None
    return kept


def kept_letterhead() -> dict[str, Any]:
    """Return what a snapshot keeps; nothing while the firm's letters look as they always did."""
    found = Letterhead.objects.select_related("logo").first()
    return {"letterhead": as_kept(found)} if found else {}


def logo_in(snapshot: Mapping[str, Any]) -> Picture | None:
    """Return the logo that a snapshot names."""
    kept = snapshot.get("letterhead", {})
    if not kept.get("logo"):
        return None
    logo = Logo.objects.filter(sha256=kept["logo"]).first()
    return shown_logo(logo, kept["logo_mm"], snapshot["firm"]["name"]) if logo else None


def shown_logo(logo: Logo, shown_mm: int, firm_name: str) -> Picture:
    file = LogoFile("png" if logo.kind == "png" else "jpeg", bytes(logo.content), logo.width, logo.height)
    return picture_of(file, shown_mm=shown_mm, alt=f"Logo of {firm_name}")


def draft_words(snapshot: Mapping[str, Any]) -> str:
    """Return what is printed across drafts."""
    return str(snapshot.get("letterhead", {}).get("watermark") or "DRAFT")


@transaction.atomic
def change_letterhead(letterhead: Letterhead, *, logo: LogoFile | None, by: User, now: datetime) -> None:
    """Keep the letterhead, with another logo if one is given. Packs that are released stay as they are."""
    before = Letterhead.objects.select_related("logo").filter(pk=letterhead.pk).first()
    if logo:
        letterhead.logo = _kept_logo(logo)
    letterhead.changed_by, letterhead.changed_at = by, now
    letterhead.save()
    record(
        "letterhead.changed",
        letterhead,
        sentence="Letterhead changed",
        by=by,
        before=_in_words(before),
        after=_in_words(letterhead),
    )


def _kept_logo(file: LogoFile) -> Logo:
    digest = hashlib.sha256(file.content).hexdigest()
    values = {"kind": file.kind, "content": file.content, "width": file.width, "height": file.height}
    logo, _ = Logo.objects.get_or_create(sha256=digest, defaults=values)
    return logo


def _in_words(letterhead: Letterhead | None) -> dict[str, str]:
    if letterhead is None:
        return {}
    words = {label: str(getattr(letterhead, name)) for name, label in _LABELS.items()}
    return words | {"Logo": letterhead.logo.sha256[:12] if letterhead.logo else "None"}
