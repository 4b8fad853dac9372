"""Keeping what a firm says its practice's business structures stand for."""

from collections.abc import Mapping

from django.db import transaction

from minutebook.activity.models import record
from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm, User
from minutebook.scope import current_firm_id
from minutebook.sync.models import Structure
from minutebook.sync.structures import KindsOfStructures


def say_what_structures_are(kinds: Mapping[str, str], *, by: User) -> None:
    """Keep the kind of each structure; "" leaves its clients out. What stays as it is, is not kept."""
    known = KindsOfStructures()
    changed = {
        name[:100]: kind
        for name, kind in kinds.items()
        if (kind in Contact.Kind.values or not kind) and kind != known.kind_of(name)
    }
    if not changed:
        return
    with transaction.atomic():
        for name, kind in changed.items():
            Structure.objects.update_or_create(name=name, defaults={"kind": kind}, firm_id=current_firm_id())
        record(
            "sync.structures_said",
            Firm.objects.get(pk=current_firm_id()),
            sentence="Business structures of XPM mapped",
            by=by,
            before={name or "No structure": _label(known.kind_of(name)) for name in changed},
            after={name or "No structure": _label(kind) for name, kind in changed.items()},
        )


def _label(kind: str) -> str:
    return str(Contact.Kind(kind).label) if kind else "Left out"
