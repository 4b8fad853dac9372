"""One question, two engines: contacts by the beginnings of words, by number, or by e-mail.

SQLite answers from an FTS5 table that triggers keep true; PostgreSQL from a trigram index on the same words.
Accents fold: "otaki" finds Ōtaki.
"""

import re
import unicodedata
from collections.abc import Sequence

from django.db import connection, models
from django.db.models.expressions import RawSQL

from minutebook.contacts.models import Contact
from minutebook.scope import current_firm_id

_WORD = re.compile(r"\w+", re.UNICODE)
_SPACED_NUMBER = re.compile(r"(?<=\d)[ .-](?=\d)")
_MOST_WORDS = 8


def search_contacts(text: str, *, limit: int) -> list[Contact]:
    """Return the firm's contacts that hold every word of the text, or one that begins like it.

    Words are found in names, former names, ACN, ABN, e-mail and phone. An empty text finds nothing.
    """
    words = _words(text)
    if not words:
        return []
    # A few more than asked, in the index's own order, then by name: ranking a whole firm costs too much.
    found = list(matching(words)[: max(limit * 4, 50)])
    return sorted(found, key=lambda contact: (contact.name.casefold(), contact.pk))[:limit]


def find_contacts(text: str) -> models.QuerySet[Contact]:
    """Return the contacts that match a text, as a queryset to filter on; all of them for an empty text."""
    words = _words(text)
    return matching(words) if words else Contact.objects.all()


def matching(words: Sequence[str]) -> models.QuerySet[Contact]:
    if connection.vendor == "sqlite":
        return _matching_on_sqlite(words)
    return _matching_on_postgresql(words)


def _matching_on_sqlite(words: Sequence[str]) -> models.QuerySet[Contact]:
    # Each word is quoted, so nothing in it is an operator of FTS5; the firm is a column of the index.
    question = " ".join(f'"{word}"*' for word in words)
    rowids = RawSQL(
        "SELECT rowid FROM contacts_search WHERE contacts_search MATCH %s",
        [f"firm:f{current_firm_id()} AND words:({question})"],
    )
    return Contact.objects.filter(pk__in=rowids)


def _matching_on_postgresql(words: Sequence[str]) -> models.QuerySet[Contact]:
    found = Contact.objects.all()
    for word in words:
        # A word begins after a space; % and _ cannot occur in a word, so LIKE takes it literally.
        found = found.filter(
            pk__in=RawSQL(
                "SELECT id FROM contacts_contact WHERE firm_id = %s"
                " AND contacts_words(name, former_names, acn, abn, email, phone) LIKE %s",
                [current_firm_id(), f"% {word}%"],
            )
        )
    return found


def _words(text: str) -> list[str]:
    """Return the words of a text as the index holds them: folded, numbers without their spaces."""
    joined = _SPACED_NUMBER.sub("", text)
    decomposed = unicodedata.normalize("NFKD", joined.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return [word for word in _WORD.findall(plain.replace("_", " ")) if word][:_MOST_WORDS]
