"""What of Jinja a wording may use: names, conditions, loops over lists, our filters and our macros.
Nothing else.

The sandbox of Jinja stops neither time nor memory (`'a' * 10**10`), so the grammar itself is the fence:
anything not listed here is refused when the wording is saved, with its line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from jinja2 import nodes

from minutebook.documents.filters import FILTERS, NoSuchPart, is_rows, look_up
from minutebook.documents.macros import MACROS

MAX_LOOP_DEPTH = 3
_TESTS = frozenset({"none"})
_LOOP_PARTS = frozenset({"first", "last", "index", "length"})
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name, nodes.Getattr,
    nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Filter,
    nodes.CondExpr, nodes.Call, nodes.Keyword, nodes.List, nodes.Tuple, nodes.Concat,
)  # fmt: skip
_PLAIN_WORDS: dict[str, str] = {
    "Add": "arithmetic", "Sub": "arithmetic", "Mul": "arithmetic", "Div": "arithmetic",
    "FloorDiv": "arithmetic", "Mod": "arithmetic", "Pow": "arithmetic", "Neg": "arithmetic",
    "Pos": "arithmetic",
    "Assign": "{% set %}", "AssignBlock": "{% set %}", "Macro": "{% macro %}", "CallBlock": "{% call %}",
    "FilterBlock": "{% filter %}", "Include": "{% include %}", "Import": "{% import %}",
    "FromImport": "{% from %}", "Extends": "{% extends %}", "Block": "{% block %}", "With": "{% with %}",
    "Getitem": "square brackets", "Dict": "braces with colons",
}  # fmt: skip


class WordingError(ValueError):
    """The wording cannot be used. `message` says what is wrong, `line` where, `suggestion` the nearest
    known name.
    """

    def __init__(self, message: str, line: int | None = None, suggestion: str | None = None) -> None:
        hint = f" Did you mean {suggestion}?" if suggestion else ""
        super().__init__(f"Line {line}: {message}{hint}" if line else f"{message}{hint}")
        self.message = message
        self.line = line
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field that a wording names: "directors", "[]", "name" is the name of each director."""

    path: tuple[str, ...]
    line: int

    def __str__(self) -> str:
        return ".".join(self.path).replace(".[]", "[]")


@dataclass(slots=True)
class _Scope:
    """The names bound by the loops around a node: each with the field it goes through, if that is known."""

    bound: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    depth: int = 0


def check_grammar(template: nodes.Template) -> tuple[FieldUse, ...]:
    """Return the fields that the template names. Raises WordingError for what a wording may not use.

    Joins with ~ and the lists of loops are rewritten to go through filters of ours, which check their values.
    """
    uses = tuple(dict.fromkeys(_visit(template, _Scope())))
    _guard(template)
    return uses


def check_fields(uses: tuple[FieldUse, ...], fields: Mapping[str, object]) -> None:
    """Raise WordingError for the first field that is not there, also in a branch that is not taken."""
    for use in uses:
        _find(use, fields)


def nearest(name: str, known: object) -> str | None:
    names = [entry for entry in known if isinstance(entry, str)] if isinstance(known, tuple) else []
    return next(iter(get_close_matches(name, names, n=1, cutoff=0.5)), None)


def _visit(node: nodes.Node, scope: _Scope) -> Iterator[FieldUse]:
    if not isinstance(node, _ALLOWED):
        kind = _PLAIN_WORDS.get(type(node).__name__, type(node).__name__)
        raise WordingError(f"A wording may not use {kind}.", node.lineno)
    if isinstance(node, nodes.For):
        yield from _visit_loop(node, scope)
        return
    if isinstance(node, nodes.Name | nodes.Getattr):
        yield from _visit_name(node, scope)
        return
    _check_call(node)
    for child in node.iter_child_nodes(exclude=("node",) if isinstance(node, nodes.Call) else None):
        yield from _visit(child, scope)


def _visit_loop(loop: nodes.For, scope: _Scope) -> Iterator[FieldUse]:
    if loop.recursive or not isinstance(loop.target, nodes.Name):
        raise WordingError("Write a loop as {% for director in directors %}.", loop.lineno)
    if isinstance(loop.iter, nodes.List | nodes.Tuple | nodes.Const):
        raise WordingError(
            "A loop goes through a list field, not through values in the wording.", loop.lineno
        )
    if scope.depth == MAX_LOOP_DEPTH:
        raise WordingError(f"Loops may stand at most {MAX_LOOP_DEPTH} deep.", loop.lineno)
    _check_name(loop.target.name, loop.lineno)
    yield from _visit(loop.iter, scope)
    path = _path(loop.iter, scope)
    inner = _Scope(
        scope.bound | {loop.target.name: (*path, "[]") if path else None, "loop": None}, scope.depth + 1
    )
    for part in (*([loop.test] if loop.test else []), *loop.body):
        yield from _visit(part, inner)
    for part in loop.else_:
        yield from _visit(part, scope)


def _visit_name(node: nodes.Name | nodes.Getattr, scope: _Scope) -> Iterator[FieldUse]:
    inmost: nodes.Node = node
    while isinstance(inmost, nodes.Getattr):
        _check_name(inmost.attr, node.lineno)
        inmost = inmost.node
    if not isinstance(inmost, nodes.Name):
        yield from _visit(inmost, scope)
        return
    _check_name(inmost.name, node.lineno)
    if inmost.name == "loop" and "loop" in scope.bound:
        _check_loop_part(node)
    path = _path(node, scope)
    if path is not None:
        yield FieldUse(path, node.lineno)


def _check_loop_part(node: nodes.Name | nodes.Getattr) -> None:
    if (
        not isinstance(node, nodes.Getattr)
        or not isinstance(node.node, nodes.Name)
        or node.attr not in _LOOP_PARTS
    ):
        raise WordingError("Of a loop, only loop.first, .last, .index and .length are known.", node.lineno)


def _path(node: nodes.Node, scope: _Scope) -> tuple[str, ...] | None:
    if isinstance(node, nodes.Getattr):
        before = _path(node.node, scope)
        return (*before, node.attr) if before else None
    if isinstance(node, nodes.Name):
        return scope.bound.get(node.name, (node.name,))
    return None


def _check_call(node: nodes.Node) -> None:
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise WordingError(f"“{node.name}” is no filter.", node.lineno, nearest(node.name, tuple(FILTERS)))
    if isinstance(node, nodes.Filter) and node.node is None:
        raise WordingError("A filter stands after a value.", node.lineno)
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        raise WordingError(f"“is {node.name}” is not known; only “is none” is.", node.lineno)
    if isinstance(node, nodes.Filter | nodes.Call) and (node.dyn_args or node.dyn_kwargs):
        raise WordingError("A wording may not use * or ** in a call.", node.lineno)
    if isinstance(node, nodes.Call):
        _check_macro(node.node, node.lineno)
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        refuse_private_use(node.value, node.lineno)


def _check_macro(called: nodes.Node, line: int) -> None:
    if not isinstance(called, nodes.Name):
        raise WordingError("A wording may call only its macros.", line)
    if called.name not in MACROS:
        raise WordingError(f"“{called.name}” is no macro.", line, nearest(called.name, tuple(MACROS)))


def _check_name(name: str, line: int) -> None:
    if name.startswith("_"):
        raise WordingError(f"“{name}”: a field's name does not start with an underscore.", line)


def refuse_private_use(text: str, line: int) -> None:
    """Private-use characters stand for values while a wording is read, so a wording cannot hold any."""
    for offset, character in enumerate(text):
        if "\ue000" <= character <= "\uf8ff" or character >= "\U000f0000":
            where = line + text.count("\n", 0, offset)
            raise WordingError(f"U+{ord(character):04X} is a private-use character; remove it.", where)


def _guard(node: nodes.Node) -> None:
    """Let every list of a loop, and every join with ~, pass through a filter of ours."""
    for loop in node.find_all(nodes.For):
        loop.iter = _filtered(loop.iter, "_rows")
    for owner in list(node.find_all(nodes.Node)):
        for name, value in owner.iter_fields():
            if isinstance(value, nodes.Concat):
                setattr(owner, name, _filtered(nodes.List(value.nodes, lineno=value.lineno), "_concat"))
            elif isinstance(value, list):
                value[:] = [
                    _filtered(nodes.List(part.nodes, lineno=part.lineno), "_concat")
                    if isinstance(part, nodes.Concat)
                    else part
                    for part in value
                ]


def _filtered(expression: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(expression, name, [], [], None, None, lineno=expression.lineno)


def _find(use: FieldUse, fields: Mapping[str, object]) -> None:
    here: object = fields
    for depth, part in enumerate(use.path):
        if part == "[]":
            if not is_rows(here) or not here:
                return
            here = here[0]  # type: ignore[index]  # is_rows has just said so
        elif here is None:
            return
        else:
            try:
                here = look_up(here, part)
            except NoSuchPart as missing:
                before = FieldUse(use.path[:depth], use.line)
                raise unknown_field(part, missing.known, line=use.line, within=str(before)) from None


def unknown_field(part: str, known: object, *, line: int | None, within: str = "") -> WordingError:
    whole = f"{within}.{part}" if within else part
    close = nearest(part, known)
    return WordingError(
        f"There is no field “{whole}”.", line, f"{within}.{close}" if within and close else close
    )
