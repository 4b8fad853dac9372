"""Who last saved a pack in preparation, and when."""

from datetime import datetime
from uuid import UUID

from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User


def touch(pack_id: UUID, *, by: User, now: datetime) -> None:
    """Note that somebody has just changed a pack. Call inside the transaction of the change."""
    DocumentPack.objects.filter(pk=pack_id).update(saved_at=now, saved_by=by)
