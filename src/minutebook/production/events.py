"""The events chosen on the Prepare documents page: which, in what order, with what was typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from minutebook.companies.events import KINDS, kind_of
from minutebook.companies.events.kinds import EventForm, EventKind, see_each_other
from minutebook.companies.models import Company, CorporateEvent

_MOST = 20  # events in one pack; more would be a mistake, or an attack
_LONGEST_NUMBER = 3  # digits


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenEvent:
    """One event on the page: its number there, its kind, and its form."""

    number: int
    kind: EventKind
    form: EventForm

    @property
    def key(self) -> str:
        """Return how the page names it, such as "2:issue_shares"."""
        return f"{self.number}:{self.kind.code}"


def chosen_events(data: QueryDict, *, company: Company, today: date, check: bool) -> list[ChosenEvent]:
    """Return the events the page holds, in order, with what was typed in each.

    Ticked and unticked boxes (`kind`), **Another** (`another`) and **Remove** (`without`: a control called
    "remove" would hide the form's own method of that name from scripts) are applied first.
    With `check` the forms are validated; without it they show what was typed and no errors.
    """
    chosen = [
        _typed(number, code, data, company=company, today=today, check=check)
        for number, code in _wanted(data)
    ]
    see_each_other(choice.form for choice in chosen)
    return chosen


def events_of(events: Iterable[CorporateEvent], *, company: Company, today: date) -> list[ChosenEvent]:
    """Return the events of a pack in preparation, to be changed."""
    chosen = []
    for number, event in enumerate(events, start=1):
        kind = kind_of(event.kind)
        form = kind.form_class(
            company=company, today=today, prefix=_prefix(number), initial=kind.initial_of(event)
        )
        chosen.append(ChosenEvent(number=number, kind=kind, form=form))
    return chosen


def _wanted(data: QueryDict) -> list[tuple[int, str]]:
    held = [_parsed(str(key)) for key in data.getlist("event")]
    events = [(number, code) for number, code in held if number and code in KINDS]
    removed = _parsed(data.get("without", ""))
    events = [event for event in events if event != removed]
    if "kinds_shown" in data and not removed[0]:
        ticked = [str(code) for code in data.getlist("kind")]
        events = [(number, code) for number, code in events if code in ticked]
        events += _numbered((code for code in ticked if code not in {held for _, held in events}), events)
    if data.get("another") in KINDS:
        events += _numbered([str(data["another"])], events)
    return events[:_MOST]


def _numbered(codes: Iterable[str], after: list[tuple[int, str]]) -> list[tuple[int, str]]:
    highest = max((number for number, _ in after), default=0)
    return [(highest + step, code) for step, code in enumerate((code for code in codes if code in KINDS), 1)]


def _parsed(key: str) -> tuple[int, str]:
    number, _, code = key.partition(":")
    return (int(number), code) if number.isdecimal() and len(number) <= _LONGEST_NUMBER else (0, "")


def _typed(
    number: int, code: str, data: QueryDict, *, company: Company, today: date, check: bool
) -> ChosenEvent:
    kind, prefix = kind_of(code), _prefix(number)
    if check:
        form = kind.form_class(data, company=company, today=today, prefix=prefix)
    else:
        form = kind.form_class(company=company, today=today, prefix=prefix)
        if any(name.startswith(f"{prefix}-") for name in data):
            form.initial = {**form.initial, **_typed_values(form, data)}
    return ChosenEvent(number=number, kind=kind, form=form)


def _typed_values(form: EventForm, data: QueryDict) -> dict[str, object]:
    """Return what was typed, as typed: shown again without being judged yet."""
    return {
        name: field.widget.value_from_datadict(data, MultiValueDict(), form.add_prefix(name))
        for name, field in form.fields.items()
    }


def _prefix(number: int) -> str:
    return f"event{number}"
