"""A name or address taken from XPM: one question when it happened, and a pack for each company concerned."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from minutebook.companies.models import Company, CompanyAddress, Officeholder
from minutebook.contacts.models import Contact
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.sync.comparing import compare, full_link
from minutebook.sync.deciding import decide_fields
from minutebook.sync.models import AsicNotice, Decision
from minutebook.sync.undoing import undo_decision
from tests.cast import TODAY, appoint, make_address, make_company, signed_in
from tests.job_cast import NOW, make_connection

MOVED = {"street": "3 Shore Street", "suburb": "Brighton", "state": "VIC", "postcode": "3186"}
WHEN = date.today() - timedelta(days=5)  # noqa: DTZ011  # the page's own day decides, not a fixed one


@pytest.fixture
def connection(company: Company) -> Connection:
    return make_connection()


def _linked(contact: Contact, connection: Connection, **said: Any) -> ClientLink:
    details = {
        "name": contact.name,
        "given_names": contact.given_names,
        "family_name": contact.family_name,
        "acn": contact.acn,
        "abn": contact.abn,
        "email": contact.email,
        "born_on": contact.born_on.isoformat() if contact.born_on else "",
    } | said
    client = Client.objects.create(
        tenant_id=connection.tenant_id,
        remote_id=f"c{contact.pk}",
        name=contact.name,
        read_at=NOW,
        details=details,
    )
    return ClientLink.objects.create(
        tenant_id=connection.tenant_id, contact=contact, client=client, reason="MATCH", linked_at=NOW
    )


def _take(link: ClientLink, *codes: str, by: User) -> Decision:
    comparison = compare(full_link(link.pk))
    return decide_fields(
        comparison, dict.fromkeys(codes, "theirs"), seen=comparison.differences, by=by, now=NOW
    )


@pytest.fixture
def moved(company: Company, connection: Connection, preparer: User) -> Decision:
    """Daniel Moreau, a director of two companies, lives elsewhere according to XPM, and that was taken."""
    moreau = company.officeholders.get(contact__name="Daniel Moreau").contact
    other = make_company("Northern Star Pty Ltd", "000000019")
    appoint(other, moreau, since=date(2020, 1, 1))
    appoint(other, moreau, office=Officeholder.Office.SECRETARY, since=date(2020, 1, 1))
    return _take(_linked(moreau, connection, address=MOVED), "address", by=preparer)


def _ask(user: User, **typed: Any) -> Any:
    data = {"notice": list(AsicNotice.objects.values_list("pk", flat=True)), "answer": "prepare"} | typed
    return signed_in(user).post(reverse("production:asic"), data, follow=True)


def test_one_question_and_a_pack_for_each_company(moved: Decision, preparer: User) -> None:
    page = signed_in(preparer).get(reverse("production:asic")).content.decode()
    assert "17 Bastings Street, Northcote VIC 3070 is now 3 Shore Street, Brighton VIC 3186" in page
    assert "Prepare 2 packs" in page
    assert "Director, secretary" in page

    answer = _ask(preparer, changed_on=WHEN.isoformat())

    assert "2 packs prepared" in answer.content.decode()
    packs = DocumentPack.objects.order_by("pk")
    assert {pack.company.name for pack in packs} == {"Southern Star Pty Ltd", "Northern Star Pty Ltd"}
    assert {pack.due_on for pack in packs} == {WHEN + timedelta(days=28)}
    assert not AsicNotice.objects.filter(closed_at=None).exists()


def test_without_a_day_nothing_is_prepared_and_it_stays_to_be_asked(moved: Decision, preparer: User) -> None:
    answer = _ask(preparer, changed_on="")

    assert answer.status_code == 422
    assert "Southern Star Pty Ltd: Say on which day it changed" in answer.content.decode()
    assert not DocumentPack.objects.exists()
    assert AsicNotice.objects.filter(closed_at=None).count() == 2


def test_there_may_be_nothing_to_tell_and_an_undone_change_asks_nothing(
    moved: Decision, preparer: User
) -> None:
    first = AsicNotice.objects.order_by("pk")[:1]
    _ask(preparer, answer="nothing", notice=[first[0].pk])
    assert AsicNotice.objects.filter(closed_at=None).count() == 1

    undo_decision(moved, by=preparer, now=NOW)

    assert not AsicNotice.objects.filter(closed_at=None).exists()


def test_a_company_that_moved_and_was_renamed_gets_both_events_in_one_pack(
    company: Company, connection: Connection, preparer: User
) -> None:
    Contact.objects.filter(pk=company.contact_id).update(address=make_address())
    company.contact.refresh_from_db()
    link = _linked(company.contact, connection, name="Southern Cross Pty Ltd", address=MOVED)
    _take(link, "name", "address", by=preparer)

    _ask(preparer, changed_on=WHEN.isoformat(), place="change_registered_office")

    pack = DocumentPack.objects.get()
    assert pack.event_kinds == ["change_company_name", "change_registered_office"]
    assert "Name changed from Southern Star Pty Ltd to Southern Cross Pty Ltd" in pack.summary
    assert CompanyAddress.objects.filter(until__isnull=False).count() == 0  # nothing is released yet


def test_somebody_who_holds_no_office_is_not_asked_about(
    company: Company, connection: Connection, preparer: User
) -> None:
    wren = Contact.objects.create(kind="PERSON", name="M Wren", given_names="M", family_name="Wren")
    _take(_linked(wren, connection, given_names="Margaret"), "given_names", by=preparer)

    assert wren.offices.count() == 0
    assert not AsicNotice.objects.exists()


def test_a_viewer_may_look_only(moved: Decision, viewer: User) -> None:
    assert signed_in(viewer).get(reverse("production:asic")).status_code == 200
    assert _ask(viewer, changed_on=TODAY.isoformat()).status_code == 403
