"""Packs by words: of their trace number, title and change summary, and of their company's name."""

# ruff: noqa: S608  # put together from our own words; what was typed is a parameter

import re

from django.db import connection, models
from django.db.models.expressions import RawSQL

from minutebook.documents.models import DocumentPack
from minutebook.scope import current_firm_id

LONGEST = 200  # characters of what is asked
_MOST_WORDS = 8
COUNTED = 300  # packs found by words: more are not counted
FEW = 2000  # packs that are looked up before they are put in order
# Quotes would end a word for FTS5; neither engine takes NUL or half a character.
_BETWEEN_WORDS = re.compile('[\\s"\x00-\x1f\x7f\ud800-\udfff]+')


def with_words(found: models.QuerySet[DocumentPack], text: str) -> tuple[models.QuerySet[DocumentPack], bool]:
    """Return those of the packs that hold every word of a text, and whether they are too many to be counted.

    Each word is looked for as a beginning, and accents fold: "otaki" finds Ōtaki. A text without a letter or digit,
    such as "%", finds nothing.
    """
    if not text.strip():
        return found, False
    words = [word for word in _BETWEEN_WORDS.split(text[:LONGEST]) if any(map(str.isalnum, word))]
    if not words:
        return found.none(), False
    condition, given = _condition(words[:_MOST_WORDS])
    held = f"SELECT w.{_id()} FROM {_table()} WHERE {condition}"
    first = _first(held, given)
    if len(first) <= COUNTED:
        return found.filter(pk__in=first), False
    if len(first) <= FEW:
        return found.filter(pk__in=RawSQL(held, given)), True  # noqa: S611  # what was typed is a parameter
    this = f"w.{_id()} = {DocumentPack._meta.db_table}.id"
    there = RawSQL(f"EXISTS ({held} AND {this})", given)  # noqa: S611
    return found.filter(models.ExpressionWrapper(there, output_field=models.BooleanField())), True


def _first(held: str, given: list[str | int]) -> list[str]:
    """Ask by itself for the packs that hold the words, as far as to tell few from many.

    Those of few are looked up and put in order; those of many are met soon enough on the way through all packs in
    their order. Neither engine knows beforehand which is which.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{held} LIMIT {FEW + 1}", given)
        return [row[0] for row in cursor.fetchall()]


def _table() -> str:
    return "packs_numbered w" if connection.vendor == "sqlite" else "documents_documentpack w"


def _id() -> str:
    return "pack_id" if connection.vendor == "sqlite" else "id"


def _condition(words: list[str]) -> tuple[str, list[str | int]]:
    """Return what a pack `w` of the firm has to meet, and what was typed for each of its places."""
    firm = current_firm_id()
    if connection.vendor == "sqlite":
        asked = [f'firm:f{firm} AND words:("{word}"*)' for word in words]
        return " AND ".join([_ON_SQLITE] * len(words)), [each for ask in asked for each in (ask, ask)]
    given = [each for word in words for each in (word, firm, word)]
    return " AND ".join(["w.firm_id = %s", *[_ON_POSTGRESQL] * len(words)]), [firm, *given]


_ON_SQLITE = """(w.id IN (SELECT rowid FROM packs_search WHERE packs_search MATCH %s)
OR w.company_id IN (SELECT co.id FROM company_names_search s JOIN companies_company co ON co.contact_id = s.rowid
WHERE company_names_search MATCH %s))"""
_FOLDED = "'%%' || rtrim(contacts_words(%s, '', '', '', '', '')) || '%%'"
_ON_POSTGRESQL = f"""(w.search_words LIKE {_FOLDED}
OR w.company_id IN (SELECT co.id FROM companies_company co JOIN contacts_contact c ON c.id = co.contact_id
WHERE co.firm_id = %s AND c.search_words LIKE {_FOLDED}))"""
