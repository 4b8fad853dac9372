"""What was measured, and whether it is good enough. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One thing measured many times."""

    name: str
    values: Sequence[float]
    unit: str = "ms"
    target: float | None = None  # at most, in the same unit; None: for information
    judged_on: str = "median"  # or "p95": which of the two the target binds

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def p95(self) -> float:
        """Return what 95 of 100 runs stay under."""
        if len(self.values) == 1:
            return self.values[0]
        return quantiles(self.values, n=20, method="inclusive")[-1]

    @property
    def judged(self) -> float:
        return self.p95 if self.judged_on == "p95" else self.median

    @property
    def is_met(self) -> bool:
        return self.target is None or self.judged <= self.target

    @property
    def verdict(self) -> str:
        """Return how the figure stands to its target, such as "met: 31 % of it"."""
        if self.target is None:
            return ""
        if not self.target:
            return "met" if not self.judged else f"MISSED: {self.judged:.0f}"
        share = f"{self.judged / self.target:.0%}".replace("%", " %")
        return f"met: {share} of it" if self.is_met else f"MISSED: {share} of it"
