"""Packs by words: of their trace number, title and change summary, and of their company's name."""

# ruff: noqa: S608  # put together from our own words; what was typed is a parameter

import re

from django.db import connection, models
from django.db.models.expressions import RawSQL

from minutebook.documents.models import DocumentPack
from minutebook.scope import current_firm_id

LONGEST = 200  # characters of what is asked
_MOST_WORDS = 8
_FEW = 500  # packs: fewer are told to the page's query one by one, more are a question inside it
# Quotes would end a word for FTS5; neither engine takes NUL or half a character.
_BETWEEN_WORDS = re.compile('[\\s"\x00-\x1f\x7f\ud800-\udfff]+')


def with_words(found: models.QuerySet[DocumentPack], text: str) -> models.QuerySet[DocumentPack]:
    """Return those of the packs that hold every word of a text, each at least as a beginning.

    Accents fold: "otaki" finds Ōtaki. A text without a letter or digit, such as "%", finds nothing.
    """
    if not text.strip():
        return found
    words = [word for word in _BETWEEN_WORDS.split(text[:LONGEST]) if any(map(str.isalnum, word))]
    if not words:
        return found.none()
    sql, given = _question(words[:_MOST_WORDS])
    few = _first(sql, given)
    if len(few) <= _FEW:
        return found.filter(pk__in=few)
    return found.filter(pk__in=RawSQL(sql, given))  # noqa: S611  # our own words; what was typed is a parameter


def _first(sql: str, given: list[str | int]) -> list[str]:
    """Ask once by itself: where few packs are found, the page need not look through all of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {_FEW + 1}", given)
        return [row[0] for row in cursor.fetchall()]


def _question(words: list[str]) -> tuple[str, list[str | int]]:
    sqlite = connection.vendor == "sqlite"
    each, head = (_ON_SQLITE, _SQLITE_HEAD) if sqlite else (_ON_POSTGRESQL, _POSTGRESQL_HEAD)
    given: list[str | int] = [] if sqlite else [current_firm_id()]
    for word in words:
        asked = f'firm:f{current_firm_id()} AND words:("{word}"*)' if sqlite else word
        given += [asked, asked] if sqlite else [asked, current_firm_id(), asked]
    return f"{head} WHERE {'' if sqlite else 'p.firm_id = %s AND '}{' AND '.join([each] * len(words))}", given


_SQLITE_HEAD = "SELECT w.pack_id FROM packs_numbered w"
_ON_SQLITE = """(w.id IN (SELECT rowid FROM packs_search WHERE packs_search MATCH %s)
OR w.company_id IN (SELECT co.id FROM company_names_search s JOIN companies_company co ON co.contact_id = s.rowid
WHERE company_names_search MATCH %s))"""
_POSTGRESQL_HEAD = "SELECT p.id FROM documents_documentpack p"
_FOLDED = "'%%' || rtrim(contacts_words(%s, '', '', '', '', '')) || '%%'"
_ON_POSTGRESQL = f"""(p.search_words LIKE {_FOLDED}
OR p.company_id IN (SELECT co.id FROM companies_company co JOIN contacts_contact c ON c.id = co.contact_id
WHERE co.firm_id = %s AND c.search_words LIKE {_FOLDED}))"""
