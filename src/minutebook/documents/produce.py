"""The documents of a pack: which its events need, and each of them as finished blocks.

Everything but `documents_needed` is a pure function of the snapshot: the same snapshot, the same blocks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from minutebook.companies.events import kind_of
from minutebook.companies.events.kinds import DocumentNeed
from minutebook.companies.models import CorporateEvent
from minutebook.documents.blocks import (
    INK,
    MARGIN_SIDE,
    MARGIN_TOP,
    Align,
    Block,
    Footer,
    Layout,
    Letterhead,
    ListBlock,
    PartyHeader,
    Picture,
    RenderedDocument,
)
from minutebook.documents.filters import acn
from minutebook.documents.holdings import Fields
from minutebook.documents.merge import Snapshot, event_fields, pack_fields
from minutebook.documents.snapshot import electors_of
from minutebook.documents.sources import SUPPLIED, NoSuchDocument, Wordings

type Head = Mapping[str, str]  # what the head of a wording says, without its title

_ORDER = (
    "consent_to_act",
    "resignation_letter",
    "share_application",
    "pre_emption_waiver",
    "directors_resolution",
    "solvency_resolution",
    "members_resolution_s201g",
    "members_removal_resolution",
    "members_name_resolution",
    "register_of_officeholders",
    "register_of_addresses",
    "register_of_members",
    "share_certificate",
    "form_484_data_sheet",
    "occupier_consent",
    "annual_review_checklist",
    "cover_letter",
    "members_resolution_s201h",
    "director_id_letter",
)


def documents_needed(events: Sequence[CorporateEvent]) -> list[DocumentNeed]:
    """Return what a pack of these events needs, in the order of the pack; what they share comes once."""
    needs: dict[tuple[str, str], DocumentNeed] = {}
    for event in events:
        for need in (*kind_of(event.kind).documents(event), *_always(event)):
            known = needs.get((need.code, need.subject))
            needs[need.code, need.subject] = _joined(known, need) if known else need
    ordered = sorted(needs.values(), key=lambda need: usual_place(need.code, need.subject))
    return [_resolution(need, events) if need.code == "directors_resolution" else need for need in ordered]


def usual_place(code: str, subject: str) -> tuple[int, int]:
    """Return where a document comes among others as a rule, to sort by."""
    return _ORDER.index(code) if code in _ORDER else len(_ORDER), _number(subject)


def listed_title(document_title: str, *, options: Mapping[str, Any]) -> str:
    """Return how a document is called in lists: a resolution of directors that meet is their minutes."""
    if "(s248A)" in document_title and options.get("form") == "minutes":
        return "Minutes of directors"
    return document_title


def render_pack_document(
    snapshot: Snapshot,
    *,
    code: str,
    subject: str = "",
    options: Mapping[str, Any] | None = None,
    dated_on: date | None = None,
    watermark: str | None = None,
    wordings: Wordings = SUPPLIED,
    logo: Picture | None = None,
) -> RenderedDocument:
    """Return one document of a pack as blocks, ready for any renderer.

    `options` are the user's choices, such as {"form": "minutes"}; `dated_on` is printed as the document's
    date (without it, the date of signing stays blank); `logo` is the firm's, for its own letters. Raises
    WordingError or UnprintableText.
    """
    head = wordings.options_of(code)
    if head is None:
        raise NoSuchDocument(f"Minutebook has no wording called “{code}”.")
    fields = pack_fields(snapshot, options=options or {}, dated_on=dated_on)
    if subject:
        fields = event_fields(fields, snapshot, subject=subject)
    placed = _placed(head, fields, snapshot, wordings)
    fields |= {f"has_{place}": bool(blocks) for place, blocks in placed.items()}
    title, blocks = wordings.render(code, fields, placed)
    return RenderedDocument(
        title=title,
        blocks=blocks,
        date=dated_on or fields["prepared_on"],
        header=_header(head, fields, snapshot.get("letterhead", {}), logo),
        footer=_footer(head, fields),
        layout=_layout(head),
        landscape=head.get("landscape") == "yes",
        watermark=watermark or None,
        top_mm=_measure(head, snapshot, "top_mm", MARGIN_TOP),
        side_mm=_measure(head, snapshot, "side_mm", MARGIN_SIDE),
    )


def _placed(
    head: Head, fields: Fields, snapshot: Snapshot, wordings: Wordings
) -> dict[str, tuple[Block, ...]]:
    """Return the blocks for a wording's places, which its head names.

    `parts` come once for each event from the folder of that name (and once more from its "closing"), `shared`
    are passages that several documents have in common.
    """
    parts = {
        folder: _one_list(_blocks_of_parts(folder, fields, snapshot, wordings))
        for folder in listed(head.get("parts", ""))
    }
    shared = {
        name: wordings.render(f"shared/{name}", fields)[1]
        for name in listed(head.get("shared", ""))
        if wordings.options_of(f"shared/{name}") is not None
    }
    return parts | shared


def listed(names: str) -> list[str]:
    """Return the names that a head lists, such as its parts."""
    return [name.strip() for name in names.split(",") if name.strip()]


def _blocks_of_parts(folder: str, fields: Fields, snapshot: Snapshot, wordings: Wordings) -> Iterator[Block]:
    for event in _in_order(folder, snapshot["events"]):
        name = f"{folder}/{event['kind']}"
        if wordings.options_of(name) is not None:
            of_event = event_fields(fields, snapshot, subject=str(event["position"]))
            yield from wordings.render(name, of_event)[1]
    if wordings.options_of(f"{folder}/closing") is not None:
        yield from wordings.render(f"{folder}/closing", fields)[1]


def _in_order(folder: str, events: Sequence[Fields]) -> Sequence[Fields]:
    """Return the events as a document tells them: as they were entered, or in the order of the form's sections."""
    if folder != "data_sheet":
        return events
    return sorted(events, key=lambda event: event["fields"].get("form_484", [])[:1])


def _one_list(blocks: Iterator[Block]) -> tuple[Block, ...]:
    """Join lists that follow each other, so that the clauses of several events count through."""
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if isinstance(block, ListBlock) and isinstance(before, ListBlock) and block.kind == before.kind:
            joined[-1] = replace(before, items=before.items + block.items, tight=before.tight and block.tight)
        else:
            joined.append(block)
    return tuple(joined)


def _header(
    head: Head, fields: Fields, design: Mapping[str, Any], logo: Picture | None
) -> PartyHeader | Letterhead | None:
    """Return the company's name on its own papers, the firm's letterhead on the firm's letters only."""
    company, firm = fields["company"], fields["firm"]
    match head.get("head", "company"):
        case "firm":
            lines = design.get("lines") or (firm["address"], firm["phone"], firm["email"])
            return Letterhead(
                design.get("name", firm["name"]) or ("" if logo else firm["name"]),
                tuple(line for line in lines if line),
                logo,
                design.get("ink", INK),
                design.get("rule", INK),
            )
        case "none":
            return None
        case _:
            align: Align = "left" if design.get("party_align") == "left" else "center"
            return PartyHeader(company["name"], acn(company["acn"]), align, bool(design.get("acn_beside")))


def _measure(head: Head, snapshot: Snapshot, name: str, usual: int) -> int:
    """Return a margin: letters have the firm's own, companies' papers theirs."""
    design: Mapping[str, int] = snapshot.get("letterhead", {})
    return design.get(name if head.get("head") == "firm" else f"party_{name}", usual)


def _footer(head: Head, fields: Fields) -> Footer:
    if head.get("head") == "firm":
        return Footer(trace_number=fields["trace_number"])
    company = fields["company"]
    return Footer(company["name"], acn(company["acn"]), fields["trace_number"])


def _layout(head: Head) -> Layout:
    match head.get("layout"):
        case "letter":
            return "letter"
        case "certificate":
            return "certificate"
        case _:
            return "standard"


def _always(event: CorporateEvent) -> tuple[DocumentNeed, ...]:
    """Return what every pack may have, whatever its events."""
    contact = event.company.signing_contact
    note = f"To {contact.name}, signing contact" if contact else "To the directors"
    return (DocumentNeed(code="cover_letter", title="Cover letter", note=note, is_on=False),)


def _joined(first: DocumentNeed, second: DocumentNeed) -> DocumentNeed:
    """Return one need for two events: on if either wants it, with the notes of both."""
    notes = {note for need in (first, second) for note in need.note.split(", ") if note}
    return replace(first, note=", ".join(sorted(notes)), is_on=first.is_on or second.is_on)


def _resolution(need: DocumentNeed, events: Sequence[CorporateEvent]) -> DocumentNeed:
    electors = electors_of(events)
    signing = len(electors["signing"])
    absent = "; ".join(f"{one['name']} does not sign: {one['reason']}" for one in electors["excluded"])
    if signing == 1:
        title, note = "Resolution of sole director (s248B)", f"Signed by {electors['signing'][0]['name']}"
    else:
        title, note = "Resolution of directors (s248A)", f"Circulating, {signing} signatories"
    return replace(need, title=title, note="; ".join(part for part in (note, absent) if part)[:200])


def _number(subject: str) -> int:
    return int(subject) if subject.isdecimal() else 0
