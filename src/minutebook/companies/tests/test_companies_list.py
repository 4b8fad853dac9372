"""The list of companies: what stands on a line, and how a company is found."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from minutebook.companies import panels, views
from minutebook.companies.models import Company
from minutebook.companies.panels import CompanyNews, tell_company_news
from minutebook.companies.queries import find_companies, views_of
from minutebook.companies.review import next_review
from minutebook.companies.sample import load_sample_registers
from minutebook.firms.models import Firm, User
from minutebook.practice.models import ClientLink
from tests.cast import TODAY, make_company, signed_in
from tests.practice import CONNECTED_AT, TENANT, make_client, make_connection

LIST = "/companies/"
MOST_QUERIES = 12


@pytest.fixture
def nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that nobody above has told anything yet."""
    monkeypatch.setattr(panels, "_news", [])


def names(found: Iterable[Company]) -> list[str]:
    return [company.name for company in found]


class TestTheList:
    def test_a_line_names_the_company_its_acn_and_review_date(
        self, as_preparer: Browser, company: Company
    ) -> None:
        page = as_preparer.get(LIST).text

        assert "Southern Star Pty Ltd" in page
        assert "004 085 616" in page
        assert "14 Mar" in page

    def test_a_partner_is_written_as_lists_do(self, as_preparer: Browser, company: Company) -> None:
        Company.objects.filter(pk=company.pk).update(partner="Daniel Okafor")

        assert "<td>D. Okafor</td>" in as_preparer.get(LIST).text

    def test_the_annual_review_is_the_next_deadline_when_nothing_comes_before(
        self, as_preparer: Browser, company: Company
    ) -> None:
        page = as_preparer.get(LIST).text

        assert "14 Mar 2027" in page
        assert "Annual review</td>" in page

    def test_another_firms_companies_never_show(
        self, as_preparer: Browser, company: Company, company_of_another_firm: Company
    ) -> None:
        page = as_preparer.get(LIST).text

        assert "Secret Reef" not in page

    def test_it_takes_few_queries_however_many_companies_there_are(
        self,
        as_preparer: Browser,
        firm: Firm,
        preparer: User,
        monkeypatch: pytest.MonkeyPatch,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        load_sample_registers(firm)
        make_connection(firm, by=preparer)
        monkeypatch.setattr(views, "_PER_PAGE", 25)

        with django_assert_max_num_queries(MOST_QUERIES):
            page = as_preparer.get(LIST, {"q": "pty"})

        assert "1 to 25 of" in page.text

    def test_pages_keep_what_was_searched_for(
        self, as_preparer: Browser, firm: Firm, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        load_sample_registers(firm)
        monkeypatch.setattr(views, "_PER_PAGE", 25)

        page = as_preparer.get(LIST, {"q": "pty", "page": "2"})

        assert 'href="?q=pty&amp;page=1"' in page.text

    @pytest.mark.parametrize("name", ["<b>Bold</b>", "{{7*7}}", "\u202eevil", "🦘"])
    def test_a_name_stands_as_it_is(self, as_preparer: Browser, firm: Firm, name: str) -> None:
        make_company(name)

        page = as_preparer.get(LIST)

        assert name.replace("<", "&lt;").replace(">", "&gt;") in page.text

    def test_it_says_what_packages_above_know(
        self, as_preparer: Browser, company: Company, nothing_told: None
    ) -> None:
        def tells(company_ids: Sequence[int], *, today: date) -> Mapping[int, CompanyNews]:
            news = CompanyNews(
                next_deadline_on=date(2026, 12, 20),
                deadline_for="484, appoint director",
                is_late=True,
                pack_title="Appoint director",
                pack_glyph="done",
                pack_word="Job J000123",
                pack_url="/packs/1/",
            )
            return dict.fromkeys(company_ids, news)

        tell_company_news(tells)

        page = as_preparer.get(LIST).text

        assert "20 Dec 2026" in page
        assert "484, appoint director" in page
        assert "Job J000123" in page
        assert 'class="needs-you"' in page


class TestTheClientOfALine:
    def test_it_is_the_client_of_the_connected_practice(
        self, as_preparer: Browser, company: Company, firm: Firm, preparer: User
    ) -> None:
        client = make_client(make_connection(firm), "Southern Star P/L")
        ClientLink.objects.create(
            tenant_id=TENANT,
            contact=company.contact,
            client=client,
            reason=ClientLink.Reason.ACN,
            linked_by=preparer,
            linked_at=CONNECTED_AT,
        )

        assert "Southern Star P/L" in as_preparer.get(LIST).text
        assert "Southern Star P/L" not in as_preparer.get(LIST, {"view": "unlinked"}).text

    def test_a_company_without_one_leads_to_where_it_is_linked(
        self, as_preparer: Browser, company: Company, firm: Firm
    ) -> None:
        make_connection(firm)

        page = as_preparer.get(LIST).text

        assert f'href="/companies/{company.pk}/#client-link"' in page

    def test_without_a_practice_nobody_is_asked_to_link(self, as_preparer: Browser, company: Company) -> None:
        page = as_preparer.get(LIST).text

        assert "Link a client" not in page
        assert "No XPM client" not in page


class TestFinding:
    @pytest.mark.parametrize("text", ["southern", "004 085 616", "004085616", "huynh", "Blue Gum"])
    def test_by_name_acn_officeholder_and_former_name(self, company: Company, text: str) -> None:
        make_company("Harbour & Pine Pty Ltd", "010499966").officeholders.all().delete()
        Company.objects.filter(pk=company.pk).update(former_names="Blue Gum Cartage Pty Ltd, to 2 July 2019")

        found = find_companies(text, tenant_id="", today=TODAY)

        assert names(found) == ["Southern Star Pty Ltd"]

    def test_nothing_found_says_so_and_keeps_the_text(self, as_preparer: Browser, company: Company) -> None:
        page = as_preparer.get(LIST, {"q": "sothern<"}).text

        assert "matches ‘sothern&lt;’" in page

    def test_by_partner(self, company: Company) -> None:
        Company.objects.filter(pk=company.pk).update(partner="Daniel Okafor")

        assert names(find_companies(partner="Daniel Okafor", tenant_id="", today=TODAY)) == [company.name]
        assert names(find_companies(partner="Minh Tran", tenant_id="", today=TODAY)) == []


class TestAnnualReviews:
    @pytest.mark.parametrize(
        ("review_on", "number_due"),
        [
            (TODAY, 1),
            (TODAY - timedelta(days=1), 0),
            (date(2027, 1, 22), 1),
            (date(2027, 1, 23), 0),
            (date(2024, 12, 1), 1),  # a year's reviews have passed since it was entered
        ],
    )
    def test_those_of_the_next_two_months_are_due(
        self, company: Company, review_on: date, number_due: int
    ) -> None:
        Company.objects.filter(pk=company.pk).update(review_on=review_on)

        found = find_companies(view="review", tenant_id="", today=TODAY)

        assert names(found) == [company.name] * number_due
        assert [view.count for view in views_of(tenant_id="", today=TODAY)] == [1, number_due]

    @pytest.mark.parametrize(
        ("review_on", "expected"),
        [
            (date(2027, 3, 14), date(2027, 3, 14)),
            (date(2019, 3, 14), date(2027, 3, 14)),
            (date(2019, 11, 22), date(2026, 11, 22)),
            (date(2024, 2, 29), date(2027, 2, 28)),
        ],
    )
    def test_a_review_comes_round_each_year(self, review_on: date, expected: date) -> None:
        assert next_review(review_on, today=TODAY) == expected


def test_a_viewer_sees_the_list_and_no_way_to_add(viewer: User, company: Company) -> None:
    page = signed_in(viewer).get(LIST)

    assert page.status_code == 200
    assert "Add company" not in page.text


def test_a_stranger_is_asked_to_sign_in(db: None) -> None:
    assert Browser().get(LIST).status_code == 302
