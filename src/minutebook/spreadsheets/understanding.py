"""What the rows of an import tell: companies with their registers, checked against each other and the firm's.

Reads, and writes nothing. What is wrong is said on the line; what is right is in the plan, in memory.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from minutebook.companies.models import Company, CompanyAddress, Officeholder, ShareClass, Shareholding
from minutebook.companies.rules import ADULT_YEARS, is_post_office_box
from minutebook.contacts.addresses import AddressParts
from minutebook.contacts.identifiers import belongs_to_acn
from minutebook.contacts.models import Address
from minutebook.contacts.names import Form, fold_name
from minutebook.spreadsheets.dates import Order
from minutebook.spreadsheets.layout import SheetLayout
from minutebook.spreadsheets.lines import ROW, Line, read_line
from minutebook.spreadsheets.models import SpreadsheetImport, StagedRow
from minutebook.spreadsheets.people import (
    ContactDraft,
    People,
    fields_of,
    find_known,
    is_of_age,
    trusteeship_of,
)
from minutebook.spreadsheets.share_ledger import Movement, Parcel, parcels_of
from minutebook.spreadsheets.values import Way

_TITLES = {
    "ORD": "Ordinary",
    "EMP": "Employee’s",
    "FOU": "Founder’s",
    "LG": "Life governor’s",
    "MAN": "Management",
    "RED": "Redeemable",
    "SPE": "Special",
    "PRF": "Preference",
    "CUMP": "Cumulative preference",
    "NCP": "Non-cumulative preference",
    "REDP": "Redeemable preference",
    "PARP": "Participative preference",
}
AT_A_TIME = 2000  # rows
_LARGEST_CERTIFICATE = 2**31 - 1
Known = SpreadsheetImport.Known


@dataclass(slots=True, eq=False)
class CompanyDraft:
    """A company of the file, or one that is here and that the file tells more of."""

    acn: str
    name: str
    registered_on: date | None
    line: Line | None = None  # its row among the companies
    contact: ContactDraft | None = None
    known: Company | None = None
    is_left_alone: bool = False
    classes: dict[str, str] = field(default_factory=dict)  # code -> title, all there will be


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An entry for a register: its line, its company and its fields."""

    line: Line
    company: CompanyDraft
    contact: ContactDraft | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    address: AddressParts | None = None


@dataclass(slots=True)
class Understanding:
    """All that the file tells."""

    lines: list[Line] = field(default_factory=list)
    companies: dict[str, CompanyDraft] = field(default_factory=dict)  # by ACN
    people: People = field(default_factory=People)
    officeholders: list[Entry] = field(default_factory=list)
    addresses: list[Entry] = field(default_factory=list)
    classes: list[Entry] = field(default_factory=list)
    holdings: list[Entry] = field(default_factory=list)

    @property
    def errors(self) -> int:
        return sum(line.has_errors for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """Return what an import would make, by noun, with what would only be brought up to date."""
        new = [
            each
            for each in self.companies.values()
            if each.line and not each.known and not each.line.has_errors
        ]
        updated = [
            each for each in self.companies.values() if each.line and each.known and not each.is_left_alone
        ]
        return {
            "companies": len(new),
            "companies updated": len(updated),
            "officeholders": len(self.officeholders),
            "addresses": len(self.addresses),
            "share classes": len(self.classes),
            "holdings": len(self.holdings),
            "contacts": sum(draft.is_used and draft.known is None for draft in self.people.drafts),
            "contacts already here": sum(
                draft.is_used and draft.known is not None for draft in self.people.drafts
            ),
        }


def understand(sent: SpreadsheetImport, *, heard: Callable[[int], None] = lambda _: None) -> Understanding:
    """Read and check all rows of an import against each other and the firm's registers."""
    found = Understanding()
    layouts = [SheetLayout.of(kept) for kept in sent.sheets]
    by_register: dict[str, list[Line]] = defaultdict(list)
    for line in _lines(sent, layouts, heard):
        found.lines.append(line)
        by_register[line.register].append(line)
    reader = _Reader(sent, found)
    for register in ("contacts", "companies", "classes", "officeholders", "addresses"):
        for line in by_register[register]:
            getattr(reader, f"read_{register}")(line)
    reader.read_members(by_register["holdings"], by_register["transactions"])
    reader.finish()
    return found


def _lines(
    sent: SpreadsheetImport, layouts: list[SheetLayout], heard: Callable[[int], None]
) -> Iterator[Line]:
    order = Order(sent.order or Order.DAY_FIRST)
    for count, row in enumerate(_rows(sent), start=1):
        layout = layouts[row.sheet]
        if layout.fields is None:
            continue
        way = Way(order=order, from_1904=layout.from_1904)
        yield read_line(layout, pk=row.pk, sheet=row.sheet, number=row.number, cells=row.cells, way=way)
        if count % AT_A_TIME == 0:
            heard(count)


def _rows(sent: SpreadsheetImport) -> Iterator[StagedRow]:
    """Return the rows, a query for each batch.

    One query for all would stay open while progress is written, and SQLite refuses a write that follows such a
    query as soon as anybody else has written meanwhile.
    """
    rows = StagedRow.objects.filter(upload=sent, is_left_out=False).order_by("sheet", "number")
    following = rows
    while batch := list(following[:AT_A_TIME]):
        yield from batch
        sheet, number = batch[-1].sheet, batch[-1].number
        following = rows.filter(Q(sheet__gt=sheet) | Q(sheet=sheet, number__gt=number))


class _Reader:
    """Makes drafts and entries of lines, one register after the other."""

    def __init__(self, sent: SpreadsheetImport, found: Understanding) -> None:
        self.sent, self.found, self.people = sent, found, found.people
        self.known = {company.acn: company for company in Company.objects.in_name_order() if company.acn}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for company in self.known.values():
            self.by_name[fold_name(company.name).key].append(company.acn)
        self.known_classes: dict[int, dict[str, str]] = defaultdict(dict)
        for pk, code, title in ShareClass.objects.values_list("company_id", "code", "title"):
            self.known_classes[pk][code] = title
        self.seen: dict[Any, Line] = {}
        self._there: dict[str, set[Any]] = {}

    # --- the registers -------------------------------------------------------------------------------

    def read_contacts(self, line: Line) -> None:
        if not line.get("name") and not line.get("family_name"):
            return
        fields = fields_of(
            line, name=line.get("name") or "", kind=line.get("kind") or "", acn=line.get("acn") or ""
        )
        draft = self.people.meet(line, fields, reference=line.get("reference") or "")
        if draft.line is not line and line.get("reference") and draft.reference == line.get("reference"):
            line.refuse(
                "reference", f"Row {draft.line.number} has this reference already. Give each contact its own."
            )
        draft.address = draft.address or self._parts(line, "") or line.get("address")
        draft.postal_address = draft.postal_address or self._parts(line, "postal_")
        draft.joint_holders = [
            each.strip() for each in (line.get("joint_holders") or "").split(";") if each.strip()
        ]
        draft.is_used = not line.has_errors

    def read_companies(self, line: Line) -> None:
        acn, name = line.get("acn"), line.get("name")
        if not acn or not name:
            return
        if earlier := self.found.companies.get(acn):
            line.refuse(
                "acn",
                f"Row {earlier.line.number if earlier.line else 0} has this ACN already. Leave one of them out.",
            )
            return
        known = self.known.get(acn)
        draft = CompanyDraft(
            acn=acn, name=name, registered_on=line.get("registered_on"), line=line, known=known
        )
        draft.is_left_alone = known is not None and self.sent.known_companies == Known.SKIP
        draft.classes = dict(self.known_classes[known.pk]) if known else {}
        line.is_skipped = draft.is_left_alone
        self.found.companies[acn] = draft
        self.by_name[fold_name(name).key].append(acn)
        if line.get("abn") and not belongs_to_acn(line.get("abn"), acn):
            line.warn(
                "abn", "A company’s ABN nearly always ends in its ACN, and this one does not. Check both."
            )
        if known and not draft.is_left_alone and fold_name(known.name).key != fold_name(name).key:
            line.warn("name", f"With this ACN it is {known.name} here, and will get the name of the file.")
        fields = {"kind": "COMPANY", "name": name, "acn": acn, "abn": line.get("abn") or ""}
        draft.contact = self.people.meet(line, fields, reference=line.get("reference") or "")
        draft.contact.is_used = not draft.is_left_alone
        if known:
            draft.contact.known = known.contact

    def read_classes(self, line: Line) -> None:
        company = self._company(line)
        code = line.get("code")
        if not company or not code:
            return
        code = code.upper()
        title = line.get("title") or _TITLES.get(code, code)
        if (company.acn, code) in self.seen:
            line.refuse(
                "code", f"Row {self.seen[company.acn, code].number} has this class already. Leave one out."
            )
            return
        self.seen[company.acn, code] = line
        if code in company.classes:
            line.is_skipped = True
            return
        company.classes[code] = title
        self.found.classes.append(Entry(line=line, company=company, fields={"code": code, "title": title}))

    def read_officeholders(self, line: Line) -> None:
        company = self._company(line)
        if not company:
            return
        contact = self._contact(line, company, name=line.get("name") or "", kind="PERSON")
        office, since = line.get("office"), line.get("since")
        if not contact or not office or not since or not self._days(line, company):
            return
        if fold_name(contact.fields["name"]).form is Form.COMPANY:
            line.refuse("name", "Only an individual is a director or secretary. Correct the name. s 201B(1)")
        if not is_of_age(contact.fields.get("born_on"), since, years=ADULT_YEARS):
            line.refuse(
                "born_on", f"{contact.fields['name']} was under 18 on {since:%d/%m/%Y}. Check both. s 201B(1)"
            )
        offices = ("DIRECTOR", "SECRETARY") if office == "BOTH" else (office,)
        for each in offices:
            key = ("office", company.acn, id(contact), each, since)
            if key in self.seen:
                line.refuse(ROW, f"Row {self.seen[key].number} says the same already. Leave one of them out.")
                continue
            self.seen[key] = line
            fields = {"office": each, "since": since, "until": line.get("until")}
            self.found.officeholders.append(Entry(line=line, company=company, contact=contact, fields=fields))

    def read_addresses(self, line: Line) -> None:
        company = self._company(line)
        parts = self._parts(line, "") or line.get("address")
        use, since = line.get("use"), line.get("since")
        if not company or not parts or not use or not since or not self._days(line, company):
            return
        if use != "CONTACT" and is_post_office_box(parts.street):
            line.warn(
                "street" if line.get("street") else "address",
                "This must be a street address by ss 142 and 146. It is taken over as it is.",
            )
        fields = {
            "use": use,
            "since": since,
            "until": line.get("until"),
            "occupier": line.get("occupier") or "",
        }
        self.found.addresses.append(Entry(line=line, company=company, fields=fields, address=parts))

    def read_members(self, holdings: list[Line], transactions: list[Line]) -> None:
        """Read holdings and past transactions together: where a class has both, they must agree."""
        movements: dict[tuple[CompanyDraft, str], list[Movement]] = defaultdict(list)
        for line in transactions:
            if moved := self._movement(line):
                movements[moved[0], moved[1]].append(moved[2])
        entries: dict[tuple[CompanyDraft, str], list[Entry]] = defaultdict(list)
        for line in holdings:
            if entry := self._holding(line):
                entries[entry.company, entry.fields["class"]].append(entry)
        for key, moves in movements.items():
            self._enter_parcels(key, parcels_of(moves), entries.pop(key, []))
        for each in entries.values():
            self.found.holdings.extend(each)

    def finish(self) -> None:
        """Say what only shows once everything was read, and find who is here already."""
        if self.sent.known_people != SpreadsheetImport.KnownPerson.NEW:
            find_known(draft for draft in self.people.drafts if draft.known is None)
        for draft in self.people.drafts:
            self._check_joint(draft)
        self._leave_what_is_there()
        self._keep_only_who_is_needed()
        directed = {
            entry.company.acn for entry in self.found.officeholders if entry.fields["office"] == "DIRECTOR"
        }
        for company in self.found.companies.values():
            if company.line and not company.known and company.acn not in directed:
                company.line.warn(
                    "name", "The file names no director of this company; it has at least one. s 201A(1)"
                )

    # --- what the registers share --------------------------------------------------------------------

    def _company(self, line: Line) -> CompanyDraft | None:
        """Return the company that a row belongs to, by its ACN, or by its name where that is one company's."""
        acn, name = line.get("acn"), line.get("company") or ""
        if not acn and any(key == "acn" for key, _, _ in line.says):
            return None
        if not acn:
            found = set(self.by_name.get(fold_name(name).key, ()))
            if len(found) != 1:
                line.refuse(
                    "company",
                    f"{'No' if not found else 'More than one'} company has this name. Enter the ACN.",
                )
                return None
            acn = found.pop()
        company = self.found.companies.get(acn) or self._known_company(acn)
        if company is None:
            line.refuse(
                "acn",
                "No company with this ACN is in the file or in Minutebook. Add its row, or correct the ACN.",
            )
            return None
        if name and fold_name(name).key != fold_name(company.name).key:
            line.warn("company", f"This ACN is that of {company.name}. Check that the row belongs to it.")
        if company.is_left_alone:
            line.is_skipped = True
            return None
        return company

    def _known_company(self, acn: str) -> CompanyDraft | None:
        known = self.known.get(acn)
        if known is None:
            return None
        self.found.companies[acn] = draft = CompanyDraft(
            acn=acn,
            name=known.name,
            registered_on=known.registered_on,
            known=known,
            is_left_alone=self.sent.known_companies == Known.SKIP,
            classes=dict(self.known_classes[known.pk]),
        )
        return draft

    def _contact(
        self,
        line: Line,
        company: CompanyDraft,
        *,
        name: str,
        kind: str = "",
        acn: str = "",
        reference: str | None = None,
    ) -> ContactDraft | None:
        if not name and not line.get("family_name"):
            return None
        reference = (line.get("reference") or "") if reference is None else reference
        fields = fields_of(line, name=name, kind=kind, acn=acn)
        draft = self.people.meet(line, fields, reference=reference, company=company.acn)
        draft.address = draft.address or (line.get("address") if line.register != "addresses" else None)
        draft.is_used = True
        return draft

    def _days(self, line: Line, company: CompanyDraft) -> bool:
        since, until = line.get("since"), line.get("until")
        if since and until and until < since:
            line.refuse("until", f"This is before {since:%d/%m/%Y}, when it began. Check both days.")
        if since and company.registered_on and since < company.registered_on:
            line.refuse(
                "since", f"The company was registered on {company.registered_on:%d/%m/%Y} only. Check both."
            )
        return not line.has_errors

    def _class(self, line: Line, company: CompanyDraft) -> str | None:
        """Return the code of a row's class, also where its title was written; a class that is missing is made."""
        text = line.get("class")
        if not text:
            return None
        code = text.upper() if text.upper() in company.classes else None
        titles = {title.casefold(): each for each, title in {**_TITLES, **company.classes}.items()}
        code = code or titles.get(text.casefold()) or titles.get(text.casefold().removesuffix(" shares"))
        code = code or (text.upper() if len(text) <= 4 else None)  # noqa: PLR2004  # letters of a code
        if code is None:
            line.refuse("class", f"“{text}” is no class of the company. Write its code, such as ORD.")
            return None
        if code not in company.classes:
            title = _TITLES.get(code, code)
            company.classes[code] = title
            self.found.classes.append(
                Entry(line=line, company=company, fields={"code": code, "title": title})
            )
            if code != "ORD":
                line.warn(
                    "class", f"The company’s classes do not name {code}: it is made, with the title {title}."
                )
        return code

    def _movement(self, line: Line) -> tuple[CompanyDraft, str, Movement] | None:
        company = self._company(line)
        if not company:
            return None
        code, on, kind = self._class(line, company), line.get("date"), line.get("type")
        giver, taker = line.get("from_name") or "", line.get("to_name") or ""
        if kind in {"TRANSFER", "CANCELLATION"} and not giver:
            line.refuse("from_name", "Who gave the shares up? Enter the member.")
        if kind in {"TRANSFER", "ALLOTMENT"} and not taker:
            line.refuse("to_name", "Who received the shares? Enter the member.")
        if on and company.registered_on and on < company.registered_on:
            line.refuse(
                "date", f"The company was registered on {company.registered_on:%d/%m/%Y} only. Check both."
            )
        if line.has_errors or not code or not on or not line.get("quantity"):
            return None
        movement = Movement(
            line=line,
            on=on,
            quantity=line.get("quantity"),
            giver=self._party(line, company, giver, "from_reference") if kind != "ALLOTMENT" else None,
            taker=self._party(line, company, taker, "to_reference") if kind != "CANCELLATION" else None,
            paid=line.get("paid_per_share"),
            unpaid=line.get("unpaid_per_share"),
            certificate=line.get("certificate_number"),
        )
        return company, code, movement

    def _party(self, line: Line, company: CompanyDraft, name: str, key: str) -> ContactDraft | None:
        return self._contact(line, company, name=trusteeship_of(name)[0], reference=line.get(key) or "")

    def _holding(self, line: Line) -> Entry | None:
        company = self._company(line)
        if not company:
            return None
        name, trust = trusteeship_of(line.get("name") or "")
        held_for = line.get("held_for") or trust
        if trust and not line.get("held_for"):
            line.warn("name", f"Read as held by {name} for {trust}.")
        contact = self._contact(
            line, company, name=name, kind=line.get("kind") or "", acn=line.get("member_acn") or ""
        )
        code = self._class(line, company)
        beneficially = line.get("beneficially_held")
        if beneficially and held_for:
            line.refuse(
                "beneficially_held", "Shares held for somebody else are not held beneficially. Write No."
            )
        if (line.get("certificate_number") or 0) > _LARGEST_CERTIFICATE:
            line.refuse("certificate_number", "This number is too long for a certificate. Check it.")
        if (
            not contact
            or not code
            or not line.get("quantity")
            or not line.get("since")
            or not self._days(line, company)
        ):
            return None
        fields = {
            "class": code,
            "quantity": line.get("quantity"),
            "paid_per_share": line.get("paid_per_share") or Decimal(0),
            "unpaid_per_share": line.get("unpaid_per_share") or Decimal(0),
            "certificate_number": line.get("certificate_number"),
            "beneficially_held": not held_for if beneficially is None else beneficially,
            "held_for": held_for,
            "since": line.get("since"),
            "until": line.get("until"),
        }
        return Entry(line=line, company=company, contact=contact, fields=fields)

    def _enter_parcels(
        self, key: tuple[CompanyDraft, str], parcels: list[Parcel], holdings: list[Entry]
    ) -> None:
        company, code = key
        if (
            company.known
            and Shareholding.objects.filter(company=company.known, share_class__code=code).exists()
        ):
            for parcel in parcels:
                parcel.line.is_skipped = True
                parcel.line.warn(
                    ROW, f"{company.name} has holdings of {code} already, so its past is not added again."
                )
            self.found.holdings.extend(holdings)
            return
        self._compare(code, parcels, holdings)
        said = {id(entry.contact): entry.fields for entry in holdings}
        for parcel in parcels:
            told = said.get(id(parcel.member), {})
            fields = {
                "class": code,
                "quantity": parcel.quantity,
                "paid_per_share": parcel.paid,
                "unpaid_per_share": parcel.unpaid,
                "certificate_number": parcel.certificate,
                "beneficially_held": told.get("beneficially_held", True),
                "held_for": told.get("held_for", ""),
                "since": parcel.since,
                "until": parcel.until,
            }
            assert isinstance(parcel.member, ContactDraft)  # noqa: S101  # `_movement` names nobody else
            self.found.holdings.append(
                Entry(line=parcel.line, company=company, contact=parcel.member, fields=fields)
            )

    def _compare(self, code: str, parcels: list[Parcel], holdings: list[Entry]) -> None:
        """Refuse holdings that differ from what the transactions leave each member."""
        left: dict[int, int] = defaultdict(int)
        for parcel in parcels:
            left[id(parcel.member)] += parcel.quantity if parcel.until is None else 0
        held: dict[int, list[Entry]] = defaultdict(list)
        for entry in holdings:
            held[id(entry.contact)] += [entry] if entry.fields["until"] is None else []
        for member, entries in held.items():
            there = sum(entry.fields["quantity"] for entry in entries)
            if there != left.get(member, 0):
                entries[0].line.refuse(
                    "quantity",
                    f"The member holds {there:,} {code} here, and the transactions leave {left.get(member, 0):,}. "
                    "Correct one of them.",
                )

    def _parts(self, line: Line, prefix: str) -> AddressParts | None:
        street, suburb = line.get(f"{prefix}street"), line.get(f"{prefix}suburb")
        if not street and not suburb:
            return None
        country = line.get(f"{prefix}country") or "AU"
        for key, text in ((f"{prefix}street", street), (f"{prefix}suburb", suburb)):
            if not text:
                line.refuse(key, "An address has a street and a suburb. Enter both.")
                return None
        if country == "AU" and not line.get(f"{prefix}state"):
            line.warn(f"{prefix}state", "An Australian address has a state. It is taken over without.")
        return AddressParts(
            care_of=line.get(f"{prefix}care_of") or "",
            street=street,
            suburb=suburb,
            state=line.get(f"{prefix}state") or "",
            postcode=line.get(f"{prefix}postcode") or "",
            country=country,
        )

    def _check_joint(self, draft: ContactDraft) -> None:
        if draft.fields["kind"] != "JOINT" or draft.known:
            return
        missing = [each for each in draft.joint_holders if not self.people.by_reference(each)]
        if missing:
            draft.line.refuse(
                "joint_holders", f"No contact of the file has the reference {missing[0]}. Add its row."
            )
        elif not draft.joint_holders and draft.is_used:
            draft.line.warn(
                "name",
                f"{draft.fields['name']} are joint holders: name each of them on the contact’s page afterwards.",
            )

    def _leave_what_is_there(self) -> None:
        """Take out what the registers of companies that are here hold already: a file imported twice adds nothing."""
        companies = [
            each.known.pk for each in self.found.companies.values() if each.known and not each.is_left_alone
        ]
        if not companies:
            return
        offices = set(
            Officeholder.objects.filter(company__in=companies).values_list(
                "company", "contact", "office", "since"
            )
        )
        uses = {
            (each.company_id, each.use, each.address.one_line, each.since)
            for each in CompanyAddress.objects.filter(company__in=companies).select_related("address")
        }
        parcels = set(
            Shareholding.objects.filter(company__in=companies).values_list(
                "company", "member", "share_class__code", "quantity", "since", "certificate_number"
            )
        )
        self._join_by_name(companies)
        self.found.officeholders = [
            e for e in self.found.officeholders if not self._is_there(e, offices, "office", "since")
        ]
        self.found.holdings = [
            e
            for e in self.found.holdings
            if not self._is_there(e, parcels, "class", "quantity", "since", "certificate_number")
        ]
        self.found.addresses = [e for e in self.found.addresses if not _has_address(e, uses)]

    def _keep_only_who_is_needed(self) -> None:
        """Make no contact for rows that add nothing."""
        entries = (*self.found.officeholders, *self.found.holdings)
        needed = {id(entry.contact) for entry in entries} | {
            id(company.contact) for company in self.found.companies.values() if not company.is_left_alone
        }
        for draft in self.people.drafts:
            draft.is_used = id(draft) in needed or (
                draft.line.register == "contacts" and not draft.line.has_errors
            )

    def _join_by_name(self, companies: list[int]) -> None:
        """Within a company that is here, one name is one person, as long as nothing speaks against it."""
        rows = [
            *Officeholder.objects.filter(company__in=companies).select_related("contact", "company__contact"),
            *Shareholding.objects.filter(company__in=companies).select_related("member", "company__contact"),
        ]
        names: dict[Any, Any] = {}
        for row in rows:
            contact = row.contact if isinstance(row, Officeholder) else row.member
            names.setdefault((row.company.acn, fold_name(contact.name).key), contact)
        if self.sent.known_people == SpreadsheetImport.KnownPerson.NEW:
            return
        for entry in (*self.found.officeholders, *self.found.holdings):
            draft = entry.contact
            if draft and draft.known is None:
                found = names.get((entry.company.acn, fold_name(draft.fields["name"]).key))
                told = draft.fields
                if found and not any(
                    told.get(n) and getattr(found, n) and told[n] != getattr(found, n)
                    for n in ("director_id", "born_on", "acn")
                ):
                    draft.known = found

    def _is_there(self, entry: Entry, there: set[Any], *names: str) -> bool:
        if not entry.company.known or not entry.contact or not entry.contact.known:
            return False
        key = (entry.company.known.pk, entry.contact.known.pk, *(entry.fields[name] for name in names))
        entry.line.is_skipped = entry.line.is_skipped or key in there
        return key in there


def _has_address(entry: Entry, uses: set[Any]) -> bool:
    if not entry.company.known or entry.address is None:
        return False

    parts = entry.address
    line = Address(
        care_of=parts.care_of,
        street=parts.street,
        suburb=parts.suburb,
        state=parts.state,
        postcode=parts.postcode,
        country=parts.country,
    ).one_line
    found = (entry.company.known.pk, entry.fields["use"], line, entry.fields["since"]) in uses
    entry.line.is_skipped = entry.line.is_skipped or found
    return found
