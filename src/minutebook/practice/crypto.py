"""Text that the database holds only encrypted, with keys apart from the signing key."""

from typing import Any, cast

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Undecryptable(Exception):
    """A stored secret cannot be read with any of the present keys: restore the key, or reconnect."""


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode("ascii") if text else ""


def decrypt(stored: str) -> str:
    try:
        return _fernet().decrypt(stored.encode("ascii")).decode() if stored else ""
    except InvalidToken as error:
        raise Undecryptable("The key that encrypted this secret is missing") from error


class EncryptedTextField(models.TextField[str, str]):
    """A text field whose column holds Fernet ciphertext. It cannot be filtered on."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(cast("str", super().get_prep_value(value) or ""))

    def from_db_value(self, value: str | None, *_: object) -> str:
        return decrypt(value or "")
