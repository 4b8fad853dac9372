"""`minutebook serve`: one process tree with web and worker, for one machine."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from minutebook.server.ownership import check_not_the_demos
from minutebook.server.ports import (
    CannotStart,
    answers,
    check_no_restore_is_half_done,
    check_port_is_free,
    only_server_of,
)
from minutebook.server.processes import Child, stop_on_signals, watch

_HIGHEST_PORT = 65535
DEMO_MARK = "made-by-demo"  # a file in the data folder: its user and password are public knowledge


def serve(environment: Mapping[str, str]) -> None:
    """Prepare the database and static files, then run web and worker until stopped.

    Raises CannotStart when the port is taken, the folder is in use, or the data is the demo's.
    """
    folder, port = data_folder(environment), web_port(environment)
    if (folder / DEMO_MARK).exists():
        raise CannotStart(
            f"{folder} was made by `minutebook demo`: everybody knows its password. "
            "Give `minutebook serve` a folder of its own with MINUTEBOOK_DATA."
        )
    check_port_is_free(port, setting="MINUTEBOOK_PORT")
    stop_on_signals()
    with only_server_of(folder):
        check_no_restore_is_half_done(folder)
        prepare(check=check_not_the_demos)
        watch(
            web_and_worker(environment),
            ready=lambda: _greet(port),
            are_up=lambda: answers(f"http://localhost:{port}/healthz"),
        )


def _greet(port: int) -> None:
    """Say where it is; on a server without a firm also how to set it up."""
    from minutebook.firstrun.code import set_up_code  # noqa: PLC0415  # settings are read only now
    from minutebook.firstrun.found import is_set_up  # noqa: PLC0415

    say(f"Minutebook is at http://localhost:{port}")
    if not is_set_up():
        say(f"It has no firm yet. Set it up at {settings_url()}/set-up/ with the code {set_up_code()}")


def settings_url() -> str:
    """Return the address that people use, as the settings have it."""
    from django.conf import settings  # noqa: PLC0415  # read only once the environment is complete

    return str(settings.PUBLIC_URL)


def prepare(*, check: Callable[[], None]) -> None:
    """Bring the database and the static files up to this version. `check` may refuse the database before."""
    import django  # noqa: PLC0415  # settings are read only once the environment is complete
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    from minutebook.server.upgrade import bring_up_to_date  # noqa: PLC0415  # its models need the settings

    check()
    bring_up_to_date(say=say)
    call_command("collectstatic", interactive=False, verbosity=0)


def web_and_worker(environment: Mapping[str, str]) -> list[Child]:
    """Return the two processes of the product."""
    return [
        Child(name=part, command=[sys.executable, "-m", "minutebook", part], environment=dict(environment))
        for part in ("web", "worker")
    ]


def data_folder(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("MINUTEBOOK_DATA") or "var").resolve()


def web_port(environment: Mapping[str, str]) -> int:
    return _port(environment, "MINUTEBOOK_PORT", default=8000)


def sandbox_port(environment: Mapping[str, str]) -> int:
    return _port(environment, "XPM_SANDBOX_PORT", default=8001)


def _port(environment: Mapping[str, str], setting: str, *, default: int) -> int:
    text = environment.get(setting) or str(default)
    if not text.isdecimal() or not 0 < int(text) <= _HIGHEST_PORT:
        raise CannotStart(f"{setting} is “{text}”, which is no port. Use a number from 1 to 65535.")
    return int(text)


def run_web() -> None:
    """Serve the pages until SIGTERM. A child of `serve`, or by itself behind a proxy."""
    from granian import Granian  # noqa: PLC0415  # heavy, and needed by this process only
    from granian.constants import Interfaces  # noqa: PLC0415

    Granian(
        "minutebook.wsgi:application",
        address=os.environ.get("MINUTEBOOK_BIND") or "127.0.0.1",
        port=web_port(os.environ),
        interface=Interfaces.WSGI,
        blocking_threads=4,
        log_access=False,
        log_dictconfig=_log_of_granian(os.environ),
    ).serve()


def _log_of_granian(environment: Mapping[str, str]) -> dict[str, Any] | None:
    """Return how Granian writes its own lines: as the rest of the log, where that is for programs."""
    if environment.get("MINUTEBOOK_LOG_FORMAT") != "json":
        return None
    lines = {"()": "minutebook.server.logs.JsonLines"}
    return {"formatters": {"generic": lines, "access": lines}}


def say(sentence: str) -> None:
    print(sentence, flush=True)  # this is what the operator reads
