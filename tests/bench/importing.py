"""How long an import of a whole practice takes, and how long somebody else's entry waits for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection

from minutebook.companies.models import Company
from minutebook.scope import firm_scope
from minutebook.server.models import Heartbeat
from minutebook.spreadsheets.models import SpreadsheetImport
from minutebook.spreadsheets.staging import take_files
from minutebook.spreadsheets.tasks import run_step
from tests.bench.crowd import NOW, Crowd
from tests.bench.figures import Figure
from tests.bench.measure import Size

_STEPS = {"READING": "read", "CHECKING": "checked", "IMPORTING": "entered"}


def figures(crowd: Crowd, size: Size) -> Iterator[Figure]:
    """Import once, as a worker does it, while somebody else writes all the time."""
    count = size.imported
    with firm_scope(crowd.firm.pk):
        before = Company.objects.count()
        sent = take_files(_files(count), by=crowd.user, now=NOW)
        with _somebody_else() as waits:
            for step, done in _STEPS.items():
                SpreadsheetImport.objects.filter(pk=sent.pk).update(state=step, order="DMY")
                yield Figure(
                    name=f"{count:,} companies of a spreadsheet {done}",
                    values=[_seconds(sent, crowd)],
                    unit="s",
                )
        assert Company.objects.count() == before + count
    yield Figure(name="Longest that another entry waited meanwhile", values=[max(waits)], unit="s")


def _seconds(sent: SpreadsheetImport, crowd: Crowd) -> float:
    start = time.perf_counter()
    run_step(sent.pk, by=crowd.user)
    return time.perf_counter() - start


def _files(count: int) -> list[SimpleUploadedFile]:
    """Return companies with two officeholders and a member each."""
    acns = [_acn(number) for number in range(count)]
    companies = (f"Imported {acn} Pty Ltd,{acn},14/03/2017,VIC" for acn in acns)
    officers = (
        f"{acn},{given} {_word(number)} {family},{office},14/03/2017"
        for number, acn in enumerate(acns)
        for given, family, office in (
            ("Aroha", "Ngata", "Director & Secretary"),
            ("Daniel", "Moreau", "Director"),
        )
    )
    holdings = (
        f"{acn},Aroha {_word(number)} Ngata,ORD,{100 + number},14/03/2017" for number, acn in enumerate(acns)
    )
    return [
        _file("companies", "Company Name,ACN,Registered on,State", companies),
        _file("officeholders", "ACN,Name,Position,Appointed", officers),
        _file("holdings", "ACN,Member,Class,Shares,Since", holdings),
    ]


def _file(name: str, head: str, rows: Iterator[str]) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.csv", "\n".join([head, *rows]).encode())


def _acn(number: int) -> str:
    digits = f"{60_000_000 + number:08}"
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, range(8, 0, -1), strict=True))
    return f"{digits}{-weighed % 10}"


def _word(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)).title()


@contextmanager
def _somebody_else() -> Iterator[list[float]]:
    """Write a row of one's own again and again, and note how long each took."""
    waits, stop = [0.0], threading.Event()

    def write() -> None:
        try:
            while not stop.wait(0.02):
                waits.append(
                    _took(
                        lambda: Heartbeat.objects.update_or_create(
                            pk="somebody else", defaults={"beat_at": NOW, "started_at": NOW}
                        )
                    )
                )
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield waits
    finally:
        stop.set()
        writer.join()


def _took(action: Callable[[], object]) -> float:
    """Return the seconds an entry took, those of its tries that were refused as locked included."""
    start = time.perf_counter()
    while True:
        try:
            action()
        except OperationalError:
            continue
        return time.perf_counter() - start
