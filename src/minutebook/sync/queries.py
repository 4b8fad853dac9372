"""What the pages about contacts and clients show. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from minutebook.activity.models import Activity, history_of
from minutebook.companies.models import Company, Officeholder
from minutebook.contacts.models import Contact
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.sync.comparing import full_link, is_conflict, place_of
from minutebook.sync.fields import FIELDS, LABELS, fields_of, ours, theirs
from minutebook.sync.models import Comparison, Decision, FirstSync, Outgoing, Suggestion
from minutebook.sync.structures import KindsOfStructures

SHOWN = 50
TO_DECIDE_SHOWN = 200  # in the list beside a record
_OFFICE_NOTICE = "s 205B(4)"


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldShown:
    """One field of a record to decide: both values, and since when each is known here."""

    code: str
    label: str
    ours: str
    theirs: str
    ours_origin: str
    theirs_origin: str
    is_conflict: bool
    asic: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ToTell:
    """A company that ASIC must hear of if the practice manager's words are taken."""

    company: Company
    as_what: str  # "the company itself", "Director"
    section: str
    address: str  # to fill in its prepared event; "" when it stays, and of officeholders
    new_name: str = ""  # the same of the company's own name


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A linked contact and its client, field by field."""

    comparison: Comparison
    contact: Contact
    client: Client
    fields: Sequence[FieldShown]
    agreeing: Sequence[tuple[str, str]]
    waiting: Sequence[str]  # labels of what is on its way to the practice manager
    stopped: Sequence[Outgoing]
    to_tell: Sequence[ToTell]
    history: Sequence[Decision]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOutStructure:
    """A business structure of the practice whose clients take no part, and why."""

    name: str
    count: int
    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """How far the first synchronisation has come."""

    connection: Connection | None
    first: FirstSync | None
    certain: Sequence[Suggestion]
    unsure: Sequence[Suggestion]
    counts: Mapping[str, int]
    linked: int
    to_review: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UndoProgress:
    """How many decisions of how many are taken back; some may stay, with their reasons."""

    done: int
    total: int
    not_undone: int


def current_first(connection: Connection | None) -> FirstSync | None:
    if connection is None:
        return None
    return (
        FirstSync.objects.filter(tenant_id=connection.tenant_id).exclude(stage=FirstSync.Stage.UNDONE).first()
    )


def undo_progress(first: FirstSync) -> UndoProgress:
    """Return how far undoing a first synchronisation has come."""
    decided = first.decisions.count()
    left = first.decisions.filter(undone_at=None).count()
    return UndoProgress(done=decided - left, total=decided, not_undone=len(first.not_undone))


def latest_undone(connection: Connection | None) -> FirstSync | None:
    """Return the first synchronisation that was undone last, if something of it could not be."""
    undone = FirstSync.objects.filter(tenant_id=_tenant(connection), stage=FirstSync.Stage.UNDONE)
    latest = undone.order_by("-pk").first()
    return latest if latest and latest.not_undone else None


def overview(connection: Connection | None, *, now: datetime) -> Overview:
    """Return what the guided page shows."""
    open_ones = open_suggestions(connection)
    counts = dict(open_ones.values_list("certainty").annotate(Count("pk")).order_by())
    shown = open_ones.select_related("contact__address", "client")
    return Overview(
        connection=connection,
        first=current_first(connection),
        certain=list(shown.filter(certainty="CERTAIN").order_by("contact__name", "pk")[:SHOWN]),
        unsure=list(shown.exclude(certainty="CERTAIN").order_by("-score", "contact__name", "pk")[:SHOWN]),
        counts=counts,
        linked=ClientLink.objects.filter(tenant_id=_tenant(connection)).count(),
        to_review=to_decide(connection, now=now).count(),
    )


def open_suggestions(connection: Connection | None) -> QuerySet[Suggestion]:
    return Suggestion.objects.filter(tenant_id=_tenant(connection), state=Suggestion.State.OPEN)


def to_decide(connection: Connection | None, *, now: datetime) -> QuerySet[Comparison]:
    """Return the records of which something is to be decided now, by name."""
    rows = Comparison.objects.filter(tenant_id=_tenant(connection)).to_decide(now=now)
    return rows.select_related("link__contact", "link__client").order_by("link__contact__name", "pk")


def record_to_decide(comparison: Comparison) -> Record:
    """Return one record, field by field."""
    link = full_link(comparison.link_id)
    contact, client = link.contact, link.client
    outgoing = list(
        Outgoing.objects.filter(contact=contact, client=client)
        .exclude(kind__in=Outgoing.OF_RELATIONSHIPS)
        .order_by("pk")
    )
    asic = {field.code for field in FIELDS if field.asic}
    return Record(
        comparison=comparison,
        contact=contact,
        client=client,
        fields=_differing(comparison, contact, client),
        agreeing=_agreeing(comparison, contact, client),
        waiting=[
            LABELS[code]
            for each in outgoing
            if each.state in Outgoing.PENDING
            for code in each.fields
            if code in LABELS
        ],
        stopped=[each for each in outgoing if each.state == Outgoing.State.STOPPED][-1:],
        to_tell=_to_tell(contact, comparison) if asic & set(comparison.differences) else (),
        history=list(
            Decision.objects.filter(contact_id=contact.pk)
            .select_related("decided_by", "undone_by")
            .order_by("-pk")[:8]
        ),
    )


def _differing(comparison: Comparison, contact: Contact, client: Client) -> list[FieldShown]:
    """Return both sides of every field that differs, and where each value comes from."""
    entered = _origins(contact)
    return [
        FieldShown(
            code=field.code,
            label=field.label,
            ours=comparison.differences[field.code][0],
            theirs=comparison.differences[field.code][1],
            ours_origin=entered.get(field.label, ""),
            theirs_origin=_first_seen(client, field.code),
            is_conflict=is_conflict(comparison, field.code),
            asic=field.asic,
        )
        for field in fields_of(contact.kind)
        if field.code in comparison.differences
    ]


def _agreeing(comparison: Comparison, contact: Contact, client: Client) -> list[tuple[str, str]]:
    """Return label and value of what both sides say alike, or what one says and the other leaves open."""
    mine, yours = ours(contact, place=place_of(contact)), theirs(client, kind=contact.kind)
    return [
        (LABELS[code], value)
        for code, value in mine.items()
        if value and code not in comparison.differences and value == yours.get(code, value)
    ]


def latest_decision(connection: Connection | None) -> Decision | None:
    return (
        Decision.objects.filter(tenant_id=_tenant(connection), undone_at=None)
        .select_related("decided_by")
        .order_by("-pk")
        .first()
    )


def structures(connection: Connection | None) -> Sequence[LeftOutStructure]:
    """Return every structure in use, with what it stands for and how many clients have it."""
    if connection is None:
        return ()
    kinds = KindsOfStructures()
    counted = Client.objects.of(connection).active().values_list("structure").annotate(Count("pk"))
    return [
        LeftOutStructure(name=name, count=count, kind=kinds.kind_of(name), reason=kinds.why_left_out(name))
        for name, count in counted.order_by("structure")
    ]


def _origins(contact: Contact) -> dict[str, str]:
    """Return, by label, who entered the value that stands here and when."""
    found: dict[str, str] = {}
    for entry in history_of(contact).order_by("-pk")[:50]:
        for label in entry.after:
            found.setdefault(_label_here(label), f"{_how(entry)}, {entry.happened_at:%d/%m/%Y}")
    return found


def _label_here(label: str) -> str:
    """The activity writes labels as the models name their fields."""
    return {"Born on": "Date of birth"}.get(label, label)


def _how(entry: Activity) -> str:
    return f"Entered by {entry.who}"


def _first_seen(client: Client, code: str) -> str:
    moment = client.seen.get(code, "")
    return f"First seen here on {datetime.fromisoformat(moment):%d/%m/%Y}" if moment else ""


def _to_tell(contact: Contact, comparison: Comparison) -> list[ToTell]:
    """Return the companies of which ASIC must hear a change of this contact's name or address."""
    found = []
    company = Company.objects.filter(contact=contact).select_related("contact").first()
    if company:
        found.append(
            ToTell(
                company=company,
                as_what="the company itself",
                section="ss 142, 146" if "address" in comparison.differences else "s 157",
                address=comparison.differences.get("address", ["", ""])[1],
                new_name=comparison.differences.get("name", ["", ""])[1],
            )
        )
    offices = Officeholder.objects.filter(contact=contact, until__isnull=True).select_related(
        "company__contact"
    )
    by_company: dict[int, ToTell] = {}
    for office in offices.order_by("pk"):
        by_company.setdefault(
            office.company_id,
            ToTell(
                company=office.company,
                as_what=office.get_office_display(),
                section=_OFFICE_NOTICE,
                address="",
            ),
        )
    return [*found, *by_company.values()]


def _tenant(connection: Connection | None) -> str:
    return connection.tenant_id if connection else ""
