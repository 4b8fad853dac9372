"""A small cast of documents: a resolution, a share certificate, a letter."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from minutebook.documents.blocks import (
    Footer,
    Letterhead,
    PartyHeader,
    RenderedDocument,
)
from minutebook.documents.wording import compile_wording, render_wording

RESOLUTION = """---
title: Circulating resolution of the directors
---
{{ facts(("Company", company.name ~ " (the Company)"), ("Made under", "Section 248A of the Act")) }}

## Background

1) {{ person.name }} of {{ person.address|one_line }} has been asked to act as a director.
1) The Company has received an application for {{ shares|number }} ordinary shares.

## Resolutions

The undersigned, being all of the directors entitled to vote, are in favour of these resolutions:

1. **Appointment.** That {{ person.name }} be appointed a director with effect from {{ appointed_on }}.
   1. The appointment is to be confirmed by the members *within two months*.
   1. The consent is to be kept with the Company's records.
1. **Shares.** That {{ shares|number }} shares be issued at {{ price|money }} each:
   - in cash,
   - in full on application.

## Members after the issue

| Member | Class | Shares |
|---|---|--:|
{% for member in members %}
| {{ member.name }} | {{ member.share_class }} | {{ member.shares|number }} |
{% endfor %}

{{ signatures(directors, capacity="Director") }}
"""

CERTIFICATE = """---
title: Share certificate
---
This is to certify that

## {{ person.name }}

is the registered holder of **{{ shares|number }} ordinary shares** in the Company.

{{ facts(("Date of issue", appointed_on)) }}

Executed under section 127(1) of the Act:

{{ signatures(directors, capacity="Director") }}
"""

LETTER = """---
title: Appointment of {{ person.name }}
---
{{ appointed_on }}

{{ person.name }}\\
{{ person.address }}

{{ title() }}

We enclose the documents. Please sign the consent.

{{ signatures("Jo Bloggs", capacity="Partner", dated=false) }}
"""


def cast_fields(**changed: Any) -> dict[str, Any]:  # whatever a wording may name
    return {
        "company": {"name": "Southern Star Pty Ltd"},
        "person": {"name": "Aroha Ngata", "address": "17 Bastings Street\nNorthcote VIC 3070"},
        "directors": [{"name": "Daniel Moreau"}, {"name": "Thi Lan Huynh"}],
        "members": [
            {"name": "Moreau Family Nominees Pty Ltd", "share_class": "Ordinary", "shares": 6000},
            {"name": "Aroha Ngata", "share_class": "Ordinary", "shares": 2000},
        ],
        "shares": 2000,
        "price": Decimal(1),
        "appointed_on": date(2026, 11, 22),
    } | changed


def document_of(source: str, fields: dict[str, Any] | None = None, **changed: Any) -> RenderedDocument:
    title, blocks = render_wording(compile_wording(source, name="cast"), fields or cast_fields())
    document = RenderedDocument(
        title=title,
        blocks=blocks,
        date=date(2026, 11, 22),
        header=PartyHeader("Southern Star Pty Ltd", "918 844 023"),
        footer=Footer("Southern Star Pty Ltd", "918 844 023", "MB-000481-7K3Q"),
    )
    return replace(document, **changed)


def resolution(*, fields: dict[str, Any] | None = None, **changed: Any) -> RenderedDocument:
    return document_of(RESOLUTION, fields, **changed)


def share_certificate() -> RenderedDocument:
    return document_of(CERTIFICATE, layout="certificate", landscape=True)


def letter_to_director() -> RenderedDocument:
    letterhead = Letterhead("Bloggs and Okafor", ("Level 4, 120 Collins Street", "Melbourne VIC 3000"))
    return document_of(LETTER, layout="letter", header=letterhead)
