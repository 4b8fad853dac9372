"""What a row of the kit saw, and the table of all rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

_HEAD = (
    "row", "fault", "size", "kills", "done", "lost", "dup", "calls over", "recovery p95 s", "429s", "verdict",
)  # fmt: skip


@dataclass(kw_only=True)
class Outcome:
    """One row. `missed` are the targets it did not reach, `not_run` says why it could not run."""

    row: int
    fault: str
    size: str = ""
    kills: int = 0
    completed: int = 0
    lost: int = 0
    duplicated: int = 0
    calls: int = 0
    fewest_calls: int = 0
    recovery: list[float] = field(default_factory=list)  # seconds
    throttled: int = 0
    missed: list[str] = field(default_factory=list)
    note: str = ""
    not_run: str = ""

    def demand(self, is_so: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as assert does
        if not is_so:
            self.missed.append(otherwise)

    @property
    def is_met(self) -> bool:
        return not self.missed and not (self.lost or self.duplicated or self.throttled)

    @property
    def verdict(self) -> str:
        if self.not_run:
            return f"not run: {self.not_run}"
        unmet = [f"{count} {what}" for count, what in self._counts if count] + self.missed
        said = "met" if not unmet else f"MISSED: {'; '.join(unmet)}"
        return f"{said} ({self.note})" if self.note else said

    @property
    def _counts(self) -> list[tuple[int, str]]:
        return [(self.lost, "lost"), (self.duplicated, "duplicated"), (self.throttled, "answered 429")]

    def cells(self) -> tuple[str, ...]:
        if self.not_run:
            return (str(self.row), self.fault, *[""] * 8, self.verdict)
        over = f"{100 * (self.calls / self.fewest_calls - 1):.0f} %" if self.fewest_calls else ""
        recovery = f"{p95(self.recovery):.1f}" if self.recovery else ""
        counts = (self.kills, self.completed, self.lost, self.duplicated)
        return (
            str(self.row), self.fault, self.size, *map(str, counts), over, recovery, str(self.throttled),
            self.verdict,
        )  # fmt: skip


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of a hundred do not exceed; at least one value."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def table_of(outcomes: Sequence[Outcome]) -> str:
    """Return the table as Markdown, its columns aligned."""
    rows = [_HEAD, *(outcome.cells() for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [rows[0], tuple("-" * width for width in widths), *rows[1:]]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    )
