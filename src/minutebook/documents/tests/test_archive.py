"""The ZIP of a pack: same bytes, safe names, nothing lost when two names collide."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutebook.documents.archive import file_name, zip_of

DAY = date(2026, 11, 22)


def names_in(archive: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.namelist()


def test_files_come_back_as_they_went_in() -> None:
    archive = zip_of([("Consent.pdf", b"1"), ("Resolution.docx", b"2")], dated=DAY)

    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.namelist() == ["Consent.pdf", "Resolution.docx"]
        assert opened.read("Resolution.docx") == b"2"
        assert opened.getinfo("Consent.pdf").compress_type == zipfile.ZIP_STORED
        assert opened.getinfo("Consent.pdf").date_time == (2026, 11, 22, 0, 0, 0)


def test_the_same_files_give_the_same_bytes() -> None:
    files = [("Consent.pdf", b"1")]

    assert zip_of(files, dated=DAY) == zip_of(files, dated=DAY)


def test_a_name_that_comes_twice_is_numbered() -> None:
    archive = zip_of([("Consent.pdf", b"1"), ("consent.pdf", b"2"), ("Consent.pdf", b"3")], dated=DAY)

    assert names_in(archive) == ["Consent.pdf", "consent (2).pdf", "Consent (3).pdf"]


def test_two_long_names_are_told_apart() -> None:
    first, second = names_in(zip_of([("x" * 300 + ".pdf", b"1"), ("x" * 300 + ".pdf", b"2")], dated=DAY))

    assert first != second


@pytest.mark.parametrize(
    ("title", "safe"),
    [
        ("Consent to act / s 201D", "Consent to act s 201D"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\temp", "C temp"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("...", "_"),
        ("", "_"),
        ("A\u202eB\x00", "AB"),
        ("Māori 中文", "Māori 中文"),
        ("a\nb", "a b"),
    ],
)
def test_names_are_made_safe(title: str, safe: str) -> None:
    assert file_name(title, "pdf") == f"{safe}.pdf"


@given(st.text())
def test_any_title_makes_one_plain_name(title: str) -> None:
    name = file_name(title, "pdf")

    assert not set(name) & set('<>:"/\\|?*\0')
    assert len(name.encode()) <= 210
    assert names_in(zip_of([(name, b"")], dated=DAY)) == [name]


@given(st.lists(st.text(), max_size=5))
def test_any_names_become_safe_and_different(names: list[str]) -> None:
    members = names_in(zip_of([(name, b"") for name in names], dated=DAY))

    assert len({member.casefold() for member in members}) == len(names)
    assert not set("".join(members)) & set('<>:"/\\|?*\0')
