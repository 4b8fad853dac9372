"""The firm's fee schedule: what each kind of event usually costs. Fixed fees and disbursements, no hours."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from minutebook.activity.changes import Seen, seen
from minutebook.activity.models import record
from minutebook.firms.models import Firm, User
from minutebook.jobs.models import FeeLine
from minutebook.jobs.plan import Fee


@dataclass(frozen=True, kw_only=True, slots=True)
class FeeTable:
    """The lines of one kind of event, as the page shows them."""

    event_kind: str
    label: str
    lines: list[FeeLine]


def fee_tables(labels: dict[str, str]) -> list[FeeTable]:
    """Return one table for each kind of event, in the order of `labels` (code to label)."""
    lines = list(FeeLine.objects.order_by("position", "pk"))
    return [
        FeeTable(event_kind=code, label=label, lines=[line for line in lines if line.event_kind == code])
        for code, label in labels.items()
    ]


def fees_for(event_kinds: Iterable[str]) -> list[Fee]:
    """Return the fees of these kinds of event, in the order of the schedule."""
    return [
        Fee(
            event_kind=line.event_kind,
            description=line.description,
            billable=line.billable,
            quantity=line.quantity,
            unit_cost=line.unit_cost,
            unit_price=line.unit_price,
            taxable=line.taxable,
        )
        for line in FeeLine.objects.filter(event_kind__in=set(event_kinds)).order_by("position", "pk")
    ]


@transaction.atomic
def add_fee(fee: Fee, *, by: User) -> FeeLine:
    """Put a fee at the end of its kind's table."""
    latest = FeeLine.objects.filter(event_kind=fee.event_kind).aggregate(Max("position"))["position__max"]
    line = FeeLine.objects.create(position=(latest or 0) + 1, **asdict(fee))
    record("fee.added", line, sentence=f"Fee added: {fee.description}", by=by, after=_seen(line))
    return line


@transaction.atomic
def change_fee(line: FeeLine, fee: Fee, *, by: User) -> None:
    """Replace what a fee says. Costs that were proposed from it before stay as they are."""
    before = _seen(line)
    for name, value in asdict(fee).items():
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
    return seen(
        line, "event_kind", "description", "billable", "quantity", "unit_cost", "unit_price", "taxable"
    )


def seed_fee_schedule(firm: Firm) -> None:
    """Give a new firm a schedule to start from. Call in the firm's scope; a firm that has one keeps it."""
    if FeeLine.objects.exists():
        return
    FeeLine.objects.bulk_create(
        FeeLine(firm=firm, position=position, **asdict(fee))
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
    # ASIC's amount from 1 July 2025; it is indexed each July, and the firm corrects its schedule then.
    fees["annual_review"].append(_passed_on("annual_review", "ASIC annual review fee", "329.00"))
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
