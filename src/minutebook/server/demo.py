"""`minutebook demo`: a firm, its companies and a practice manager of its own, on one command."""

import os
import sys
import time
from collections.abc import MutableMapping
from pathlib import Path

from minutebook.server.ownership import DEMO_EMAIL, DEMO_PASSWORD, check_not_a_firms
from minutebook.server.ports import CannotStart, answers, check_port_is_free, only_server_of
from minutebook.server.processes import Child, StopAsked, stop, stop_on_signals, watch
from minutebook.server.serve import (
    DEMO_MARK,
    data_folder,
    prepare,
    sandbox_port,
    say,
    web_and_worker,
    web_port,
)

_SANDBOX_STARTS_WITHIN = 30.0  # seconds


def demo(environment: MutableMapping[str, str]) -> None:
    """Make the demo on its first run, then run it until Ctrl-C; later runs go on with the data it left.

    Raises CannotStart when a port is taken, or when the data is a real firm's.
    """
    folder, port, other_port = data_folder(environment), web_port(environment), sandbox_port(environment)
    _check_it_is_ours(folder)
    check_port_is_free(port, setting="MINUTEBOOK_PORT")
    check_port_is_free(other_port, setting="XPM_SANDBOX_PORT")
    environment.update(_settings(folder, port, other_port) | dict(environment) | _addresses(other_port))
    stop_on_signals()
    with only_server_of(folder):
        (folder / DEMO_MARK).touch()
        sandbox = _sandbox(environment, folder, other_port)
        try:
            _start(sandbox, other_port)
            _make_demo_firm()
            watch(
                [sandbox, *web_and_worker(environment)],
                ready=lambda: _introduce(port, other_port),
                are_up=lambda: answers(f"http://localhost:{port}/healthz"),
            )
        except StopAsked:
            say("Stopped before everything was ready. Run it again to go on.")
        finally:
            stop([sandbox])


def _check_it_is_ours(folder: Path) -> None:
    if (folder / DEMO_MARK).exists():
        return
    if (folder / "minutebook.sqlite3").exists():
        raise CannotStart(
            f"{folder} holds data that `minutebook demo` did not make, and the demo would mix with it. "
            "Give the demo a folder of its own with MINUTEBOOK_DATA."
        )


def _settings(folder: Path, port: int, other_port: int) -> dict[str, str]:
    """Return what the demo sets unless the environment says otherwise."""
    return {
        "MINUTEBOOK_DATA": str(folder),
        "MINUTEBOOK_PORT": str(port),
        "MINUTEBOOK_URL": f"http://localhost:{port}",
        "XPM_SANDBOX_PORT": str(other_port),
        "XPM_CLIENT_ID": "minutebook-demo",
        "XPM_CLIENT_SECRET": "minutebook-demo-secret",
        "MINUTEBOOK_LOG_LEVEL": "WARNING",
    }


def _addresses(other_port: int) -> dict[str, str]:
    """Return where the demo's practice manager is: never Xero's own hosts."""
    address = f"http://localhost:{other_port}"
    return {"XPM_LOGIN_URL": address, "XPM_IDENTITY_URL": address, "XPM_API_URL": address}


def _sandbox(environment: MutableMapping[str, str], folder: Path, port: int) -> Child:
    public = environment["MINUTEBOOK_URL"].rstrip("/")
    command = [
        str(Path(sys.executable).with_name("xpm-sandbox")),
        "serve",
        "--port",
        str(port),
        "--data",
        str(folder / "xpm-sandbox"),
        "--redirect-uri",
        f"{public}/settings/practice-manager/connected/",
    ]
    return Child(name="The practice manager", command=command, environment=environment)


def _start(sandbox: Child, port: int) -> None:
    say("Starting a practice manager to try Minutebook with …")
    sandbox.start()
    deadline = time.monotonic() + _SANDBOX_STARTS_WITHIN
    while not answers(f"http://localhost:{port}/"):
        if not sandbox.is_running or time.monotonic() > deadline:
            raise CannotStart("The practice manager did not start. What it printed above says why.")
        time.sleep(0.1)


def _make_demo_firm() -> None:
    say("Preparing the database …")
    prepare(check=check_not_a_firms)
    from minutebook.server.demo_firm import make_demo_firm  # noqa: PLC0415  # its models need the settings

    make_demo_firm(email=DEMO_EMAIL, password=DEMO_PASSWORD, say=say)


def _introduce(port: int, other_port: int) -> None:
    say(
        f"\nMinutebook         {os.environ.get('MINUTEBOOK_URL') or f'http://localhost:{port}'}\n"
        f"Practice manager   http://localhost:{other_port}\n"
        f"Sign in            {DEMO_EMAIL} / {DEMO_PASSWORD}\n\n"
        "Ctrl-C stops everything; the data stays."
    )
