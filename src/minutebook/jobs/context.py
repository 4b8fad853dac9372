"""What every page says of jobs and of the connection they need: both in one question to the database."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from minutebook.jobs.models import JobRequest
from minutebook.practice.loss import who_can_reconnect
from minutebook.practice.models import Connection


def jobs_in_header(request: HttpRequest) -> dict[str, Any]:
    """Give templates how many jobs need somebody, and the connection if it was lost; asked only where shown.

    The practice manager's own pages say more of its connection, so there it is left out.
    """
    if not hasattr(request, "membership"):
        return {}
    header = Header()
    setattr(request, HEADER, header)  # what stands above us may ask its own in the same question
    its_own = request.resolver_match is not None and "practice" in request.resolver_match.namespaces
    told: dict[str, Any] = {"jobs_needing_someone": lambda: header.needing_someone}
    if not its_own:
        told |= {"lost_connection": lambda: header.lost, "who_can_reconnect": who_can_reconnect}
    return told


HEADER = "minutebook_header"


class Header:
    """The firm's connection with its count of jobs. A firm that never connected has no jobs."""

    def __init__(self) -> None:
        self.also: dict[str, Combinable] = {}  # asked in the same question, by name

    @cached_property
    def connection(self) -> Connection | None:
        needing = JobRequest.objects.needing_somebody().filter(firm=OuterRef("firm"))
        counted = needing.order_by().values("firm").annotate(number=Count("pk")).values("number")
        needing_someone = Coalesce(Subquery(counted), 0)
        return Connection.objects.annotate(needing_someone=needing_someone, **self.also).first()

    def number(self, name: str, *, otherwise: Callable[[], int]) -> int:
        """Return one of `also`; without a connection it is asked by itself."""
        return int(getattr(self.connection, name)) if self.connection else otherwise()

    @property
    def needing_someone(self) -> int:
        return getattr(self.connection, "needing_someone", 0)

    @property
    def lost(self) -> Connection | None:
        return self.connection if self.connection and self.connection.is_lost else None
