"""The firm's fee schedule: what each kind of event, and each document, usually costs.

Fixed fees and disbursements, no hours: in XPM time is tasks and timesheets, and a cost line for it bills twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from minutebook.activity.changes import Seen, seen
from minutebook.activity.models import record
from minutebook.firms.models import Firm, User
from minutebook.jobs.fees.models import FeeLine, RegulatorAmount
from minutebook.jobs.fees.regulator import Amounts, amounts, is_overdue, late_fees
from minutebook.jobs.plan import Fee

_NOT_KNOWN = "ASIC’s amount is not known here: enter it under Fee schedule"
_KEPT = (
    "event_kind", "document_code", "regulator_fee", "description", "billable", "quantity", "unit_cost",
    "unit_price", "taxable",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class FeeTable:
    """The lines of one kind of event, or of one document, as the page shows them."""

    code: str
    label: str
    lines: list[FeeLine]


def fee_tables(labels: Mapping[str, str]) -> list[FeeTable]:
    """Return one table for each kind of event, in the order of `labels` (code to label)."""
    lines = list(FeeLine.objects.exclude(event_kind="").order_by("position", "pk"))
    return [
        FeeTable(code=code, label=label, lines=[line for line in lines if line.event_kind == code])
        for code, label in labels.items()
    ]


def document_tables(titles: Mapping[str, str], *, also: str = "") -> list[FeeTable]:
    """Return one table for each document that has a fee, and for `also`, which is about to get one."""
    lines = list(FeeLine.objects.exclude(document_code="").order_by("position", "pk"))
    priced = {line.document_code for line in lines} | {also}
    return [
        FeeTable(code=code, label=title, lines=[line for line in lines if line.document_code == code])
        for code, title in titles.items()
        if code in priced
    ]


def fees_for(
    event_kinds: Iterable[str],
    *,
    on: date,
    documents: Callable[[], Iterable[str]] = tuple,
    deadlines: Iterable[Mapping[str, Any]] = (),
    labels: Mapping[str, str] | None = None,
) -> list[Fee]:
    """Return what these events and documents cost, in the order of the schedule, and ASIC's late fees.

    `documents` tells the codes of those switched on, `labels` what events and documents are called: a fee says
    what it is for. One query, and one more each where a document has a fee, and where ASIC's amounts are needed.
    """
    wanted, deadlines = set(event_kinds), list(deadlines)
    lines = list(FeeLine.objects.order_by("position", "pk"))
    if any(line.document_code for line in lines):
        wanted |= set(documents())
    lines = [line for line in lines if (line.event_kind or line.document_code) in wanted]
    is_asked = any(line.regulator_fee for line in lines) or is_overdue(deadlines, today=on)
    known = amounts() if is_asked else Amounts(())
    fees = [_fee_of(line, known, labels or {}, on=on) for line in lines]
    return [*fees, *late_fees(deadlines, known, today=on)]


def _fee_of(line: FeeLine, known: Amounts, names: Mapping[str, str], *, on: date) -> Fee:
    fee = Fee(
        **{name: getattr(line, name) for name in _KEPT},
        key=f"fee:{line.pk}",
        origin=names.get(line.event_kind or line.document_code, ""),
    )
    if not line.regulator_fee:
        return fee
    amount = known.of(line.regulator_fee, on=on)
    if amount is None:
        return replace(fee, taxable=False, origin=_NOT_KNOWN)
    return replace(
        fee, unit_cost=amount.dollars, unit_price=amount.dollars, taxable=False, origin=amount.origin(on=on)
    )


@transaction.atomic
def add_fee(fee: Fee, *, by: User) -> FeeLine:
    """Put a fee at the end of its table."""
    table = FeeLine.objects.filter(event_kind=fee.event_kind, document_code=fee.document_code)
    latest = table.aggregate(Max("position"))["position__max"]
    line = FeeLine.objects.create(position=(latest or 0) + 1, **_kept(fee))
    record("fee.added", line, sentence=f"Fee added: {fee.description}", by=by, after=_seen(line))
    return line


@transaction.atomic
def change_fee(line: FeeLine, fee: Fee, *, by: User) -> None:
    """Replace what a fee says. Costs that were proposed from it before stay as they are."""
    before = _seen(line)
    for name, value in _kept(fee).items():
        setattr(line, name, value)
    line.save()
    sentence = f"Fee changed: {fee.description}"
    record("fee.changed", line, sentence=sentence, by=by, before=before, after=_seen(line))


@transaction.atomic
def remove_fee(line: FeeLine, *, by: User) -> None:
    """Take a fee out of the schedule."""
    record("fee.removed", line, sentence=f"Fee removed: {line.description}", by=by, before=_seen(line))
    line.delete()


def _seen(line: FeeLine) -> Seen:
    return seen(line, *_KEPT)


def _kept(fee: Fee) -> dict[str, Any]:
    return {name: getattr(fee, name) for name in _KEPT}


def seed_fee_schedule(firm: Firm) -> None:
    """Give a new firm a schedule to start from. Call in the firm's scope; a firm that has one keeps it."""
    if FeeLine.objects.exists():
        return
    FeeLine.objects.bulk_create(
        FeeLine(firm=firm, position=position, **_kept(fee))
        for fees in _seed().values()
        for position, fee in enumerate(fees, start=1)
    )


def _seed() -> dict[str, list[Fee]]:
    schedule = {
        "appoint_director": [
            ("Resolution, consent and register of officeholders", "24.00", "165.00"),
            ("Form 484 data sheet and lodgement", "12.00", "110.00"),
            ("Director ID check", "0.00", "35.00"),
        ],
        "appoint_secretary": [
            ("Resolution, consent and register of officeholders", "24.00", "145.00"),
            ("Form 484 data sheet and lodgement", "12.00", "110.00"),
        ],
        "cease_officeholder": [
            ("Resignation, resolution and register of officeholders", "24.00", "145.00"),
            ("Form 484 data sheet and lodgement", "12.00", "110.00"),
        ],
        "change_officeholder_details": [
            ("Register of officeholders brought up to date", "12.00", "75.00"),
            ("Form 484 data sheet and lodgement", "12.00", "110.00"),
        ],
        "change_company_name": [
            ("Members’ special resolution and Form 205A", "36.00", "220.00"),
        ],
        "change_registered_office": [
            ("Resolution and change of registered office", "24.00", "130.00"),
            ("Form 484 data sheet and lodgement", "12.00", "110.00"),
        ],
        "change_principal_place": [
            ("Resolution and change of principal place of business", "24.00", "130.00"),
            ("Form 484 data sheet and lodgement", "12.00", "110.00"),
        ],
        "issue_shares": [
            ("Application, resolution and register of members", "48.00", "290.00"),
            ("Share certificates", "6.00", "45.00"),
            ("Form 484 data sheet and lodgement", "12.00", "110.00"),
        ],
        "annual_review": [
            ("Annual review, solvency resolution and company statement", "60.00", "300.00"),
        ],
    }
    fees = {kind: [_fixed(kind, *line) for line in lines] for kind, lines in schedule.items()}
    review_fee = _passed_on("annual_review", "ASIC annual review fee", "329.00")
    fees["annual_review"].append(replace(review_fee, regulator_fee=RegulatorAmount.Kind.REVIEW))
    return fees


def _fixed(kind: str, description: str, unit_cost: str, unit_price: str, *, taxable: bool = True) -> Fee:
    return Fee(
        event_kind=kind,
        description=description,
        billable=True,
        quantity=Decimal("1.00"),
        unit_cost=Decimal(unit_cost),
        unit_price=Decimal(unit_price),
        taxable=taxable,
    )


def _passed_on(kind: str, description: str, dollars: str) -> Fee:
    """A regulator's fee that the client bears at cost: no margin and no GST.

    Australian fees and charges are exempt under A New Tax System (Goods and Services Tax) Act 1999, Div 81.
    """
    return _fixed(kind, description, dollars, dollars, taxable=False)
