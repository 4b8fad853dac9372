"""One file that holds a backup: a tar, its members in a row, and last of all the manifest of what they are.

`tar -xzf` opens it without Minutebook. Written to a temporary name beside its place and renamed when it is on the
disk, so that a file under its own name is a whole backup.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self, cast

from minutebook.server.backup.cipher import MAGIC, Altered, Decrypting, Encrypting, WrongPassphrase
from minutebook.server.ports import CannotStart

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files/"
_SPEED = 1  # of gzip: documents are compressed already, and a database shrinks enough
_AT_ONCE = 1 << 20  # bytes
_TROUBLE = (tarfile.TarError, EOFError, OSError, zlib.error, Altered, ValueError, KeyError, TypeError)


class Damaged(CannotStart):
    """The backup was cut short or altered; the message names the member."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One file in the backup."""

    name: str
    size: int
    sha256: str


@dataclass(kw_only=True, slots=True)
class Manifest:
    """What a backup is of, and what must be in it."""

    version: str  # of Minutebook
    made_at: str
    database: str  # sqlite or postgresql
    migrations: list[list[str]]  # [app, name] of each that the database had
    counts: dict[str, int]  # rows by table
    token_keys: list[str]  # which keys open the tokens in it: no keys, and nothing that leads to them
    # Where each firm's activity ended, as `verify_activity --written` takes it: "number:hash" by firm.
    activity: dict[str, str] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # files that were deleted while the backup was taken
    format: int = FORMAT

    @classmethod
    def read(cls, text: bytes) -> Self:
        values = json.loads(text)
        if values.get("format") != FORMAT:
            raise CannotStart(
                "The backup was made by a newer version of Minutebook. Install that version first."
            )
        return cls(**values | {"members": [Member(**member) for member in values["members"]]})


class Archive:
    """A backup that is being written."""

    def __init__(self, stream: BinaryIO) -> None:
        self._gzip = gzip.GzipFile(filename="", fileobj=stream, mode="wb", compresslevel=_SPEED, mtime=0)
        self._tar = tarfile.open(  # noqa: SIM115  # finish() closes it
            fileobj=self._gzip, mode="w|", format=tarfile.PAX_FORMAT
        )
        self.members: list[Member] = []

    def add(self, name: str, path: Path) -> None:
        """Add a file as it is now. Raises FileNotFoundError when it has gone."""
        with path.open("rb") as source:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(source.fileno()).st_size, 0o600
            info.mtime = int(os.fstat(source.fileno()).st_mtime)
            hashed = _Hashed(source)
            self._tar.addfile(info, cast("BinaryIO", hashed))
        self.members.append(Member(name=name, size=info.size, sha256=hashed.digest))

    def finish(self, manifest: Manifest) -> None:
        manifest.members = self.members
        text = json.dumps(asdict(manifest), indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        self._tar.addfile(info, io.BytesIO(text))
        self._tar.close()
        self._gzip.close()


@contextmanager
def written(path: Path, *, passphrase: str = "") -> Iterator[Archive]:
    """Write a backup to its place. When anything fails, nothing is left there."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as target:
            outer = Encrypting(target, passphrase) if passphrase else None
            yield Archive(cast("BinaryIO", outer or target))
            if outer:
                outer.finish()
            target.flush()
            os.fsync(target.fileno())
        draft.rename(path)
        _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def unpack(path: Path, folder: Path, *, passphrase: str = "") -> Manifest:
    """Unpack a backup into a folder of its own and check every member; return its manifest.

    Raises Damaged, or CannotStart when it is no backup, or one that this passphrase does not open.
    """
    latest = ""
    with path.open("rb") as source:
        try:
            stream = gzip.GzipFile(fileobj=_opened(source, passphrase))
            found: dict[str, Member] = {}
            manifest: Manifest | None = None
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                for info in tar:
                    latest = info.name
                    content = cast("BinaryIO", tar.extractfile(info))
                    if info.name == MANIFEST:
                        manifest = Manifest.read(content.read())
                    else:
                        found[info.name] = _unpacked(info, content, folder)
            while stream.read(_AT_ONCE):
                pass  # to the end: its checksum covers the manifest too
        except WrongPassphrase as problem:
            raise CannotStart(
                "This passphrase does not open the backup (MINUTEBOOK_BACKUP_PASSPHRASE)."
            ) from problem
        except _NoRoom:
            raise
        except _TROUBLE as problem:
            raise Damaged(_where(path, latest)) from problem
    if manifest is None:
        raise Damaged(_where(path, latest))
    _compare(path, manifest, found)
    return manifest


class _NoRoom(CannotStart):
    """The backup is whole, but there is no room to unpack it."""


def _opened(source: BinaryIO, passphrase: str) -> BinaryIO:
    is_encrypted = source.read(len(MAGIC)) == MAGIC
    source.seek(0)
    if not is_encrypted:
        return source
    if not passphrase:
        raise WrongPassphrase
    return cast("BinaryIO", io.BufferedReader(Decrypting(source, passphrase), _AT_ONCE))


def _unpacked(info: tarfile.TarInfo, content: BinaryIO, folder: Path) -> Member:
    """Write one member. Its name was checked neither by us nor by anybody: it must stay in the folder."""
    parts = PurePosixPath(info.name).parts
    if not info.isreg() or info.name.startswith("/") or ".." in parts:
        raise ValueError(info.name)
    target = folder.joinpath(*parts)
    hashed = _Hashed(content)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        output = target.open("wb")
    except OSError as problem:
        raise _NoRoom(f"{folder} cannot be written to: {problem.strerror}") from problem
    with output:
        while piece := hashed.read(_AT_ONCE):
            try:
                output.write(piece)
                output.flush()
            except OSError as problem:
                raise _NoRoom(
                    f"There is no room to unpack the backup in {folder}: {problem.strerror}"
                ) from problem
    os.utime(target, (info.mtime, info.mtime))
    return Member(name=info.name, size=target.stat().st_size, sha256=hashed.digest)


def _compare(path: Path, manifest: Manifest, found: dict[str, Member]) -> None:
    expected = {member.name: member for member in manifest.members}
    for name in expected.keys() | found.keys():
        if expected.get(name) != found.get(name):
            raise Damaged(f"{path} was altered: {name} is not as it was when the backup was made.")


def _where(path: Path, latest: str) -> str:
    place = f"at {latest}" if latest else "at its beginning"
    return f"{path} is no whole backup: it was cut short or altered {place}. Nothing was restored."


class _Hashed:
    """Reads a stream and keeps the hash of what went by."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._hash = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._hash.update(piece)
        return piece

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
