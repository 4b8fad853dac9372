"""A child that dies is started again; one that dies every time is given up, with its name."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from minutebook.server import processes
from minutebook.server.processes import Child, ChildFailed, StopAsked, stop, watch


def child_running(code: str) -> Child:
    return Child(name="clerk", command=[sys.executable, "-c", code], environment=os.environ)


def test_a_dead_child_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_RESTART_AFTER", 0.0)
    log = tmp_path / "starts"
    clerk = child_running(f"open({str(log)!r}, 'a').write('x'); import time; time.sleep(60)")
    clerk.start()
    _wait_until(lambda: log.exists() and log.read_text() == "x")
    assert clerk.process is not None
    clerk.process.kill()
    clerk.process.wait()

    clerk.revive()

    _wait_until(lambda: log.read_text() == "xx")
    stop([clerk])


def test_a_child_that_dies_every_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_RESTART_AFTER", 0.0)

    with pytest.raises(ChildFailed, match="clerk stopped 5 times"):
        watch([child_running("raise SystemExit(1)")])


def test_stopping_asks_first_and_lets_the_child_finish(tmp_path: Path) -> None:
    log = tmp_path / "log"
    clerk = child_running(
        "import signal, sys, time, pathlib\n"
        f"log = pathlib.Path({str(log)!r})\n"
        "def finish(*_):\n    log.write_text('finished'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, finish); log.write_text('started'); time.sleep(60)"
    )
    clerk.start()
    _wait_until(log.exists)

    stop([clerk])

    assert log.read_text() == "finished"


def test_a_signal_ends_the_watch_and_its_children(tmp_path: Path) -> None:
    clerk = child_running("import time; time.sleep(60)")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    processes.stop_on_signals()
    try:
        watch([clerk], ready=lambda: threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start())
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)

    assert not clerk.is_running


def test_stop_asked_is_no_ordinary_exception() -> None:
    assert not issubclass(StopAsked, Exception)


def _wait_until(condition: object, seconds: float = 10) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def test_a_worker_notes_that_it_shall_stop_and_its_query_goes_on() -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        noted = processes.note_signals()
        os.kill(os.getpid(), signal.SIGTERM)
        began = time.monotonic()
        noted.wait(30)
        assert noted.is_asked
        assert time.monotonic() - began < 5
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
