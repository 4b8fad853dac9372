"""`minutebook delete-firm`: every row and file of a firm, and nothing of another firm.

Foreign keys are checked as the transaction commits, so tables are emptied in any order; a row of another firm
that pointed here would stop all of it.
"""

import inspect
import json
import logging
from collections import Counter
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import ProtectedError
from django.utils.module_loading import import_string

from minutebook.activity.models import ActivityHead, erasing
from minutebook.documents.models import ProducedFile
from minutebook.firms.models import Firm, Membership, User
from minutebook.practice.models import CallSlot, CallWindow, Connection
from minutebook.production.models import KeptFile, OwnFile
from minutebook.scope import firm_scope
from minutebook.server.models import DeletedFirm
from minutebook.spreadsheets.models import SpreadsheetImport

logger = logging.getLogger(__name__)

type Model = type[models.Model]


def contents_of(firm: Firm) -> Counter[str]:
    """Return how many rows of each kind the firm has, by table."""
    counted = {model._meta.db_table: rows.count() for model, rows in _rows_of(firm)}
    return Counter({table: number for table, number in counted.items() if number})


def files_of(firm: Firm) -> list[str]:
    """Return the stored files of the firm: of its packs, and uploads that were not read yet."""
    with firm_scope(firm.pk):
        of_packs = [
            path
            for model in (ProducedFile, OwnFile, KeptFile)
            for path in model._base_manager.filter(firm=firm).order_by("file").values_list("file", flat=True)
        ]
        sent = SpreadsheetImport.objects.order_by("pk").values_list("files", flat=True)
        return [
            *dict.fromkeys(of_packs),
            *(file["path"] for files in sent for file in files if "path" in file),
        ]


def delete_firm(firm: Firm, *, now: datetime, was_exported: bool) -> DeletedFirm:
    """Delete a firm for good, and return the note that outlives it. Its files go once that is certain.

    People who belong to no other firm are deleted with it. Sent mail in the data folder and backups are not
    touched.
    """
    files, number = files_of(firm), firm.pk
    with transaction.atomic(), erasing(number):
        Firm.objects.select_for_update().get(pk=number)  # nobody adds a row meanwhile
        note = DeletedFirm.objects.create(
            firm_number=number,
            deleted_at=now,
            rows=contents_of(firm).total(),
            files=len(files),
            activity_end=str(ActivityHead.objects.filter(pk=number).first() or ""),
            was_exported=was_exported,
        )
        people = list(Membership.ever_everywhere.filter(firm_id=number).values_list("user_id", flat=True))
        _forget_calls(firm)
        _forget_tasks(firm)
        for _, rows in list(_rows_of(firm)):
            rows._raw_delete(rows.db)  # noqa: SLF001  # what points where is checked at the end
        Firm.objects.filter(pk=number)._raw_delete(connection.alias)  # noqa: SLF001
        _delete_people(people)
        _end_sessions(number, people)
        transaction.on_commit(lambda: _delete_files(files))
    logger.warning(
        "Firm %s was deleted: %d rows, %d files; its activity ended with %s",
        number,
        note.rows,
        note.files,
        note.activity_end,
    )
    return note


def _rows_of(firm: Firm) -> list[tuple[Model, models.QuerySet[Any]]]:
    """Return what belongs to the firm: rows that name it, and those between two rows that do."""
    every = apps.get_models(include_auto_created=True)
    of_firm: list[tuple[Model, models.QuerySet[Any]]] = [
        (model, model._base_manager.filter(firm_id=firm.pk))  # it sees every firm's rows
        for model in every
        if any(field.related_model is Firm for field in model._meta.concrete_fields)
    ]
    owned = dict(of_firm)
    for model in every:
        if model._meta.auto_created and model not in owned:
            for field in model._meta.concrete_fields:
                if (related := field.related_model) in owned:
                    between = {f"{field.name}__in": owned[related].values("pk")}
                    of_firm.insert(0, (model, model._base_manager.filter(**between)))
                    break
    return of_firm


def _forget_calls(firm: Firm) -> None:
    """Forget the allowance of the firm's practices, unless another firm has connected one meanwhile."""
    everywhere: models.QuerySet[Connection] = models.QuerySet(Connection)
    mine = set(everywhere.filter(firm_id=firm.pk).values_list("tenant_id", flat=True))
    mine -= set(everywhere.exclude(firm_id=firm.pk).values_list("tenant_id", flat=True))
    CallWindow.objects.filter(tenant_id__in=mine).delete()
    CallSlot.objects.filter(tenant_id__in=mine).delete()


def _forget_tasks(firm: Firm) -> None:
    """Take the firm's tasks out of the queue, those that were done included."""
    if connection.vendor == "postgresql":
        table, columns = "procrastinate_jobs", "id, args->>'path', args->'args', args->'kwargs'"
    else:
        table, columns = "django_tasks_database_dbtaskresult", "id, task_path, args_kwargs, NULL"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608  # our own words
        mine = [row[0] for row in cursor.fetchall() if _firm_in(*row[1:]) == firm.pk]
        for pk in mine:
            if connection.vendor == "postgresql":
                cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [pk])
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])  # noqa: S608


def _firm_in(path: str, arguments: Any, named: Any) -> int | None:
    """Return the firm that a task of the queue works for."""
    given, by_name = _json(arguments), _json(named) or {}
    if isinstance(given, dict):  # django-tasks-db keeps both in one
        given, by_name = given["args"], given["kwargs"]
    bound = inspect.signature(import_string(path).func).bind_partial(*given, **by_name)
    firm_id: int | None = bound.arguments.get("firm_id")
    return firm_id


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _delete_people(people: list[int]) -> None:
    elsewhere = Membership.ever_everywhere.filter(user_id__in=people).values("user_id")
    for user in User.objects.filter(pk__in=people).exclude(pk__in=elsewhere):
        try:
            with transaction.atomic():
                user.delete()
        except ProtectedError:  # what they did in another firm that they have left stays theirs
            User.objects.filter(pk=user.pk).update(is_active=False)


def _end_sessions(firm_id: int, people: list[int]) -> None:
    left = set(User.objects.filter(pk__in=people).values_list("pk", flat=True))
    for session in Session.objects.iterator():
        kept = session.get_decoded()
        person = int(kept.get("_auth_user_id") or 0)
        if (person in people and person not in left) or kept.get("firm_id") == firm_id:
            session.delete()


def _delete_files(files: list[str]) -> None:
    for name in files:
        default_storage.delete(name)
