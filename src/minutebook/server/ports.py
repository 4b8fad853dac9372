"""Ports and the data folder: taken ones are named before anything is started."""

import fcntl
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RESTORE_NOTE = "restore-under-way"  # a file in the data folder, while what is there changes places


class CannotStart(Exception):
    """Something on this machine must change first; the message says what."""


def check_port_is_free(port: int, *, setting: str) -> None:
    """Raise CannotStart, naming the setting that moves us elsewhere, when another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} is taken by another program. Stop it, or choose another port with {setting}."
            ) from error


@contextmanager
def only_server_of(folder: Path) -> Iterator[None]:
    """Hold the data folder for one server: two on one SQLite file would each think they are alone."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            raise CannotStart(
                f"Minutebook already runs on {folder} (process {holder}). "
                "Stop it first, or give this one another folder with MINUTEBOOK_DATA."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def check_no_restore_is_half_done(folder: Path) -> None:
    """Raise CannotStart when a restore broke off between its renames."""
    note = folder / RESTORE_NOTE
    if note.exists():
        raise CannotStart(
            "A restore broke off half-way. Run `minutebook restore` with the same backup again; "
            f"{note.read_text(encoding='utf-8').strip()}"
        )


def answers(address: str) -> bool:
    """Tell whether something answers at an address of this machine, whatever it says."""
    try:
        urllib.request.urlopen(address, timeout=2).close()  # noqa: S310  # our own address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
