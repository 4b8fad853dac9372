"""Which firm the code is working for, and managers that see no other firm's rows.

A query on a firm's rows outside `firm_scope(...)` raises `NoFirm`: forgetting the firm can never show
another firm's data. Views get their scope from the middleware, background work opens its own.

A scope may be limited to the companies chosen for one person. Every row says by `limit` what it hangs on, and one
that says nothing is not shown to people so limited: forgetting the limit can never show another company's data.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Any, ClassVar, cast

from django.db import models


class NoFirm(Exception):
    """A firm's rows were asked for without saying which firm."""


class OtherFirm(Exception):
    """A row was about to point at a row of another firm."""


class Limit(Enum):
    """Whether people who see chosen companies only are shown rows that hang on no company."""

    OPEN = "open"  # shown to everybody in the firm: its settings, its people, its price list
    SHUT = "shut"  # shown to those who see every company: what is about all of them at once


@dataclass(frozen=True, slots=True)
class _Scope:
    firm_id: int
    limited_to: int | None  # the membership whose chosen companies are seen; None: all companies


_scope: ContextVar[_Scope | None] = ContextVar("scope", default=None)


def firm_scope(firm_id: int, *, limited_to: int | None = None) -> AbstractContextManager[None]:
    """Work for one firm: every `FirmManager` inside sees its rows only.

    `limited_to` is a membership: then only what hangs on the companies chosen for it.
    """
    return _entered(_Scope(firm_id, limited_to))


def whole_firm() -> AbstractContextManager[None]:
    """Look at all companies of the firm in scope, whoever asks.

    For rules that hold across the firm, such as that an ACN is entered once. What is found is not to be shown.
    """
    return _entered(replace(_in_scope(), limited_to=None))


def same_scope() -> Callable[[], AbstractContextManager[None]]:
    """Return what opens the present scope again, for an answer that is still read after its view has ended."""
    return partial(_entered, _in_scope())


@contextmanager
def _entered(scope: _Scope) -> Iterator[None]:
    if scope.firm_id is None:
        raise NoFirm("A scope was opened without a firm")
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def _in_scope() -> _Scope:
    scope = _scope.get()
    if scope is None:
        raise NoFirm("No firm is in scope")
    return scope


def current_firm_id() -> int:
    """Return the firm of the present scope, or raise NoFirm."""
    return _in_scope().firm_id


def firm_in_scope() -> int | None:
    """Return the firm of the present scope, if there is one."""
    scope = _scope.get()
    return scope.firm_id if scope else None


def limited_membership() -> int | None:
    """Return the membership whose chosen companies alone are seen here, or None when all are."""
    scope = _scope.get()
    return scope.limited_to if scope else None


class FirmManager[M: models.Model](models.Manager[M]):
    """The rows of the firm in scope, and no others; in a limited scope only those within the limit."""

    def get_queryset(self) -> models.QuerySet[M]:
        scope = _scope.get()
        if scope is None:
            raise NoFirm(f"{self.model.__name__} was queried outside a firm")
        found = super().get_queryset().filter(firm_id=scope.firm_id)
        if scope.limited_to is None:
            return found
        return found.filter(cast("type[FirmRow]", self.model).within(scope.limited_to))


class FirmRow(models.Model):
    """A row that belongs to one firm, and points only at rows of the same firm.

    `limit` names the field of what the row hangs on, such as "company" or "pack": who sees that sees the row.
    """

    limit: ClassVar[str | Limit] = Limit.SHUT

    firm = models.ForeignKey("firms.Firm", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:  # Django's own signature, passed through whole
        self._stay_in_the_firm()
        super().save(*args, **kwargs)

    @classmethod
    def within(cls, membership_id: int) -> models.Q:
        """Return the condition that a row is within the limit of a membership."""
        if cls.limit == Limit.OPEN:
            return models.Q()
        if cls.limit == Limit.SHUT:
            return models.Q(pk__in=[])
        above = cast("type[FirmRow]", cls._meta.get_field(str(cls.limit)).related_model)
        return models.Q(**{f"{cls.limit}__in": above.ids_within(membership_id)})

    @classmethod
    def ids_within(cls, membership_id: int) -> models.QuerySet[Any, Any]:
        """Return the ids of the rows within the limit of a membership, to be a part of another query."""
        return cls._base_manager.filter(cls.within(membership_id)).values("pk")

    def _stay_in_the_firm(self) -> None:
        if self.firm_id is None:
            self.firm_id = current_firm_id()
        for field in self._meta.concrete_fields:
            if field.name == "firm" or field.name not in self._state.fields_cache:
                continue  # an id alone was fetched through a manager, or it names a row that is not there
            other = self._state.fields_cache[field.name]
            if getattr(other, "firm_id", self.firm_id) != self.firm_id:
                raise OtherFirm(f"{type(self).__name__}.{field.name} belongs to another firm")
