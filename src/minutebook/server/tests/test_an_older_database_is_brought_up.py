"""`serve` on a database of another time: an older one is copied and brought up to date, a newer one is refused."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from minutebook.server.models import Backup
from minutebook.server.ports import CannotStart
from minutebook.server.upgrade import bring_up_to_date

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def said(tmp_path: Path, settings: Settings) -> Iterator[list[str]]:
    settings.DATA = tmp_path
    yield []
    call_command("migrate", verbosity=0)


def test_an_older_one_is_copied_first_and_said(tmp_path: Path, said: list[str]) -> None:
    call_command("migrate", "server", "0001", verbosity=0)

    bring_up_to_date(say=said.append)

    assert Backup.objects.count() == 0  # its table is there again
    [sentence] = said
    assert "of an older version" in sentence
    assert re.search(r"\d+ steps? ", sentence)
    copies = list((tmp_path / "before-upgrade").glob("minutebook-*.sqlite3"))
    assert len(copies) == (connection.vendor == "sqlite")


def test_one_of_this_version_is_left_alone(tmp_path: Path, said: list[str]) -> None:
    bring_up_to_date(say=said.append)

    assert said == []
    assert list(tmp_path.iterdir()) == []


def test_a_newer_one_is_refused(said: list[str]) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("jobs", "0999_from_the_future")
    try:
        with pytest.raises(
            CannotStart, match="The database is of a newer version of Minutebook than this one"
        ):
            bring_up_to_date(say=said.append)
    finally:
        recorder.record_unapplied("jobs", "0999_from_the_future")
