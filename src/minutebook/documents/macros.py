"""The macros that a wording may call: each call stands for finished blocks, and no value in it is ever
parsed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from jinja2 import pass_context
from jinja2.runtime import Context

from minutebook.documents.blocks import (
    Block,
    Fact,
    Facts,
    Heading,
    PageBreak,
    Run,
    Runs,
    SignatureBlock,
    Signatures,
    SignatureVariant,
)
from minutebook.documents.filters import BadValue, NoSuchPart, acn, is_rows, look_up, or_list, plain
from minutebook.text import check_text

_WITNESS_LINES = ("Full name", "Address", "Date")


@dataclass(frozen=True, slots=True)
class Placed:
    """Finished blocks on their way into a document."""

    blocks: tuple[Block, ...]


def facts(*pairs: object) -> Placed:
    """Labels with values, in two columns; a pair whose value is none or empty is left out."""
    return Placed((Facts(tuple(fact for pair in pairs if (fact := _fact(pair)) is not None)),))


def page_break() -> Placed:
    """What follows starts on a new page."""
    return Placed((PageBreak(),))


@pass_context
def title(context: Context) -> Placed:
    """The document's title, where it does not stand at the top (letters: under the addressee)."""
    return Placed((Heading(1, (Run(context["_title"]),)),))


@pass_context
def place(context: Context, name: str) -> Placed:
    """Blocks that the program supplies under this name, such as a register."""
    placed: Mapping[str, Sequence[Block]] = context["_placed"]
    if name not in placed:
        raise BadValue(
            f"no blocks called “{name}” were supplied; there are {or_list(sorted(placed)) or 'none'}"
        )
    return Placed(tuple(placed[name]))


def signatures(
    people: object = (),
    *,
    capacity: str = "",
    variant: str = "individual",
    dated: bool = True,
    company: object = None,
    company_acn: object = None,
) -> Placed:
    """Places to sign, two side by side."""
    if variant not in get_args(SignatureVariant):
        raise BadValue(
            f"“{variant}” is no kind of signature; use individual, joint, company, witness or occupier"
        )
    kind = cast("SignatureVariant", variant)
    lines = _WITNESS_LINES if kind == "witness" else ("Date",) if dated else ()
    people = people if is_rows(people) else (people,)
    blocks = tuple(_signature(person, capacity, lines, kind) for person in cast("Sequence[object]", people))
    if not blocks:
        raise BadValue("there is nobody to sign")
    return Placed((Signatures(blocks, intro=_execution(company, company_acn) if kind == "company" else ""),))


MACROS: dict[str, Callable[..., Any]] = {
    "facts": facts, "page_break": page_break, "place": place, "signatures": signatures, "title": title,
}  # fmt: skip


def _fact(pair: object) -> Fact | None:
    if not is_rows(pair) or len(cast("Sequence[object]", pair)) != 2:  # noqa: PLR2004 - a label and a value
        raise BadValue('facts takes pairs, such as ("Company", company.name)')
    label, value = cast("Sequence[object]", pair)
    if value is None or value == "":
        return None
    return Fact(_checked(label), _runs(value))


def _runs(value: object) -> Runs:
    return (Run(_checked(value)),)


def _checked(value: object) -> str:
    return check_text(plain(value))


def _signature(
    person: object, capacity: str, lines: tuple[str, ...], variant: SignatureVariant
) -> SignatureBlock:
    own = _part(person, "capacity")
    name = "" if person is None else person if isinstance(person, str) else look_up(person, "name")
    return SignatureBlock(_checked(name), _checked(own or capacity or _capacity(variant)), lines, variant)


def _capacity(variant: SignatureVariant) -> str:
    return {"witness": "Witness", "occupier": "Occupier", "joint": "Joint holder"}.get(variant, "")


def _part(person: object, name: str) -> object:
    if person is None or isinstance(person, str):
        return None
    try:
        return look_up(person, name)
    except NoSuchPart:
        return None


def _execution(company: object, company_acn: object) -> str:
    """Corporations Act 2001 (Cth), s 127(1): two directors, a director and a secretary, or a sole
    director.
    """
    if company is None:
        raise BadValue(
            'a company signs under its name: signatures(…, variant="company", company=member.name)'
        )
    number = f" ACN {acn(company_acn)}" if company_acn else ""
    return check_text(
        f"Executed by {plain(company)}{number} in accordance with section 127(1) of the"
        " Corporations Act 2001 (Cth):"
    )
