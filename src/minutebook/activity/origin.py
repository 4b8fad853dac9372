"""Where what happens comes from: a person's browser, a task of a worker, or a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_ADDRESS, _BROWSER = 45, 200  # the longest that is kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a change comes from. `worker` names the task or command when no person asked by a request."""

    address: str = ""
    browser: str = ""
    request_id: str = ""
    worker: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", self.address[:_ADDRESS])
        object.__setattr__(self, "browser", self.browser[:_BROWSER])


_origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039  # frozen


def current_origin() -> Origin:
    return _origin.get()


@contextmanager
def from_origin(origin: Origin) -> Iterator[None]:
    """Say where everything recorded inside comes from."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def begin_task(name: str, *, request_id: str = "") -> None:
    """Say that this thread works on a task from now on: for a worker that has a thread to itself."""
    _origin.set(Origin(worker=name, request_id=request_id))


@contextmanager
def from_task(name: str, *, request_id: str = "") -> Iterator[None]:
    """Say that a worker's task does what is recorded inside, and which request led to it."""
    with from_origin(Origin(worker=name, request_id=request_id)):
        yield
