"""Where the wording of a document comes from: supplied with Minutebook, or the firm's own.

Supplied wording is rendered here, at once; the firm's own in a process of its own, which may be killed.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Protocol

from minutebook.documents.blocks import Block
from minutebook.documents.grammar import WordingError
from minutebook.documents.own_process import Session, session
from minutebook.documents.wording import Wording, compile_wording, options_of, render_wording

_SUPPLIED = files("minutebook.documents") / "supplied"

type Titled = tuple[str, tuple[Block, ...]]


class NoSuchDocument(LookupError):
    """The pack asks for a document that Minutebook has no wording for."""


class InWording(WordingError):
    """A firm's own wording cannot be used: the error, and in which wording it stands."""

    def __init__(self, name: str, error: WordingError) -> None:
        super().__init__(error.message, error.line, error.suggestion)
        self.name = name


class Wordings(Protocol):
    """The wordings of one firm, by name, such as "consent_to_act" or "items/appoint_director"."""

    def options_of(self, name: str) -> Mapping[str, str] | None:
        """Return what the wording's head says, or None if there is no wording of this name."""

    def render(
        self, name: str, fields: Mapping[str, object], placed: Mapping[str, Sequence[Block]] | None = None
    ) -> Titled:
        """Return the title and the blocks. Raises NoSuchDocument, WordingError, UnprintableText."""


class SuppliedWordings:
    """What comes with Minutebook."""

    def options_of(self, name: str) -> Mapping[str, str] | None:
        return _compiled(name).options if name in supplied_names() else None

    def render(
        self, name: str, fields: Mapping[str, object], placed: Mapping[str, Sequence[Block]] | None = None
    ) -> Titled:
        return render_wording(_compiled(name), fields, placed)


class FirmWordings:
    """The firm's own wordings where it has them, the supplied ones elsewhere."""

    def __init__(
        self, own: Mapping[str, str], child: Session | None, instead: Mapping[str, str] | None = None
    ) -> None:
        """`instead` names, for some wordings, another of the texts to be printed in their place."""
        self._own = own
        self._child = child
        self._instead = instead or {}

    def options_of(self, name: str) -> Mapping[str, str] | None:
        key = self._instead.get(name, name)
        if key not in self._own:
            return SUPPLIED.options_of(name)
        try:
            return options_of(self._own[key])
        except WordingError as error:
            raise InWording(name, error) from None

    def render(
        self, name: str, fields: Mapping[str, object], placed: Mapping[str, Sequence[Block]] | None = None
    ) -> Titled:
        key = self._instead.get(name, name)
        if self._child is None or key not in self._own:
            return SUPPLIED.render(name, fields, placed)
        try:
            return self._child.render(key, fields, placed or {})
        except WordingError as error:
            raise InWording(name, error) from None


SUPPLIED: Wordings = SuppliedWordings()


@contextmanager
def wordings_with(own: Mapping[str, str]) -> Iterator[Wordings]:
    """Lend wordings of which some are the firm's own. One child renders all of them."""
    with lend(own) as child:
        yield FirmWordings(own, child)


@contextmanager
def lend(own: Mapping[str, str]) -> Iterator[Session | None]:
    """Lend a child that knows these texts, or None where there are none to render."""
    if not own:
        yield None
        return
    with session(own) as child:
        yield child


@cache
def supplied_names() -> frozenset[str]:
    """Return the names of all supplied wordings. Nothing else is ever looked up as a file."""
    return frozenset(name.removesuffix(".md") for name in _walk(_SUPPLIED, "") if name.endswith(".md"))


def supplied_text(name: str) -> str:
    """Return the supplied wording as its author wrote it. Raises NoSuchDocument."""
    if name not in supplied_names():
        raise NoSuchDocument(f"Minutebook has no wording called “{name}”.")
    return _SUPPLIED.joinpath(f"{name}.md").read_text(encoding="utf-8")


@cache
def _compiled(name: str) -> Wording:
    return compile_wording(supplied_text(name), name=name)


def _walk(folder: Traversable, before: str) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{before}{entry.name}/")
        else:
            yield f"{before}{entry.name}"
