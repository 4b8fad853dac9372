"""`minutebook delete-firm` leaves no row and no file of it, and nothing of another firm is touched."""

import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.activity.verify import verify_chain
from minutebook.cli import main
from minutebook.delivery.sending import queue_mail
from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.firms.models import Firm, User
from minutebook.production.kept_files import keep_file
from minutebook.production.models import KeptFile
from minutebook.production.release import release_pack
from minutebook.scope import firm_scope
from minutebook.server.deletion import delete_firm, files_of
from minutebook.server.farewell import say_farewell
from minutebook.server.models import DeletedFirm
from minutebook.server.ports import CannotStart
from minutebook.spreadsheets.staging import take_files
from tests.cast import make_company, make_firm, make_user, signed_in
from tests.job_cast import make_connection, make_link
from tests.packs import NOW, make_pack
from tests.sent_files import pdf_of

_NOT_THE_FIRMS = (
    "sqlite_",
    "django_migrations",
    "contacts_search_",
    "activity_search_",
    "packs_search_",
    "company_names_search_",
    "server_deletedfirm",
)


@pytest.fixture
def two_firms(transactional_db: None) -> tuple[Firm, Firm, dict[str, list[str]]]:
    """Harbour Advisory with a released pack, what the database was before Kauri & Wattle came, and both."""
    harbour = make_firm("Harbour Advisory")
    _work_in(harbour, make_user(harbour, "Sam Stone", "sam@harbour.example"))
    before = everything()
    kauri = make_firm()
    _work_in(kauri, make_user(kauri), connects=True)
    return harbour, kauri, before


def _work_in(firm: Firm, person: User, *, connects: bool = False) -> None:
    signed_in(person)
    with firm_scope(firm.pk):
        company = make_company()
        if connects:
            make_connection()
            make_link(company)
        pack = make_pack(company, by=person)
        done = release_pack(
            pack,
            delivery=DocumentPack.Delivery.DOWNLOADED,
            by=person,
            now=timezone.now(),
            with_job=False,
        )
        scan = SimpleUploadedFile("signed.pdf", pdf_of())
        keep_file(done.pack, scan, kind=KeptFile.Kind.SIGNED, by=person, now=timezone.now())
        take_files([SimpleUploadedFile("companies.csv", b"Name\nA Pty Ltd")], by=person, now=timezone.now())
        queue_mail(
            done.pack, recipients=["a@b.example"], subject="S", text="T", by=person, now=timezone.now()
        )
        record("firm.changed", firm, sentence="Changed", by=person)


def everything() -> dict[str, list[str]]:
    """Return every row of every table, also of those that are no model's."""
    with connection.cursor() as cursor:
        tables = [
            name
            for name in connection.introspection.table_names(cursor)
            if not name.startswith(_NOT_THE_FIRMS)
        ]
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # names from the database
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def test_nothing_of_it_stays_and_nothing_else_goes(
    two_firms: tuple[Firm, Firm, dict[str, list[str]]],
) -> None:
    harbour, kauri, before = two_firms
    kept, gone = files_of(harbour), files_of(kauri)

    note = delete_firm(kauri, now=NOW, was_exported=False)

    assert everything() == before
    assert kept
    assert all(map(default_storage.exists, kept))
    assert any("/signed/" in path for path in gone)
    assert not any(map(default_storage.exists, gone))
    assert verify_chain(harbour.pk).is_whole
    assert note.files == len(gone)
    assert DeletedFirm.objects.get().activity_end.startswith(f"{note.firm_number}:")


class TestTheCommand:
    def test_it_exports_says_what_goes_and_asks_for_the_name(
        self, two_firms: tuple[Firm, Firm, dict[str, list[str]]], tmp_path: Path
    ) -> None:
        _, kauri, before = two_firms
        with firm_scope(kauri.pk):
            documents = ProducedFile.objects.count()
        said: list[str] = []

        _delete(kauri, said, export=tmp_path / "kauri.zip", answer="Kauri & Wattle")

        assert everything() == before
        assert any("companies_company" in line for line in said)
        assert DeletedFirm.objects.get().was_exported
        with zipfile.ZipFile(tmp_path / "kauri.zip") as export:
            assert export.testzip() is None
            assert "Southern Star" in export.read("Companies.csv").decode("utf-8-sig")
            assert sum(name.startswith("documents/MB-") for name in export.namelist()) == documents

    def test_another_name_deletes_nothing(
        self, two_firms: tuple[Firm, Firm, dict[str, list[str]]], tmp_path: Path
    ) -> None:
        _, kauri, _ = two_firms
        was = everything()

        with pytest.raises(CannotStart, match="Nothing was deleted"):
            _delete(kauri, [], export=tmp_path / "kauri.zip", answer="Kauri")

        assert everything() == was

    def test_it_wants_an_export_or_a_word_that_none_is_needed(
        self, two_firms: tuple[Firm, Firm, dict[str, list[str]]]
    ) -> None:
        _, kauri, _ = two_firms
        was = everything()

        with pytest.raises(CannotStart, match="--without-export"):
            _delete(kauri, [], export=None, answer="Kauri & Wattle")

        assert everything() == was

    def test_an_unknown_firm_lists_those_there_are(self, db: None) -> None:
        make_firm()

        with pytest.raises(SystemExit, match=r"There is no firm “Kauri”.*Kauri & Wattle"):
            main(["delete-firm", "Kauri", "--without-export"])


def _delete(firm: Firm, said: list[str], *, export: Path | None, answer: str) -> None:
    say_farewell(
        firm.name, export=export, without_export=False, name="", ask=lambda _: answer, say=said.append
    )
