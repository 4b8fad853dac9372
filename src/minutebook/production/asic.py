"""Packs for what ASIC must hear of: one question, and a pack for each company that it concerns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction

from minutebook.companies.events import kind_of
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.production.events import ChosenEvent
from minutebook.production.prepare import prepare_documents
from minutebook.sync.models import AsicNotice

PLACES = {
    "change_principal_place": "Principal place of business",
    "change_registered_office": "Registered office",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One change of one contact, and the companies of which ASIC must hear it."""

    decision_id: int
    contact: Contact
    former_name: str
    former_address: str
    notices: Sequence[AsicNotice]

    @property
    def asks_for_place(self) -> bool:
        """Whether it must be said which of a company's own addresses has changed."""
        return bool(self.former_address) and any(not notice.as_what for notice in self.notices)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """What became of one notice: its pack, or why there is none."""

    notice: AsicNotice
    pack_id: UUID | None = None
    problem: str = ""


def questions() -> list[Question]:
    """Return what is still to be asked, the latest first."""
    rows = (
        AsicNotice.objects.filter(closed_at=None)
        .select_related("contact__address", "company__contact")
        .order_by("-decision_id", "company__contact__name", "pk")[:500]
    )
    found = []
    for decision_id, group in groupby(rows, key=lambda notice: notice.decision_id):
        notices = list(group)
        first = notices[0]
        found.append(
            Question(
                decision_id=decision_id,
                contact=first.contact,
                former_name=first.former_name,
                former_address=first.former_address,
                notices=notices,
            )
        )
    return found


def latest_prepared() -> list[AsicNotice]:
    """Return the notices for which packs were prepared lately."""
    rows = AsicNotice.objects.exclude(pack_id=None).select_related("contact", "company__contact")
    return list(rows.order_by("-closed_at", "company__contact__name")[:10])


def prepare_for_asic(
    notices: Sequence[AsicNotice], *, changed_on: str, place: str, by: User, today: date, now: datetime
) -> list[Prepared]:
    """Make a pack for each notice, as far as its event passes its checks; the others stay to be asked."""
    return [
        _prepare(notice, changed_on=changed_on, place=place, by=by, today=today, now=now)
        for notice in notices
    ]


def _prepare(
    notice: AsicNotice, *, changed_on: str, place: str, by: User, today: date, now: datetime
) -> Prepared:
    chosen = [
        ChosenEvent(
            number=number,
            kind=kind_of(code),
            form=kind_of(code).form_class(typed, company=notice.company, today=today),
        )
        for number, (code, typed) in enumerate(_events(notice, changed_on, place), start=1)
    ]
    problems = [
        str(problem) for choice in chosen for errors in choice.form.errors.values() for problem in errors
    ]
    if problems:
        return Prepared(notice=notice, problem=" ".join(dict.fromkeys(problems)))
    with transaction.atomic():
        pack = prepare_documents(notice.company, chosen, by=by, now=now)
        notice.pack_id, notice.closed_by, notice.closed_at = pack.pk, by, now
        notice.save(update_fields=["pack_id", "closed_by", "closed_at"])
    return Prepared(notice=notice, pack_id=pack.pk)


def _events(notice: AsicNotice, changed_on: str, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the code and the fields of each event: of the officeholder, or of the company itself."""
    contact = notice.contact
    if notice.as_what:
        yield (
            "change_officeholder_details",
            {
                "person": contact.pk,
                "changed_on": changed_on,
                "former_name": notice.former_name,
                "former_address": notice.former_address,
            },
        )
        return
    if notice.former_name:
        yield (
            "change_company_name",
            {
                "new_name": contact.name,
                "present_name": notice.former_name,
                "resolved_on": changed_on,
            },
        )
    if notice.former_address and contact.address:
        code = place if place in PLACES else next(iter(PLACES))
        yield code, {"changed_on": changed_on, "address": contact.address.one_line, "occupier": ""}
