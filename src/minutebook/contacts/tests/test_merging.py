"""One contact of two, and two again: nothing is lost on the way, and what stands against it is said."""

from datetime import UTC, datetime

import pytest
from django.test import Client as Browser
from django.urls import reverse

from minutebook.activity.models import history_of
from minutebook.companies.models import Company, Officeholder, Shareholding
from minutebook.contacts.duplicates import possible_duplicates
from minutebook.contacts.merging import CannotMerge, keep_apart, merge, undo_merge
from minutebook.contacts.models import Contact, JointHolder
from minutebook.firms.models import User
from tests.cast import make_company, make_person, signed_in

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def huynh(company: Company) -> Contact:
    """A director, secretary and member of Southern Star."""
    return Contact.objects.get(family_name="Huynh")


@pytest.fixture
def huynh_again(huynh: Contact) -> Contact:
    """The same person, added a second time with a telephone, and secretary of another company."""
    again = make_person("Thi Lan", "Huynh")
    Contact.objects.filter(pk=again.pk).update(phone="0400 000 000", email="lan@other.example")
    again.refresh_from_db()
    other = make_company("Banksia Freight Pty Ltd", "010499966")
    Officeholder.objects.create(
        company=other, contact=again, office=Officeholder.Office.SECRETARY, since=other.registered_on
    )
    return again


def _merged(kept: Contact, absorbed: Contact, by: User, *taking: str) -> None:
    merge(kept, absorbed, taking=frozenset(taking), by=by, now=NOW)


class TestMerging:
    def test_everything_that_named_the_second_names_the_first(
        self, preparer: User, huynh: Contact, huynh_again: Contact
    ) -> None:
        _merged(huynh, huynh_again, preparer, "phone")

        assert not Officeholder.objects.filter(contact=huynh_again).exists()
        assert huynh.offices.filter(company__contact__name="Banksia Freight Pty Ltd").exists()
        huynh.refresh_from_db()
        assert (huynh.phone, huynh.email) == ("0400 000 000", "thi.lan@southernstar.example")
        assert not Contact.objects.filter(pk=huynh_again.pk).exists()
        assert history_of(huynh).latest("pk").action == "contact.merged"

    def test_undone_it_is_as_it_was(self, preparer: User, huynh: Contact, huynh_again: Contact) -> None:
        before = _everything()

        done = merge(huynh, huynh_again, taking=frozenset({"phone", "email"}), by=preparer, now=NOW)
        undo_merge(done, by=preparer, now=NOW)

        assert _everything() == before

    def test_what_came_since_stays_with_the_kept_one(
        self, preparer: User, company: Company, huynh: Contact, huynh_again: Contact
    ) -> None:
        done = merge(huynh, huynh_again, taking=frozenset({"phone"}), by=preparer, now=NOW)
        Contact.objects.filter(pk=huynh.pk).update(phone="03 9000 1111")
        since = Officeholder.objects.create(
            company=company, contact=huynh, office=Officeholder.Office.ALTERNATE, since=company.registered_on
        )

        undo_merge(done, by=preparer, now=NOW)

        since.refresh_from_db()
        huynh.refresh_from_db()
        assert (since.contact_id, huynh.phone) == (huynh.pk, "03 9000 1111")

    def test_undoing_twice_is_refused(self, preparer: User, huynh: Contact, huynh_again: Contact) -> None:
        done = merge(huynh, huynh_again, taking=frozenset(), by=preparer, now=NOW)
        undo_merge(done, by=preparer, now=NOW)

        with pytest.raises(CannotMerge, match="undone already"):
            undo_merge(done, by=preparer, now=NOW)

    def test_an_event_in_preparation_finds_the_kept_one(
        self, preparer: User, huynh: Contact, huynh_again: Contact
    ) -> None:
        _merged(huynh, huynh_again, preparer)

        assert Contact.objects.standing_for(huynh_again.pk) == huynh


class TestObstacles:
    def test_two_directors_of_one_company_at_one_time(self, preparer: User, company: Company) -> None:
        moreau, huynh = Contact.objects.filter(offices__company=company).distinct().order_by("name")

        with pytest.raises(CannotMerge, match=r"register of Southern Star Pty Ltd as director"):
            _merged(moreau, huynh, preparer)

    def test_two_companies_with_registers(self, preparer: User, company: Company) -> None:
        other = make_company("Southern Star Pty Limited", "010499966")

        with pytest.raises(CannotMerge, match="different ACNs"):
            _merged(company.contact, other.contact, preparer)

    def test_two_kinds(self, preparer: User, company: Company) -> None:
        with pytest.raises(CannotMerge, match="Only contacts of one kind"):
            _merged(company.contact, make_person(), preparer)

    def test_both_named_in_one_joint_holding(self, preparer: User, firm: object) -> None:
        one, two = make_person("Ana", "Reid"), make_person("Anna", "Reid")
        joint = Contact.objects.create(kind=Contact.Kind.JOINT, name="Ana Reid and Anna Reid")
        for position, holder in enumerate((one, two), start=1):
            JointHolder.objects.create(joint=joint, holder=holder, position=position)

        with pytest.raises(CannotMerge, match="Both are named in Ana Reid and Anna Reid"):
            _merged(one, two, preparer)


class TestFinding:
    def test_a_pair_shows_with_its_reasons_until_somebody_keeps_it_apart(
        self, preparer: User, huynh: Contact, huynh_again: Contact
    ) -> None:
        pairs, count = possible_duplicates(limit=10)
        [found] = [each for each in pairs if (each.first, each.second) == (huynh, huynh_again)]
        assert "Same name and date of birth" in found.match.reasons

        keep_apart(huynh_again, huynh, by=preparer, now=NOW)

        left, fewer = possible_duplicates(limit=10)
        assert fewer == count - 1
        assert (huynh, huynh_again) not in [(each.first, each.second) for each in left]


class TestPages:
    def test_from_the_list_to_one_contact_and_back_to_two(
        self, preparer: User, huynh: Contact, huynh_again: Contact
    ) -> None:
        browser = signed_in(preparer)
        compare = reverse("contacts:merge", args=[huynh.pk, huynh_again.pk])
        assert compare in _page(browser, reverse("contacts:duplicates"))
        assert "0400 000 000" in _page(browser, compare)

        browser.post(compare, {"phone": "absorbed"})

        kept = _page(browser, reverse("contacts:contact", args=[huynh.pk]))
        assert "Undo the merge of Thi Lan Huynh" in kept
        browser.post(reverse("contacts:undo-merge", args=[huynh.merges.get().pk]))
        assert Contact.objects.filter(pk=huynh_again.pk).exists()

    def test_the_absorbed_ones_address_leads_to_the_kept_one(
        self, preparer: User, huynh: Contact, huynh_again: Contact
    ) -> None:
        _merged(huynh, huynh_again, preparer)

        answer = signed_in(preparer).get(reverse("contacts:contact", args=[huynh_again.pk]))

        assert answer.headers["Location"] == reverse("contacts:contact", args=[huynh.pk])

    def test_what_stands_against_it_is_said_before_and_after(self, preparer: User, company: Company) -> None:
        moreau, huynh = Contact.objects.filter(offices__company=company).distinct().order_by("name")
        address = reverse("contacts:merge", args=[moreau.pk, huynh.pk])

        answer = signed_in(preparer).post(address)

        assert answer.status_code == 422
        assert "Correct that register first" in answer.content.decode()

    def test_a_viewer_is_refused_and_another_firms_contact_is_not_there(
        self, viewer: User, preparer: User, company_of_another_firm: Company, huynh: Contact
    ) -> None:
        theirs = company_of_another_firm.contact_id

        assert signed_in(viewer).get(reverse("contacts:merge", args=[huynh.pk, huynh.pk])).status_code == 403
        assert signed_in(preparer).get(reverse("contacts:merge", args=[huynh.pk, theirs])).status_code == 404


def _page(browser: Browser, address: str) -> str:
    return browser.get(address).content.decode()


def _everything() -> list[object]:
    contacts = Contact.with_merged.order_by("pk").values(
        "pk", "name", "given_names", "phone", "email", "address_id", "born_on", "merged_into_id"
    )
    return [
        *contacts,
        *Officeholder.objects.order_by("pk").values(),
        *Shareholding.objects.order_by("pk").values(),
    ]
