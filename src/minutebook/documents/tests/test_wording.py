"""A wording and its values become blocks; whatever a wording may not use is refused with its line."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from minutebook.documents.blocks import (
    Block,
    Fact,
    Facts,
    Heading,
    ListBlock,
    PageBreak,
    Paragraph,
    Rule,
    Run,
    SignatureBlock,
    Signatures,
    Table,
    text_of,
)
from minutebook.documents.text import UnprintableText
from minutebook.documents.wording import WordingError, compile_wording, render_wording


def wording_of(body: str, *, title: str = "Resolution") -> str:
    return f"---\ntitle: {title}\n---\n\n{body}"


def blocks_of(body: str, **fields: object) -> tuple[Block, ...]:
    return render_wording(compile_wording(wording_of(body), name="test"), fields)[1]


def only(blocks: tuple[Block, ...]) -> Any:  # the test knows which kind of block it asked for
    (block,) = blocks
    return block


def sentence(body: str, **fields: object) -> str:
    return text_of(only(blocks_of(body, **fields)).runs)


def item_texts(block: ListBlock) -> list[str]:
    return [text_of(item[0].runs) for item in block.items if isinstance(item[0], Paragraph)]


@dataclass(frozen=True)
class Person:
    name: str
    capacity: str = ""

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split())

    def delete(self) -> str:
        return "deleted"


AROHA = Person("Aroha Ngata")
DANIEL = Person("Daniel Moreau", "Chair")


class TestHead:
    def test_the_title_may_use_fields(self) -> None:
        wording = compile_wording("---\ntitle: Consent of {{ person.name }}\n---\nText", name="consent")

        assert render_wording(wording, {"person": AROHA})[0] == "Consent of Aroha Ngata"

    def test_a_title_prints_hostile_values_as_they_are(self) -> None:
        wording = compile_wording("---\ntitle: Consent of {{ name }}\n---\nText", name="consent")

        assert render_wording(wording, {"name": "**{{ 7*7 }}** <b>"})[0] == "Consent of **{{ 7*7 }}** <b>"

    def test_other_keys_are_options(self) -> None:
        wording = compile_wording(
            "---\ntitle: Share certificate\nlandscape: yes\n---\nText", name="certificate"
        )

        assert wording.options == {"landscape": "yes"}

    @pytest.mark.parametrize(
        ("source", "problem"),
        [
            ("Text", "Line 1: A wording starts with a line of three dashes"),
            ("---\ntitle: T\nkey: value", "Line 3: The head does not end"),
            ("---\nlayout: letter\n---\nText", "Line 3: The head needs a line such as"),
            ("---\ntitle: T\ntitle: U\n---\nText", "Line 3: “title” stands twice"),
            ("---\ntitle T\n---\nText", "Line 2: The head holds lines"),
        ],
    )
    def test_a_broken_head_is_refused_with_its_line(self, source: str, problem: str) -> None:
        with pytest.raises(WordingError, match=problem):
            compile_wording(source, name="broken")


class TestMarkdown:
    def test_sections_emphasis_and_rules(self) -> None:
        blocks = blocks_of("## Background\n\nThe **Company** *resolves*.\n\n---\n")

        assert blocks == (
            Heading(2, (Run("Background"),)),
            Paragraph(
                (Run("The "), Run("Company", bold=True), Run(" "), Run("resolves", italic=True), Run("."))
            ),
            Rule(),
        )

    def test_clauses_are_numbered_by_depth_whatever_was_typed(self) -> None:
        block = only(blocks_of("1. First\n   1. Under it\n3. Second"))

        assert (block.kind, block.start, item_texts(block)) == ("ordered", 1, ["First", "Second"])
        assert isinstance(block.items[0][1], ListBlock)

    def test_a_closing_bracket_gives_lettered_recitals(self) -> None:
        assert only(blocks_of("1) One\n1) Two")).kind == "lettered"

    def test_an_item_left_out_moves_the_others_up(self) -> None:
        block = only(blocks_of("{% if no %}\n1. Out\n{% endif %}\n2. In\n2. Also in", no=False))

        assert (block.start, item_texts(block)) == (1, ["In", "Also in"])

    def test_a_list_goes_on_after_a_paragraph_between_its_items(self) -> None:
        first, _, second = blocks_of("1. One\n1. Two\n\nBetween.\n\n2. Three")

        assert (first.start, second.start) == (1, 3)  # type: ignore[union-attr]  # both are lists

    def test_a_list_starts_again_after_a_heading(self) -> None:
        first, _, second = blocks_of("1. One\n\n## Next\n\n2. Two")

        assert (first.start, second.start) == (1, 1)  # type: ignore[union-attr]  # both are lists

    def test_a_blank_line_between_items_makes_the_list_loose(self) -> None:
        assert only(blocks_of("- One\n- Two")).tight
        assert not only(blocks_of("- One\n\n- Two")).tight

    def test_a_condition_leaves_no_blank_line_behind(self) -> None:
        assert only(blocks_of("1. One\n{% if yes %}\n1. Two\n{% endif %}\n1. Three", yes=True)).tight

    def test_a_table_repeats_its_row_for_every_member(self) -> None:
        body = (
            "| Member | Shares |\n|---|--:|\n{% for m in members %}\n"
            "| {{ m.name }} | {{ m.shares|number }} |\n{% endfor %}"
        )

        table = only(blocks_of(body, members=[{"name": "A | B", "shares": 6000}, {"name": "C", "shares": 1}]))

        assert isinstance(table, Table)
        assert table.alignments == ("left", "right")
        assert [[text_of(cell) for cell in row] for row in table.rows] == [["A | B", "6,000"], ["C", "1"]]

    def test_code_links_and_html_print_as_typed(self) -> None:
        assert sentence("`a` [b](c) <b>d</b>") == "`a` [b](c) <b>d</b>"

    def test_four_spaces_make_no_code_block(self) -> None:
        assert sentence("    Indented") == "Indented"


class TestFields:
    def test_values_are_written_as_they_stand_in_a_sentence(self) -> None:
        text = sentence("{{ day }}, {{ n }}, {{ who.name }}", day=date(2026, 11, 2), n=2000, who=AROHA)

        assert text == "2 November 2026, 2000, Aroha Ngata"

    def test_a_property_of_a_record_is_a_field_but_a_method_is_not(self) -> None:
        assert sentence("{{ who.initials }}", who=AROHA) == "AN"
        with pytest.raises(WordingError, match=r"no field “who\.delete”"):
            blocks_of("{{ who.delete }}", who=AROHA)

    def test_a_mappings_own_methods_are_not_fields(self) -> None:
        with pytest.raises(WordingError, match=r"no field “company\.items”"):
            blocks_of("{{ company.items }}", company={"name": "Southern Star Pty Ltd"})

    def test_an_unknown_field_names_the_nearest_one_and_its_line(self) -> None:
        with pytest.raises(WordingError) as refused:
            blocks_of("Text\n\n{{ company.nme }}", company={"name": "Southern Star Pty Ltd"})

        assert (refused.value.line, refused.value.suggestion) == (7, "company.name")

    def test_an_unknown_field_is_found_in_a_branch_that_is_not_taken(self) -> None:
        with pytest.raises(WordingError, match=r"directors\[\]\.nme”\. Did you mean directors\[\]\.name\?"):
            blocks_of(
                "{% if no %}{% for d in directors %}{{ d.nme }}{% endfor %}{% endif %}",
                no=False,
                directors=[AROHA],
            )

    def test_a_field_without_a_value_cannot_be_printed(self) -> None:
        with pytest.raises(WordingError, match="Line 5: There is no value here"):
            blocks_of("{{ middle_name }}", middle_name=None)

    def test_unprintable_text_is_refused_with_a_reason(self) -> None:
        with pytest.raises(UnprintableText, match="disguise a name"):
            blocks_of("{{ name }}", name="A\u202eB")

    def test_a_paragraph_without_any_text_is_left_out(self) -> None:
        assert blocks_of("{{ note }}", note="") == ()


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("{{ day|date }}", "22 November 2026"),
        ("{{ day|short_date }}", "22/11/2026"),
        ("{{ shares|number }}", "2,000"),
        ("{{ price|number(2) }}", "1,145.50"),
        ("{{ price|money }}", "$1,145.50"),
        ("{{ price|percent }}", "1,145.5 %"),
        ("{{ names|and_list }}", "A, B and C"),
        ("{{ names|or_list }}", "A, B or C"),
        ("{{ people|each('name')|and_list }}", "Aroha Ngata and Daniel Moreau"),
        ("{{ people|count }} {{ people|plural('person', 'people') }}", "2 people"),
        ("{{ one }} {{ one|plural('share') }}", "1 share"),
        ("{{ shares|number }} {{ shares|plural('share') }}", "2,000 shares"),
        ("{{ people|first|each_name }}", None),
        ("{{ (people|first).name }}", "Aroha Ngata"),
        ("{{ none_here|default('nobody') }}", "nobody"),
        ("{{ acn|acn }}", "918 844 023"),
        ("{{ address|one_line }}", "17 Bastings Street, Northcote VIC 3070"),
        ("{{ word|upper }} {{ word|capitalise }}", "DIRECTOR Director"),
        ("{{ word ~ ' of ' ~ day }}", "director of 22 November 2026"),
        ("{{ 'yes' if people|count > 1 and word in ['director', 'secretary'] else 'no' }}", "yes"),
        ("{{ 'none' if none_here is none else 'some' }}", "none"),
        ("{% for n in names %}{{ n }}{{ '' if loop.last else '; ' }}{% endfor %}", "A; B; C"),
        ("{% for n in names if n != 'B' %}{{ n }}{% else %}nobody{% endfor %}", "AC"),
    ],
)
def test_what_the_filters_and_conditions_print(written: str, printed: str | None) -> None:
    fields: dict[str, object] = {
        "day": date(2026, 11, 22), "shares": 2000, "price": Decimal("1145.5"), "names": ["A", "B", "C"],
        "people": [AROHA, DANIEL], "one": 1, "none_here": None, "acn": "918844023",
        "address": "17 Bastings Street\nNorthcote VIC 3070", "word": "director",
    }  # fmt: skip
    if printed is None:
        with pytest.raises(WordingError, match="is no filter"):
            sentence(written, **fields)
    else:
        assert sentence(written, **fields) == printed


class TestMacros:
    def test_facts_leave_out_a_pair_without_a_value(self) -> None:
        block = only(
            blocks_of("{{ facts(('Company', name), ('Former name', former)) }}", name="<b>", former=None)
        )

        assert block == Facts((Fact("Company", (Run("<b>"),)),))

    def test_everybody_signs_with_name_capacity_and_date(self) -> None:
        block = only(blocks_of("{{ signatures(people, capacity='Director') }}", people=[AROHA, DANIEL]))

        assert block == Signatures(
            (SignatureBlock("Aroha Ngata", "Director"), SignatureBlock("Daniel Moreau", "Chair"))
        )

    def test_a_company_signs_under_section_127(self) -> None:
        body = "{{ signatures(people, variant='company', company=name, company_acn='918844023') }}"

        block = only(blocks_of(body, people=[DANIEL], name="Moreau Nominees Pty Ltd"))

        assert block.intro == (
            "Executed by Moreau Nominees Pty Ltd ACN 918 844 023 in accordance with section 127(1)"
            " of the Corporations Act 2001 (Cth):"
        )

    def test_a_witness_writes_the_name_by_hand(self) -> None:
        block = only(blocks_of("{{ signatures(none, variant='witness') }}"))

        assert block.blocks == (SignatureBlock("", "Witness", ("Full name", "Address", "Date"), "witness"),)

    def test_finished_blocks_are_placed_and_parsed_by_nobody(self) -> None:
        register = Paragraph((Run("# not a heading {{ 7*7 }}"),))
        wording = compile_wording(
            wording_of("Before\n\n{{ place('register') }}\n\n{{ page_break() }}"), name="test"
        )

        _, blocks = render_wording(wording, {}, {"register": [register]})

        assert blocks == (Paragraph((Run("Before"),)), register, PageBreak())

    def test_the_title_can_stand_lower_down(self) -> None:
        wording = compile_wording(
            wording_of("Dear Aroha\n\n{{ title() }}\n\nText", title="About *this*"), name="test"
        )

        _, blocks = render_wording(wording, {})

        assert blocks[1] == Heading(1, (Run("About *this*"),))

    def test_a_macro_in_a_heading_is_refused(self) -> None:
        with pytest.raises(WordingError, match="stands on a line of its own"):
            blocks_of("## Signed {{ page_break() }}")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("{% set x = 1 %}", "may not use {% set %}"),
        ("{% macro m() %}{% endmacro %}", "may not use {% macro %}"),
        ("{% include 'x' %}", "may not use {% include %}"),
        ("{% filter upper %}x{% endfilter %}", "may not use {% filter %}"),
        ("{{ 1 + 1 }}", "may not use arithmetic"),
        ("{{ 'a' ~ 'b' * 10 }}", "may not use arithmetic"),
        ("{{ '%1000000000d'|format(1) }}", "“format” is no filter"),
        ("{{ name|uper }}", "Did you mean upper"),
        ("{{ ().__class__ }}", "does not start with an underscore"),
        ("{{ name.upper() }}", "may call only its macros"),
        ("{{ signature(name) }}", "“signature” is no macro. Did you mean signatures"),
        ("{{ signatures(*name) }}", r"may not use \* or \*\*"),
        ("{{ names[0] }}", "may not use square brackets"),
        ("{% for a in [1, 2] %}{% endfor %}", "goes through a list field"),
        ("{% for a, b in names %}{% endfor %}", "Write a loop as"),
        ("{% for a in x %}" * 4 + "{% endfor %}" * 4, "at most 3 deep"),
        ("{% for a in names %}{{ loop.cycle }}{% endfor %}", "Of a loop, only"),
        ("{{ name is mapping }}", "only “is none”"),
        ("# Section", "start a section with ##"),
        ("{% if name %}", "Unexpected end of template"),
        ("\ue000", "U\\+E000 is a private-use character"),
        ("{{ '\\ue000' }}", "U\\+E000 is a private-use character"),
        ("{{ '\\U000f0000' }}", "U\\+F0000 is a private-use character"),
    ],
)  # fmt: skip
def test_what_a_wording_may_not_use_is_refused_with_its_line(body: str, problem: str) -> None:
    with pytest.raises(WordingError, match=problem) as refused:
        compile_wording(wording_of(body), name="refused")

    assert refused.value.line == 5


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("{{ company }}", "This is a record"),
        ("{{ company.name|date }}", "This is not a date"),
        ("{{ names }}", "This is a list"),
        ("{% for c in company.name %}x{% endfor %}", "A loop goes through a list"),
        ("{{ place('register') }}", "No blocks called “register” were supplied"),
        ("{{ signatures('A', variant='seal') }}", "is no kind of signature"),
        ("{{ signatures(nobody) }}", "nobody to sign"),
        ("{{ signatures('A', variant='company') }}", "A company signs under its name"),
        ("{{ facts('Company') }}", "Facts takes pairs"),
        ("{% for a in many %}" * 3 + "x" + "{% endfor %}" * 3, "too many turns"),
    ],
)  # fmt: skip
def test_what_a_value_does_not_fit_is_refused_with_its_line(body: str, problem: str) -> None:
    fields = {"company": {"name": "Southern Star Pty Ltd"}, "names": ["A"], "nobody": [], "many": ["x"] * 200}

    with pytest.raises(WordingError, match=problem) as refused:
        blocks_of(body, **fields)

    assert refused.value.line == 5
