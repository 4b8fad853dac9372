"""How long ten documents take: from a stored snapshot to every file that Download All hands over."""

from collections.abc import Mapping, Sequence
from time import perf_counter_ns, process_time_ns
from typing import Any

from minutebook.companies.events import kind_of
from minutebook.companies.events.kinds import DocumentNeed
from minutebook.companies.models import Company, CorporateEvent
from minutebook.documents.archive import zip_of
from minutebook.documents.blocks import RenderedDocument
from minutebook.documents.docx import render_docx
from minutebook.documents.html import render_html
from minutebook.documents.models import DocumentPack
from minutebook.documents.pdf import render_combined_pdf, render_pdf
from minutebook.documents.produce import documents_needed, render_pack_document
from minutebook.documents.snapshot import take_snapshot
from minutebook.documents.sources import supplied_names, supplied_text, wordings_with
from minutebook.firms.models import User
from minutebook.scope import firm_scope
from tests.bench.crowd import NOW, TODAY, Crowd
from tests.bench.figures import Figure
from tests.bench.measure import Size, timed
from tests.cast import make_person

_DOCUMENTS = 10


def figures(crowd: Crowd, size: Size) -> list[Figure]:
    """Measure one pack, larger than most, again and again."""
    with firm_scope(crowd.firm.pk):
        pack = _make_pack(crowd.company, crowd.user)
        snapshot = take_snapshot(pack, now=NOW)
        needs = documents_needed(list(pack.events.order_by("position")))[:_DOCUMENTS]
    assert len(needs) == _DOCUMENTS, "the pack has grown smaller than the promise speaks of"
    documents = _blocks(snapshot, needs)

    def row(name: str, action: Any, target: float | None = None) -> Figure:  # any step of making files
        times = timed(action, [documents], size=size, clock=process_time_ns)
        return Figure(name=name, values=times, target=target)

    return [
        row("10 documents, from snapshot to blocks", lambda _: _blocks(snapshot, needs)),
        _in_own_wording(snapshot, needs, size=size),
        row("10 documents, as PDF", _as_pdf),
        row("10 documents, as Word", _as_docx),
        row("10 documents, as PDF and Word in a ZIP", lambda _: _download_all(snapshot, needs), target=300),
        row("10 documents, one combined PDF", render_combined_pdf),
        row("1 document, from snapshot to preview", lambda _: render_html(*_blocks(snapshot, needs[:1]))),
    ]


def _in_own_wording(snapshot: Mapping[str, Any], needs: Sequence[DocumentNeed], *, size: Size) -> Figure:
    """Measure by the clock, because another process works: every wording is the firm's own, in one child."""
    own = {name: supplied_text(name) for name in supplied_names()}

    def printed(_: object) -> list[RenderedDocument]:
        with wordings_with(own) as wordings:
            return [
                render_pack_document(snapshot, code=need.code, subject=need.subject, wordings=wordings)
                for need in needs
            ]

    times = timed(printed, [None], size=size, clock=perf_counter_ns)
    return Figure(name="10 documents, to blocks, all in a firm’s own wording", values=times)


def _download_all(snapshot: Mapping[str, Any], needs: Sequence[DocumentNeed]) -> bytes:
    documents = _blocks(snapshot, needs)
    files = [(f"{place:02d}.pdf", content) for place, content in enumerate(_as_pdf(documents))]
    files += [(f"{place:02d}.docx", content) for place, content in enumerate(_as_docx(documents))]
    return zip_of(files, dated=TODAY)


def _blocks(snapshot: Mapping[str, Any], needs: Sequence[DocumentNeed]) -> list[RenderedDocument]:
    return [render_pack_document(snapshot, code=need.code, subject=need.subject) for need in needs]


def _as_pdf(documents: Sequence[RenderedDocument]) -> list[bytes]:
    return [render_pdf(document) for document in documents]


def _as_docx(documents: Sequence[RenderedDocument]) -> list[bytes]:
    return [render_docx(document) for document in documents]


def _make_pack(company: Company, user: User) -> DocumentPack:
    """Return a pack of the kinds that make most paper, with its events as the forms keep them."""
    pack = DocumentPack.objects.create(
        company=company, trace_number="MB-900481-7K3Q", made_by=user, made_at=NOW, saved_at=NOW
    )
    for position, (code, typed) in enumerate(_typed(company), start=1):
        kind = kind_of(code)
        form = kind.form_class(typed, company=company, today=TODAY)
        assert form.is_valid(), form.errors
        pack.events.add(
            CorporateEvent.objects.create(
                company=company, kind=code, fields=kind.fields_of(form), position=position
            )
        )
    return pack


def _typed(company: Company) -> list[tuple[str, dict[str, Any]]]:
    """Return what a user types: one director comes, one goes, shares are issued, and the office moves."""
    comes, goes = make_person(), company.officeholders.directors().get(contact__name="Thi Lan Huynh")
    day = TODAY.isoformat()
    return [
        ("appoint_director", {"person": comes.pk, "appointed_on": day, "appointed_by": "directors"}),
        ("cease_officeholder", {"officeholder": goes.pk, "manner": "resignation", "ceased_on": day}),
        (
            "issue_shares",
            {
                "person": comes.pk,
                "issued_on": "2026-11-25",
                "share_class": "ORD",
                "quantity": 3000,
                "paid_per_share": "1",
                "unpaid_per_share": "0",
                "beneficially_held": "on",
                "pre_emption": "waived",
            },
        ),
        (
            "change_registered_office",
            {
                "changed_on": "2026-12-15",
                "address": "Level 2, 9 Hardware Lane, Melbourne VIC 3000",
                "occupier": "Hardware Lane Advisers Pty Ltd",
            },
        ),
    ]
