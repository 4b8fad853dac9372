"""The supplied documents word for word. Golden texts are rewritten only by REWRITE_GOLDEN=1, then read."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cast import TODAY, make_person, make_user
from tests.documents_as_text import text_of_document

from minutebook.companies.events import kind_of
from minutebook.companies.models import Company, CorporateEvent
from minutebook.documents.models import DocumentPack
from minutebook.documents.produce import documents_needed, render_pack_document
from minutebook.documents.snapshot import take_snapshot
from minutebook.firms.models import User

_GOLDEN = Path(__file__).parent / "golden"
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
