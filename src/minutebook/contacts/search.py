"""One question, two engines: contacts by the beginnings of words, by number, or by e-mail.

SQLite answers from an FTS5 table that triggers keep true; PostgreSQL from a trigram index on the same words.
What is asked is folded by the engine that folded the index, so a name is always found by its own letters.
Accents fold: "otaki" finds Ōtaki. Where nobody is found, slips of the finger are forgiven: "suothern" finds
Southern Star.
"""

import re
from collections.abc import Sequence
from itertools import islice, product
from typing import Any

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from minutebook.contacts.models import Contact
from minutebook.contacts.slips import words_meant
from minutebook.scope import current_firm_id

type Reading = Sequence[str]  # the words that a contact must hold, each at least as a beginning

# Quotes would end a word for FTS5; neither engine takes NUL or half a character.
_BETWEEN_WORDS = re.compile('[\\s"\x00-\x1f\x7f\ud800-\udfff]+')
_SPACED_NUMBER = re.compile(r"(?<=\d)[ .-](?=\d)")
_MOST_WORDS = 8
_MOST_READINGS = 6  # of what may have been meant


def search_contacts(text: str, *, limit: int) -> list[Contact]:
    """Return the firm's contacts that hold every word of the text, or one that begins like it.

    Words are found in names, former names, ACN, ABN, e-mail, phone and suburb. An empty text finds nothing.
    """
    if not text.strip():
        return []
    # A few more than asked, in the index's own order, then by name: ranking a whole firm costs too much.
    most = max(limit * 4, 50)
    readings = _readings(text)
    found = _first(readings, most=most) or _first(_meant(readings), most=most)
    return sorted(found, key=lambda contact: (contact.name.casefold(), contact.pk))[:limit]


def find_contacts(text: str) -> models.QuerySet[Contact]:
    """Return the contacts that match a text, as a queryset to filter on.

    An empty text matches all of them; one without a letter or digit, such as "%", matches none.
    """
    if not text.strip():
        return Contact.objects.all()
    readings = _readings(text)
    if not readings:
        return Contact.objects.none()
    return _matching(readings)


def find_meant(text: str) -> models.QuerySet[Contact]:
    """Return the contacts that match what may have been meant by a text that matches none."""
    meant = _meant(_readings(text))
    return _matching(meant) if meant else Contact.objects.none()


def _meant(readings: Sequence[Reading]) -> list[Reading]:
    return [reading for words in readings for reading in _mended(words)]


def _mended(words: Reading) -> list[Reading]:
    """Return readings in which the words that nobody has are replaced by what they are near to."""
    choices = [[word] if _is_known(word) else words_meant(word) for word in words]
    return [list(chosen) for chosen in islice(product(*choices), _MOST_READINGS)]


def _is_known(word: str) -> bool:
    return bool(_first([[word]], most=1))


def _first(readings: Sequence[Reading], *, most: int) -> list[Contact]:
    """Return the first contacts that match, without looking at all who do where the index can say."""
    if not readings:
        return []
    if connection.vendor != "sqlite":
        return list(_matching(readings)[:most])
    # IN (SELECT …) would gather half the firm for "n" before it is cut short.
    several = most * 2
    with connection.cursor() as cursor:
        rows = cursor.execute(f"{_MATCHING} LIMIT %s", [_question(readings), several]).fetchall()
    found = list(Contact.objects.filter(pk__in=[rowid for (rowid,) in rows])[:most])
    is_enough = len(found) == most or len(rows) < several
    return found if is_enough else list(_matching(readings)[:most])  # many were merged, or are beyond a limit


def _matching(readings: Sequence[Reading]) -> models.QuerySet[Contact]:
    if connection.vendor == "sqlite":
        return _matching_on_sqlite(readings)
    return _matching_on_postgresql(readings)


def _matching_on_sqlite(readings: Sequence[Reading]) -> models.QuerySet[Contact]:
    return Contact.objects.filter(pk__in=RawSQL(_MATCHING, [_question(readings)]))  # noqa: S611  # our own words; what was typed is a parameter


_MATCHING = "SELECT rowid FROM contacts_search WHERE contacts_search MATCH %s"


def _question(readings: Sequence[Reading]) -> str:
    """Each word is quoted, so nothing in it is an operator of FTS5; the firm is a column of the index."""
    questions = (" ".join(f'"{word}"*' for word in words) for words in readings)
    either = " OR ".join(f"({question})" for question in questions)
    return f"firm:f{current_firm_id()} AND words:({either})"


def _matching_on_postgresql(readings: Sequence[Reading]) -> models.QuerySet[Contact]:
    either = models.Q()
    for words in readings:
        either |= models.Q(*(_Holds(models.F("pk"), models.Value(word)) for word in words))
    return Contact.objects.filter(either)


class _Holds(models.Func):
    """Whether a contact holds a word: `search_words` is a column of the table, and no field of the model.

    A word begins after a space. % and _ are gone once it is folded, so LIKE takes what is left literally.
    """

    output_field = models.BooleanField()

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
        *_: Any,
        **__: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        contact, word = self.get_source_expressions()
        column, none = compiler.compile(contact)
        asked, value = compiler.compile(word)
        table = column.rpartition(".")[0]  # whatever the query calls it
        folded = f"rtrim(contacts_words({asked}, '', '', '', '', ''))"
        return f"{table}.search_words LIKE '%%' || {folded} || '%%'", (*none, *value)


def _readings(text: str) -> list[Reading]:
    """Return the words as typed and, where numbers have spaces in them, with those closed: "004 085 616"."""
    as_typed, closed = _words(text), _words(_SPACED_NUMBER.sub("", text))
    readings = [as_typed] if as_typed == closed else [as_typed, closed]
    return [words for words in readings if words]


def _words(text: str) -> Reading:
    words = _BETWEEN_WORDS.split(text)
    return [word for word in words if any(map(str.isalnum, word))][:_MOST_WORDS]
