"""A PostgreSQL of the kit's own in a temporary folder: it can be stopped, cut off, and filled to the last byte."""

import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.faults.processes import free_port

_ADDRESS, _FOLDER = "FAULTS_POSTGRESQL", "FAULTS_POSTGRESQL_FOLDER"  # how the kit's process finds it again


def binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl, or None where PostgreSQL's server is not installed."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    if found:
        return Path(found).parent
    return folders[-1] if folders else None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnServer:
    """The server's folder and port. It refuses to run as root, so that it is somebody else's then."""

    folder: Path
    port: int

    @classmethod
    def of_this_process(cls) -> "OwnServer | None":
        port, folder = os.environ.get(_ADDRESS), os.environ.get(_FOLDER)
        return cls(folder=Path(folder), port=int(port)) if port and folder else None

    @property
    def environment(self) -> dict[str, str]:
        return {_ADDRESS: str(self.port), _FOLDER: str(self.folder)}

    def address(self, database: str = "minutebook") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        self._control("start", "-w", "-o", f"-p {self.port} -k '' -c listen_addresses=127.0.0.1")

    def stop(self, *, how: str) -> None:
        """Stop it: "fast" ends every connection, "immediate" is a crash."""
        self._control("stop", "-w", "-m", how)

    def _control(self, *words: str) -> None:
        log = self.folder.parent / "postgresql.log"
        _run_as_owner("pg_ctl", "-D", self.folder, "-l", log, "-s", *words)


@contextmanager
def own_server(folder: Path, *, like: Path | None = None) -> Iterator[OwnServer]:
    """Make a server below `folder`, with an empty database or a copy of that below `like`; stop it at the end."""
    folder.chmod(0o711)
    home = folder / "postgresql"
    server = OwnServer(folder=home / "data", port=free_port())
    if like:
        subprocess.run(["cp", "-a", like / home.name, home], check=True)  # with its owner
        server.start()
    else:
        _make(server, home)
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):  # it was stopped already
            server.stop(how="fast")


def _make(server: OwnServer, home: Path) -> None:
    home.mkdir()
    if os.getuid() == 0:
        shutil.chown(home, _owner())
    _run_as_owner("initdb", "-D", server.folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    server.start()
    with psycopg.connect(server.address("postgres"), autocommit=True) as administration:
        administration.execute("CREATE DATABASE minutebook")


def _owner() -> str:
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run_as_owner(command: str, *words: object) -> None:
    folder = binaries()
    assert folder is not None
    owner = _owner() if os.getuid() == 0 else None
    subprocess.run(
        [str(folder / command), *map(str, words)],
        cwd="/", user=owner, extra_groups=[] if owner else None,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip


class NoSmallDisk(Exception):
    """A small disk cannot be mounted here; the words say why."""


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A disk that can be filled to the last page."""

    ballast: Path

    def fill(self) -> None:
        with suppress(OSError), self.ballast.open("ab", buffering=0) as file:
            while file.write(b"\0" * 4096) == 4096:
                pass

    def free(self) -> None:
        self.ballast.unlink()


@contextmanager
def small_disk(server: OwnServer) -> Iterator[SmallDisk]:
    """Move the database to a small disk of its own, until the end of the block.

    Raises NoSmallDisk when the system does not let us mount one.
    """
    disk = server.folder.parent / "small"
    disk.mkdir(exist_ok=True)
    with psycopg.connect(server.address(), autocommit=True) as administration:
        row = administration.execute("SELECT pg_database_size(current_database())").fetchone()
        size = int(row[0]) + 64 * 2**20 if row else 0
        _mount(disk, size)
        ballast = disk / "ballast"
        place = disk / "space"
        place.mkdir()
        if os.getuid() == 0:
            shutil.chown(place, _owner())
        try:
            administration.execute(f"CREATE TABLESPACE small LOCATION '{place}'".encode())
            _move(administration, "pg_default", "small")
            yield SmallDisk(ballast)
        finally:
            ballast.unlink(missing_ok=True)
            _move(administration, "small", "pg_default")
            administration.execute("CHECKPOINT")
            administration.execute("DROP TABLESPACE small")
            subprocess.run(["umount", str(disk)], check=False)


def _mount(disk: Path, size: int) -> None:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as problem:
        raise NoSmallDisk(f"no small disk: {problem}") from problem
    if told.returncode:
        raise NoSmallDisk(f"no small disk: {told.stderr.strip()}")


def _move(administration: "psycopg.Connection[tuple[object, ...]]", here: str, there: str) -> None:
    for what in ("TABLE", "INDEX"):
        administration.execute(f"ALTER {what} ALL IN TABLESPACE {here} SET TABLESPACE {there}".encode())


@dataclass(kw_only=True)
class CuttingProxy:
    """Stands between workers and the server, and resets a connection just as it commits.

    By turns the server never hears of it, and commits but cannot say so.
    """

    upstream: int
    cuts_left: int
    cut: int = 0
    one_in: int = 6  # commits
    _seen: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.cuts_left = 0
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed: the row is over
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.upstream))
                threading.Thread(target=self._carry, args=[client, server, True], daemon=True).start()
                threading.Thread(target=self._carry, args=[server, client, False], daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_question: bool) -> None:  # noqa: FBT001
        with suppress(OSError):
            while words := source.recv(65536):
                if is_question and b"COMMIT" in words and self._is_cut():
                    if self.cut % 2:
                        target.sendall(words)
                        time.sleep(0.05)
                    _reset(source)
                    break
                target.sendall(words)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _is_cut(self) -> bool:
        with self._lock:
            self._seen += 1
            if self.cuts_left <= 0 or self._seen % self.one_in:
                return False
            self.cuts_left -= 1
            self.cut += 1
            return True


def _reset(connection: socket.socket) -> None:
    """Close it as a host does that went away: with a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def let_nothing_be_written(process: int, *, nothing: bool) -> None:
    """Take from a process (0: ours) the right to write files, or give it back: a disk that takes nothing."""
    import resource  # noqa: PLC0415  # not everywhere

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (0 if nothing else hard, hard))
