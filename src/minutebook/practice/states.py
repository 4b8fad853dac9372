"""The interface codes of the two states that jobs are marked as. XPM does not tell them: somebody types them.

A code is proved once a job has accepted it.
"""

from collections.abc import Iterable

from django.db import transaction

from minutebook.activity.changes import seen
from minutebook.activity.models import record
from minutebook.firms.models import User
from minutebook.practice.models import Connection, StaffMember


def save_codes(connection: Connection, *, in_progress: str, completed: str, by: User) -> None:
    """Keep the codes as typed; one that changed is not yet proved."""
    with transaction.atomic():
        kept = Connection.objects.select_for_update().get(pk=connection.pk)
        before = seen(kept, "in_progress_code", "completed_code")
        kept.in_progress_proved &= kept.in_progress_code == in_progress
        kept.completed_proved &= kept.completed_code == completed
        kept.in_progress_code, kept.completed_code = in_progress, completed
        kept.save()
        sentence = f"State codes set: In progress {in_progress or '–'}, Completed {completed or '–'}"
        after = seen(kept, "in_progress_code", "completed_code")
        record("connection.codes_set", kept, sentence=sentence, by=by, before=before, after=after)


@transaction.atomic
def attach_documents(connection: Connection, *, on: bool, by: User) -> None:
    """Say whether the released PDFs are attached to the job from now on."""
    kept = Connection.objects.select_for_update().get(pk=connection.pk)
    if kept.attaches_documents == on:
        return
    kept.attaches_documents = on
    kept.save(update_fields=["attaches_documents"])
    sentence = f"Documents are {'attached to the job' if on else 'no longer attached to the job'}"
    record("connection.attaching", kept, sentence=sentence, by=by, on=on)


@transaction.atomic
def hide_staff(connection: Connection, pks: Iterable[int], *, by: User) -> None:
    """Keep some of the practice's staff out of the list to choose from."""
    before = _hidden(connection)
    StaffMember.objects.hide(connection, pks)
    record(
        "connection.staff_hidden",
        connection,
        sentence="Staff list changed",
        by=by,
        before={"Hidden": before},
        after={"Hidden": _hidden(connection)},
    )


def _hidden(connection: Connection) -> str:
    hidden = StaffMember.objects.of(connection).filter(is_hidden=True)
    return ", ".join(hidden.order_by("name", "pk").values_list("name", flat=True))


def prove_code(connection: Connection, code: str) -> None:
    """Say that a job has accepted this code. Does nothing for a code that was typed over meanwhile."""
    mine = Connection.objects.filter(pk=connection.pk)
    mine.filter(in_progress_code=code, in_progress_proved=False).update(in_progress_proved=True)
    mine.filter(completed_code=code, completed_proved=False).update(completed_proved=True)


def doubt_code(connection: Connection, code: str) -> None:
    """Say that XPM did not know this code, after all."""
    mine = Connection.objects.filter(pk=connection.pk)
    mine.filter(in_progress_code=code).update(in_progress_proved=False)
    mine.filter(completed_code=code).update(completed_proved=False)
