"""One company's page: its registers in ink and in pencil, and what others know of it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from minutebook.companies import panels
from minutebook.companies.models import Company, CorporateEvent, Officeholder, Shareholding
from minutebook.companies.panels import Panel, tell_company_panels
from minutebook.companies.registers import ledger_of, officeholders_of
from minutebook.companies.sample import load_sample_registers
from minutebook.contacts.identifiers import belongs_to_acn, check_abn, check_acn
from minutebook.contacts.models import Address, Contact, JointHolder
from minutebook.firms.models import Firm, User
from tests.cast import TODAY, appoint, make_company, make_person, signed_in
from tests.practice import make_connection

MOST_QUERIES = 12


@pytest.fixture
def southern_star(firm: Firm) -> Company:
    """The sample company with joint holders, a trustee member and a second class of shares."""
    load_sample_registers(firm)
    return Company.objects.get(contact__name="Southern Star Pty Ltd")


def page_of(browser: Browser, company: Company) -> str:
    answer = browser.get(f"/companies/{company.pk}/")
    assert answer.status_code == 200
    return answer.text


def pending_event(company: Company, kind: str = "appoint_director") -> CorporateEvent:
    return CorporateEvent.objects.create(
        company=company, kind=kind, status=CorporateEvent.Status.PENDING, effective_on=TODAY
    )


class TestThePage:
    def test_it_shows_every_register(self, as_preparer: Browser, southern_star: Company) -> None:
        page = page_of(as_preparer, southern_star)

        for words in (
            "918 844 023",
            "Formerly Blue Gum Cartage Pty Ltd, to 2 July 2019",
            "Thi Lan Huynh",
            "036 •••• •••• 0182",
            "3 past",
            "Moreau Family Nominees Pty Ltd",
            "as trustee for the Moreau Family Trust, not beneficial",
            "joint holders",
            "A Discr.",
            "c/- Kauri &amp; Wattle, Level 9, 120 Collins Street, Melbourne VIC 3000",
            "GPO Box 2214, Melbourne VIC 3001",
        ):
            assert words in page

    def test_a_whole_director_id_is_never_on_it(self, as_preparer: Browser, southern_star: Company) -> None:
        assert "036517204930182" not in page_of(as_preparer, southern_star)

    def test_it_takes_few_queries(
        self,
        as_preparer: Browser,
        southern_star: Company,
        firm: Firm,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        make_connection(firm)

        with django_assert_max_num_queries(MOST_QUERIES):
            as_preparer.get(f"/companies/{southern_star.pk}/")

    def test_another_firms_company_is_not_found(
        self, as_preparer: Browser, company_of_another_firm: Company
    ) -> None:
        assert as_preparer.get(f"/companies/{company_of_another_firm.pk}/").status_code == 404

    def test_a_viewer_may_look_but_is_offered_nothing_to_do(self, viewer: User, company: Company) -> None:
        page = page_of(signed_in(viewer), company)

        assert "Southern Star Pty Ltd" in page
        assert "Prepare documents" not in page

    @pytest.mark.parametrize("name", ["<b>Bold</b>", "{{7*7}}", "\u202eevil", "🦘"])
    def test_names_stand_as_they_are(self, as_preparer: Browser, company: Company, name: str) -> None:
        appoint(company, make_person(name, "Ngata"), since=TODAY)

        page = page_of(as_preparer, company)

        assert f"{name} Ngata".replace("<", "&lt;").replace(">", "&gt;") in page

    def test_packages_above_add_their_panels(
        self, as_preparer: Browser, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def tells(company: Company, *, today: date) -> Sequence[Panel]:
            return [Panel(title="Recent packs <1>", template="design/law.html", context={"section": "s 9"})]

        monkeypatch.setattr(panels, "_panels", [])
        tell_company_panels(tells)

        page = page_of(as_preparer, company)

        assert "Recent packs &lt;1&gt;" in page
        assert "s 9" in page


class TestInkAndPencil:
    def test_a_pending_appointment_is_in_pencil(self, as_preparer: Browser, company: Company) -> None:
        Officeholder.objects.create(
            company=company,
            contact=make_person(),
            office=Officeholder.Office.DIRECTOR,
            since=TODAY,
            entered_by=pending_event(company),
        )

        latest = officeholders_of(company, today=TODAY).lines[-1]

        assert latest.entry.contact.name == "Aroha Ngata"
        assert latest.in_pencil
        assert "Pending" in page_of(as_preparer, company)

    def test_a_pending_cessation_leaves_the_director_in_ink_until_it_is_signed(
        self, company: Company
    ) -> None:
        event = pending_event(company, "cease_director")
        held = company.officeholders.order_by("pk")[0]
        Officeholder.objects.filter(pk=held.pk).update(until=TODAY, ended_by=event)

        register = officeholders_of(company, today=TODAY)

        assert register.past == []
        assert register.lines[0].note == "Until 22/11/2026, pending"
        assert not register.lines[0].in_pencil

    def test_a_signed_cessation_is_history(self, company: Company) -> None:
        held = company.officeholders.order_by("pk")[0]
        Officeholder.objects.filter(pk=held.pk).update(until=TODAY)

        register = officeholders_of(company, today=TODAY)

        assert [past.pk for past in register.past] == [held.pk]


class TestTheLedger:
    def test_totals_are_of_all_that_is_issued(self, southern_star: Company) -> None:
        ledger = ledger_of(southern_star, today=TODAY)

        assert (ledger.quantity, ledger.paid, ledger.unpaid) == (10_000, Decimal(9500), Decimal(500))
        assert [parcel.percent for parcel in ledger.parcels] == [60, 30, 10]

    def test_pending_shares_are_not_issued_yet(self, company: Company) -> None:
        parcel = company.shareholdings.order_by("-quantity")[0]
        parcel.entered_by = pending_event(company, "issue_shares")
        parcel.save()

        ledger = ledger_of(company, today=TODAY)

        assert ledger.quantity == 3000
        assert [parcel.percent for parcel in ledger.parcels] == [100, None]


class TestSampleRegisters:
    def test_loading_them_twice_changes_nothing(self, firm: Firm) -> None:
        load_sample_registers(firm)
        before = _counts(firm)

        load_sample_registers(firm)

        assert _counts(firm) == before
        assert before["companies"] >= 40

    def test_a_firms_own_company_of_the_same_acn_stays_as_it_is(self, firm: Firm) -> None:
        own = make_company("Southern Star Pty Ltd", "918844023")

        load_sample_registers(firm)

        assert own.officeholders.count() == 3

    def test_every_number_has_its_check_digit(self, firm: Firm) -> None:
        load_sample_registers(firm)

        for company in Company.objects.in_name_order():
            assert check_acn(company.acn) == company.acn
            assert check_abn(company.abn) == company.abn
            assert belongs_to_acn(company.abn, company.acn)

    def test_each_company_has_a_director_who_lives_in_australia(self, firm: Firm) -> None:
        load_sample_registers(firm)

        directors = Officeholder.objects.directors().current(on=TODAY)
        resident = set(directors.filter(contact__address__country="AU").values_list("company", flat=True))

        assert resident == set(Company.objects.values_list("pk", flat=True))

    def test_aroha_ngata_is_known_and_holds_no_office(self, firm: Firm) -> None:
        load_sample_registers(firm)

        aroha = Contact.objects.get(name="Aroha Ngata")

        assert (aroha.director_id, aroha.birth_place) == ("036440821964417", "Whangārei, New Zealand")
        assert not aroha.offices.exists()


def _counts(firm: Firm) -> dict[str, int]:
    return {
        "contacts": Contact.objects.count(),
        "companies": Company.objects.count(),
        "officeholders": Officeholder.objects.count(),
        "holdings": Shareholding.objects.count(),
        "joint holders": JointHolder.objects.count(),
        "addresses": Address.objects.count(),
    }
