"""What of imports grows old: the rows as they were sent. What they made in the registers stays."""

from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from minutebook.retention.kinds import Kind
from minutebook.spreadsheets.models import SpreadsheetImport, StagedRow

State = SpreadsheetImport.State
_IN_THE_REGISTERS = (State.IMPORTED, State.UNDONE)


def _sent() -> models.QuerySet[Any]:
    """Return imports with rows as they were sent, and those that nobody went on with."""
    rows = StagedRow.objects.filter(upload=OuterRef("pk"))
    return SpreadsheetImport.objects.filter(~Q(state__in=_IN_THE_REGISTERS) | Exists(rows))


def _remove(imports: models.QuerySet[Any], _: datetime) -> int:
    old = list(imports)
    paths = [file["path"] for each in old for file in each.files if "path" in file]
    StagedRow.objects.filter(upload__in=[each.pk for each in old]).delete()
    left = [each.pk for each in old if each.state not in _IN_THE_REGISTERS]
    SpreadsheetImport.objects.filter(pk__in=left).delete()
    transaction.on_commit(lambda: _delete_files(paths))
    return len(old)


def _delete_files(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)


UPLOADS = Kind(
    code="uploads",
    title="Uploads of imports",
    what_goes="The rows as they were sent go; what an import made in the registers stays, and can be undone.",
    days=90,
    least=7,
    may_stay=False,
    moment="sent_at",
    rows=_sent,
    remove=_remove,
)
