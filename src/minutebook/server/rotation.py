"""Every secret in the database, and putting each under the first key: `minutebook rotate-keys`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, models, transaction

from minutebook.practice.crypto import EncryptedTextField, Undecryptable, decrypt, encrypt
from minutebook.server.ports import CannotStart

_IN_AUTHENTICATORS = ("secret", "seed")  # of an app, of recovery codes; a passkey's key is public


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """One stored secret: its ciphertext, and how to store another."""

    where: str
    stored: str
    store: Callable[[str], None]


def rotate_keys(say: Callable[[str], None]) -> None:
    """Encrypt every secret anew with the first of MINUTEBOOK_TOKEN_KEYS: all of them, or none.

    Raises CannotStart when one cannot be read: its key is missing from the list.
    """
    with transaction.atomic():
        count = sum(_rotate(secret) for secret in _every_secret())
    say(f"{count} secrets are under the first key now. The other keys of MINUTEBOOK_TOKEN_KEYS may go.")


def unreadable_secrets() -> int:
    """Return how many secrets no present key reads."""
    with transaction.atomic():
        return sum(not _is_readable(secret) for secret in _every_secret())


def _rotate(secret: Secret) -> int:
    try:
        secret.store(encrypt(decrypt(secret.stored)))
    except Undecryptable as problem:
        raise CannotStart(
            f"A secret in {secret.where} cannot be read with any present key, so nothing was changed. Put the "
            "key that encrypted it back into MINUTEBOOK_TOKEN_KEYS, behind the new one."
        ) from problem
    return 1


def _is_readable(secret: Secret) -> bool:
    try:
        decrypt(secret.stored)
    except Undecryptable:
        return False
    return True


def _every_secret() -> Iterator[Secret]:
    """Yield what is encrypted at rest: every encrypted column there is, and the authenticators."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield from _column(model, field)
    yield from _authenticators()


def _column(model: type[models.Model], field: EncryptedTextField) -> Iterator[Secret]:
    """Yield a column's ciphertexts as they are (the field would decrypt them), each row locked."""
    table, column, key = (
        connection.ops.quote_name(name)
        for name in (model._meta.db_table, str(field.column), str(model._meta.pk.column))
    )
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {column} FROM {table} WHERE {column} <> ''{lock}")  # noqa: S608  # our own names
        rows = cursor.fetchall()
    for pk, stored in rows:
        yield Secret(
            where=model._meta.db_table,
            stored=stored,
            store=partial(_execute, f"UPDATE {table} SET {column} = %s WHERE {key} = %s", pk),  # noqa: S608
        )


def _execute(statement: str, pk: int, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [text, pk])


def _authenticators() -> Iterator[Secret]:
    for row in Authenticator.objects.select_for_update().order_by("pk"):
        for name in _IN_AUTHENTICATORS:
            if row.data.get(name):
                yield Secret(where="mfa_authenticator", stored=row.data[name], store=partial(_put, row, name))


def _put(row: Any, name: str, text: str) -> None:
    row.data[name] = text
    row.save(update_fields=["data"])
