"""How many calls a job took, against the fewest it needed. No database, no clock, no network."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class CallMade:
    """One call that left, and what it was for."""

    step: int | None  # the id of its step; None for one beside the steps
    is_writing: bool
    looks_for_lost: bool  # a reading that looks for what an unanswered call has done


@dataclass(frozen=True, kw_only=True, slots=True)
class CallCount:
    """How many calls were made, and what those were for that a job does not need."""

    made: int
    fewest: int
    look_ups: int
    beside: int

    @property
    def repeats(self) -> int:
        return max(0, self.made - self.fewest - self.look_ups - self.beside)

    def in_words(self, *, is_whole: bool) -> str:
        """Return the sentence of the page, such as "9 calls, 2 of them look-ups after a lost answer"."""
        if not is_whole:
            return f"{_plural(self.made, 'call')} so far of {self.fewest} needed{self._more()}"
        if self.made <= self.fewest:
            return f"{_plural(self.made, 'call')}, the fewest possible"
        return f"{_plural(self.made, 'call')}{self._more()}"

    def _more(self) -> str:
        parts = [
            (self.look_ups, "a look-up after a lost answer", "look-ups after a lost answer"),
            (self.repeats, "sent again", "sent again"),
            (self.beside, "to find the job’s address", "to find the job’s address"),
        ]
        told = [(number, one if number == 1 else many) for number, one, many in parts if number]
        if not told:
            return ""
        (first, what), *others = told
        return ", ".join(["", f"{first} of them {what}", *(f"{number} {what}" for number, what in others)])


def count_calls(calls: Iterable[CallMade], *, fewest: int) -> CallCount:
    """Return the count. `fewest` is one call for each effect that the job has, and one reading of its costs."""
    calls = list(calls)
    return CallCount(
        made=len(calls),
        fewest=fewest,
        look_ups=sum(call.looks_for_lost for call in calls),
        beside=sum(call.step is None for call in calls),
    )


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
