"""For how long a firm keeps what the law does not ask it to keep."""

from typing import ClassVar

from django.db import models

from minutebook.retention.kinds import Kind, kind_named
from minutebook.scope import FirmManager, FirmRow, Limit


class Retention(FirmRow):
    """A firm's choices, and when they were last applied."""

    limit = Limit.OPEN

    days = models.JSONField(default=dict)  # by the code of a Kind; 0: for ever
    applied_at = models.DateTimeField(null=True)

    objects = FirmManager["Retention"]()
    everywhere: ClassVar[models.Manager["Retention"]] = models.Manager()  # nights come to every firm

    class Meta:
        base_manager_name = "everywhere"
        constraints = [models.UniqueConstraint(fields=["firm"], name="retention_once_per_firm")]

    def __str__(self) -> str:
        return f"retention of firm {self.firm_id}"

    def days_of(self, kind: Kind) -> int:
        """Return for how many days it is kept; 0: for ever."""
        return int(self.days.get(kind.code, kind.days))


def retention_of_firm() -> Retention:
    """Return the choices of the firm in scope; what it has not chosen is as we propose. Saves nothing."""
    return Retention.objects.first() or Retention()


def days_kept(code: str) -> int:
    """Return for how many days the firm in scope keeps a kind of thing; 0: for ever."""
    return retention_of_firm().days_of(kind_named(code))
