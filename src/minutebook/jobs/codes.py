"""The interface codes of a practice's job states. Its API does not tell them: the administrator types two."""

from minutebook.jobs.models import JobState
from minutebook.practice.models import Connection

_FIELDS = {JobState.IN_PROGRESS: "in_progress", JobState.COMPLETED: "completed"}


def code_of(connection: Connection, state: JobState) -> str:
    """Return the code of a state as the administrator typed it; empty when nobody has, or for no state."""
    field = _FIELDS.get(state)
    return getattr(connection, f"{field}_code") if field else ""


def prove_code(connection: Connection, state: JobState, *, works: bool) -> None:
    """Remember whether a job has accepted a state's code."""
    field = f"{_FIELDS[state]}_proved"
    if getattr(connection, field) != works:
        Connection.objects.filter(pk=connection.pk).update(**{field: works})
