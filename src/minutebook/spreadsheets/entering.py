"""Entering what was understood into the registers, all of it or nothing, and noting what was made."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from minutebook.activity.models import record, record_all
from minutebook.companies.models import Company, CompanyAddress, Officeholder, ShareClass, Shareholding
from minutebook.companies.review import next_review
from minutebook.contacts.addresses import AddressParts
from minutebook.contacts.models import Address, Contact, JointHolder
from minutebook.firms.models import User
from minutebook.spreadsheets.drafts import CompanyDraft, Understanding
from minutebook.spreadsheets.models import SpreadsheetImport
from minutebook.spreadsheets.people import FIELDS, ContactDraft

_BATCH = 500
State = SpreadsheetImport.State
_PARTICULARS = (
    "registered_on",
    "registered_in",
    "status",
    "subclass",
    "former_names",
    "has_constitution",
    "partner",
)


class Changed(Exception):
    """The registers changed since the import was checked; nothing was entered."""


def enter(sent: SpreadsheetImport, found: Understanding, *, by: User | None, today: date) -> None:
    """Write everything in one transaction. Raises Changed; a second worker on the same import writes nothing."""
    with transaction.atomic():
        latest = SpreadsheetImport.objects.select_for_update().get(pk=sent.pk)
        if latest.state != State.IMPORTING:
            return
        if _known_now(found) != _known_then(found):
            raise Changed("Companies of this file were added or removed meanwhile. Check the rows again.")
        companies = [each for each in found.companies.values() if each.line and not each.is_left_alone]
        told = [(each, "brought up to date" if each.known else "imported") for each in companies]
        latest.counts = found.counts  # before it is written: afterwards every company is one that is here
        _Writer(latest, found, today=today).write()
        latest.state, latest.problem = State.IMPORTED, ""
        _record(latest, told, by=by)
        latest.imported_at = timezone.now()
        latest.save()
    sent.refresh_from_db()


def _known_now(found: Understanding) -> set[tuple[str, int]]:
    there: set[tuple[str, int]] = set()
    for batch in _in_batches(list(found.companies)):
        there.update(Company.objects.filter(contact__acn__in=batch).values_list("contact__acn", "pk"))
    return there


def _known_then(found: Understanding) -> set[tuple[str, int]]:
    return {(acn, each.known.pk) for acn, each in found.companies.items() if each.known}


def _record(
    sent: SpreadsheetImport, companies: Sequence[tuple[CompanyDraft, str]], *, by: User | None
) -> None:
    told = (
        (draft.known, f"{draft.name} {verb} from {sent.name}") for draft, verb in companies if draft.known
    )
    record_all("company.imported", told, by=by, upload=sent.pk)
    record(
        "import.imported",
        sent,
        sentence=f"Imported {sent.name}: {sentence_of(sent.counts)}",
        by=by,
        counts=sent.counts,
    )


def sentence_of(counts: dict[str, int]) -> str:
    """Return such as "412 companies, 830 officeholders"; "nothing new" when nothing is."""
    return (
        ", ".join(
            f"{count:,} {noun}" for noun, count in counts.items() if count and noun != "contacts already here"
        )
        or "nothing new"
    )


class _Writer:
    """Makes rows of drafts, in the order in which they point at each other."""

    def __init__(self, sent: SpreadsheetImport, found: Understanding, *, today: date) -> None:
        self.sent, self.found, self.today, self.firm_id = sent, found, today, sent.firm_id
        self.made: dict[str, list[int]] = {}
        self.changed: list[list[Any]] = []
        self.addresses: dict[AddressParts, Address] = {}
        self.updates_people = sent.known_people == SpreadsheetImport.KnownPerson.UPDATE

    def write(self) -> None:
        used = [draft for draft in self.found.people.drafts if draft.is_used]
        used += self._unused_holders(used)
        self._make_addresses(used)
        self._write_contacts(used)
        self._write_companies()
        self._write_registers()
        self.sent.made, self.sent.changed = self.made, self.changed

    def _unused_holders(self, used: Sequence[ContactDraft]) -> list[ContactDraft]:
        named = (self.found.people.by_reference(each) for draft in used for each in draft.joint_holders)
        holders = {id(each): each for each in named if each is not None and not each.is_used}
        return list(holders.values())

    def _make_addresses(self, drafts: Sequence[ContactDraft]) -> None:
        parts = [part for draft in drafts for part in (draft.address, draft.postal_address) if part]
        parts += [entry.address for entry in self.found.addresses if entry.address]
        for part in parts:
            self.addresses.setdefault(
                part,
                Address(
                    firm_id=self.firm_id,
                    care_of=part.care_of,
                    street=part.street,
                    suburb=part.suburb,
                    state=part.state,
                    postcode=part.postcode,
                    country=part.country,
                ),
            )
        self._make(Address, self.addresses.values())

    def _address(self, parts: AddressParts | None) -> Address | None:
        return self.addresses[parts] if parts else None

    def _write_contacts(self, drafts: Sequence[ContactDraft]) -> None:
        fresh = [draft for draft in drafts if draft.known is None]
        for draft in drafts:
            if draft.known is None:
                draft.known = Contact(
                    firm_id=self.firm_id,
                    address=self._address(draft.address),
                    postal_address=self._address(draft.postal_address),
                    **{
                        name: draft.fields.get(name) or (None if name == "born_on" else "") for name in FIELDS
                    },
                )
            elif self.updates_people or draft.fields.get("kind") == "COMPANY":
                self._update_contact(draft)
        self._make(Contact, [draft.known for draft in fresh if draft.known])
        self._make(JointHolder, self._joint_holders(fresh))

    def _update_contact(self, draft: ContactDraft) -> None:
        """Bring a contact up to date with what the file tells; what it does not tell stays."""
        assert draft.known is not None  # noqa: S101
        is_company = any(
            each.contact is draft and not each.is_left_alone for each in self.companies_with(draft)
        )
        if not self.updates_people and not is_company:
            return
        told: dict[str, Any] = {
            name: draft.fields[name] for name in FIELDS if draft.fields.get(name) and name != "kind"
        }
        told |= {
            name: self._address(parts)
            for name, parts in (("address", draft.address), ("postal_address", draft.postal_address))
            if parts
        }
        self._change(draft.known, told)

    def companies_with(self, draft: ContactDraft) -> list[CompanyDraft]:
        company = self.found.companies.get(draft.fields.get("acn") or "")
        return [company] if company else []

    def _joint_holders(self, drafts: Iterable[ContactDraft]) -> Iterable[JointHolder]:
        for draft in drafts:
            for position, reference in enumerate(dict.fromkeys(draft.joint_holders), start=1):
                holder = self.found.people.by_reference(reference)
                if holder and holder.known:
                    yield JointHolder(
                        firm_id=self.firm_id, joint=draft.known, holder=holder.known, position=position
                    )

    def _write_companies(self) -> None:
        fresh = []
        for draft in self.found.companies.values():
            if draft.line is None or draft.is_left_alone:
                continue
            values = draft.line.values
            told = {name: values[name] for name in _PARTICULARS if values.get(name) is not None}
            told |= {
                name: contact
                for name in ("signing_contact", "billing_contact")
                if (contact := self._referred(values.get(name)))
            }
            if draft.known:
                told |= {"review_on": values["review_on"]} if values.get("review_on") else {}
                self._change(draft.known, told)
                continue
            assert draft.contact is not None  # noqa: S101
            review_on = values.get("review_on") or next_review(values["registered_on"], today=self.today)
            draft.known = Company(
                firm_id=self.firm_id, contact=draft.contact.known, review_on=review_on, **told
            )
            fresh.append(draft.known)
        self._make(Company, fresh)

    def _referred(self, reference: str | None) -> Contact | None:
        draft = self.found.people.by_reference(reference) if reference else None
        return draft.known if draft else None

    def _write_registers(self) -> None:
        found, firm_id = self.found, self.firm_id
        classes = [ShareClass(firm_id=firm_id, company=e.company.known, **e.fields) for e in found.classes]
        self._make(ShareClass, classes)
        by_code = self._classes_by_code()
        self._make(
            CompanyAddress,
            [
                CompanyAddress(
                    firm_id=firm_id, company=e.company.known, address=self._address(e.address), **e.fields
                )
                for e in found.addresses
            ],
        )
        self._make(
            Officeholder,
            [
                Officeholder(firm_id=firm_id, company=e.company.known, contact=e.contact.known, **e.fields)
                for e in found.officeholders
                if e.contact
            ],
        )
        self._make(
            Shareholding,
            [
                Shareholding(
                    firm_id=firm_id,
                    company=e.company.known,
                    member=e.contact.known,
                    share_class_id=by_code[e.company.known.pk, e.fields["class"]],
                    **{name: value for name, value in e.fields.items() if name != "class"},
                )
                for e in found.holdings
                if e.contact and e.company.known
            ],
        )

    def _classes_by_code(self) -> dict[tuple[int, str], int]:
        companies = list({entry.company.known.pk for entry in self.found.holdings if entry.company.known})
        return {
            (company, code): pk
            for batch in _in_batches(companies)
            for company, code, pk in ShareClass.objects.filter(company__in=batch).values_list(
                "company_id", "code", "pk"
            )
        }

    def _make[M: models.Model](self, model: type[M], rows: Iterable[M]) -> None:
        made = model._base_manager.bulk_create(rows, batch_size=_BATCH)
        self.made[model._meta.label_lower] = [row.pk for row in made]

    def _change(self, row: models.Model, told: dict[str, Any]) -> None:
        """Change what differs, and keep what was there for an undo."""
        differing = {name: value for name, value in told.items() if getattr(row, name) != value}
        if not differing:
            return
        columns = {name: row._meta.get_field(name).attname for name in differing}  # type: ignore[union-attr]
        before = {column: getattr(row, column) for column in columns.values()}
        for name, value in differing.items():
            setattr(row, name, value)
        row.save(update_fields=[*differing, *(["changed_at"] if isinstance(row, Contact) else [])])
        after = {column: getattr(row, column) for column in columns.values()}
        pairs = {column: [_plain(before[column]), _plain(after[column])] for column in columns.values()}
        self.changed.append([row._meta.label_lower, row.pk, pairs])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _in_batches[T](values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))
