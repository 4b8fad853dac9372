"""Searches and lists of the jobs pages."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from minutebook.jobs.costs import CostLine
from minutebook.jobs.models import JobRequest
from minutebook.practice.models import Connection, Price

_MOST_PRICES = 8
Status = JobRequest.Status


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A view of the jobs page: which statuses it lists."""

    code: str
    label: str
    statuses: tuple[str, ...]
    is_urgent: bool = False


VIEWS = (
    View(code="", label="All jobs", statuses=tuple(Status)),
    View(code="needs-you", label="Needs you", statuses=(Status.NEEDS_YOU,), is_urgent=True),
    View(
        code="moving",
        label="On their way",
        statuses=(Status.WAITING, Status.CREATING, Status.CHECKING, Status.FILLING),
    ),
    View(code="paused", label="Paused", statuses=(Status.PAUSED_UNREACHABLE, Status.PAUSED_CONNECTION)),
    View(code="created", label="Created", statuses=(Status.CREATED,)),
    View(code="cancelled", label="Cancelled", statuses=(Status.CANCELLED,)),
)


def view_of(code: str) -> View:
    """Return the view with this code; an unknown code shows all jobs."""
    return next((view for view in VIEWS if view.code == code), VIEWS[0])


def find_requests(view: View, *, text: str = "") -> QuerySet[JobRequest]:
    """Return the requests of a view, the latest first; `text` is a trace number, job number or company."""
    listed = (
        JobRequest.objects.needing_somebody()
        if view.is_urgent
        else JobRequest.objects.filter(status__in=view.statuses)
    )
    found = listed.select_related("pack__company__contact")
    for word in text.split():
        found = found.filter(
            Q(marker__icontains=word)
            | Q(job_number__icontains=word)
            | Q(pack__company__contact__name__icontains=word)
        )
    return found.order_by("-asked_at", "-pk")


def count_views() -> dict[str, int]:
    """Return how many requests each view lists, by its code."""
    counted = dict(JobRequest.objects.values_list("status").annotate(Count("pk")).order_by())
    counts = {view.code: sum(counted.get(status, 0) for status in view.statuses) for view in VIEWS}
    return counts | {view.code: needs_you_count() for view in VIEWS if view.is_urgent}


def needs_you_count() -> int:
    """Return how many jobs of the firm need somebody: the number beside Jobs in the top bar."""
    return JobRequest.objects.needing_somebody().count()


def find_prices(text: str) -> list[Price]:
    """Return a few lines of XPM's price list whose description or code has every typed word."""
    connection = Connection.objects.first()
    if connection is None:
        return []
    prices = Price.objects.of(connection)
    for word in text.split():
        prices = prices.filter(Q(description__icontains=word) | Q(code__icontains=word))
    return list(prices.order_by("description", "pk")[:_MOST_PRICES])


def is_in_price_list(line: CostLine) -> bool:
    """Tell whether a line is the price list's own: its description and its price."""
    connection = Connection.objects.first()
    if connection is None:
        return False
    same = Price.objects.of(connection).filter(description=line.description, unit_price=line.unit_price)
    return same.exists()
