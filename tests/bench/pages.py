"""How long the server takes for the pages people look at all day, and how often each asks the database."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.bench.crowd import Crowd
from tests.bench.figures import Figure
from tests.bench.measure import Size, timed

_PAGE_MS, _FRAGMENT_MS, _QUERIES = 100, 30, 12
# What fingers have typed when the list is asked for: beginnings of words, common and rare, and of numbers.
_TYPED = ("n", "ng", "ngu", "kowalski pl", "aroha ngata", "obrien", "thi lan h", "100 000 1", "nobody at all")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page, or a part of one, under every address that is asked for in turn."""

    name: str
    addresses: Sequence[str]
    target: float = _PAGE_MS  # milliseconds, at the 95th percentile


def figures(crowd: Crowd, size: Size) -> Iterator[Figure]:
    """Measure every page as the preparer sees it."""
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(crowd.user)

    def get(address: str) -> None:
        answer = browser.get(address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"

    for page in _pages():
        times = timed(get, page.addresses, size=size)
        yield Figure(name=page.name, values=times, target=page.target, judged_on="p95")
        counts = [_queries(get, address) for address in page.addresses[:5]]
        yield Figure(name=f"{page.name}, queries", values=counts, unit="", target=_QUERIES, judged_on="p95")


def _pages() -> list[Page]:
    contacts, options = reverse("contacts:list"), reverse("contacts:options")
    return [
        Page(name="Global Contacts", addresses=[contacts, f"{contacts}?page=7"]),
        Page(name="Global Contacts, found", addresses=[f"{contacts}?q={typed}" for typed in _TYPED]),
        Page(
            name="Search as you type",
            addresses=[f"{options}?q={typed}" for typed in _TYPED],
            target=_FRAGMENT_MS,
        ),
    ]


def _queries(get: Callable[[str], None], address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        get(address)
    return len(asked)
