"""The steps of an import in the background: reading, checking, entering. Each can be stopped and begun again.

A step that is killed leaves the import as moving and silent; its page says so and offers to begin again. Only
entering writes to the registers, in one transaction.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.firms.models import Firm, User
from minutebook.scope import firm_scope
from minutebook.spreadsheets.checking import check_rows, say_progress
from minutebook.spreadsheets.entering import Changed, enter
from minutebook.spreadsheets.models import SpreadsheetImport
from minutebook.spreadsheets.staging import read_files
from minutebook.spreadsheets.understanding import understand

AT_ONCE = 400  # rows up to which nobody is made to wait for a worker
_log = logging.getLogger(__name__)
State = SpreadsheetImport.State
_WENT_WRONG = (
    "Something went wrong in Minutebook, and nothing was imported. "
    "Try again; if it happens again, tell your administrator."
)


def begin(sent: SpreadsheetImport, step: str, *, now: datetime, by: User, is_small: bool) -> None:
    """Begin a step: at once when it is small, otherwise in the background."""
    with transaction.atomic():
        SpreadsheetImport.objects.filter(pk=sent.pk).update(state=step, heard_at=now, done=0, problem="")
        record(f"import.{step.lower()}", sent, sentence=f"{State(step).label}: {sent.name}", by=by)
        if not is_small:
            take_step.enqueue(sent.firm_id, sent.pk, by.pk)
    if is_small:
        run_step(sent.pk, by=by)
    sent.refresh_from_db()


@task(queue_name="default")
def take_step(firm_id: int, import_id: int, by_id: int) -> None:
    """Do the step that an import is at."""
    with firm_scope(firm_id):
        run_step(import_id, by=User.objects.get(pk=by_id))


def run_step(import_id: int, *, by: User) -> None:
    """Do the step that an import is at. Whatever goes wrong, the import says so and nothing is half done."""
    sent = SpreadsheetImport.objects.get(pk=import_id)
    step = sent.state
    try:
        if step == State.READING:
            read_files(sent)
        elif step == State.CHECKING:
            check_rows(sent)
        elif step == State.IMPORTING:
            _import(sent, by=by)
    except Changed as problem:
        _end(sent, State.COLUMNS, str(problem))
    except Exception:
        _log.exception("import %s failed while %s", import_id, step)
        _end(
            sent,
            {State.READING: State.UNREADABLE, State.CHECKING: State.COLUMNS}.get(State(step), State.CHECKED),
            _WENT_WRONG,
        )
        raise


def _import(sent: SpreadsheetImport, *, by: User) -> None:
    found = understand(sent, heard=lambda done: say_progress(sent, done))
    if found.errors:
        raise Changed(
            "The registers changed since the rows were checked, and some rows no longer fit. Check them again."
        )
    say_progress(sent, sent.rows)
    today = Firm.objects.get(pk=sent.firm_id).day_of(timezone.now())
    enter(sent, found, by=by, today=today)


def _end(sent: SpreadsheetImport, state: str, problem: str) -> None:
    SpreadsheetImport.objects.filter(pk=sent.pk).update(state=state, problem=problem)
