"""The Documents page: every pack found, grouped by deadline, paged by key, and taken along as CSV."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minutebook.companies.models import ChosenCompany, Company
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import Firm, Membership, User
from minutebook.jobs.fees.regulator import Amount, Amounts
from minutebook.production import search
from minutebook.production.listing import Asked, find_packs
from minutebook.production.lodging import fees_if_lodged_today, lodge_by_of, window_of
from minutebook.production.models import ToDo
from minutebook.production.release import release_pack
from minutebook.production.search_index import install_search
from minutebook.production.todo import tick, untick
from minutebook.production.withdrawing import withdraw_pack
from minutebook.scope import firm_scope
from tests.cast import TODAY, make_company, make_firm, make_person, make_user, signed_in
from tests.packs import NOW, make_pack

PAGE, CSV = "production:list", "production:csv"


@pytest.fixture
def pack(company: Company, preparer: User) -> DocumentPack:
    """A draft that appoints Aroha Ngata; Form 484 is due on 20 December 2026."""
    return make_pack(company, by=preparer)


@pytest.fixture
def today(firm: Firm) -> date:
    """Today as the pages have it."""
    return firm.day_of(timezone.now())


def a_pack(company: Company, by: User, **fields: Any) -> DocumentPack:
    """Return a row of the list, with nothing behind it."""
    number = DocumentPack.objects.count() + 1
    held = {"title": f"Pack {number}", "saved_at": NOW - timedelta(minutes=number), **fields}
    return DocumentPack.objects.create(
        company=company, trace_number=f"MB-{number:06d}-TEST", made_by=by, made_at=NOW, **held
    )


def released(pack: DocumentPack, *, by: User) -> DocumentPack:
    return release_pack(pack, delivery=DocumentPack.Delivery.DOWNLOADED, by=by, now=NOW, with_job=False).pack


def page(browser: Browser, query: str = "") -> str:
    answer = browser.get(f"{reverse(PAGE)}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def titles(browser: Browser, query: str = "") -> list[str]:
    answer = browser.get(f"{reverse(PAGE)}?{query}")
    return [row.pack.title for group in answer.context["groups"] for row in group.rows]


def rows_of_csv(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"{reverse(CSV)}?{query}")
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


class TestFinding:
    @pytest.mark.parametrize("text", ["Ngata", "aroha nga", "southern", "ngata southern", "004085616"])
    def test_a_directors_name_a_company_and_both_find_the_pack(
        self, as_preparer: Browser, pack: DocumentPack, text: str
    ) -> None:
        assert "Ngata" in pack.summary

        assert titles(as_preparer, f"q={text}") == ["Appoint director"]

    def test_the_trace_number_finds_it_and_another_does_not(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        assert titles(as_preparer, f"q={pack.trace_number.lower()}") == ["Appoint director"]
        assert titles(as_preparer, "q=MB-999999-ZZZZ") == []

    def test_accents_fold(self, as_preparer: Browser, company: Company, preparer: User) -> None:
        make_pack(company, by=preparer, person=make_person("Zoë", "Nguyễn"))

        assert titles(as_preparer, "q=zoe nguyen") == ["Appoint director"]

    def test_a_company_is_found_by_its_new_name_once_it_has_one(
        self, as_preparer: Browser, pack: DocumentPack, company: Company
    ) -> None:
        company.contact.name = "Polar Light Pty Ltd"
        company.contact.save()

        assert titles(as_preparer, "q=polar") == ["Appoint director"]
        assert titles(as_preparer, "q=southern") == []

    def test_what_changed_meanwhile_is_found_and_what_was_before_is_not(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        pack.summary = "Daniel Moreau resigned"
        pack.save()

        assert titles(as_preparer, "q=moreau") == ["Appoint director"]
        assert titles(as_preparer, "q=ngata") == []

    def test_a_pack_that_is_gone_is_found_no_more(
        self, as_preparer: Browser, company: Company, preparer: User
    ) -> None:
        a_pack(company, preparer, summary="Kowalski").delete()

        assert titles(as_preparer, "q=kowalski") == []

    @pytest.mark.parametrize(("counted", "few"), [(5, 50), (5, 100)])
    def test_common_words_find_every_pack_that_has_them(
        self, company: Company, preparer: User, monkeypatch: pytest.MonkeyPatch, counted: int, few: int
    ) -> None:
        as_preparer = signed_in(preparer)
        monkeypatch.setattr(search, "COUNTED", counted)
        monkeypatch.setattr(search, "FEW", few)
        a_pack(company, preparer, title="Not this one")
        DocumentPack.objects.bulk_create(
            DocumentPack(
                firm=company.firm,
                company=company,
                trace_number=f"MB-{number:06d}-MANY",
                title=f"Pack {number}",
                summary="Aroha Ngata appointed",
                made_by=preparer,
                made_at=NOW,
                saved_at=NOW - timedelta(minutes=number),
            )
            for number in range(60)
        )

        assert titles(as_preparer, "q=ngata")[:2] == ["Pack 0", "Pack 1"]
        assert "25 of more, latest first" in page(as_preparer, "q=ngata")
        assert len(rows_of_csv(as_preparer, "q=ngata southern")) == 60

    @pytest.mark.parametrize(
        "text", ["%25", '"', "* OR firm:f2", "NEAR(", "%00", "%F0%9F%92%A9", "x" * 5000, "--"]
    )
    def test_no_text_breaks_the_search(self, as_preparer: Browser, pack: DocumentPack, text: str) -> None:
        assert as_preparer.get(f"{reverse(PAGE)}?q={text}").status_code == 200

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL fills its column as it is added")
    def test_what_was_there_before_the_index_is_found(self, as_preparer: Browser, pack: DocumentPack) -> None:
        with connection.cursor() as cursor:
            for table in ("packs_search", "packs_numbered", "company_names_search"):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608

        install_search(connection.alias)

        assert titles(as_preparer, "q=ngata southern") == ["Appoint director"]


class TestFilters:
    def test_each_narrows_the_list_and_stays_in_the_address(
        self, as_preparer: Browser, firm: Firm, company: Company, preparer: User, today: date
    ) -> None:
        jo = make_user(firm, "Jo Bloggs", "jo@kauriwattle.example")
        a_pack(company, preparer, title="Mine")
        a_pack(company, jo, title="Late", lodge_by=today - timedelta(days=3))

        assert titles(as_preparer, f"maker={jo.pk}") == ["Late"]
        assert titles(as_preparer, "status=DRAFT") == ["Mine", "Late"]
        assert titles(as_preparer, "status=SIGNED") == []
        assert titles(as_preparer, "lodge=overdue&q=late") == ["Late"]
        shown = page(as_preparer, f"lodge=overdue&status=DRAFT&maker={jo.pk}&q=late")
        assert f"packs.csv?q=late&amp;status=DRAFT&amp;lodge=overdue&amp;maker={jo.pk}" in shown
        assert '<option value="overdue" selected>' in shown
        assert f'<option value="{jo.pk}" selected>' in shown

    @pytest.mark.parametrize(
        "query",
        [
            "status=NOPE&stage=x&lodge=yesterday&maker=-1",
            "stage=99999999999999999999999",
            "maker=%C2%B2&stage=%D9%A3",
            "after=nonsense&before=2026~x",
            "after=2026-11-22~zz",
            "after=0001-01-01T00:00:00~00000000000000000000000000000000",
            "lodge=due&after=9999-99-99~00000000000000000000000000000000",
        ],
    )
    def test_what_makes_no_sense_is_left_out(
        self, as_preparer: Browser, pack: DocumentPack, query: str
    ) -> None:
        assert titles(as_preparer, query) == ["Appoint director"]

    def test_a_version_that_was_replaced_is_not_listed(
        self, as_preparer: Browser, company: Company, preparer: User
    ) -> None:
        a_pack(company, preparer, status="CORRECTED", released_at=NOW, snapshot={})

        assert "No packs yet" in page(as_preparer)

    def test_nothing_found_leads_back(self, as_preparer: Browser, pack: DocumentPack) -> None:
        assert "No pack matches" in page(as_preparer, "q=nobody")


class TestPaging:
    @pytest.mark.parametrize("query", ["", "lodge=due&"])
    def test_every_pack_is_on_one_page_forwards_and_backwards(
        self, as_preparer: Browser, company: Company, preparer: User, today: date, query: str
    ) -> None:
        # Many of one moment and of one day: the key must tell them apart.
        for number in range(60):
            day = today + timedelta(days=number // 20)
            a_pack(company, preparer, saved_at=NOW - timedelta(minutes=number // 20), lodge_by=day)

        forwards, after = [], None
        while True:
            answer = as_preparer.get(
                f"{reverse(PAGE)}?{query}{f'after={after}' if after else ''}".replace("+", "%2B")
            )
            shown = answer.context["page"]
            forwards.append([each.pk for each in shown.packs])
            if shown.after is None:
                break
            after = shown.after
        backwards, before = [], shown.before
        while before is not None:
            answer = as_preparer.get(f"{reverse(PAGE)}?{query}before={before}".replace("+", "%2B"))
            backwards.append([each.pk for each in answer.context["page"].packs])
            before = answer.context["page"].before

        assert [len(each) for each in forwards] == [25, 25, 10]
        assert len({pk for each in forwards for pk in each}) == 60
        assert backwards == [forwards[1], forwards[0]]

    def test_the_links_of_the_page_lead_there(
        self, as_preparer: Browser, company: Company, preparer: User
    ) -> None:
        for _ in range(30):
            a_pack(company, preparer)

        first = page(as_preparer, "q=pack")
        link = first.split("Next</a>")[0].rpartition('href="?')[2].rstrip('">').replace("&amp;", "&")

        assert link.startswith("q=pack&after=")
        assert titles(as_preparer, link) == [f"Pack {number}" for number in range(26, 31)]

    @pytest.mark.parametrize(
        "query", ["", "q=ngata", "lodge=due", "status=DRAFT&q=pack", "lodge=overdue&q=pack"]
    )
    def test_a_full_page_asks_no_more_often_than_one_with_a_single_pack(
        self, as_preparer: Browser, company: Company, preparer: User, today: date, query: str
    ) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                page(as_preparer, query)
            return len(queries)

        late = {
            "lodge_by": today - timedelta(days=2),
            "status": "RELEASED",
            "released_at": NOW,
            "snapshot": {},
        }
        fields = {"summary": "Aroha Ngata", **(late if "lodge" in query else {})}
        a_pack(company, preparer, **fields)
        page(as_preparer, query)
        one = asked()
        for _ in range(30):
            a_pack(company, preparer, **fields)

        assert asked() == one
        assert one <= 12


class TestLodging:
    @pytest.mark.parametrize(
        ("days", "code"),
        [(-1, "overdue"), (0, "today"), (1, "7"), (7, "7"), (8, "14"), (14, "14"), (15, "later")],
    )
    def test_a_day_stands_in_one_window(
        self, company: Company, preparer: User, today: date, days: int, code: str
    ) -> None:
        as_preparer = signed_in(preparer)
        a_pack(company, preparer, lodge_by=today + timedelta(days=days))

        found = {
            each: titles(as_preparer, f"lodge={each}") for each in ("overdue", "today", "7", "14", "later")
        }

        assert [each for each, listed in found.items() if listed] == [code]
        assert window_of(today + timedelta(days=days), today=today).code == code

    def test_the_windows_head_the_list_the_earliest_first(
        self, as_preparer: Browser, company: Company, preparer: User, today: date
    ) -> None:
        for days in (20, -4, 10, 0, 3):
            a_pack(company, preparer, title=f"In {days}", lodge_by=today + timedelta(days=days))

        answer = as_preparer.get(f"{reverse(PAGE)}?lodge=due")

        assert [group.window.label for group in answer.context["groups"]] == [
            "Overdue", "Due today", "Due in 1 to 7 days", "Due in 8 to 14 days", "Due later",
        ]  # fmt: skip
        assert "4 days late" in answer.content.decode()

    def test_it_follows_what_happens_to_the_pack(
        self, company: Company, preparer: User, pack: DocumentPack
    ) -> None:
        def lodge_by() -> date | None:
            kept = DocumentPack.objects.get(pk=pack.pk)
            assert kept.lodge_by == lodge_by_of(kept)
            return kept.lodge_by

        assert lodge_by() == date(2026, 12, 20)
        released(pack, by=preparer)
        assert lodge_by() == date(2026, 12, 20)
        lodge = pack.to_dos.get(kind=ToDo.Kind.LODGE)
        tick(lodge, done_on=TODAY, reference="7EAB", by=preparer, now=NOW)
        assert lodge_by() is None
        untick(lodge, by=preparer)
        assert lodge_by() == date(2026, 12, 20)
        withdraw_pack(pack, because="She declined", by=preparer, now=NOW)
        assert lodge_by() is None


class TestLateFees:
    KNOWN = Amounts(
        [
            Amount(kind="LATE_FIRST", from_on=date(2026, 7, 1), dollars=Decimal(98)),
            Amount(kind="LATE_AFTER", from_on=date(2026, 7, 1), dollars=Decimal(411)),
        ]
    )

    @pytest.mark.parametrize(
        ("today", "dollars", "why"),
        [
            (date(2026, 12, 20), [], ""),
            (date(2026, 12, 21), [98], "up to one month late; after 20/01/2027 it is $411.00"),
            (date(2027, 1, 20), [98], "up to one month late"),
            (date(2027, 1, 21), [411], "more than one month late"),
        ],
    )
    def test_a_fee_is_that_of_lodging_today_and_says_why(
        self, pack: DocumentPack, today: date, dollars: list[int], why: str
    ) -> None:
        fees = fees_if_lodged_today([pack], self.KNOWN, today=today).get(pack.pk, [])

        assert [fee.dollars for fee in fees] == dollars
        assert all(why in fee.why for fee in fees)

    def test_of_a_released_pack_only_what_is_left_to_lodge_counts(
        self, preparer: User, pack: DocumentPack
    ) -> None:
        held = released(pack, by=preparer)
        late = date(2027, 1, 2)
        assert [fee.form for fee in fees_if_lodged_today([held], self.KNOWN, today=late)[held.pk]] == ["484"]

        tick(pack.to_dos.get(kind=ToDo.Kind.LODGE), done_on=TODAY, reference="", by=preparer, now=NOW)

        again = DocumentPack.objects.get(pk=held.pk)
        assert fees_if_lodged_today([again], self.KNOWN, today=late) == {}

    def test_the_page_shows_it_with_its_sum_and_how_it_is_worked_out(
        self, as_preparer: Browser, company: Company, preparer: User, today: date
    ) -> None:
        due = today - timedelta(days=5)
        deadlines = [{"title": "Tell ASIC", "form": "484", "due_on": due.isoformat(), "section": "s 205B"}]
        for _ in range(2):
            a_pack(company, preparer, deadlines=deadlines, lodge_by=due)

        shown = page(as_preparer, "lodge=overdue")

        assert "5 days late, late fee $98.00" in shown
        assert "if lodged today: <b>$196.00</b>" in shown
        assert f"Form 484 was due {due:%d/%m/%Y}: up to one month late" in shown
        assert "ASIC charges $98.00 for a Form 484 or 205A up to one month late, and $411.00" in shown
        assert "check it, ASIC changes its fees each July" in shown


class TestCsv:
    def test_it_is_the_view_whole(
        self, as_preparer: Browser, company: Company, preparer: User, today: date
    ) -> None:
        for number in range(30):
            a_pack(company, preparer, title=f"Kept {number}", summary="One\nTwo")
        a_pack(company, preparer, title="Other")

        rows = rows_of_csv(as_preparer, "q=kept")

        assert len(rows) == 30
        assert (rows[0]["Company"], rows[0]["State"], rows[0]["What changed"]) == (
            "Southern Star Pty Ltd", "Draft", "One; Two",
        )  # fmt: skip

    def test_no_spreadsheet_runs_a_cell(self, as_preparer: Browser, company: Company, preparer: User) -> None:
        a_pack(company, preparer, title='=HYPERLINK("http://x.example")', summary="@SUM(A1)")

        (row,) = rows_of_csv(as_preparer)

        assert (row["Pack"][:2], row["What changed"][:2]) == ("'=", "'@")

    def test_overdue_packs_carry_their_estimate(
        self, as_preparer: Browser, company: Company, preparer: User, today: date
    ) -> None:
        due = today - timedelta(days=5)
        deadlines = [{"title": "Tell ASIC", "form": "484", "due_on": due.isoformat(), "section": "s 205B"}]
        a_pack(company, preparer, deadlines=deadlines, lodge_by=due)

        (row,) = rows_of_csv(as_preparer, "lodge=overdue")

        assert (row["Window"], row["Late fee if lodged today"]) == ("Overdue", "98.00")


class TestWhoSeesWhat:
    def test_another_firm_finds_nothing(self, pack: DocumentPack, other_firm: Firm) -> None:
        with firm_scope(other_firm.pk):
            una = make_user(other_firm, "Una Harbour", "una@harbour.example")
        browser = signed_in(una)

        assert titles(browser, "q=ngata") == []
        assert rows_of_csv(browser) == []
        assert browser.get(reverse(PAGE)).context["counts"].all == 0

    def test_who_sees_chosen_companies_sees_counts_and_export_of_those_alone(
        self, pack: DocumentPack, company: Company, preparer: User, today: date
    ) -> None:
        membership = Membership.objects.get(user=preparer)
        Membership.objects.filter(pk=membership.pk).update(limited=True)
        ChosenCompany.objects.create(membership=membership, company=company)
        a_pack(make_company("Secret Reef Pty Ltd", "010499966"), preparer, title="Hidden", lodge_by=today)
        browser = signed_in(preparer)

        answer = browser.get(reverse(PAGE))

        assert (answer.context["counts"].all, titles(browser)) == (1, ["Appoint director"])
        assert titles(browser, "q=reef") == titles(browser, "lodge=today") == []
        assert [row["Pack"] for row in rows_of_csv(browser)] == ["Appoint director"]

    def test_a_neighbours_words_are_not_searched(
        self, pack: DocumentPack, preparer: User, firm: Firm
    ) -> None:
        neighbour = make_firm("Third Firm")
        with firm_scope(neighbour.pk):
            assert list(find_packs(Asked(text="ngata"), today=TODAY)[0]) == []
        with firm_scope(firm.pk):
            assert len(find_packs(Asked(text="ngata"), today=TODAY)[0]) == 1

    def test_each_row_leads_to_who_did_what(self, as_preparer: Browser, pack: DocumentPack) -> None:
        history = f"{reverse('history:activity')}?pack={pack.pk}"

        assert history in page(as_preparer)
        assert "Events checked" in as_preparer.get(history).content.decode()
