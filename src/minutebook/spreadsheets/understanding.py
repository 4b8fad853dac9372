"""What the rows of an import tell: companies with their registers, checked against each other and the firm's.

Reads, and writes nothing. What is wrong is said on the line; what is right is in the plan, in memory.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q

from minutebook.companies.rules import ADULT_YEARS, is_post_office_box
from minutebook.contacts.identifiers import belongs_to_acn
from minutebook.contacts.names import Form, fold_name
from minutebook.spreadsheets.already_here import keep_only_who_is_needed, leave_what_is_there
from minutebook.spreadsheets.belonging import TITLES, Belonging
from minutebook.spreadsheets.dates import Order
from minutebook.spreadsheets.drafts import CompanyDraft, Entry, Understanding
from minutebook.spreadsheets.layout import SheetLayout
from minutebook.spreadsheets.lines import ROW, Line, read_line
from minutebook.spreadsheets.members import Members
from minutebook.spreadsheets.models import SpreadsheetImport, StagedRow
from minutebook.spreadsheets.people import ContactDraft, fields_of, find_known, is_of_age
from minutebook.spreadsheets.values import Way

AT_A_TIME = 2000  # rows


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
    Members(found, reader.belonging).read(by_register["holdings"], by_register["transactions"])
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
        self.belonging = Belonging(sent, found)
        self.seen: dict[Any, Line] = {}

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
        draft.address = draft.address or self.belonging.address_of(line, "") or line.get("address")
        draft.postal_address = draft.postal_address or self.belonging.address_of(line, "postal_")
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
        known = self.belonging.known.get(acn)
        draft = CompanyDraft(
            acn=acn, name=name, registered_on=line.get("registered_on"), line=line, known=known
        )
        draft.is_left_alone = known is not None and self.sent.known_companies == SpreadsheetImport.Known.SKIP
        draft.classes = dict(self.belonging.known_classes[known.pk]) if known else {}
        line.is_skipped = draft.is_left_alone
        self.found.companies[acn] = draft
        self.belonging.by_name[fold_name(name).key].append(acn)
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
        company = self.belonging.company_of(line)
        code = line.get("code")
        if not company or not code:
            return
        code = code.upper()
        title = line.get("title") or TITLES.get(code, code)
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
        company = self.belonging.company_of(line)
        if not company:
            return
        contact = self.belonging.contact_of(line, company, name=line.get("name") or "", kind="PERSON")
        office, since = line.get("office"), line.get("since")
        if not contact or not office or not since or not self.belonging.fits_days(line, company):
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
        company = self.belonging.company_of(line)
        parts = self.belonging.address_of(line, "") or line.get("address")
        use, since = line.get("use"), line.get("since")
        if not company or not parts or not use or not since or not self.belonging.fits_days(line, company):
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

    def finish(self) -> None:
        """Say what only shows once everything was read, and find who is here already."""
        uses_known = self.sent.known_people != SpreadsheetImport.KnownPerson.NEW
        if uses_known:
            find_known(draft for draft in self.people.drafts if draft.known is None)
        for draft in self.people.drafts:
            self._check_joint(draft)
        leave_what_is_there(self.found, by_name=uses_known)
        keep_only_who_is_needed(self.found)
        directed = {
            entry.company.acn for entry in self.found.officeholders if entry.fields["office"] == "DIRECTOR"
        }
        for company in self.found.companies.values():
            if company.line and not company.known and company.acn not in directed:
                company.line.warn(
                    "name", "The file names no director of this company; it has at least one. s 201A(1)"
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
