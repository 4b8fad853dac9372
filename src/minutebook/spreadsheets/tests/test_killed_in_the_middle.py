"""A worker process that is killed while it enters an import leaves nothing; the next one enters everything, once."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from minutebook.activity.models import Activity
from minutebook.companies.models import Company, Officeholder
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.spreadsheets.models import SpreadsheetImport
from minutebook.spreadsheets.tasks import begin
from minutebook.spreadsheets.tests.test_importing import COMPANIES, OFFICERS, check, send
from tests.cast import signed_in
from tests.worker import database_of_the_test, on_postgresql, wait_until, worker

pytestmark = [on_postgresql, pytest.mark.django_db(transaction=True)]


def test_what_it_had_entered_is_gone_and_the_next_worker_enters_it(
    administrator: User, tmp_path: Path
) -> None:
    office = signed_in(administrator)
    sent = check(office, send(office, ("c.csv", COMPANIES), ("o.csv", OFFICERS)))

    with worker(tmp_path / "first") as first, officeholders_shut():
        begin(sent, "IMPORTING", now=timezone.now(), by=administrator, is_small=False)
        wait_until(somebody_waits, what="the worker, with its companies entered,")
        kill(first)
    assert not Company.objects.exists()
    assert not Contact.objects.exists()
    begin_again(office, sent)

    with worker(tmp_path / "second"):
        wait_until(lambda: SpreadsheetImport.objects.filter(state="IMPORTED").exists())
    assert (Company.objects.count(), Officeholder.objects.count()) == (2, 4)
    assert Activity.objects.filter(action="import.imported").count() == 1


@contextmanager
def officeholders_shut() -> Iterator[None]:
    """While it is open nobody enters an officeholder: an import stops there, half done."""
    with psycopg.connect(database_of_the_test()) as other:
        other.execute("LOCK TABLE companies_officeholder IN SHARE MODE")
        yield


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'companies_officeholder'::regclass"
        )
        return bool(cursor.fetchone()[0])


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)


def begin_again(office: Browser, sent: SpreadsheetImport) -> None:
    """Press the button that the page offers once nothing was heard for a while."""
    long_ago = timezone.now() - timedelta(minutes=10)
    SpreadsheetImport.objects.filter(pk=sent.pk, state="IMPORTING").update(heard_at=long_ago)
    assert "Begin again" in office.get(f"/companies/import/{sent.pk}/").content.decode()
    office.post(f"/companies/import/{sent.pk}/again/")
