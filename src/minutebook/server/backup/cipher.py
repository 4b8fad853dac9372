"""A backup that only its passphrase opens: pieces of AES-256-GCM, numbered, the last one marked.

A piece cannot be changed, left out, put elsewhere or cut off without the next reading of it failing.
"""

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"minutebook backup, encrypted 1\n"
_SALT, _PIECE, _TAG = 16, 1 << 20, 16  # bytes
_COST = 1 << 16  # of scrypt: 64 MB and some tenths of a second for each passphrase tried


class WrongPassphrase(Exception):
    """The passphrase is not the one the backup was made with, or its beginning was altered."""


class Altered(Exception):
    """A piece is not as it was written, or the end is missing."""


class Encrypting(io.RawIOBase):
    """Takes bytes and writes them encrypted. Without close() the end is missing, and reading it fails."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        salt = os.urandom(_SALT)
        self._target, self._key, self._head = target, _key(passphrase, salt), MAGIC + salt
        self._kept, self._number = bytearray(), 0
        target.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, given: "memoryview | bytes") -> int:  # type: ignore[override]  # as RawIOBase calls it
        self._kept += given
        while len(self._kept) > _PIECE:
            self._put(bytes(self._kept[:_PIECE]), is_last=False)
            del self._kept[:_PIECE]
        return len(given)

    def finish(self) -> None:
        """Write what is left, marked as the last piece."""
        self._put(bytes(self._kept), is_last=True)

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        self._target.write(self._key.encrypt(_nonce(self._number, is_last=is_last), piece, self._head))
        self._number += 1


class Decrypting(io.RawIOBase):
    """Gives back what was encrypted. Raises WrongPassphrase at the first piece, Altered at a later one."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        self._source = source
        self._head = source.read(len(MAGIC) + _SALT)
        self._key = _key(passphrase, self._head[len(MAGIC) :])
        self._next, self._kept, self._number = source.read(_PIECE + _TAG), b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # as RawIOBase calls it
        while not self._kept and self._next:
            self._kept = self._take()
        count = min(len(buffer), len(self._kept))
        buffer[:count], self._kept = self._kept[:count], self._kept[count:]
        return count

    def _take(self) -> bytes:
        piece, self._next = self._next, self._source.read(_PIECE + _TAG)
        try:
            opened = self._key.decrypt(_nonce(self._number, is_last=not self._next), piece, self._head)
        except InvalidTag as problem:
            raise (Altered if self._number else WrongPassphrase) from problem
        self._number += 1
        return opened


def _key(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
