"""Which interface code of the practice stands for the state that the user asks for."""

from minutebook.jobs.models import JobState
from minutebook.practice.models import Connection


def code_of(connection: Connection, state: JobState) -> str:
    """Return the code as the administrator typed it; empty when nobody has, or when none is needed."""
    match state:
        case JobState.IN_PROGRESS:
            return connection.in_progress_code
        case JobState.COMPLETED:
            return connection.completed_code
    return ""
