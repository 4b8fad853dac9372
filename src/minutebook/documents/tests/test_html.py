"""The preview: everything escaped, nothing that a strict content policy would block."""

from lxml import html

from minutebook.documents.html import render_html
from tests.document_cast import cast_fields, letter_to_director, resolution, share_certificate


def page_of(fragment: str) -> html.HtmlElement:
    return html.fragment_fromstring(fragment)


def test_the_preview_is_semantic() -> None:
    page = page_of(render_html(resolution()))

    assert page.get("lang") == "en-AU"
    assert page.xpath("string(//h2)") == "Circulating resolution of the directors"
    assert page.xpath("//h3/text()") == ["Background", "Resolutions", "Members after the issue"]
    assert page.xpath("count(//ol[contains(@class, 'recitals')]/li)") == 2
    assert (
        page.xpath("count(//ol[contains(@class, 'clauses-1')]/li/ol[contains(@class, 'clauses-2')]/li)") == 2
    )
    assert page.xpath("//th[@scope='col']/text()") == ["Member", "Class", "Shares"]
    assert page.xpath("//td[@class='to-right']/text()") == ["6,000", "2,000"]
    assert page.xpath("//div[contains(@class, 'signature-individual')]/strong/text()") == [
        "Daniel Moreau",
        "Thi Lan Huynh",
    ]


def test_headings_fit_into_the_page_around_them() -> None:
    assert page_of(render_html(resolution(), heading_level=3)).xpath("count(//h3) = 1 and count(//h4) = 3")


def test_values_come_out_as_text() -> None:
    name = "<script>alert(1)</script> \" ' & <b>"
    fields = cast_fields(person={"name": name, "address": "x"})

    page = page_of(render_html(resolution(fields=fields)))

    assert name in page.text_content()
    assert not page.xpath("//script | //b")


def test_nothing_needs_inline_styles_or_scripts() -> None:
    for document in (resolution(watermark="Draft"), share_certificate(), letter_to_director()):
        page = page_of(render_html(document))
        assert not page.xpath("//@style | //@onclick | //script | //style")


def test_a_line_break_in_a_value_is_one_in_the_preview() -> None:
    page = page_of(render_html(letter_to_director()))

    assert page.xpath("count(//p[contains(., 'Bastings')]/br)") == 2


def test_the_layout_is_a_class() -> None:
    assert "sheet-certificate sheet-landscape" in render_html(share_certificate())


def test_templates_do_not_escape_it_again() -> None:
    fragment = render_html(resolution())

    assert fragment.__html__() is fragment
