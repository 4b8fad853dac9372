"""Which environment variables the code reads, found in its syntax rather than by running it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tracked import ROOT, tracked_files

_NAME = re.compile(r"(?:MINUTEBOOK|XPM)_[A-Z_]+|DATABASE_URL|SENTRY_DSN")


def settings_read() -> dict[str, set[str]]:
    """Return the name of every setting with the defaults that stand beside it in the code, as texts."""
    found: dict[str, set[str]] = {}
    for path in tracked_files():
        if path.suffix == ".py" and _may_read(path):
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            for name, default in _settings_in(tree):
                found.setdefault(name, set()).update(default)
    return found


def _may_read(path: Path) -> bool:
    """Tell the product, and what runs its tests, from the tests themselves, which only set variables."""
    in_tests = "tests" in path.parts[:-1]
    return not in_tests or path.parent == Path("tests")


def _settings_in(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=[*_, ast.Constant(value=str(name)), ast.Constant(value=default)]):
                yield from _named(name, default)
            case ast.BoolOp(op=ast.Or(), values=[ast.Call(args=[ast.Constant(value=str(name)), *_]), other]):
                yield from _named(name, _literal(other))
            case ast.Call(
                args=[*_, ast.Constant(value=str(name))], keywords=[ast.keyword(arg="default", value=other)]
            ):
                yield from _named(name, _literal(other))
            case ast.Constant(value=str(name)):
                yield from _named(name, None)


def _literal(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _named(name: str, default: object) -> Iterator[tuple[str, list[str]]]:
    if _NAME.fullmatch(name):
        yield name, [str(default)] if default not in (None, "") else []
