"""Which firm the code is working for, and managers that see no other firm's rows.

A query on a firm's rows outside `firm_scope(...)` raises `NoFirm`: forgetting the firm can never show
another firm's data. Views get their scope from the middleware, background work opens its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

_firm_id: ContextVar[int | None] = ContextVar("firm_id", default=None)


class NoFirm(Exception):
    """A firm's rows were asked for without saying which firm."""


class OtherFirm(Exception):
    """A row was about to point at a row of another firm."""


@contextmanager
def firm_scope(firm_id: int) -> Iterator[None]:
    """Work for one firm: every `FirmManager` inside sees its rows only."""
    if firm_id is None:
        raise NoFirm("A scope was opened without a firm")
    token = _firm_id.set(firm_id)
    try:
        yield
    finally:
        _firm_id.reset(token)


def current_firm_id() -> int:
    """Return the firm of the present scope, or raise NoFirm."""
    firm_id = _firm_id.get()
    if firm_id is None:
        raise NoFirm("No firm is in scope")
    return firm_id


def firm_in_scope() -> int | None:
    """Return the firm of the present scope, if there is one."""
    return _firm_id.get()


class FirmManager[M: models.Model](models.Manager[M]):
    """The rows of the firm in scope, and no others."""

    def get_queryset(self) -> models.QuerySet[M]:
        firm_id = _firm_id.get()
        if firm_id is None:
            raise NoFirm(f"{self.model.__name__} was queried outside a firm")
        return super().get_queryset().filter(firm_id=firm_id)


class FirmRow(models.Model):
    """A row that belongs to one firm, and points only at rows of the same firm."""

    firm = models.ForeignKey("firms.Firm", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:  # Django's own signature, passed through whole
        self._stay_in_the_firm()
        super().save(*args, **kwargs)

    def _stay_in_the_firm(self) -> None:
        if self.firm_id is None:
            self.firm_id = current_firm_id()
        for field in self._meta.concrete_fields:
            if field.name == "firm" or field.name not in self._state.fields_cache:
                continue  # an id alone was fetched through a manager, or it names a row that is not there
            other = self._state.fields_cache[field.name]
            if getattr(other, "firm_id", self.firm_id) != self.firm_id:
                raise OtherFirm(f"{type(self).__name__}.{field.name} belongs to another firm")
