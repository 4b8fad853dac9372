"""The supplied documents word for word. Golden texts are rewritten only by REWRITE_GOLDEN=1, then read."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from minutebook.companies.events import kind_of
from minutebook.companies.models import Company, CorporateEvent, ShareClass
from minutebook.contacts.models import Contact, JointHolder
from minutebook.documents.models import DocumentPack
from minutebook.documents.produce import documents_needed, render_pack_document
from minutebook.documents.snapshot import take_snapshot
from minutebook.documents.sources import supplied_names, supplied_text, wordings_with
from minutebook.firms.models import Firm, User
from tests.cast import TODAY, appoint, hold, make_address, make_person, make_user
from tests.documents_as_text import text_of_document

_GOLDEN = Path(__file__).parent / "golden"
DIRECTOR_ID = "036440821964417"
NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)


def pack_of(company: Company, *typed: tuple[str, Mapping[str, Any]]) -> DocumentPack:
    """Return a pack in preparation, its events as if they were typed on the page."""
    maker = User.objects.first() or make_user(company.firm)
    pack = DocumentPack.objects.create(
        company=company, trace_number="MB-000481-7K3Q", made_by=maker, made_at=NOW, saved_at=NOW
    )
    for position, (code, data) in enumerate(typed, start=1):
        kind = kind_of(code)
        form = kind.form_class(data, company=company, today=TODAY)
        assert form.is_valid(), form.errors
        pack.events.add(
            CorporateEvent.objects.create(
                company=company, kind=code, fields=kind.fields_of(form), position=position
            )
        )
    return pack


def appointment(company: Company, **typed: object) -> tuple[str, dict[str, Any]]:
    person = make_person()
    data = {"person": person.pk, "appointed_on": "2026-11-22", "appointed_by": "directors"}
    return "appoint_director", data | typed


def leaving(company: Company, name: str, manner: str, on: str = "2026-11-22") -> tuple[str, dict[str, Any]]:
    entry = company.officeholders.directors().get(contact__name=name)
    return "cease_officeholder", {"officeholder": entry.pk, "manner": manner, "ceased_on": on}


def issue(applicant: Contact, **typed: object) -> tuple[str, dict[str, Any]]:
    data = {
        "person": applicant.pk,
        "issued_on": "2026-11-25",
        "share_class": "ORD",
        "quantity": 2000,
        "paid_per_share": "1",
        "unpaid_per_share": "0",
        "beneficially_held": "on",
        "pre_emption": "waived",
    }
    return "issue_shares", data | typed


def make_joint_holders() -> Contact:
    joint = Contact.objects.create(
        kind=Contact.Kind.JOINT, name="Daniel and Elise Moreau", address=make_address()
    )
    for position, given in enumerate(("Daniel", "Elise"), start=1):
        JointHolder.objects.create(joint=joint, holder=make_person(given, "Moreau"), position=position)
    return joint


def make_company_member() -> Contact:
    return Contact.objects.create(
        kind=Contact.Kind.COMPANY,
        name="Moreau Family Nominees Pty Ltd",
        acn="010499966",
        address=make_address(),
    )


def company_of_one() -> Company:
    """Return a company whose only director is its only member, and has no secretary."""
    wren = make_person("Margaret", "Wren")
    name = Contact.objects.create(kind=Contact.Kind.COMPANY, name="Wren & Daughters Pty Ltd", acn="002724334")
    company = Company.objects.create(
        contact=name, registered_on=date(2019, 5, 6), registered_in="VIC", review_on=date(2027, 5, 6)
    )
    appoint(company, wren, since=company.registered_on)
    ordinary = ShareClass.objects.create(company=company, code="ORD", title="Ordinary")
    hold(company, wren, ordinary, quantity=12, certificate=1)
    return company


def documents_as_text(pack: DocumentPack, **options: object) -> str:
    """Return every document of the pack, the optional ones too, through a snapshot stored as JSON."""
    snapshot = json.loads(json.dumps(take_snapshot(pack, now=NOW)))
    needs = documents_needed(list(pack.events.order_by("position")))
    return "\n".join(
        f"======== {need.title} | {need.note} | {'on' if need.is_on else 'off'}\n"
        + text_of_document(
            render_pack_document(snapshot, code=need.code, subject=need.subject, options=options)
        )
        for need in needs
    )


def assert_golden(name: str, text: str) -> None:
    path = _GOLDEN / f"{name}.txt"
    if os.environ.get("REWRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_two_directors_appoint_a_third(company: Company) -> None:
    assert_golden("appoint_director", documents_as_text(pack_of(company, appointment(company))))


def test_the_same_snapshot_gives_the_same_document(company: Company) -> None:
    snapshot = take_snapshot(pack_of(company, appointment(company)), now=NOW)

    first, second = (render_pack_document(snapshot, code="directors_resolution") for _ in range(2))

    assert first == second


def test_a_document_set_to_a_date_prints_it(company: Company) -> None:
    snapshot = take_snapshot(pack_of(company, appointment(company)), now=NOW)

    document = render_pack_document(snapshot, code="directors_resolution", dated_on=date(2026, 11, 25))

    assert "Date: 25 November 2026" in text_of_document(document)


@pytest.mark.parametrize(
    "name", ["Zoë *O’Neil*", "{{ company.name }}", "| a | b |", "<b>&amp;</b>", "1. Smith"]
)
def test_a_hostile_name_prints_as_it_is(company: Company, name: str) -> None:
    event = appointment(company, person=make_person(name, "Ngata").pk)
    snapshot = take_snapshot(pack_of(company, event), now=NOW)

    document = render_pack_document(snapshot, code="consent_to_act", subject="1")

    assert f"{name} Ngata" in text_of_document(document)


class TestEveryDocumentReadsAsItShould:
    def test_a_sole_director_and_member_appoints_another(self, firm: Firm) -> None:
        company = company_of_one()

        assert_golden("sole_director_appoints", documents_as_text(pack_of(company, appointment(company))))

    def test_the_members_appoint(self, company: Company) -> None:
        event = appointment(company, appointed_by="members", consent_on="2026-11-20", director_id=DIRECTOR_ID)

        assert_golden("members_appoint", documents_as_text(pack_of(company, event)))

    def test_five_directors_appoint_a_secretary(self, company: Company) -> None:
        for given in ("Akosua", "Bo", "Chiara"):
            appoint(company, make_person(given, "Adeyemi"), since=date(2023, 2, 1))
        event = "appoint_secretary", {"person": make_person().pk, "appointed_on": "2026-11-30"}

        assert_golden("five_directors_appoint_secretary", documents_as_text(pack_of(company, event)))

    def test_a_meeting_makes_minutes(self, company: Company) -> None:
        pack = pack_of(company, appointment(company))

        assert_golden("minutes", documents_as_text(pack, form="minutes"))

    def test_a_director_resigns_and_another_comes(self, company: Company) -> None:
        pack = pack_of(company, appointment(company), leaving(company, "Thi Lan Huynh", "resignation"))

        assert_golden("resignation_and_appointment", documents_as_text(pack))

    def test_the_members_remove_a_director(self, company: Company) -> None:
        assert_golden(
            "removal", documents_as_text(pack_of(company, leaving(company, "Thi Lan Huynh", "removal")))
        )

    def test_a_director_has_died(self, company: Company) -> None:
        assert_golden(
            "death", documents_as_text(pack_of(company, leaving(company, "Thi Lan Huynh", "death")))
        )

    def test_both_addresses_change(self, company: Company) -> None:
        pack = pack_of(
            company,
            ("change_registered_office", {
                "changed_on": "2026-12-01",
                "address": "Level 2, 9 Hardware Lane, Melbourne VIC 3000",
                "occupier": "Hardware Lane Advisers Pty Ltd",
            }),
            ("change_principal_place", {
                "changed_on": "2026-11-20", "address": "6 Kinnaird Place, Preston VIC 3072",
            }),
        )  # fmt: skip

        assert_golden("addresses", documents_as_text(pack))

    def test_a_name_and_an_address_of_an_officeholder_change(self, company: Company) -> None:
        moreau = company.officeholders.get(contact__name="Daniel Moreau").contact
        event = (
            "change_officeholder_details",
            {
                "person": moreau.pk,
                "changed_on": "2026-11-02",
                "former_name": "Daniel Moreau-Pike",
                "former_address": "6 Rosehill Court, Ivanhoe VIC 3079",
            },
        )

        assert_golden("officeholder_details", documents_as_text(pack_of(company, event)))

    def test_a_company_takes_another_name(self, company: Company) -> None:
        event = (
            "change_company_name",
            {"new_name": "Southern Star Advisers Pty Ltd", "resolved_on": "2026-11-22"},
        )

        assert_golden("company_name", documents_as_text(pack_of(company, event)))

    def test_shares_go_to_joint_holders_and_to_a_company(self, company: Company) -> None:
        pack = pack_of(
            company,
            issue(make_joint_holders()),
            issue(make_company_member(), unpaid_per_share="0.25", quantity=1),
        )

        assert_golden("share_issue", documents_as_text(pack))

    def test_joint_and_company_members_resolve(self, company: Company) -> None:
        ordinary = company.share_classes.get(code="ORD")
        hold(company, make_joint_holders(), ordinary, quantity=1000, certificate=3)
        hold(company, make_company_member(), ordinary, quantity=500, certificate=4)

        assert_golden("joint_and_company_members", documents_as_text(pack_of(company, appointment(company))))

    def test_a_sole_member_is_issued_shares_for_a_trust(self, firm: Firm) -> None:
        company = company_of_one()
        (director,) = company.officeholders.directors()
        event = issue(
            director.contact, beneficially_held="", held_for="the Wren Family Trust", consideration="a van"
        )

        assert_golden("sole_member_issue", documents_as_text(pack_of(company, event)))

    @pytest.mark.parametrize("resolution", ["positive", "negative"])
    def test_an_annual_review(self, company: Company, resolution: str) -> None:
        Company.objects.filter(pk=company.pk).update(review_on=date(2026, 11, 14))
        company.refresh_from_db()
        event = "annual_review", {
            "review_on": "2026-11-14", "resolution": resolution, "statement_issued_on": "2026-11-16",
        }  # fmt: skip

        assert_golden(f"annual_review_{resolution}", documents_as_text(pack_of(company, event)))

    def test_hostile_names_everywhere(self, company: Company) -> None:
        hostile = make_person("**{{ firm.name }}** | <i>", "`'\\n# O’Toole")
        pack = pack_of(company, appointment(company, person=hostile.pk), issue(hostile))

        assert_golden("hostile_names", documents_as_text(pack))


def test_a_firms_own_wording_comes_out_of_its_process_as_it_would_here(company: Company) -> None:
    """Let the child print every supplied wording as if it were the firm's, so that it lacks nothing."""
    pack = pack_of(company, appointment(company), issue(make_person("Elise", "Moreau")))
    snapshot = take_snapshot(pack, now=NOW)
    needs = documents_needed(list(pack.events.order_by("position")))

    with wordings_with({name: supplied_text(name) for name in supplied_names()}) as own:
        for need in needs:
            here = render_pack_document(snapshot, code=need.code, subject=need.subject)
            there = render_pack_document(snapshot, code=need.code, subject=need.subject, wordings=own)

            assert here == there, need.code
