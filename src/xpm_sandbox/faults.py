"""Faults on demand: what an integration must survive, switched on one rule at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from random import Random
from threading import Lock

KINDS = {
    "status": "Answer with an HTTP status of your choice",
    "unavailable": "Answer 503, as the gateway does in an outage",
    "throttle": "Answer 429 without doing the work",
    "drop": "Drop the connection without an answer",
    "truncate": "Do the work, send half of the answer, then drop the connection",
    "delay": "Wait, then answer as usual",
    "late": "Drop the connection, and do the work some seconds later",
}
BODIES = ("xml", "html", "json", "empty")
PROBLEMS = ("minute", "day", "appminute", "concurrent")
type Reader = Callable[[str, object], object]

_FAULTY = ("/practicemanager/", "/connect/", "/connections", "/identity/", "/.well-known/")


class BadRule(Exception):
    """A rule cannot be understood; the message says which member and what would do."""


@dataclass(kw_only=True, slots=True)
class Rule:
    """When a call meets a fault. `path` is part of an address or a glob; `times` None means for ever.

    With a `chance` below 1 it is thrown for each call that matches; the same `seed` throws the same.
    """

    number: int = 0
    kind: str
    when: str = "before"
    method: str = "*"
    path: str = "*"
    skip: int = 0
    times: int | None = 1
    status: int = 500
    body: str = "xml"
    seconds: float = 2.0
    problem: str = "minute"
    retry_after: int | None = None
    chance: float = 1.0
    seed: int = 0
    met: int = 0
    thrown: int = 0

    def matches(self, method: str, path: str) -> bool:
        return self.method in {"*", method} and self._names(path)

    def _names(self, path: str) -> bool:
        """Whole segments count, so that job.api/cost does not mean job.api/costs."""
        if any(mark in self.path for mark in "*?["):
            return fnmatchcase(path, f"*{self.path}")
        return f"/{self.path.strip('/')}/" in f"{path}/"

    def falls(self) -> bool:
        """Throw the dice for one call."""
        self.thrown += 1
        dice = Random(f"{self.seed} {self.thrown}")  # noqa: S311  # chance, not a secret
        return self.chance >= 1 or dice.random() < self.chance

    @property
    def is_spent(self) -> bool:
        return self.times is not None and self.met >= self.times


@dataclass(slots=True)
class Faults:
    """The rules in force. A call meets at most one: the first that matches and is not spent."""

    _rules: list[Rule] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _lock: Lock = field(default_factory=Lock)

    def add(self, rule: Rule) -> Rule:
        with self._lock:
            rule.number = next(self._numbers)
            self._rules.append(rule)
        return rule

    def meet(self, *, method: str, path: str) -> Rule | None:
        """Return the fault this call meets, and count it. Only Xero's own addresses are faulty."""
        if not path.startswith(_FAULTY):
            return None
        with self._lock:
            for rule in self._rules:
                if rule.is_spent or not rule.matches(method, path):
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    return None
                if not rule.falls():
                    continue
                rule.met += 1
                return rule
        return None

    def rules(self) -> Sequence[Rule]:
        with self._lock:
            return list(self._rules)

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def remove(self, number: int) -> bool:
        """Remove one rule; return whether there was one."""
        with self._lock:
            kept = [rule for rule in self._rules if rule.number != number]
            found = len(kept) < len(self._rules)
            self._rules[:] = kept
        return found


def read_rule(members: Mapping[str, object]) -> Rule:
    """Read a rule from JSON or from a form. Raises BadRule."""
    unknown = set(members) - set(_READERS) - {"kind"}
    if unknown:
        raise BadRule(f"{min(unknown)} is not a member of a rule. Use kind, {', '.join(_READERS)}.")
    kind = str(members.get("kind", ""))
    if kind not in KINDS:
        raise BadRule(f"kind must be one of {', '.join(KINDS)}.")
    rule = Rule(kind=kind)
    for name, value in members.items():
        if name != "kind":
            setattr(rule, name, _READERS[name](name, value))
    if rule.kind == "truncate":
        rule.when = "after"
    return rule


def _choice(*choices: str) -> Reader:
    def read(name: str, value: object) -> str:
        if value not in choices:
            raise BadRule(f"{name} must be one of {', '.join(choices)}.")
        return str(value)

    return read


def _whole(name: str, value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise BadRule(f"{name} must be a whole number.") from None


def _whole_or_none(name: str, value: object) -> int | None:
    return None if value in {None, ""} else _whole(name, value)


def _seconds(name: str, value: object) -> float:
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        raise BadRule(f"{name} must be a number of seconds.") from None


def _part(name: str, value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise BadRule(f"{name} must be a number from 0 to 1, such as 0.05.") from None


def _text(_name: str, value: object) -> str:
    return str(value) or "*"


def _method(_name: str, value: object) -> str:
    return str(value).upper() or "*"


_READERS: dict[str, Reader] = {
    "when": _choice("before", "after"),
    "method": _method,
    "path": _text,
    "skip": _whole,
    "times": _whole_or_none,
    "status": _whole,
    "body": _choice(*BODIES),
    "seconds": _seconds,
    "problem": _choice(*PROBLEMS),
    "retry_after": _whole_or_none,
    "chance": _part,
    "seed": _whole,
}
