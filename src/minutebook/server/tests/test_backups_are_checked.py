"""A backup that is not whole, or not ours to open, or of another time is refused; nothing is left behind."""

import gzip
import io
import json
import random
import resource
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from minutebook.activity.models import Activity, ActivityHead, record
from minutebook.server.backup import cipher
from minutebook.server.backup.afterwards import firms_whose_activity_ends_otherwise
from minutebook.server.backup.archive import Damaged, Manifest, unpack, written
from minutebook.server.backup.restore import restore
from minutebook.server.backup.take import fingerprints, take_backup
from minutebook.server.backups_made import latest_backup_at
from minutebook.server.ports import RESTORE_NOTE, CannotStart, check_no_restore_is_half_done, only_server_of
from minutebook.server.versions import applied_migrations, check_not_newer
from tests.cast import make_firm

_NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
_DOCUMENT, _SECOND = "files/firms/1/a.pdf", "files/firms/1/b.pdf"


@pytest.fixture(autouse=True)
def _a_passphrase_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second for each is right for who guesses, not for a test."""
    monkeypatch.setattr(cipher, "_COST", 1 << 4)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return _written(tmp_path / "backup.tar.gz")


def _written(path: Path, *, passphrase: str = "") -> Path:
    document = path.parent / "document"
    document.write_bytes(random.Random(7).randbytes(700_000))  # noqa: S311  # two pieces, encrypted, and a rest
    with written(path, passphrase=passphrase) as archive:
        for name in ("minutebook.sqlite3", _DOCUMENT, _SECOND):
            archive.add(name, document)
        archive.finish(
            Manifest(version="0.1.0", made_at="", database="sqlite", migrations=[], counts={}, token_keys=[])
        )
    return path


def _refusal(path: Path, *, passphrase: str = "") -> str:
    with pytest.raises(CannotStart) as refused:
        unpack(path, path.parent / "unpacked", passphrase=passphrase)
    return str(refused.value)


def test_what_was_written_is_unpacked_as_it_was(backup: Path, tmp_path: Path) -> None:
    manifest = unpack(backup, tmp_path / "unpacked")

    assert [member.name for member in manifest.members] == ["minutebook.sqlite3", _DOCUMENT, _SECOND]
    assert (tmp_path / "unpacked" / _SECOND).read_bytes() == (tmp_path / "document").read_bytes()


@pytest.mark.parametrize("passphrase", ["", "korrekt häst batteri"])
@pytest.mark.parametrize("left", [0, 100, 0.3, 0.6, 0.9, -1])
def test_a_backup_cut_short_is_refused(tmp_path: Path, left: float, passphrase: str) -> None:
    path = _written(tmp_path / "backup", passphrase=passphrase)
    content = path.read_bytes()
    path.write_bytes(content[: int(left if left == int(left) else len(content) * left)])

    said = _refusal(path, passphrase=passphrase)

    assert "cut short or altered" in said or "does not open" in said


def test_the_member_at_which_it_was_cut_is_named(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name in ("minutebook.sqlite3", _DOCUMENT):
            _add(tar, name, b"x" * 100_000)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 4 * 3])

    assert f"altered at {_DOCUMENT}" in _refusal(path)


def test_an_altered_member_is_named(backup: Path) -> None:
    _rewrite(backup, {_DOCUMENT: b"not what was released"})

    assert f"{_DOCUMENT} is not as it was" in _refusal(backup)


def test_a_member_taken_out_or_put_in_is_named(backup: Path) -> None:
    _rewrite(backup, {_SECOND: None})

    assert f"{_SECOND} is not as it was" in _refusal(backup)


def test_a_byte_that_changed_on_the_disk_is_found_or_has_changed_nothing(backup: Path) -> None:
    content, whole, found = backup.read_bytes(), gzip.decompress(backup.read_bytes()), 0
    for place in range(10, len(content), len(content) // 12):
        spoilt = bytearray(content)
        spoilt[place] ^= 0x10
        backup.write_bytes(spoilt)
        try:
            unpack(backup, backup.parent / "unpacked")
        except Damaged:
            found += 1
        else:  # such as the length of a code that no byte uses
            assert gzip.decompress(spoilt) == whole

    assert found >= 11


def test_a_member_that_would_leave_the_folder_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        _add(tar, "files/../../escaped", b"evil")

    assert "files/../../escaped" in _refusal(tmp_path / "evil.tar.gz")
    assert not list(tmp_path.rglob("escaped"))


def test_a_passphrase_opens_what_it_closed_and_nothing_else_does(tmp_path: Path) -> None:
    path = _written(tmp_path / "backup", passphrase="korrekt häst batteri")

    assert "does not open the backup" in _refusal(path)
    assert "does not open the backup" in _refusal(path, passphrase="korrekt hast batteri")
    assert unpack(path, tmp_path / "open", passphrase="korrekt häst batteri").version == "0.1.0"
    assert b"minutebook.sqlite3" not in path.read_bytes()


def test_a_disk_that_fills_up_while_unpacking_is_said(backup: Path) -> None:
    with _room(100_000):
        said = _refusal(backup)

    assert "There is no room to unpack the backup" in said


@pytest.mark.django_db(transaction=True)
class TestTaking:
    def test_a_disk_that_fills_up_leaves_nothing_behind(self, tmp_path: Path) -> None:
        with _room(100_000), pytest.raises(CannotStart, match=r"backup could not be written|did not succeed"):
            take_backup(tmp_path, now=_NOW)

        assert list(tmp_path.iterdir()) == []

    def test_says_what_was_in_the_database_and_nothing_of_its_keys(
        self, tmp_path: Path, settings: Settings
    ) -> None:
        settings.MEDIA_ROOT, settings.DATA = tmp_path / "files", tmp_path
        settings.TOKEN_KEYS = ["c2VjcmV0IG9mIHRoZSBmaXJtIHdoaWNoIHN0YXlzIGhlcmU="]

        taken = take_backup(tmp_path, now=_NOW)

        manifest = unpack(taken.path, tmp_path / "unpacked")
        assert taken.path.name == "minutebook-20261123-013000.tar.gz"
        assert latest_backup_at(tmp_path) == _NOW
        assert {tuple(key) for key in manifest.migrations} == set(applied_migrations())
        assert manifest.counts["firms_firm"] == 0
        assert manifest.token_keys == fingerprints(settings.TOKEN_KEYS)
        assert settings.TOKEN_KEYS[0] not in json.dumps(manifest.token_keys)
        assert oct(taken.path.stat().st_mode)[-3:] == "600"

    def test_says_where_each_firms_activity_ended(self, tmp_path: Path, settings: Settings) -> None:
        settings.MEDIA_ROOT = tmp_path / "files"
        firm = make_firm()
        record("firm.changed", firm, sentence="Changed", by=None)

        taken = take_backup(tmp_path, now=_NOW)

        manifest = unpack(taken.path, tmp_path / "unpacked")
        assert {f"{number}:{end}" for number, end in manifest.activity.items()} == {
            str(head) for head in ActivityHead.objects.all()
        }
        assert list(manifest.activity) == [str(firm.pk)]

    def test_an_activity_that_ends_otherwise_is_named(self) -> None:
        firm = make_firm()
        record("firm.changed", firm, sentence="Changed", by=None)
        end = Activity.everywhere.get(firm=firm)

        assert firms_whose_activity_ends_otherwise({str(firm.pk): f"{end.number}:{end.hash}"}) == []
        assert firms_whose_activity_ends_otherwise({str(firm.pk): f"{end.number}:{'0' * 64}"}) == [firm.pk]
        assert firms_whose_activity_ends_otherwise({str(firm.pk): f"7:{end.hash}"}) == [firm.pk]

    def test_a_backup_is_never_overwritten(self, tmp_path: Path) -> None:
        (tmp_path / "backup").write_text("yesterday's")

        with pytest.raises(CannotStart, match="never overwritten"):
            take_backup(tmp_path / "backup", now=_NOW)


class TestRefusing:
    def test_a_newer_one(self) -> None:
        with pytest.raises(CannotStart, match="The backup is of a newer version of Minutebook than this one"):
            check_not_newer([("jobs", "0001_initial"), ("jobs", "0999_from_the_future")], of="The backup")

    def test_not_the_one_of_the_other_engine(self) -> None:
        check_not_newer([("procrastinate", "0099"), ("django_tasks_database", "0099")], of="The backup")

    def test_while_a_server_runs(self, backup: Path, tmp_path: Path) -> None:
        with only_server_of(tmp_path), pytest.raises(CannotStart, match="already runs on"):
            restore({"MINUTEBOOK_DATA": str(tmp_path)}, backup)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(CannotStart, match="There is no backup at"):
            restore({"MINUTEBOOK_DATA": str(tmp_path)}, tmp_path / "nowhere")

    def test_a_damaged_one_and_leaves_the_folder_as_it_was(self, backup: Path, tmp_path: Path) -> None:
        backup.write_bytes(backup.read_bytes()[:-20])
        folder = tmp_path / "data"
        folder.mkdir()

        with pytest.raises(Damaged):
            restore({"MINUTEBOOK_DATA": str(folder)}, backup)

        assert [path.name for path in folder.iterdir()] == ["server.lock"]


def test_nothing_starts_on_half_a_restore(tmp_path: Path) -> None:
    (tmp_path / RESTORE_NOTE).write_text("what was there before is in before-restore-1.")

    with pytest.raises(CannotStart, match=r"broke off half-way.*before-restore-1"):
        check_no_restore_is_half_done(tmp_path)


@contextmanager
def _room(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: as a disk that fills up in the midst of writing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _rewrite(backup: Path, changed: dict[str, bytes | None]) -> None:
    """Write a backup anew with some members changed, or left out, and the same manifest."""
    with tarfile.open(backup) as source:
        members = {info.name: source.extractfile(info) for info in source}
        kept = {name: content.read() for name, content in members.items() if content}
    with tarfile.open(backup, "w:gz") as output:
        for name, content in (kept | changed).items():
            if content is not None:
                _add(output, name, content)
