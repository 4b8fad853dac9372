"""What a pack would bring while its events are still being filled in. Nothing is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from minutebook.companies.events import kind_of
from minutebook.companies.models import Company, CorporateEvent
from minutebook.documents.produce import documents_needed
from minutebook.production.events import ChosenEvent

_NOT_SAVED = 0  # a key that no row has: the kinds look for their event's entries, and find none


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeseenEvent:
    """One chosen event: its label and, once it is filled in, its earliest deadline."""

    label: str
    is_complete: bool
    due_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeseenPack:
    """What the margin of Prepare documents shows."""

    events: list[ForeseenEvent]
    documents: list[str]  # the titles of those switched on
    reminders: list[str]  # each ends with its section

    @property
    def is_complete(self) -> bool:
        return all(event.is_complete for event in self.events)


def foresee_pack(company: Company, chosen: Sequence[ChosenEvent]) -> ForeseenPack:
    """Return what the events would bring. `chosen` hold what was typed; their forms get validated here."""
    drafts = [
        _draft(company, choice, position) if choice.form.is_valid() else None
        for position, choice in enumerate(chosen, start=1)
    ]
    complete = [draft for draft in drafts if draft is not None]
    return ForeseenPack(
        events=[_foreseen(choice, draft) for choice, draft in zip(chosen, drafts, strict=True)],
        documents=[need.title for need in documents_needed(complete) if need.is_on],
        reminders=reminders_of(chosen),
    )


def reminders_of(chosen: Sequence[ChosenEvent]) -> list[str]:
    """Return what is to be checked or remembered about the events, each once. Their forms were validated."""
    return list(dict.fromkeys(reminder.message for choice in chosen for reminder in choice.form.reminders))


def _draft(company: Company, choice: ChosenEvent, position: int) -> CorporateEvent:
    return CorporateEvent(
        pk=_NOT_SAVED,
        firm_id=company.firm_id,
        company=company,
        kind=choice.kind.code,
        fields=choice.kind.fields_of(choice.form),
        position=position,
    )


def _foreseen(choice: ChosenEvent, draft: CorporateEvent | None) -> ForeseenEvent:
    deadlines = kind_of(draft.kind).deadlines(draft) if draft else ()
    return ForeseenEvent(
        label=choice.kind.label,
        is_complete=draft is not None,
        due_on=min((deadline.due_on for deadline in deadlines), default=None),
    )
