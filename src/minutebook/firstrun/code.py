"""The set-up code: whoever sets a new server up shows that the server, too, is theirs.

It is printed where the server was started and kept in the data folder until a firm is there. It is always asked
for: behind a proxy on the same machine every request looks as if it came from there.
"""

import secrets
from pathlib import Path

from django.conf import settings
from django.utils.crypto import constant_time_compare

from minutebook.keys import kept_secret

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
_GROUPS, _LETTERS = 4, 4  # 78 bits: guessing it would take for ever, so wrong guesses need no count


def set_up_code() -> str:
    """Return the code, such as "7K3Q-B2ZP-9XFD-M4HT", making it when there is none."""
    return kept_secret(_file(), _new_code)


def is_set_up_code(typed: str) -> bool:
    """Tell whether this is the code, however its letters are written and grouped. Makes none."""
    kept = _file()
    return kept.exists() and constant_time_compare(_plain(typed), _plain(set_up_code()))


def forget_set_up_code() -> None:
    """Take the code away: it has done what it was for."""
    _file().unlink(missing_ok=True)


def _new_code() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def _plain(code: str) -> str:
    return "".join(filter(str.isalnum, code.upper()))


def _file() -> Path:
    return Path(settings.DATA) / "keys" / "set-up-code"
