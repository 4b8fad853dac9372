"""Taking an import back, as long as nothing it made has been used since."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction

from minutebook.activity.models import Activity, record
from minutebook.companies.models import Company
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.spreadsheets.models import SpreadsheetImport

_BATCH = 500
_NAMED = 5  # of what was used since
# Those that point come before what they point at.
_ORDER = (
    "companies.shareholding", "companies.officeholder", "companies.companyaddress", "companies.shareclass",
    "companies.company", "contacts.jointholder", "contacts.contact", "contacts.address",
)  # fmt: skip
State = SpreadsheetImport.State


class UsedSince(Exception):
    """The import stays; the message says what of it was used."""


@transaction.atomic
def undo_import(sent: SpreadsheetImport, *, by: User, now: datetime) -> None:
    """Take out what the import made, and put back what it changed. Raises UsedSince."""
    latest = SpreadsheetImport.objects.select_for_update().get(pk=sent.pk)
    if latest.state != State.IMPORTED:
        raise UsedSince("This import is not in the registers, so there is nothing to undo.")
    if used := list(_uses(latest)):
        more = f" and {len(used) - _NAMED:,} more" if len(used) > _NAMED else ""
        raise UsedSince(
            f"It stays, because what it made was used since: {'; '.join(used[:_NAMED])}{more}. "
            "Correct those registers by hand instead."
        )
    for label, pk, pairs in latest.changed:
        row = _model(label)._base_manager.get(pk=pk)
        _model(label)._base_manager.filter(pk=row.pk).update(
            **{name: was for name, (was, _) in pairs.items()}
        )
    for label in _ORDER:
        for keys in _in_batches(latest.made.get(label, ())):
            _model(label)._base_manager.filter(pk__in=keys).delete()
    latest.state, latest.undone_at, latest.made, latest.changed = State.UNDONE, now, {}, []
    latest.save()
    record("import.undone", latest, sentence=f"Import of {latest.name} undone", by=by, counts=latest.counts)


def _uses(sent: SpreadsheetImport) -> Iterator[str]:
    """Say what of an import was used, changed or taken out since."""
    yield from _activity(sent)
    yield from _references(sent)
    yield from _changed_contacts(sent)
    for label, pk, pairs in sent.changed:
        row = _model(label)._base_manager.filter(pk=pk).first()
        if row is None or any(_plain(getattr(row, name)) != after for name, (_, after) in pairs.items()):
            yield f"{getattr(row, 'name', None) or 'a row'} was changed again"


def _activity(sent: SpreadsheetImport) -> Iterator[str]:
    seen: set[int] = set()
    for keys in _in_batches(sent.made.get("companies.company", ())):
        rows = Activity.objects.filter(company_id__in=keys, happened_at__gt=sent.imported_at).order_by(
            "happened_at"
        )
        for row in rows:
            if row.company_id not in seen:
                seen.add(row.company_id or 0)
                yield row.sentence


def _references(sent: SpreadsheetImport) -> Iterator[str]:
    """Find rows outside the import that point at rows it made."""
    for label in _ORDER:
        model = _model(label)
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ForeignObjectRel) or (
                not relation.one_to_many and not relation.one_to_one
            ):
                continue
            pointing = relation.related_model
            own = set(sent.made.get(pointing._meta.label_lower, ()))
            for keys in _in_batches(sent.made.get(label, ())):
                rows = pointing._base_manager.filter(**{f"{relation.field.name}__in": keys})
                for row in rows.iterator():
                    if row.pk not in own:
                        yield f"{_name(getattr(row, relation.field.name))} has {_a(pointing)}"


def _changed_contacts(sent: SpreadsheetImport) -> Iterator[str]:
    for keys in _in_batches(sent.made.get("contacts.contact", ())):
        rows = Contact.with_merged.filter(pk__in=keys, changed_at__gt=sent.imported_at)
        yield from (f"{name} was changed" for name in rows.values_list("name", flat=True))


def _name(row: models.Model) -> str:
    return str(row.name if isinstance(row, Company | Contact) else getattr(row, "one_line", None) or row)


def _a(model: type[models.Model]) -> str:
    noun = str(model._meta.verbose_name)
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)


def _in_batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
