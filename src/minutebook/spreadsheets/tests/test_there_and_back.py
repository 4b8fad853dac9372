"""An export comes back the same: whatever is in the registers, and whatever begins like a formula."""

import contextlib
import io
import zipfile
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minutebook.companies.models import Company, CompanyAddress, Officeholder, ShareClass, Shareholding
from minutebook.contacts.models import Address, Contact, JointHolder
from minutebook.firms.models import User
from minutebook.scope import firm_scope
from minutebook.spreadsheets import export
from minutebook.spreadsheets.models import SpreadsheetImport, StagedRow
from minutebook.spreadsheets.staging import read_files, take_files
from minutebook.spreadsheets.tasks import run_step
from minutebook.text import UnprintableText, check_text
from tests.cast import make_firm, make_user

ACNS = ("004085616", "010499966", "002724334")
DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))


def _is_kept_as_typed(text: str) -> bool:
    try:
        return check_text(text) == text == " ".join(text.split())
    except UnprintableText:
        return False


TEXT = (
    st.builds(
        lambda start, rest: f"{start}{rest}".strip(),
        st.sampled_from(["", "", "=", "+", "-", "@", "'", "'=", "=cmd|'/c calc'!A", '"', ","]),
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=20),
    )
    .filter(_is_kept_as_typed)
    .filter(bool)
)
OFFICES = st.tuples(TEXT, st.sampled_from(Officeholder.Office.values), DAYS, st.none() | DAYS)
PARCELS = st.tuples(
    st.integers(0, 3), st.integers(1, 2**53), st.decimals(0, 10**6, places=6), DAYS, st.none() | DAYS
)
FIRMS = st.lists(
    st.fixed_dictionaries({
        "name": TEXT, "partner": TEXT, "held_for": TEXT, "title": TEXT, "street": TEXT, "suburb": TEXT,
        "people": st.lists(OFFICES, max_size=4),
        "parcels": st.lists(PARCELS, max_size=4),
    }),
    min_size=1, max_size=len(ACNS),
)  # fmt: skip


class Undone(Exception):
    """Ends an example, and with it everything it wrote."""


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(companies=FIRMS, as_workbook=st.booleans())
def test_export_import_export(db: None, *, companies: list[dict[str, Any]], as_workbook: bool) -> None:
    with contextlib.suppress(Undone), transaction.atomic():
        one, other = make_firm("One"), make_firm("Other")
        user = make_user(other)
        with firm_scope(one.pk):
            for acn, told in zip(ACNS, companies, strict=False):
                _make(acn, told)
            exported, before = _exported(as_workbook=as_workbook), _registers()
        with firm_scope(other.pk):
            sent = _bring_in(exported, user)
            assert sent.state == "IMPORTED", list(
                StagedRow.objects.filter(finding=0).values_list("says", "cells")
            )
            assert _registers() == before
        raise Undone


def _make(acn: str, told: dict[str, Any]) -> None:
    address = Address.objects.create(
        street=told["street"], suburb=told["suburb"], state="VIC", postcode="3000"
    )
    contact = Contact.objects.create(kind="COMPANY", name=told["name"], acn=acn, address=address)
    people = [
        Contact.objects.create(kind="PERSON", name=name, family_name=name) for name, *_ in told["people"]
    ]
    company = Company.objects.create(
        contact=contact, registered_on=date(1999, 1, 1), registered_in="VIC", review_on=date(2027, 1, 1),
        partner=told["partner"], signing_contact=people[0] if people else None,
    )  # fmt: skip
    CompanyAddress.objects.create(
        company=company, use="CONTACT", address=address, occupier=told["partner"], since=date(1999, 1, 1)
    )
    for contact, (_, office, since, until) in zip(people, told["people"], strict=True):
        Officeholder.objects.create(
            company=company, contact=contact, office=office, since=since, until=_later(since, until)
        )
    share_class = ShareClass.objects.create(company=company, code="ORD", title=told["title"])
    joint = Contact.objects.create(kind="JOINT", name="Both")
    for position, holder in enumerate(people, start=1):
        JointHolder.objects.create(joint=joint, holder=holder, position=position)
    members = [*people, joint]
    for number, (member, quantity, paid, since, until) in enumerate(told["parcels"], start=1):
        Shareholding.objects.create(
            company=company, share_class=share_class, member=members[member % len(members)], quantity=quantity,
            paid_per_share=paid, certificate_number=number, beneficially_held=False, held_for=told["held_for"],
            since=since, until=_later(since, until),
        )  # fmt: skip


def _later(since: date, until: date | None) -> date | None:
    return max(since, until) if until else None


def _exported(*, as_workbook: bool) -> list[SimpleUploadedFile]:
    if as_workbook:
        stream = io.BytesIO()
        export.write_workbook(stream)
        return [SimpleUploadedFile("all.xlsx", stream.getvalue())]
    with zipfile.ZipFile(io.BytesIO(b"".join(export.stream_zip()))) as archive:
        names = ("Companies", "Officeholders", "Addresses", "Share classes", "Holdings", "Contacts")
        return [SimpleUploadedFile(f"{name}.csv", archive.read(f"{name}.csv")) for name in names]


def _bring_in(files: list[SimpleUploadedFile], user: User) -> SpreadsheetImport:
    sent = take_files(files, by=user, now=timezone.now())
    read_files(sent)
    for sheet in sent.sheets:  # what an export only looks up comes back as nothing
        if sheet["name"] not in {
            "Companies",
            "Officeholders",
            "Addresses",
            "Share classes",
            "Holdings",
            "Contacts",
        }:
            sheet["register"] = ""
    sent.order = "DMY"
    for step in ("CHECKING", "IMPORTING"):
        sent.state = step
        sent.save()
        run_step(sent.pk, by=user)
        sent.refresh_from_db()
    return sent


def _registers() -> dict[str, list[list[Any]]]:
    """Return the exported registers without the numbers of contacts, which belong to a database."""
    found = {}
    for table in export.tables():
        if table.title in {"Packs", "Documents", "Files", "Jobs", "People", "Activity"}:
            continue
        kept = [index for index, heading in enumerate(table.headings) if "reference" not in heading]
        rows = [[str(row[index]) for index in kept] for row in table.rows()]
        found[table.title] = sorted([_counted(cell) for cell in row] for row in rows)
    return found


def _counted(cell: str) -> str:
    """Return references to joint holders as how many there are."""
    return f"{cell.count(';') + 1} holders" if cell.startswith("C") and cell[1:2].isdigit() else cell
