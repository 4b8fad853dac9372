"""Which practice manager a connection leads to."""

from collections.abc import Callable

from minutebook.practice.models import Connection
from minutebook.practice.provider import PracticeManager, Preview
from minutebook.practice.records import CallReport
from minutebook.practice.xero import open_practice
from minutebook.practice.xero_calls import XeroPreview


def manager_for(
    connection: Connection, *, on_call: Callable[[CallReport], None] | None = None
) -> PracticeManager:
    """Return the firm's practice manager, for one piece of work; `on_call` is told of every call it makes.

    Does not talk to the network.
    """
    return open_practice(connection, on_call=on_call)


def preview() -> Preview:
    """Return what says beforehand what the practice manager would be sent."""
    return XeroPreview()
