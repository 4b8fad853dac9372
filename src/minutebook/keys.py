"""Secrets that the server makes for itself on its first run and keeps in its data folder."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """Return the secret kept in `path`, making it (readable by its owner only) if there is none.

    Two processes may start at once: whichever links its file first wins, and both return that secret.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make(), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def new_secret_key() -> str:
    """Return a key for signing sessions and links."""
    return secrets.token_urlsafe(48)


def new_fernet_key() -> str:
    """Return a key for encrypting the practice manager's tokens."""
    return Fernet.generate_key().decode("ascii")
