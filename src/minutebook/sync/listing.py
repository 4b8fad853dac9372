"""The client list: one row for each client of the practice and each contact that is only here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from minutebook.contacts.models import Contact
from minutebook.practice.client_reading import ARCHIVED, BACK
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.sync.fields import LABELS
from minutebook.sync.models import Comparison, Ignored, Suggestion
from minutebook.sync.structures import KNOWN, KindsOfStructures

STATUSES = {
    "different": "Different",
    "suggested": "Suggested",
    "linked": "Linked",
    "here": "Only here",
    "there": "Only in XPM",
    "unsupported": "Not supported",
    "ignored": "Ignored",
    "archived": "Archived",
    "gone": "Deleted in XPM",
}
NEWS = "news"  # not a status: whatever the latest reading brought
LOOKS = {"different": "needs-you", "suggested": "waiting", "linked": "done"}
_COLUMNS = (
    "row_name",
    "row_kind",
    "row_acn",
    "row_abn",
    "status",
    "row_changed",
    "client_pk",
    "contact_pk",
    "comparison_pk",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the list."""

    name: str
    kind: str
    acn: str
    abn: str
    status: str
    status_words: str
    look: str
    changed_at: datetime | None
    client_id: int | None
    contact_id: int | None
    comparison_id: int | None
    news: str = ""  # what the latest reading brought of it


def since_last_read(connection: Connection | None) -> datetime | None:
    """Return when the latest reading began, once there was one before it."""
    return connection.changes_read_at if connection else None


def what_is_new(client: Client, *, since: datetime) -> str:
    """Return what the latest reading brought of a client, in words."""
    latest = {name for name, moment in client.seen.items() if datetime.fromisoformat(moment) >= since}
    if client.is_gone:
        return "Deleted in XPM"
    if client.is_archived and ARCHIVED in latest:
        return "Archived in XPM"
    if BACK in latest:
        return "Back in XPM"
    if latest >= set(client.details):
        return "New in XPM"
    changed = [LABELS[code] for code in LABELS if code in latest]
    return ", ".join(changed) or "Relationships"


def rows(connection: Connection | None, *, text: str, status: str) -> QuerySet[Any, dict[str, Any]]:
    """Return the list in name order, as dictionaries for `shown`."""
    there, here = _clients(connection, text), _contacts(connection, text)
    if status == NEWS:
        since = since_last_read(connection)
        news = there.filter(changed_at__gte=since) if since else there.none()
        return news.order_by("row_name", "client_pk")
    if status == "here":
        return here.order_by("row_name", "contact_pk")
    if status in STATUSES:
        return there.filter(status=status).order_by("row_name", "client_pk")
    return there.union(here, all=True).order_by("row_name", "client_pk", "contact_pk")


def counts(connection: Connection | None) -> Sequence[tuple[str, str, int]]:
    """Return code, label and number of each status."""
    found = [
        (code, label, rows(connection, text="", status=code).count()) for code, label in STATUSES.items()
    ]
    return [each for each in found if each[2]]


def page_of(connection: Connection | None, found: Iterable[dict[str, Any]], *, status: str) -> list[Row]:
    """Return rows as the page shows them; those of the latest reading with what it brought."""
    shown_rows, since = [shown(row) for row in found], since_last_read(connection)
    if status != NEWS or since is None:
        return shown_rows
    clients = Client.objects.in_bulk([row.client_id for row in shown_rows if row.client_id])
    return [
        replace(row, news=what_is_new(clients[row.client_id], since=since)) if row.client_id else row
        for row in shown_rows
    ]


def shown(row: dict[str, Any]) -> Row:
    """Return a row as the page shows it."""
    kind = row["row_kind"]
    return Row(
        name=row["row_name"] or "Without a name",
        kind=str(Contact.Kind(kind).label) if kind in Contact.Kind.values else kind or "No structure",
        acn=row["row_acn"],
        abn=row["row_abn"],
        status=row["status"],
        status_words=STATUSES[row["status"]],
        look=LOOKS.get(row["status"], "draft"),
        changed_at=row["row_changed"],
        client_id=row["client_pk"],
        contact_id=row["contact_pk"],
        comparison_id=row["comparison_pk"],
    )


def structure_for(kind: str, connection: Connection) -> str:
    """Return the practice's own word for a kind of contact: the one most of its clients of that kind have."""
    kinds = KindsOfStructures()
    used = Client.objects.of(connection).active().values_list("structure", flat=True).distinct()
    fitting = sorted(name for name in used if kinds.kind_of(name) == kind)
    known = [name for name in fitting if name.casefold() in KNOWN]
    return (known or fitting or [""])[0]


def _clients(connection: Connection | None, text: str) -> QuerySet[Any, dict[str, Any]]:
    tenant = connection.tenant_id if connection else ""
    kinds = KindsOfStructures()
    used = Client.objects.filter(tenant_id=tenant).values_list("structure", flat=True).distinct()
    unsupported = [name for name in used if not kinds.kind_of(name)]
    link = ClientLink.objects.filter(client=OuterRef("pk"))
    different = Comparison.objects.filter(link__client=OuterRef("pk"), open_count__gt=0)
    suggested = Suggestion.objects.filter(client=OuterRef("pk"), state=Suggestion.State.OPEN)
    found = Client.objects.filter(_client_terms(text), tenant_id=tenant).annotate(
        row_name=F("name"),
        row_kind=F("structure"),
        row_acn=F("acn"),
        row_abn=F("abn"),
        row_changed=Coalesce("changed_at", "read_at"),
        client_pk=F("pk"),
        contact_pk=F("links__contact_id"),
        comparison_pk=F("links__comparison__pk"),
        status=Case(
            When(is_gone=True, then=Value("gone")),
            When(Exists(different), then=Value("different")),
            When(is_archived=True, then=Value("archived")),
            When(Exists(link), then=Value("linked")),
            When(Exists(Ignored.objects.filter(client=OuterRef("pk"))), then=Value("ignored")),
            When(structure__in=unsupported, then=Value("unsupported")),
            When(Exists(suggested), then=Value("suggested")),
            default=Value("there"),
            output_field=CharField(),
        ),
    )
    rows: QuerySet[Any, dict[str, Any]] = found.order_by().values(*_COLUMNS)
    return rows


def _contacts(connection: Connection | None, text: str) -> QuerySet[Any, dict[str, Any]]:
    tenant = connection.tenant_id if connection else ""
    linked = ClientLink.objects.filter(contact=OuterRef("pk"), tenant_id=tenant)
    found = Contact.objects.filter(~Exists(linked), _contact_terms(text)).annotate(
        row_name=F("name"),
        row_kind=F("kind"),
        row_acn=F("acn"),
        row_abn=F("abn"),
        row_changed=F("changed_at"),
        client_pk=Value(None, output_field=IntegerField()),
        contact_pk=F("pk"),
        comparison_pk=Value(None, output_field=IntegerField()),
        status=Value("here", output_field=CharField()),
    )
    rows: QuerySet[Any, dict[str, Any]] = found.order_by().values(*_COLUMNS)
    return rows


def _client_terms(text: str) -> Q:
    words, digits = text.strip(), "".join(filter(str.isdigit, text))
    if not words:
        return Q()
    terms = Q(name__icontains=words) | Q(links__contact__name__icontains=words) | Q(email__icontains=words)
    return terms | (Q(acn__startswith=digits) | Q(abn__startswith=digits) if digits else Q())


def _contact_terms(text: str) -> Q:
    words, digits = text.strip(), "".join(filter(str.isdigit, text))
    if not words:
        return Q()
    terms = Q(name__icontains=words) | Q(email__icontains=words) | Q(former_names__icontains=words)
    return terms | (Q(acn__startswith=digits) | Q(abn__startswith=digits) if digits else Q())
