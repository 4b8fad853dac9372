"""Everything a firm owns, as the same files that are imported: one ZIP of CSVs, streamed, or one workbook.

Packages above this one add their own tables (packs, jobs) with `tell_table` when apps are ready.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, cast

from minutebook.activity.models import Activity
from minutebook.companies.models import (
    Company,
    CompanyAddress,
    CorporateEvent,
    Officeholder,
    ShareClass,
    Shareholding,
)
from minutebook.contacts.models import Address, Contact, JointHolder
from minutebook.firms.models import Membership
from minutebook.spreadsheets.registers import (
    ADDRESSES,
    CLASSES,
    COMPANIES,
    CONTACTS,
    HOLDINGS,
    KINDS,
    OFFICEHOLDERS,
    USES,
    Register,
)
from minutebook.spreadsheets.writing import WorkbookWriter, csv_lines

_AT_ONCE = 2000  # rows fetched


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One sheet of an export. `rows` asks the database when it is called, for the firm in scope."""

    title: str
    headings: Sequence[str]
    rows: Callable[[], Iterable[Sequence[Any]]]


_told: list[Table] = []


def tell_table(table: Table) -> None:
    """Add a table of a package above this one."""
    _told.append(table)


def tables() -> list[Table]:
    """Return what an export holds: the registers as they are imported, then what is only looked up."""
    return [
        _register_table(COMPANIES, _companies),
        _register_table(OFFICEHOLDERS, _officeholders),
        _register_table(ADDRESSES, _addresses),
        _register_table(CLASSES, _classes),
        _register_table(HOLDINGS, _holdings),
        _register_table(CONTACTS, _contacts),
        *_told,
        Table(title="People", headings=("Name", "Email", "Role"), rows=_people),
        Table(
            title="Activity",
            headings=("Number", "When", "Who", "What", "Company ACN", "Sentence"),
            rows=_activity,
        ),
    ]


def stream_zip() -> Iterator[bytes]:
    """Yield a ZIP with a CSV for each table, a part at a time."""
    sink = _Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables():
            with archive.open(f"{table.title}.csv", "w", force_zip64=True) as entry:
                for part in csv_lines(table.headings, table.rows()):
                    entry.write(part)
                    yield sink.take()
    yield sink.take()


def write_workbook(stream: IO[bytes]) -> None:
    """Write a workbook with a sheet for each table."""
    book = WorkbookWriter()
    for table in tables():
        book.add_sheet(table.title, table.headings, table.rows())
    book.save(stream)


class _Sink(io.RawIOBase):
    """Takes what zipfile writes, and gives it on. It cannot be sought in, so zipfile writes straight through."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


def _register_table(register: Register, rows: Callable[[], Iterable[dict[str, Any]]]) -> Table:
    keys = [column.key for column in register.columns]
    return Table(
        title=register.title,
        headings=[column.label for column in register.columns],
        rows=lambda: ([row.get(key) for key in keys] for row in rows()),
    )


def _reference(pk: int | None) -> str:
    return f"C{pk}" if pk else ""


def _final(rows: Any) -> Any:
    """Leave out what only a released, unsigned pack has entered: it is not in the register yet."""
    return rows.exclude(entered_by__status=CorporateEvent.Status.PENDING)


def _companies() -> Iterator[dict[str, Any]]:
    for each in Company.objects.order_by("pk").iterator(chunk_size=_AT_ONCE):
        yield {
            "name": each.name, "acn": each.acn, "abn": each.abn, "registered_on": each.registered_on,
            "registered_in": each.registered_in, "review_on": each.review_on,
            "status": each.get_status_display(), "subclass": each.get_subclass_display(),
            "former_names": each.former_names, "has_constitution": each.has_constitution, "partner": each.partner,
            "signing_contact": _reference(each.signing_contact_id),
            "billing_contact": _reference(each.billing_contact_id), "reference": _reference(each.contact_id),
        }  # fmt: skip


def _officeholders() -> Iterator[dict[str, Any]]:
    rows = _final(Officeholder.objects.select_related("company__contact", "contact")).order_by(
        "company", "pk"
    )
    for each in rows.iterator(chunk_size=_AT_ONCE):
        yield {
            "company": each.company.name, "acn": each.company.acn, "office": each.get_office_display(),
            "since": each.since, "until": each.until, **_person(each.contact),
        }  # fmt: skip


def _addresses() -> Iterator[dict[str, Any]]:
    rows = _final(CompanyAddress.objects.select_related("company__contact", "address")).order_by(
        "company", "pk"
    )
    for each in rows.iterator(chunk_size=_AT_ONCE):
        yield {
            "company": each.company.name, "acn": each.company.acn, "use": USES[each.use][0],
            "occupier": each.occupier, "since": each.since, "until": each.until, **_address(each.address),
        }  # fmt: skip


def _classes() -> Iterator[dict[str, Any]]:
    rows = ShareClass.objects.select_related("company__contact").order_by("company", "pk")
    for each in rows.iterator(chunk_size=_AT_ONCE):
        yield {"company": each.company.name, "acn": each.company.acn, "code": each.code, "title": each.title}


def _holdings() -> Iterator[dict[str, Any]]:
    rows = _final(Shareholding.objects.select_related("company__contact", "member", "share_class"))
    for each in rows.order_by("company", "pk").iterator(chunk_size=_AT_ONCE):
        yield {
            "company": each.company.name, "acn": each.company.acn, "kind": KINDS[each.member.kind][0],
            "member_acn": each.member.acn, "class": each.share_class.code, "quantity": each.quantity,
            "paid_per_share": each.paid_per_share, "unpaid_per_share": each.unpaid_per_share,
            "certificate_number": each.certificate_number, "beneficially_held": each.beneficially_held,
            "held_for": each.held_for, "since": each.since, "until": each.until, **_person(each.member),
        }  # fmt: skip


def _person(contact: Contact) -> dict[str, Any]:
    """Return what a register's row says of somebody; the rest is in the sheet of contacts."""
    return {
        "name": contact.name, "given_names": contact.given_names, "family_name": contact.family_name,
        "director_id": contact.director_id, "born_on": contact.born_on, "reference": _reference(contact.pk),
    }  # fmt: skip


def _contacts() -> Iterator[dict[str, Any]]:
    holders: dict[int, list[str]] = {}
    for joint, holder in JointHolder.objects.order_by("joint", "position").values_list(
        "joint_id", "holder_id"
    ):
        holders.setdefault(joint, []).append(_reference(holder))
    rows = Contact.objects.select_related("address", "postal_address").order_by("pk")
    for each in rows.iterator(chunk_size=_AT_ONCE):
        yield {
            **_person(each), "kind": KINDS[each.kind][0], "former_names": each.former_names,
            "birth_place": each.birth_place, "acn": each.acn, "abn": each.abn, "email": each.email,
            "phone": each.phone, "joint_holders": "; ".join(holders.get(each.pk, ())),
            **_address(each.address), **_address(each.postal_address, "postal_"),
        }  # fmt: skip


def _address(address: Address | None, prefix: str = "") -> dict[str, Any]:
    if address is None:
        return {}
    names = ("care_of", "street", "suburb", "state", "postcode", "country")
    return {f"{prefix}{name}": getattr(address, name) for name in names}


def _people() -> Iterator[Sequence[Any]]:
    for each in Membership.objects.select_related("user").order_by("pk"):
        yield each.user.name, each.user.email, each.get_role_display()


def _activity() -> Iterator[Sequence[Any]]:
    acns = dict(Company.objects.values_list("pk", "contact__acn"))
    for each in Activity.objects.order_by("happened_at", "pk").iterator(chunk_size=_AT_ONCE):
        acn = acns.get(each.company_id or 0, "")
        yield each.number, each.happened_at, each.who, each.action, acn, each.sentence
