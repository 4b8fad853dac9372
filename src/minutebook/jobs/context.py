"""What the header of every page says about jobs."""

from typing import Any

from django.http import HttpRequest

from minutebook.jobs.queries import needs_you_count


def jobs_in_header(request: HttpRequest) -> dict[str, Any]:
    """Give templates the number of jobs that need somebody, counted only where it is shown."""
    return {"jobs_needing_someone": needs_you_count} if hasattr(request, "membership") else {}
