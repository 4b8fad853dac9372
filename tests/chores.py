"""Tasks that leave traces in a file, for the tests of workers in processes of their own."""

import os
import time
from pathlib import Path

from django.tasks import TaskContext, task


@task(queue_name="interactive")
def note(file: str, word: str, seconds: float = 0.0) -> None:
    """Write the word once the work has begun and once it has ended, with the process that did it."""
    _write(file, f"{word} begun by {os.getpid()}")
    time.sleep(seconds)
    _write(file, f"{word} ended by {os.getpid()}")


@task(queue_name="default")
def note_slowly(file: str, word: str, seconds: float) -> None:
    """Do the same as a reading of thousands of clients would."""
    note.call(file, word, seconds)


@task(queue_name="interactive", takes_context=True)
def note_itself(context: TaskContext, file: str) -> None:  # type: ignore[type-arg]  # of no task in particular
    """Write which task this is."""
    _write(file, f"task {context.task_result.id}")


@task(queue_name="interactive")
def stumble() -> None:
    """Fail."""
    raise RuntimeError("stumbled")


def written(file: Path) -> list[str]:
    """Return the lines that were written so far."""
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _write(file: str, line: str) -> None:
    with Path(file).open("a", encoding="utf-8") as notes:  # one short line: appended whole
        notes.write(line + "\n")
