"""The backup of every day is taken once, kept so many times, and heard of when it fails."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from minutebook.firms.models import User
from minutebook.server.backup.schedule import back_up_if_due, latest_due, take_scheduled
from minutebook.server.clearing import clear_finished
from minutebook.server.models import Backup
from tests.cast import signed_in
from tests.waiting import waiting_tasks

_NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 12:30 in Melbourne


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.BACKUP_FOLDER = tmp_path / "backups"
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    return tmp_path / "backups"


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("02:30 Australia/Melbourne", datetime(2026, 11, 22, 15, 30, tzinfo=UTC)),
        ("13:00 Australia/Melbourne", datetime(2026, 11, 22, 2, tzinfo=UTC)),
        ("01:30 UTC", _NOW),
    ],
)
def test_the_moment_is_on_the_clock_that_was_named(at: str, due: datetime) -> None:
    assert latest_due(at, now=_NOW) == due


@pytest.mark.parametrize("at", ["", "half past two", "02:30 Melbourne"])
def test_a_moment_that_is_none_is_refused_in_a_sentence(at: str) -> None:
    with pytest.raises(ValueError, match="write it as “02:30 Australia/Melbourne”"):
        latest_due(at, now=_NOW)


@pytest.mark.django_db
class TestDue:
    def test_one_is_taken_however_many_workers_look(self, folder: Path) -> None:
        assert [back_up_if_due(_NOW), back_up_if_due(_NOW)] == [True, False]
        assert len(waiting_tasks()) == 1

    def test_none_is_taken_without_a_folder(self, settings: Settings) -> None:
        settings.BACKUP_FOLDER = None

        assert not back_up_if_due(_NOW)

    def test_one_that_failed_is_tried_again_after_an_hour(self, folder: Path) -> None:
        back_up_if_due(_NOW)
        Backup.objects.update(finished_at=_NOW, problem="No space left on device")

        assert not back_up_if_due(_NOW + timedelta(minutes=59))
        assert back_up_if_due(_NOW + timedelta(minutes=60))
        assert not back_up_if_due(_NOW + timedelta(minutes=61))


@pytest.mark.django_db
class TestFailing:
    @pytest.fixture
    def failed(self, folder: Path, administrator: User, preparer: User) -> Backup:
        folder.write_text("a file where the folder should be")
        backup = Backup.objects.create(due_at=_NOW, begun_at=_NOW)
        take_scheduled.call(backup.pk)
        backup.refresh_from_db()
        return backup

    def test_is_told_to_administrators_once(self, failed: Backup, administrator: User) -> None:
        take_scheduled.call(failed.pk)

        assert [message.to for message in mail.outbox] == [[administrator.email]]
        assert "could not be backed up" in mail.outbox[0].subject

    def test_is_shown_on_the_settings_page(self, failed: Backup, administrator: User) -> None:
        page = signed_in(administrator).get("/settings/safe-keeping/").content.decode()

        assert "The latest backup failed." in page
        assert "Failed" in page

    def test_the_page_is_for_administrators(self, preparer: User) -> None:
        assert signed_in(preparer).get("/settings/safe-keeping/").status_code == 403


@pytest.mark.skipif(connection.vendor == "postgresql", reason="the copy itself is tested elsewhere")
@pytest.mark.django_db
def test_only_so_many_are_kept_and_nothing_else_is_touched(
    folder: Path, settings: Settings, administrator: User
) -> None:
    settings.BACKUP_KEEP = 2
    folder.mkdir()
    for name in ("minutebook-20260101-000000.tar.gz", "minutebook-20260102-000000.tar.gz", "holiday.tar.gz"):
        (folder / name).touch()
    backup = Backup.objects.create(due_at=_NOW, begun_at=_NOW)

    take_scheduled.call(backup.pk)

    backup.refresh_from_db()
    assert {path.name for path in folder.iterdir()} == {
        "holiday.tar.gz",
        "minutebook-20260102-000000.tar.gz",
        backup.name,
    }
    assert "Backed up on" in signed_in(administrator).get("/settings/safe-keeping/").content.decode()


@pytest.mark.skipif(connection.vendor == "postgresql", reason="Procrastinate clears its own")
@pytest.mark.django_db
def test_finished_tasks_are_cleared_after_two_days(folder: Path) -> None:
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415  # there on SQLite only

    back_up_if_due(_NOW)
    now = timezone.now()
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=now - timedelta(hours=47))

    assert clear_finished(now) == 0
    assert clear_finished(now + timedelta(hours=2)) == 1
