"""The jobs of a firm, as a table of its export."""

from collections.abc import Iterator, Sequence
from typing import Any

from minutebook.jobs.models import JobRequest
from minutebook.spreadsheets.export import Table


def job_table() -> Table:
    headings = (
        "Trace number",
        "Company",
        "Status",
        "Job number",
        "Asked by",
        "Asked on",
        "Finished on",
        "Reason",
    )
    return Table(title="Jobs", headings=headings, rows=_jobs)


def _jobs() -> Iterator[Sequence[Any]]:
    rows = JobRequest.objects.select_related("pack__company__contact", "asked_by").defer("pack__snapshot")
    for each in rows.order_by("asked_at", "pk").iterator(chunk_size=2000):
        yield (
            each.marker, each.pack.company.name, each.get_status_display(), each.job_number,
            each.asked_by.name, each.asked_at, each.finished_at, each.reason,
        )  # fmt: skip
