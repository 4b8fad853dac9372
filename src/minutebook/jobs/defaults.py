"""What the plan of a job starts from, by the kind of the pack's first event: template, staff, words, state."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from minutebook.activity.changes import seen
from minutebook.activity.models import record
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.models import JobDefault, JobState

# What may stand in a pattern, and what stands there in the description.
WORDS = {
    "company": "the company’s name",
    "changes": "what changes, such as “Appoint A. Ngata as director”",
    "trace": "the pack’s trace number",
    "month": "this month, such as “November 2026”",
    "year": "this year",
}
_IN_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Default:
    """What an administrator chose for a kind of event."""

    tenant_id: str
    event_kind: str
    template_id: str = ""
    template_name: str = ""
    staff_id: str = ""
    staff_name: str = ""
    description: str = ""
    mark_as: JobState = JobState.AS_STARTED


def unknown_words(pattern: str) -> list[str]:
    """Return what stands in braces and means nothing."""
    return [word for word in _IN_BRACES.findall(pattern) if word not in WORDS]


def fill_in(pattern: str, *, company: str, headlines: Sequence[str], trace: str, today: date) -> str:
    """Return the description that a pattern makes. What is in no braces stays as it is."""
    values = {
        "company": company,
        "changes": "; ".join(headlines),
        "trace": trace,
        "month": f"{today:%B %Y}",
        "year": f"{today:%Y}",
    }
    return _IN_BRACES.sub(lambda found: values.get(found[1], found[0]), pattern).strip()


def default_for(event_kinds: Sequence[str], *, tenant_id: str) -> JobDefault | None:
    """Return the default of the first event that has one. One query."""
    held = JobDefault.objects.filter(tenant_id=tenant_id, event_kind__in=event_kinds)
    of_kind = {default.event_kind: default for default in held}
    return next((of_kind[kind] for kind in event_kinds if kind in of_kind), None)


def initial_of(pack: DocumentPack, *, tenant_id: str, today: date) -> dict[str, str]:
    """Return what the plan's form starts from, by field; what XPM no longer offers is left open. One query."""
    default = default_for(pack.event_kinds, tenant_id=tenant_id)
    if default is None:
        return {}
    chosen = {"mark_as": default.mark_as, "template": default.template_id, "staff": default.staff_id}
    if default.description:
        chosen["description"] = fill_in(
            default.description,
            company=pack.company.name,
            headlines=pack.headlines or [pack.title],
            trace=pack.trace_number,
            today=today,
        )
    return {name: value for name, value in chosen.items() if value}


@transaction.atomic
def keep_default(default: Default, *, by: User) -> JobDefault:
    """Keep what was chosen for a kind of event, in place of what was chosen before."""
    held = JobDefault.objects.filter(tenant_id=default.tenant_id, event_kind=default.event_kind).first()
    names = ("template_name", "staff_name", "description", "mark_as")
    before = seen(held, *names)
    row = held or JobDefault()
    for name, value in asdict(default).items():
        setattr(row, name, value)
    row.save()
    record("job.default", row, sentence="Job default changed", by=by, before=before, after=seen(row, *names))
    return row
