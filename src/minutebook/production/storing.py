"""Bytes into storage: all of them or none."""

import errno

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


class CannotStore(Exception):
    """The bytes were not kept, and nothing of them was left behind; the message says why and what to do."""


def keep_bytes(path: str, content: bytes) -> str:
    """Return where the bytes were kept. What an earlier attempt left half-written is replaced. Raises CannotStore."""
    try:
        if default_storage.exists(path):
            if default_storage.size(path) == len(content):
                return path
            default_storage.delete(path)
        return default_storage.save(path, ContentFile(content))
    except OSError as problem:
        drop_bytes(path)
        raise CannotStore(_why(problem)) from problem


def drop_bytes(path: str) -> None:
    """Remove a file from storage, if it is there. A disk in trouble may keep it: nothing points at it."""
    try:
        default_storage.delete(path)
    except OSError:
        return


def _why(problem: OSError) -> str:
    if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            "The server’s disk is full, so nothing was kept. Let whoever runs it make room, then try again."
        )
    return (
        "The server could not write to its disk, so nothing was kept. Tell whoever runs it, then try again."
    )
