"""Everything a pack's documents are made from, as plain JSON: the same snapshot gives the same bytes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from minutebook.companies import rules
from minutebook.companies.events import kind_of
from minutebook.companies.events.kinds import JsonDict
from minutebook.companies.events.particulars import particulars_of
from minutebook.companies.models import (
    Company,
    CompanyAddress,
    CorporateEvent,
    Officeholder,
    RegisterEntry,
    Shareholding,
)
from minutebook.documents.models import DocumentPack

VERSION = 1  # of the snapshot's own shape


def take_snapshot(pack: DocumentPack, *, now: datetime) -> dict[str, Any]:
    """Return the company as it is immediately before the pack's events, and the events themselves."""
    events = list(pack.events.select_related("company__contact").order_by("position"))
    prepared_on = pack.firm.day_of(now)
    before = _Before(pack.company, events)
    told = [_event(event) for event in events]
    return {
        "version": VERSION,
        "trace_number": pack.trace_number,
        "prepared_on": prepared_on.isoformat(),
        "firm": {
            "name": pack.firm.name,
            "address": pack.firm.address or None,
            "phone": pack.firm.phone or None,
            "email": pack.firm.email or None,
        },
        "company": before.company_facts(),
        "addressee": particulars_of(pack.company.signing_contact) if pack.company.signing_contact else None,
        "officeholders": before.officeholders(),
        "addresses": before.addresses(),
        "parcels": before.parcels(),
        "electors": before.electors(told, prepared_on=prepared_on),
        "events": told,
    }


def electors_of(events: Sequence[CorporateEvent], *, prepared_on: date | None = None) -> dict[str, Any]:
    """Return who resolves on the events: "signing" and "excluded", the latter with reasons.

    Without `prepared_on`, as if the papers were prepared on the day of the first event.
    """
    told = [_event(event) for event in events]
    return _Before(events[0].company, events).electors(told, prepared_on=prepared_on)


class _Before:
    """A company's registers without what the given events have entered or ended in them."""

    def __init__(self, company: Company, events: Iterable[CorporateEvent]) -> None:
        self.company = company
        self.events = {event.pk for event in events}

    def company_facts(self) -> JsonDict:
        company = self.company
        return {
            "name": company.name,
            "acn": company.acn,
            "abn": company.abn or None,
            "subclass": company.get_subclass_display(),
            "registered_on": company.registered_on.isoformat(),
            "registered_in": company.registered_in,
            "review_on": company.review_on.isoformat(),
            "former_names": company.former_names or None,
            "has_constitution": company.has_constitution,
        }

    def officeholders(self) -> list[JsonDict]:
        entries = self._untouched(self.company.officeholders.select_related("contact__address"))
        return [
            {
                "person": particulars_of(entry.contact),
                "office": Officeholder.Office(entry.office).label,
                "code": entry.office,
                "since_on": entry.since.isoformat(),
                "until_on": self._until(entry),
            }
            for entry in entries.order_by("since", "pk")
        ]

    def addresses(self) -> list[JsonDict]:
        entries = self._untouched(self.company.addresses.select_related("address"))
        return [
            {
                "use": CompanyAddress.Use(entry.use).label,
                "code": entry.use,
                "address": entry.address.one_line,
                "occupier": entry.occupier or None,
                "since_on": entry.since.isoformat(),
                "until_on": self._until(entry),
            }
            for entry in entries.order_by("use", "since", "pk")
        ]

    def parcels(self) -> list[JsonDict]:
        entries = self._untouched(
            self.company.shareholdings.select_related("member__address", "share_class")
        ).order_by("since", "certificate_number", "pk")
        return [_parcel(entry) | {"until_on": self._until(entry)} for entry in entries]

    def electors(self, told: Sequence[dict[str, Any]], *, prepared_on: date | None) -> dict[str, Any]:
        decided_on = _decided_on(told) or prepared_on or self.company.review_on
        found = rules.directors_deciding(
            (
                rules.Term(
                    contact_id=one["person"]["id"],
                    name=one["person"]["name"],
                    since=date.fromisoformat(one["since_on"]),
                    until=date.fromisoformat(one["until_on"]) if one["until_on"] else None,
                )
                for one in self._officeholders_told()
                if one["code"] == Officeholder.Office.DIRECTOR
            ),
            decided_on=decided_on,
            prepared_on=prepared_on or decided_on,
            departures=dict(_departures(told)),
        )
        return {
            "signing": [{"id": term.contact_id, "name": term.name} for term in found.signing],
            "excluded": [{"name": one.name, "reason": one.reason} for one in found.excluded],
        }

    def _officeholders_told(self) -> list[dict[str, Any]]:
        return list(self.officeholders())

    def _untouched[M: RegisterEntry](self, entries: Any) -> Any:  # any register's queryset
        return entries.exclude(Q(entered_by__in=self.events)) if self.events else entries

    def _until(self, entry: RegisterEntry) -> str | None:
        if entry.until is None or entry.ended_by_id in self.events:
            return None
        return entry.until.isoformat()


def _parcel(entry: Shareholding) -> JsonDict:
    return {
        "member": particulars_of(entry.member),
        "class_code": entry.share_class.code,
        "class_title": entry.share_class.title,
        "quantity": entry.quantity,
        "paid_per_share": _plain(entry.paid_per_share),
        "unpaid_per_share": _plain(entry.unpaid_per_share),
        "certificate_number": entry.certificate_number,
        "beneficially_held": entry.beneficially_held,
        "held_for": entry.held_for or None,
        "since_on": entry.since.isoformat(),
    }


def _event(event: CorporateEvent) -> dict[str, Any]:
    kind = kind_of(event.kind)
    effective_on = kind.effective_on(event)
    return {
        "position": event.position,
        "kind": kind.code,
        "headline": kind.headline(event),
        "summary": kind.summary(event),
        "effective_on": effective_on.isoformat() if effective_on else None,
        "deadlines": [
            {"title": one.title, "due_on": one.due_on.isoformat(), "section": one.section, "form": one.form}
            for one in kind.deadlines(event)
        ],
        "fields": kind.merge_fields(event),
    }


def _departures(told: Sequence[dict[str, Any]]) -> Iterable[tuple[int, rules.Departure]]:
    for event in told:
        for one in event["fields"]["changes"].get("officeholders_out", []):
            if one["code"] == Officeholder.Office.DIRECTOR:
                on = date.fromisoformat(one["until_on"])
                yield one["id"], rules.Departure(manner=rules.Leaving(one["manner"]), on=on)


def _decided_on(told: Sequence[dict[str, Any]]) -> date | None:
    """Return the day of the earliest event; departures count only if there is nothing else to decide."""
    deciding = [event for event in told if not event["fields"]["changes"].get("officeholders_out")] or told
    days = [date.fromisoformat(event["effective_on"]) for event in deciding if event["effective_on"]]
    return min(days, default=None)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
