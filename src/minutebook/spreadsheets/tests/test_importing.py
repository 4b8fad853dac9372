"""Importing registers: from a file to the registers and back, as an administrator does it on the pages."""

import io
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from openpyxl import Workbook

from minutebook.activity.models import Activity
from minutebook.companies.models import Company, CompanyAddress, Officeholder, ShareClass, Shareholding
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.spreadsheets import checking, entering, understanding
from minutebook.spreadsheets.models import SpreadsheetImport, StagedRow
from minutebook.spreadsheets.tasks import run_step
from tests.cast import signed_in

COMPANIES = """Company Name,Company Number,Incorporation Date,State
Blue Gum Cartage Pty Ltd,010 499 966,14/03/2017,Victoria
Wattle Dental Pty Ltd,2724334,01/07/2001,NSW
"""
OFFICERS = """Company Number,Name,Position,Appointed,Ceased,Date of Birth,Director ID
010499966,"Ngata, Aroha Mereana",Director & Secretary,14/03/2017,,22/05/1980,036 10000 0000 000
002724334,Aroha Mereana Ngata,Director,01/07/2001,,22/05/1980,
002724334,Daniel Moreau,Director,01/07/2001,30/06/2019,,
"""
HISTORY = """ACN,Date,Transaction,Class,Number,From,To,Paid per share
010499966,14/03/2017,Allotment,ORD,100,,Aroha Mereana Ngata,1.00
010499966,20/06/2019,Transfer,ORD,40,Aroha Mereana Ngata,Daniel Moreau,
010499966,25/06/2021,Cancellation,ORD,10,Daniel Moreau,,
"""
CHOICES = {"order": "DMY", "known_companies": "SKIP", "known_people": "USE"}


@pytest.fixture
def office(administrator: User) -> Browser:
    return signed_in(administrator)


def send(office: Browser, *files: tuple[str, str | bytes]) -> SpreadsheetImport:
    uploads = [
        SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text) for name, text in files
    ]
    office.post("/companies/import/", {"spreadsheets": uploads})
    return SpreadsheetImport.objects.latest("pk")


def check(office: Browser, sent: SpreadsheetImport, **choices: str) -> SpreadsheetImport:
    """Confirm the columns as they were recognised."""
    typed = {f"register-{i}": sheet["register"] for i, sheet in enumerate(sent.sheets)}
    for i, sheet in enumerate(sent.sheets):
        typed |= {f"column-{i}-{index}": key for index, key in sheet["mapping"].items()}
    office.post(f"/companies/import/{sent.pk}/columns/", typed | CHOICES | choices)
    sent.refresh_from_db()
    return sent


def bring_in(office: Browser, *files: tuple[str, str | bytes], **choices: str) -> SpreadsheetImport:
    sent = check(office, send(office, *files), **choices)
    office.post(f"/companies/import/{sent.pk}/import/")
    sent.refresh_from_db()
    return sent


def sentences(sent: SpreadsheetImport) -> list[str]:
    rows = StagedRow.objects.filter(upload=sent).order_by("sheet", "number")
    return [sentence for row in rows for _, sentence, is_error in row.says if is_error]


class TestFromFileToRegisters:
    def test_companies_officeholders_and_the_history_of_their_shares(self, office: Browser) -> None:
        sent = bring_in(office, ("c.csv", COMPANIES), ("o.csv", OFFICERS), ("t.csv", HISTORY))

        assert sent.state == "IMPORTED", sentences(sent)
        assert sent.counts["companies"] == 2
        assert sent.counts["companies updated"] == 0
        gum = Company.objects.get(contact__acn="010499966")
        assert (gum.name, gum.registered_on, gum.registered_in) == (
            "Blue Gum Cartage Pty Ltd", date(2017, 3, 14), "VIC",
        )  # fmt: skip
        parcels = Shareholding.objects.filter(company=gum).order_by("since", "quantity")
        assert [(p.member.name, p.quantity, p.since.year, p.until and p.until.year) for p in parcels] == [
            ("Aroha Mereana Ngata", 100, 2017, 2019),
            ("Daniel Moreau", 40, 2019, 2021),
            ("Aroha Mereana Ngata", 60, 2019, None),
            ("Daniel Moreau", 30, 2021, None),
        ]
        assert parcels[3].paid_per_share == Decimal(1)

    def test_one_person_of_several_companies_is_one_contact_only_by_certain_identity(
        self, office: Browser
    ) -> None:
        bring_in(office, ("c.csv", COMPANIES), ("o.csv", OFFICERS), ("t.csv", HISTORY))

        aroha = Contact.objects.get(name="Aroha Mereana Ngata")
        assert aroha.offices.count() == 3  # by her name and date of birth
        assert (aroha.family_name, aroha.director_id) == ("Ngata", "036100000000000")
        assert Contact.objects.filter(name="Daniel Moreau").count() == 2  # the name alone proves nothing

    def test_lost_zeros_are_put_back_and_said(self, office: Browser) -> None:
        sent = check(office, send(office, ("c.csv", COMPANIES)))

        row = StagedRow.objects.get(upload=sent, number=3)
        assert ["acn", "Read as 002724334: 2 leading zeros were lost.", False] in row.says

    def test_everything_is_told_to_the_activity(self, office: Browser) -> None:
        bring_in(office, ("c.csv", COMPANIES))

        actions = set(Activity.objects.values_list("action", flat=True))
        assert {"import.sent", "import.imported", "company.imported"} <= actions

    def test_the_columns_are_remembered(self, office: Browser) -> None:
        strange = "Firm,Nummer,Born\nBlue Gum Cartage Pty Ltd,010499966,14/03/2017\n"
        sent = send(office, ("strange.csv", strange))
        typed = {
            "register-0": "companies",
            "column-0-0": "name",
            "column-0-1": "acn",
            "column-0-2": "registered_on",
        }
        page = office.post(f"/companies/import/{sent.pk}/columns/", typed | CHOICES)
        assert page.status_code == 422  # another register: its columns are shown first

        sent.sheets[0]["register"] = "companies"
        sent.save()
        office.post(f"/companies/import/{sent.pk}/columns/", typed | CHOICES)

        again = send(office, ("strange.csv", strange))
        assert again.sheets[0]["is_remembered"]
        assert again.sheets[0]["mapping"] == {"0": "name", "1": "acn", "2": "registered_on"}


class TestWhatIsWrong:
    def test_it_is_said_beside_the_cell_and_nothing_is_imported(self, office: Browser) -> None:
        wrong = OFFICERS.replace("14/03/2017,,", "31/02/2017,,").replace(
            "002724334,Daniel", "002724335,Daniel"
        )

        sent = check(office, send(office, ("c.csv", COMPANIES), ("o.csv", wrong)))
        page = office.get(f"/companies/import/{sent.pk}/").content.decode()
        office.post(f"/companies/import/{sent.pk}/import/")

        assert "2 rows to mend" in page
        assert "no day of the calendar" in page
        assert "The check digit of this ACN does not fit" in page
        assert not Company.objects.exists()

    def test_it_is_mended_on_the_page_and_imported(self, office: Browser) -> None:
        sent = check(office, send(office, ("c.csv", COMPANIES.replace("2724334", "2724335"))))
        row = StagedRow.objects.get(upload=sent, finding=StagedRow.Finding.ERROR)

        office.post(f"/companies/import/{sent.pk}/mend/", {f"cell-{row.pk}-acn": "002 724 334"})
        office.post(f"/companies/import/{sent.pk}/import/")

        assert Company.objects.filter(contact__acn="002724334").exists()

    def test_a_row_can_be_left_out(self, office: Browser) -> None:
        sent = check(office, send(office, ("c.csv", COMPANIES.replace("2724334", "2724335"))))
        row = StagedRow.objects.get(upload=sent, finding=StagedRow.Finding.ERROR)

        office.post(f"/companies/import/{sent.pk}/mend/", {f"row-{row.pk}": "", "left_out": row.pk})
        office.post(f"/companies/import/{sent.pk}/import/")

        assert [company.name for company in Company.objects.all()] == ["Blue Gum Cartage Pty Ltd"]

    def test_shares_that_nobody_has_cannot_be_transferred(self, office: Browser) -> None:
        wrong = HISTORY.replace("ORD,40", "ORD,140")

        sent = check(office, send(office, ("c.csv", COMPANIES), ("t.csv", wrong)))

        assert "this member held 100 of the class by the rows before, and 140 go" in sentences(sent)[0]

    def test_holdings_must_agree_with_the_transactions(self, office: Browser) -> None:
        holdings = "ACN,Member,Class,Shares,Since\n010499966,Aroha Mereana Ngata,ORD,61,20/06/2019\n"

        sent = check(office, send(office, ("c.csv", COMPANIES), ("t.csv", HISTORY), ("h.csv", holdings)))

        assert "holds 61 ORD here, and the transactions leave 60" in sentences(sent)[0]

    def test_ambiguous_dates_are_asked_about(self, office: Browser) -> None:
        text = "Company Name,ACN,Registered on\nBlue Gum Cartage Pty Ltd,010499966,03/04/2017\n"
        sent = send(office, ("c.csv", text))

        page = office.get(f"/companies/import/{sent.pk}/").content.decode()
        refused = office.post(
            f"/companies/import/{sent.pk}/columns/",
            {"register-0": "companies", "column-0-0": "name", "column-0-1": "acn", "column-0-2": "registered_on",
             "known_companies": "SKIP", "known_people": "USE"},
        )  # fmt: skip
        bring_in(office, ("c.csv", text), order="MDY")

        assert "Dates such as 03/04/2017 can be read both ways" in page
        assert refused.status_code == 422
        assert Company.objects.get().registered_on == date(2017, 3, 4)

    def test_what_spreadsheets_do_to_a_file_on_the_way_is_undone(self, office: Browser) -> None:
        """American days, an ACN in scientific notation, the encoding of Windows."""
        text = "Company Name;ACN;Registered on\nCafé “Zoë” Pty Ltd;1.0499966E+07;3/14/2017\n"

        sent = bring_in(office, ("c.csv", text.encode("cp1252")), order="MDY")

        company = Company.objects.get()
        assert sent.sheets[0]["register"] == "companies"
        assert (company.name, company.acn) == ("Café “Zoë” Pty Ltd", "010499966")
        assert company.registered_on == date(2017, 3, 14)

    def test_a_file_of_50_mb_is_refused_beside_the_field(self, office: Browser) -> None:
        large = SimpleUploadedFile("large.csv", bytes(50 * 1024 * 1024))

        page = office.post("/companies/import/", {"spreadsheets": [large]})

        assert page.status_code == 422
        assert "large.csv has 50 MB, and a file may have 25 MB." in page.content.decode()
        assert not SpreadsheetImport.objects.exists()

    def test_the_rows_to_mend_can_be_downloaded_and_sent_again(self, office: Browser) -> None:
        sent = check(office, send(office, ("c.csv", COMPANIES.replace("2724334", "2724335"))))

        answer = office.get(f"/companies/import/{sent.pk}/problems.xlsx")
        again = send(office, ("to mend.xlsx", b"".join(answer.streaming_content)))  # type: ignore[attr-defined]

        assert again.sheets[0]["headings"][-1] == "What to mend"
        assert set(again.sheets[0]["mapping"].values()) == {"name", "acn", "registered_on", "registered_in"}


class TestTwice:
    def test_the_same_file_is_noticed_and_adds_nothing(self, office: Browser) -> None:
        files = (("c.csv", COMPANIES), ("o.csv", OFFICERS), ("t.csv", HISTORY))
        bring_in(office, *files)
        before = (
            Company.objects.count(),
            Contact.objects.count(),
            Officeholder.objects.count(),
            Shareholding.objects.count(),
        )

        sent = check(office, send(office, *files), known_companies="UPDATE")
        page = office.get(f"/companies/import/{sent.pk}/").content.decode()
        office.post(f"/companies/import/{sent.pk}/import/")

        assert "This file was imported before." in page
        after = (
            Company.objects.count(),
            Contact.objects.count(),
            Officeholder.objects.count(),
            Shareholding.objects.count(),
        )
        assert after == before

    def test_the_same_rows_in_another_file_are_noticed(self, office: Browser) -> None:
        bring_in(office, ("c.csv", COMPANIES))

        sent = send(office, ("other.csv", COMPANIES.replace(",", ";")))

        assert (
            "This file was imported before." in office.get(f"/companies/import/{sent.pk}/").content.decode()
        )

    def test_a_known_company_is_updated_when_asked_to(self, office: Browser, company: Company) -> None:
        text = f"Company Name,ACN,Registered on,Partner\nSouthern Cross Pty Ltd,{company.acn},14/03/2017,Jo Bloggs\n"

        bring_in(office, ("c.csv", text))
        untouched = Company.objects.get(pk=company.pk)
        sent = bring_in(office, ("c.csv", text), known_companies="UPDATE")
        updated = Company.objects.get(pk=company.pk)
        office.post(f"/companies/import/{sent.pk}/undo/")

        assert untouched.name == "Southern Star Pty Ltd"
        assert (updated.name, updated.partner) == ("Southern Cross Pty Ltd", "Jo Bloggs")
        assert Company.objects.get(pk=company.pk).name == "Southern Star Pty Ltd"


class TestAllOrNothing:
    def test_an_error_half_way_leaves_nothing(
        self, office: Browser, administrator: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent = check(office, send(office, ("c.csv", COMPANIES), ("o.csv", OFFICERS)))
        SpreadsheetImport.objects.filter(pk=sent.pk).update(state="IMPORTING")

        def is_killed(*args: object, **named: object) -> None:
            raise KeyboardInterrupt  # what a worker sees that is told to stop at once

        monkeypatch.setattr(entering, "_record", is_killed)
        with pytest.raises(KeyboardInterrupt):
            run_step(sent.pk, by=administrator)

        assert not Company.objects.exists()
        assert not Contact.objects.exists()
        assert SpreadsheetImport.objects.get().state == "IMPORTING"

    def test_a_stopped_import_says_so_and_can_be_begun_again(
        self, office: Browser, administrator: User
    ) -> None:
        sent = check(office, send(office, ("c.csv", COMPANIES)))
        long_ago = timezone.now() - timedelta(minutes=10)
        SpreadsheetImport.objects.filter(pk=sent.pk).update(state="IMPORTING", heard_at=long_ago)

        page = office.get(f"/companies/import/{sent.pk}/").content.decode()
        office.post(f"/companies/import/{sent.pk}/again/")
        run_step(sent.pk, by=administrator)  # as the worker does
        run_step(sent.pk, by=administrator)  # and another that was woken as well

        assert "Nothing of the file is in the registers." in page
        assert Company.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_others_go_on_working_meanwhile(
    office: Browser, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(understanding, "AT_A_TIME", 1)
    sent = send(office, ("c.csv", COMPANIES))
    SpreadsheetImport.objects.filter(pk=sent.pk).update(state="CHECKING", order="DMY")
    say_progress = checking.say_progress

    def somebody_writes_first(sent: SpreadsheetImport, done: int) -> None:
        writer = threading.Thread(target=write_elsewhere, args=[administrator.pk])
        writer.start()
        writer.join()
        say_progress(sent, done)

    monkeypatch.setattr(checking, "say_progress", somebody_writes_first)
    run_step(sent.pk, by=administrator)

    assert SpreadsheetImport.objects.get().state == "CHECKED"


def write_elsewhere(user_id: int) -> None:
    User.objects.filter(pk=user_id).update(name="Priya Raman-Ngata")
    connection.close()


class TestUndo:
    def test_it_leaves_the_registers_as_they_were(self, office: Browser, company: Company) -> None:
        there = [set(model._base_manager.values_list("pk", flat=True)) for model in (Contact, Company)]
        sent = bring_in(office, ("c.csv", COMPANIES), ("o.csv", OFFICERS), ("t.csv", HISTORY))

        office.post(f"/companies/import/{sent.pk}/undo/")

        assert [
            set(model._base_manager.values_list("pk", flat=True)) for model in (Contact, Company)
        ] == there
        assert not Officeholder.objects.exclude(company=company).exists()
        assert not ShareClass.objects.exclude(company=company).exists()

    def test_what_was_used_since_is_named(self, office: Browser, administrator: User) -> None:
        sent = bring_in(office, ("c.csv", COMPANIES), ("o.csv", OFFICERS))
        aroha = Contact.objects.get(name="Aroha Mereana Ngata")
        gum = Company.objects.get(contact__acn="010499966")
        typed = {"contact_id": aroha.pk, "contact": aroha.name, "office": "ALTERNATE", "since": "2020-01-01"}
        office.post(f"/companies/{gum.pk}/officeholders/add/", typed)

        page = office.post(f"/companies/import/{sent.pk}/undo/", follow=True).content.decode()

        assert "It stays, because what it made was used since: Register of Blue Gum Cartage" in page
        assert Company.objects.count() == 2


class TestWho:
    @pytest.mark.parametrize("address", ["/companies/import/", "/companies/export/"])
    def test_a_preparer_may_not(self, as_preparer: Browser, address: str) -> None:
        assert as_preparer.get(address).status_code == 403

    def test_another_firms_import_is_not_found(
        self, office: Browser, company_of_another_firm: Company
    ) -> None:
        sent = send(office, ("c.csv", COMPANIES))
        SpreadsheetImport._base_manager.filter(pk=sent.pk).update(firm_id=company_of_another_firm.firm_id)

        assert office.get(f"/companies/import/{sent.pk}/").status_code == 404


def test_a_workbook_of_several_sheets(office: Browser) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Companies"
    sheet.append(["Companies of Kauri & Wattle"])
    sheet.append([])
    sheet.append(["Company name", "ACN", "Registered on", "State of registration"])
    sheet.append(["Blue Gum Cartage Pty Ltd", 10499966, date(2017, 3, 14), "VIC"])
    sheet.append(["Total", 1])
    addresses = book.create_sheet("Addresses")
    addresses.append(["ACN", "Use", "Address in one line", "Since"])
    addresses.append(["010499966", "Registered office", "17 Bastings Street, Northcote VIC 3070", 42808])
    stream = io.BytesIO()
    book.save(stream)

    bring_in(office, ("registers.xlsx", stream.getvalue()))

    place = CompanyAddress.objects.get()
    assert (place.address.suburb, place.since) == ("Northcote", date(2017, 3, 14))
