"""GET /metrics for Prometheus: how this web process answers, and how the work stands in the database.

Any number of web processes and workers share the database, so what concerns the work is counted there when
somebody asks; only requests are counted in the process that answered them. No firm is named.
"""

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from minutebook.server.workload import Measure, workload

_REFUSAL = "Send MINUTEBOOK_METRICS_TOKEN as a bearer token, or ask from the machine itself.\n"
_LOOPBACK = ("127.0.0.1", "::1")
_PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded")
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)  # seconds; the promise is 0.1

registry = CollectorRegistry()
_requests = Counter(
    "minutebook_requests", "Requests answered by this process.", ["view", "status"], registry=registry
)
_seconds = Histogram(
    "minutebook_request_seconds",
    "How long this process took to answer.",
    ["view"],
    buckets=_BUCKETS,
    registry=registry,
)


class WorkloadCollector(Collector):
    """Asks the database each time it is asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for measure in workload(now=timezone.now()):
            yield _gauge(measure)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Tell nothing beforehand: registering must not open the database."""
        return iter(())


registry.register(WorkloadCollector())


def count_request(*, view: str, status: int, seconds: float) -> None:
    """Count one answer of this process."""
    _requests.labels(view, str(status)).inc()
    _seconds.labels(view).observe(seconds)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Show every figure to who may see them."""
    if not _may_read(request):
        return HttpResponse(_REFUSAL, status=403, content_type="text/plain")
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """Ask for the token; where none is set, let in this machine alone, and nobody whom a proxy passed on."""
    if token := settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), token.encode())
    is_passed_on = any(header in request.headers for header in _PASSED_ON)
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not is_passed_on


def _gauge(measure: Measure) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(measure.name, measure.help, labels=measure.labels)
    for labels, value in measure.values.items():
        gauge.add_metric(labels, value)
    return gauge
