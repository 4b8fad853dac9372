"""Rendering a firm's wording in a child process, which may be killed: then there is a sentence, and no hang.

A few children wait, warm. A session takes one for all that one page or one pack renders, and gives it back.
"""

import atexit
import json
import os
import pickle
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from minutebook.documents.blocks import Block, blocks_from_json
from minutebook.documents.child import END, READY, SESSION, as_message, read_message
from minutebook.documents.grammar import WordingError
from minutebook.text import UnprintableText

_PATIENCE = 15.0  # seconds by the clock for one answer, however busy the machine is
_MOST = 4  # at work at once; others wait their turn

_TOO_LONG = (
    "This wording takes too long, or too much memory, to print. Make its loops shorter, or take one out."
)
_BUSY = "Minutebook is busy with other wordings. Try again in a moment."


class Session:
    """One child that knows the sources it was given, and renders them."""

    def __init__(self, child: "_Child", sources: Mapping[str, str]) -> None:
        self._child = child
        self._asked({"sources": dict(sources)})

    def check(self, name: str) -> None:
        """Compile the wording. Raises WordingError with its line."""
        self._asked({"name": name})

    def render(
        self, name: str, fields: Mapping[str, object], placed: Mapping[str, Sequence[Block]]
    ) -> tuple[str, tuple[Block, ...]]:
        """Return the title and the blocks, as `wording.render_wording` does, and raise what it raises."""
        answer = self._asked({"name": name, "fields": dict(fields), "placed": dict(placed)})
        try:
            return str(answer["title"]), blocks_from_json(answer["blocks"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise WordingError(_TOO_LONG) from None

    def _asked(self, request: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._child.ask(pickle.dumps(request))
        if "unprintable" in answer:
            raise UnprintableText(str(answer["unprintable"]))
        if "error" in answer:
            line, suggestion = answer.get("line"), answer.get("suggestion")
            raise WordingError(str(answer["error"]), line, suggestion)
        return answer


@contextmanager
def session(sources: Mapping[str, str]) -> Iterator[Session]:
    """Lend a child for these sources, by name. Raises WordingError when it dies, or answers too late."""
    if not _turns.acquire(timeout=_PATIENCE):
        raise WordingError(_BUSY)
    try:
        child = _take()
        try:
            child.begin()
            yield Session(child, sources)
        finally:
            _give_back(child)
    finally:
        _turns.release()


class _Child:
    """A process that forks one child a session. After anything unforeseen it is killed, never asked again."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-m", "minutebook.documents.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},  # none of Minutebook's secrets
            bufsize=0,
            start_new_session=True,
        )
        self.is_broken = False
        self._expect_ready()

    def begin(self) -> None:
        self._write(SESSION)

    def ask(self, request: bytes) -> dict[str, Any]:
        """Return the answer. Raises WordingError when there is none."""
        self._write(request)
        try:
            answer = json.loads(self._read())
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or "killed" in answer:
            self.is_broken = True
            raise WordingError(_TOO_LONG)
        return answer

    def end(self) -> None:
        self._write(END)
        self._expect_ready()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, 9)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process.wait()

    def _expect_ready(self) -> None:
        if self._read() != READY:
            self.is_broken = True
            raise WordingError(_TOO_LONG)

    def _write(self, content: bytes) -> None:
        assert self.process.stdin  # noqa: S101 - a pipe was asked for
        try:
            message = memoryview(as_message(content))
            while message:
                message = message[self.process.stdin.write(message) or 0 :]
        except OSError:
            self.is_broken = True
            raise WordingError(_TOO_LONG) from None

    def _read(self) -> bytes:
        assert self.process.stdout  # noqa: S101 - a pipe was asked for
        pipe, until = self.process.stdout.fileno(), time.monotonic() + _PATIENCE

        def read(size: int) -> bytes:
            ready, _, _ = select.select([pipe], [], [], max(until - time.monotonic(), 0))
            return os.read(pipe, min(size, 1 << 20)) if ready else b""

        content = read_message(read)
        if content is None:
            self.is_broken = True
            raise WordingError(_TOO_LONG)
        return content


_turns = threading.BoundedSemaphore(_MOST)
_lock = threading.Lock()
_idle: list[_Child] = []


def _take() -> _Child:
    with _lock:
        if _idle:
            return _idle.pop()
    return _Child()


def _give_back(child: _Child) -> None:
    if not child.is_broken:
        try:
            child.end()
        except WordingError:
            child.is_broken = True
    if child.is_broken:
        child.kill()
        return
    with _lock:
        _idle.append(child)


def _end_all() -> None:
    while _idle:
        _idle.pop().kill()


def _forget() -> None:
    """After a fork, the children are the parent's."""
    global _turns, _lock
    _turns, _lock = threading.BoundedSemaphore(_MOST), threading.Lock()
    _idle.clear()


atexit.register(_end_all)
os.register_at_fork(after_in_child=_forget)
