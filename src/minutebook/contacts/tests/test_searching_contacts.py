"""One search box: any word's beginning, any number, whatever the accents, and never another firm's."""

import pytest

from minutebook.contacts.models import Contact
from minutebook.contacts.search import find_contacts, search_contacts
from minutebook.firms.models import Firm
from minutebook.scope import firm_scope
from tests.cast import make_address, make_person


def names(text: str) -> list[str]:
    return [contact.name for contact in search_contacts(text, limit=10)]


@pytest.fixture(autouse=True)
def contacts(firm: Firm) -> None:
    for name, acn in [
        ("Southern Star Pty Ltd", "004085616"),
        ("Southern Highlands Dairy Pty Ltd", "010499966"),
        ("Ōtaki Holdings Pty Ltd", "002724334"),
        ("O’Brien & Sons (Qld) Pty Ltd", ""),
    ]:
        Contact.objects.create(kind=Contact.Kind.COMPANY, name=name, acn=acn)
    make_person("Petra", "Southern")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("south", ["Petra Southern", "Southern Highlands Dairy Pty Ltd", "Southern Star Pty Ltd"]),
        ("star south", ["Southern Star Pty Ltd"]),
        ("otaki", ["Ōtaki Holdings Pty Ltd"]),
        ("ŌTAKI", ["Ōtaki Holdings Pty Ltd"]),
        ("004 085 616", ["Southern Star Pty Ltd"]),
        ("0040856", ["Southern Star Pty Ltd"]),
        ("petra@southernstar", ["Petra Southern"]),
        ("brien qld", ["O’Brien & Sons (Qld) Pty Ltd"]),
        ("tar", []),
        ("", []),
        ("   ", []),
    ],
)
def test_a_contact_is_found_by_the_beginnings_of_its_words(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "*",
        "south*",
        "NEAR(a b)",
        "name:star",
        "-star",
        "^south",
        "%",
        "_",
        "a AND",
        "'; DROP",
        "{{7*7}}",
        "south\x00ern",
        "\ud800",
        "\\",
    ],
)
def test_signs_of_the_engines_own_languages_are_only_text(text: str) -> None:
    names(text)


def test_a_contact_that_changed_is_found_by_its_new_name_only() -> None:
    star = Contact.objects.get(acn="004085616")
    star.name = "Northern Light Pty Ltd"
    star.save()

    assert names("northern light") == ["Northern Light Pty Ltd"]
    assert "Northern Light Pty Ltd" not in names("southern")


def test_a_deleted_contact_is_not_found() -> None:
    Contact.objects.filter(acn="002724334").delete()

    assert names("otaki") == []


def test_another_firms_contacts_are_never_found(other_firm: Firm) -> None:
    with firm_scope(other_firm.pk):
        assert names("southern") == []


@pytest.mark.parametrize(
    "name",
    [
        "Weiß Brothers Pty Ltd",
        "Groß & Söhne Pty Ltd",
        "M² Studio Pty Ltd",
        "\ufb01ne Foods Pty Ltd",
        "Đặng Thị Huệ",
        "Łukasz Żółć",
        "Αθηνά Papadakis",
        "İpek Şahin",
        "株式会社 Tokyo",
        "नमस्ते Imports",
        "ประเทศไทย Foods",
        "x\u0304y Labs",
        "שָׁלוֹם Bakery",
        "P.J. O'Neill-Smith",
        "Smith_Jones Pty Ltd",
        "3.5 Degrees Pty Ltd",
        "Level 9 120 Collins Pty Ltd",
        "\uff26ull Width",
    ],
)
def test_a_name_is_found_by_itself_whatever_its_letters(name: str) -> None:
    Contact.objects.create(kind=Contact.Kind.OTHER, name=name)

    assert name in names(name)


@pytest.mark.parametrize("text", ["%", "*", '"', "_", "-", "🏉"])
def test_signs_alone_match_nobody(text: str) -> None:
    assert not find_contacts(text).exists()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("suothern star", ["Southern Star Pty Ltd"]),
        ("southen", ["Petra Southern", "Southern Highlands Dairy Pty Ltd", "Southern Star Pty Ltd"]),
        ("higlands", ["Southern Highlands Dairy Pty Ltd"]),
        ("Petra Suothern", ["Petra Southern"]),
        ("otkai holdings", ["Ōtaki Holdings Pty Ltd"]),
        ("usothern star", ["Southern Star Pty Ltd"]),
        ("004085617", []),
        ("sotr", []),
        ("zzzzzzzz", []),
    ],
)
def test_a_slip_of_the_finger_is_forgiven_but_never_in_a_number(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_what_is_there_as_typed_is_not_taken_for_a_slip() -> None:
    Contact.objects.create(kind=Contact.Kind.OTHER, name="Southen Cross Club")

    assert names("southen") == ["Southen Cross Club"]


def test_a_suburb_finds_those_who_live_there_and_no_longer_those_who_moved() -> None:
    petra = Contact.objects.get(family_name="Southern")
    assert names("northcote") == ["Petra Southern"]

    petra.address = make_address(suburb="Heidelberg West")
    petra.save()

    assert (names("northcote"), names("heidelberg")) == ([], ["Petra Southern"])


def test_another_firms_words_mend_nothing_of_ours(other_firm: Firm) -> None:
    with firm_scope(other_firm.pk):
        Contact.objects.create(kind=Contact.Kind.OTHER, name="Xylophone Makers")

    assert names("xylophoen") == []


def test_an_empty_text_leaves_everybody() -> None:
    assert find_contacts("  ").count() == Contact.objects.count()
