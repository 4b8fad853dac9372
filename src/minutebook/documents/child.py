"""The program that renders a firm's wording, in a process of its own: `python -m minutebook.documents.child`.

It waits, warm, with everything imported. For every session it forks a child that can open nothing (no file, no
socket), holds 256 MB and works two seconds of processor time a rendering. The child answers over the pipes it
was born with, and ends with its session; whatever happened in it is gone with it.

Requests come from Minutebook, pickled. Answers are JSON, because what answers may have been tricked.
"""

import json
import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from traceback import walk_tb
from typing import Any

from minutebook.documents.blocks import blocks_to_json
from minutebook.documents.wording import Wording, WordingError, compile_wording, render_wording
from minutebook.text import UnprintableText

CPU_SECONDS = 2
MEMORY = 256 * 1024 * 1024  # bytes of address space
SESSION, END, READY = b"session", b"end", b"ready"
_WARNING = 1.5  # seconds of processor time after which the wording is told where it stands
_SESSION_SECONDS = 60
_LENGTH = struct.Struct(">I")
_LONGEST = 64 * 1024 * 1024  # bytes of one message


class OutOfTime(BaseException):
    """The rendering has taken its time. Not an Exception, so that nothing on the way takes it for its own."""


def read_message(read: Callable[[int], bytes]) -> bytes | None:
    """Return the next message; None at the end, or for one too long. `read` gives at most what is asked for."""
    head = _exactly(read, _LENGTH.size)
    if head is None or (size := _LENGTH.unpack(head)[0]) > _LONGEST:
        return None
    return _exactly(read, size)


def as_message(content: bytes) -> bytes:
    return _LENGTH.pack(len(content)) + content


def _exactly(read: Callable[[int], bytes], size: int) -> bytes | None:
    parts: list[bytes] = []
    while size:
        part = read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def main() -> None:
    """Fork a child for every session, one after the other, until there is nobody to work for."""
    _warm_up()
    _send(READY)
    while (message := _receive()) is not None:
        if message != SESSION:
            continue
        pid = os.fork()
        if pid == 0:
            _session()
        _, status = os.waitpid(pid, 0)
        _send(READY if status == 0 else json.dumps({"killed": status}).encode())


def _session() -> None:
    """Render what is asked for until the session ends. Never returns: this is the child."""
    try:
        _shut_in()
        sources: dict[str, str] = {}
        compiled: dict[str, Wording] = {}
        while (message := _receive()) not in (None, END):
            assert message is not None  # noqa: S101 - as the loop has just asked
            answer = _answer(message, sources, compiled)
            _send(json.dumps(answer).encode())
    except BaseException:  # noqa: BLE001 - whatever it is, it ends here, and the exit status says so
        os._exit(1)
    os._exit(0)


def _answer(message: bytes, sources: dict[str, str], compiled: dict[str, Wording]) -> dict[str, Any]:
    try:
        _start_clock()
        request = pickle.loads(message)  # noqa: S301 - Minutebook wrote it
        if "sources" in request:
            sources.update(request["sources"])
            return {}
        name = request["name"]
        if name not in compiled:
            compiled[name] = compile_wording(sources[name], name=name)
        return _rendered(compiled[name], request) if "fields" in request else {}
    except WordingError as error:
        return {"error": error.message, "line": error.line, "suggestion": error.suggestion}
    except UnprintableText as error:
        return {"unprintable": error.message}
    except BaseException as error:  # noqa: BLE001 - nothing a wording does may come out as anything but a sentence
        return {"error": _sentence(error), "line": _line_of(error), "suggestion": None}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _rendered(wording: Wording, request: Mapping[str, Any]) -> dict[str, Any]:
    title, blocks = render_wording(wording, request["fields"], request["placed"])
    return {"title": title, "blocks": blocks_to_json(blocks)}


def _sentence(error: BaseException) -> str:
    match error:
        case OutOfTime():
            return "This takes too long to print. Make its loops shorter, or take one out."
        case MemoryError():
            return "This needs too much memory to print. Make it shorter."
        case RecursionError():
            return "This is nested too deeply."
        case ArithmeticError():
            return "This number cannot be written that way."
        case _:
            return "This cannot be printed. Write it more simply."


def _line_of(error: BaseException) -> int | None:
    lines = [
        at for frame, at in walk_tb(error.__traceback__) if frame.f_code.co_filename.startswith("<wording ")
    ]
    return lines[-1] if lines else None


def _shut_in() -> None:
    """Give up, for good, what rendering does not need: files, sockets, processes, memory."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, 0),  # what is open stays open; nothing can be opened, and no socket made
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # pragma: no cover - a system that does not know this limit
            if what in {resource.RLIMIT_NOFILE, resource.RLIMIT_AS} and sys.platform == "linux":
                raise
    signal.signal(signal.SIGPROF, _ring)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, _SESSION_SECONDS))


def _start_clock() -> None:
    """Allow two seconds from here: a warning first, which knows the line, and then the end.

    The kernel counts whole seconds from the birth of the process, so the fraction that is used up already
    is left out of the warning's time as well.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime
    end = min(int(seconds) + CPU_SECONDS, _SESSION_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (end, _SESSION_SECONDS))
    signal.setitimer(signal.ITIMER_PROF, max(_WARNING * (end - seconds) / CPU_SECONDS, 0.01))


def _ring(*_: object) -> None:
    raise OutOfTime


def _warm_up() -> None:
    """Import and build everything now: the children cannot open a file any more."""
    source = (
        "---\ntitle: Warm {{ a }}\nlayout: letter\n---\n## Part\n{% if a == 'é' and not b %}\n1. **{{ a|upper }}**\n"
        "{% elif b is none %}\n- b\n{% else %}\n*c*\n{% endif %}\n\n| A |\n|--:|\n{% for d in c %}\n"
        '| {{ d|number(2) ~ "\\n" ~ loop.index }} |\n{% endfor %}\n\n{{ facts(("A", a if a else "b")) }}\n\n'
        '{{ signatures(a) }}\n\n{{ e|date }} {{ e|short_date }} {{ c|each("x")|and_list if b else c|count }}\n'
    )
    fields = {"a": "é", "b": None, "c": [1], "e": date(2026, 11, 22)}
    blocks_to_json(render_wording(compile_wording(source, name="warm"), fields)[1])
    for broken in (
        "---\ntitle: A\n---\n{{ a",
        "---\ntitle: A\n---\n{{ b }}",
        "---\ntitle: A\n---\n{{ 1 + 1 }}",
    ):
        with suppress(WordingError):
            render_wording(compile_wording(broken, name="warm"), fields)


def _receive() -> bytes | None:
    return read_message(lambda size: os.read(0, min(size, 1 << 16)))


def _send(content: bytes) -> None:
    message = memoryview(as_message(content))
    while message:
        message = message[os.write(1, message) :]


if __name__ == "__main__":
    main()
