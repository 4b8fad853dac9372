"""Whether jobs can be planned: a connection, one whole reading of the practice, and a job template there."""

from dataclasses import dataclass

from django.urls import reverse

from minutebook.firms.models import Firm
from minutebook.practice.models import Connection, JobTemplate


@dataclass(frozen=True, kw_only=True, slots=True)
class NotReady:
    """Why no job can be planned, and the page that mends it."""

    reason: str
    url_name: str
    label: str
    slug: str = ""  # of a help page

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=[self.slug] if self.slug else [])


def why_not_ready(firm: Firm) -> NotReady | None:
    """Return why the firm cannot plan jobs yet, or None when it can. Two queries at most."""
    return why_not_ready_with(Connection.objects.filter(firm=firm).first())


def why_not_ready_with(connection: Connection | None) -> NotReady | None:
    """Return why no job can be planned with a connection, or None. One query at most."""
    if connection is None or connection.status == Connection.Status.DISCONNECTED:
        return _settings("Xero Practice Manager is not connected.", label="Connect it in Settings")
    if connection.is_lost:
        return _settings("The connection to Xero Practice Manager was lost.", label="Reconnect in Settings")
    if connection.read_at is None:
        return _settings("XPM’s clients and templates have not been read yet.", label="See the reading")
    if not JobTemplate.objects.of(connection).exists():
        return NotReady(
            reason="XPM has no job template yet.",
            url_name="help:page",
            slug="job-template",
            label="How to make one",
        )
    return None


def _settings(reason: str, *, label: str) -> NotReady:
    return NotReady(reason=reason, url_name="practice:settings", label=label)
