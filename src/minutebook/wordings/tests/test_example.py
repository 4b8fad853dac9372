"""The invented company of the templates' pages. It is written anew by REWRITE_EXAMPLE=1, then read."""

import json
import os
from datetime import date
from pathlib import Path

from minutebook.companies.events import KINDS
from minutebook.companies.models import Company
from minutebook.documents.produce import render_pack_document
from minutebook.documents.snapshot import take_snapshot
from minutebook.documents.sources import supplied_names
from minutebook.firms.models import Firm
from minutebook.wordings.catalogue import all_wordings
from minutebook.wordings.trying import example_of
from tests.cast import make_person, make_user
from tests.packs import NOW, make_pack
from tests.typed_events import appointing, ceasing, director, form_of, issuing, kept_event, moving, reviewing

_EXAMPLE = Path(__file__).parents[1] / "example.json"


def everything_at_once(company: Company) -> dict[str, object]:
    """Return the snapshot of a pack with an event of every kind."""
    Company.objects.filter(pk=company.pk).update(review_on=date(2026, 11, 14))
    company.refresh_from_db()
    aroha, leaving = make_person(), director(company, "Thi Lan Huynh")
    staying = company.officeholders.directors().exclude(pk=leaving.pk).get()
    office = "Level 2, 9 Hardware Lane, Melbourne VIC 3000"
    details = {"person": staying.contact_id, "changed_on": "2026-11-12", "former_name": "Daniel Moreau-Pike"}
    forms = (
        appointing(company, aroha),
        form_of(company, "appoint_secretary", person=aroha.pk, appointed_on="2026-11-22"),
        ceasing(company, leaving),
        form_of(company, "change_officeholder_details", **details),
        issuing(company, make_person("Elise", "Moreau"), quantity=2000),
        moving(company, address=office, occupier="Hardware Lane Advisers Pty Ltd"),
        moving(company, "change_principal_place"),
        form_of(
            company,
            "change_company_name",
            new_name="Southern Star Advisers Pty Ltd",
            resolved_on="2026-11-22",
        ),
        reviewing(company, review_on="2026-11-14", statement_issued_on="2026-11-16"),
    )
    pack = make_pack(company, by=make_user(company.firm))
    pack.events.set([kept_event(company, form, position=at) for at, form in enumerate(forms, start=1)])
    pack.trace_number = "MB-000481-7K3Q"
    return take_snapshot(pack, now=NOW)


def test_something_of_every_kind_happens_to_it(company: Company, firm: Firm) -> None:
    if os.environ.get("REWRITE_EXAMPLE"):
        text = json.dumps(everything_at_once(company), ensure_ascii=False, separators=(",", ":"))
        _EXAMPLE.write_text(text + "\n", encoding="utf-8")

    assert {event["kind"] for event in example_of(firm)["events"]} == set(KINDS)


def test_every_supplied_wording_is_in_the_catalogue_and_prints_for_it(firm: Firm) -> None:
    assert set(all_wordings()) == supplied_names()
    example = example_of(firm)
    for wording in all_wordings().values():
        if not wording.is_part:
            for kind in wording.kinds or ("",):
                subject = next((str(e["position"]) for e in example["events"] if e["kind"] == kind), "")

                assert render_pack_document(example, code=wording.name, subject=subject).blocks
