"""The activity pages: what they show, to whom, and what they never show."""

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from minutebook.activity.models import Activity, record
from minutebook.companies.models import Company
from minutebook.firms.models import Firm, User
from minutebook.history.export import safe
from minutebook.scope import firm_scope
from tests.cast import make_company, make_user, signed_in
from tests.packs import make_pack

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def as_administrator(administrator: User) -> Browser:
    return signed_in(administrator)


def note(subject: Firm | Company, sentence: str, *, by: User | None = None, at: datetime = NOW) -> Activity:
    with time_machine.travel(at, tick=False):
        topic = "firm.changed" if isinstance(subject, Firm) else "company.corrected"
        return record(topic, subject, sentence=sentence, by=by)


def sentences(answer: Any) -> list[str]:
    return [row.sentence for row, _, _ in answer.context["rows"]]


def test_the_latest_is_first_and_pages_go_on_by_key(firm: Firm, as_administrator: Browser) -> None:
    for number in range(103):  # two of them at one moment
        note(firm, f"Thing {number}", at=NOW + timedelta(seconds=number // 2))

    seen: list[str] = []
    address = "/activity/"
    for _ in range(3):
        page = as_administrator.get(address)
        seen += sentences(page)
        address = f"/activity/?after={page.context['following']}"

    assert seen == [f"Thing {number}" for number in reversed(range(103))]
    assert page.context["following"] is None


def test_of_a_company_a_pack_and_a_person(
    company: Company, as_administrator: Browser, preparer: User
) -> None:
    other = make_company("Second Pty Ltd", "010499966")
    pack = make_pack(company, by=preparer)
    later = datetime.now(UTC) + timedelta(days=1)
    note(company, "Of the company", by=preparer, at=later)
    note(other, "Of the other", at=later)

    of_company = sentences(as_administrator.get(f"/activity/?company={company.pk}"))
    of_pack = sentences(as_administrator.get(f"/activity/?pack={pack.pk}"))
    of_person = sentences(as_administrator.get(f"/activity/?person={preparer.pk}"))

    assert (of_company, of_pack) == (["Of the company", "Events checked"], ["Events checked"])
    assert of_person == ["Of the company", "Events checked"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=downl", ["Downloaded by P. Raman"]),
        ("q=raman+DOWN", ["Downloaded by P. Raman"]),
        ("q=%25", []),
        ("q=%22+OR+*", []),
        ("topic=company", ["Renamed"]),
        ("topic=nonsense", ["Renamed", "Downloaded by P. Raman"]),
        ("first=2026-11-23", ["Renamed"]),  # the firm's day: 22 November 22.00 in UTC
        ("last=2026-11-22", ["Downloaded by P. Raman"]),
        ("first=yesterday&after=x", ["Renamed", "Downloaded by P. Raman"]),
    ],
)
def test_what_is_asked_for(
    company: Company, firm: Firm, as_administrator: Browser, asked: str, found: list[str]
) -> None:
    note(firm, "Downloaded by P. Raman")
    note(company, "Renamed", at=datetime(2026, 11, 22, 22, 0, tzinfo=UTC))

    assert sentences(as_administrator.get(f"/activity/?{asked}")) == found


def test_a_word_that_very_many_rows_hold_is_found_all_the_same(
    firm: Firm, as_administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minutebook.history.queries._FEW", 3)
    for number in range(5):
        note(firm, f"Downloaded {number}")

    assert len(sentences(as_administrator.get("/activity/?q=down"))) == 5


class TestWhoSeesWhat:
    def test_a_preparer_sees_own_deeds_and_any_companys(
        self, company: Company, firm: Firm, preparer: User, as_preparer: Browser
    ) -> None:
        note(firm, "Mine", by=preparer)
        note(firm, "Of somebody else")
        note(company, "Of the company")

        assert sentences(as_preparer.get("/activity/")) == ["Mine"]
        assert sentences(as_preparer.get(f"/activity/?company={company.pk}")) == ["Of the company"]

    def test_the_refusal_says_who_may(self, administrator: User, as_preparer: Browser) -> None:
        page = as_preparer.get(f"/activity/?person={administrator.pk}")

        assert page.status_code == 403
        assert "Only an administrator or a partner" in page.content.decode()

    def test_another_firms_is_not_found(
        self, company_of_another_firm: Company, other_firm: Firm, as_administrator: Browser
    ) -> None:
        stranger = make_user(other_firm, "Sam Stone", "sam@harbour.example")
        with firm_scope(other_firm.pk):
            note(company_of_another_firm, "Secret Reef renamed")

        assert sentences(as_administrator.get("/activity/?q=secret")) == []
        assert as_administrator.get(f"/activity/?company={company_of_another_firm.pk}").status_code == 404
        assert as_administrator.get(f"/activity/?person={stranger.pk}").status_code == 404
        assert "Secret" not in _text(as_administrator.get("/activity.csv"))


class TestAsCsv:
    def test_every_row_is_there_in_the_firms_time(self, company: Company, as_administrator: Browser) -> None:
        note(company, "Renamed, and “more”")

        lines = list(
            csv.DictReader(_text(as_administrator.get("/activity.csv")).removeprefix("\ufeff").splitlines())
        )

        assert [line["What happened"] for line in lines] == [
            "Activity downloaded as CSV",
            "Renamed, and “more”",
        ]
        assert lines[1]["When"] == "2026-11-22 14:00:00+11:00"

    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "|cmd"])
    def test_no_cell_is_a_formula(self, cell: str) -> None:
        assert safe(cell).startswith("'")

    def test_the_download_is_recorded(self, firm: Firm, as_administrator: Browser) -> None:
        _text(as_administrator.get("/activity.csv"))

        assert Activity.objects.get().action == "activity.exported"


def _text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def test_before_and_after_are_shown_and_escaped(company: Company, as_administrator: Browser) -> None:
    record(
        "company.corrected", company, sentence="<b>Renamed</b>", by=None,
        before={"Name": "Old & Co"}, after={"Name": "<script>"},
    )  # fmt: skip

    page = as_administrator.get("/activity/").content.decode()

    assert "Old &amp; Co" in page
    assert "&lt;script&gt;" in page
    assert "<b>Renamed" not in page


def test_the_number_of_queries_does_not_grow(company: Company, as_administrator: Browser) -> None:
    counts = []
    for _ in range(2):
        for _ in range(10):
            note(company, "Renamed")
        with CaptureQueriesContext(connection) as asked:
            as_administrator.get("/activity/")
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12
