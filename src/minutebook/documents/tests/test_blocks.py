"""The block tree as plain values: kept as JSON, and what it says about keeping together."""

import json

import pytest

from minutebook.documents.blocks import (
    Heading,
    PageBreak,
    Paragraph,
    RenderedDocument,
    Run,
    SignatureBlock,
    Signatures,
    Table,
    column_shares,
    from_json,
    kept_with_next,
    text_of,
    to_json,
    walk_text,
)
from tests.document_cast import letter_to_director, resolution, share_certificate

TEXT = Paragraph((Run("Text"),))
SIGNED = Signatures((SignatureBlock("Aroha Ngata"),))


@pytest.mark.parametrize("document", [resolution(), share_certificate(), letter_to_director()])
def test_a_document_comes_back_from_its_snapshot(document: RenderedDocument) -> None:
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


@pytest.mark.parametrize(
    "stored", [{}, {"type": "Popen"}, {"type": "Run", "text": "a", "size": 3}, {"type": "Run", "text": "a"}]
)
def test_what_is_not_a_document_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="stored"):
        from_json(stored)


def test_a_document_needs_a_title() -> None:
    with pytest.raises(ValueError, match="needs a title"):
        resolution(title=" ")


def test_the_title_stands_first_unless_a_block_places_it() -> None:
    assert resolution().body[0] == Heading(1, (Run("Circulating resolution of the directors"),))
    assert [block for block in letter_to_director().body if isinstance(block, Heading)] == [
        Heading(1, (Run("Appointment of Aroha Ngata"),))
    ]


def test_signatures_keep_the_text_above_them() -> None:
    heading = Heading(2, (Run("Signed"),))

    assert kept_with_next([TEXT, TEXT, heading, SIGNED, SIGNED]) == {1, 2, 3}
    assert kept_with_next([TEXT, PageBreak(), SIGNED]) == set()


def test_a_column_of_long_names_gets_more_of_the_width() -> None:
    table = Table(((Run("Member"),), (Run("Shares"),)), (((Run("N" * 80),), (Run("1"),)),), ("left", "right"))

    assert column_shares(table) == (834, 166)


def test_a_date_has_room_beside_long_addresses() -> None:
    texts = (
        "Principal place of business",
        "Unit 4, 38 Dougharty Road, Heidelberg West VIC 3081",
        "11/05/2022",
    )
    header = tuple((Run(name),) for name in ("Use", "Address", "From", "To"))
    row = tuple((Run(text),) for text in (*texts, texts[2]))

    shares = column_shares(Table(header, (row,), ("left",) * 4))

    assert sum(shares) == 1000
    assert min(shares) >= 120  # thousandths: what ten digits need


def test_every_printed_text_is_found() -> None:
    texts = set(walk_text(resolution()))

    assert {"MB-000481-7K3Q", "Thi Lan Huynh", "within two months", "6,000", "Made under"} <= texts


def test_text_of_runs_is_joined() -> None:
    assert text_of((Run("a"), Run("b", bold=True))) == "ab"
