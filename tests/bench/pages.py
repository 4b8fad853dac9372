"""How long the server takes for the pages people look at all day, and how often each asks the database."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minutebook.scope import firm_scope
from tests.bench.crowd import Crowd
from tests.bench.figures import Figure
from tests.bench.measure import Size, timed
from tests.job_cast import make_connection, make_link
from tests.packs import make_pack

_PAGE_MS, _FRAGMENT_MS, _QUERIES = 100, 30, 12
# What fingers have typed when the list is asked for: beginnings of words, common and rare, and of numbers.
_TYPED = ("n", "ng", "ngu", "kowalski pl", "aroha ngata", "obrien", "thi lan h", "100 000 1", "nobody at all")
_MISTYPED = ("ngtaa", "kowlaski", "arhoa ngata", "plubming", "jonery dubob")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page, or a part of one, under every address that is asked for in turn."""

    name: str
    addresses: Sequence[str]
    target: float = _PAGE_MS  # milliseconds, at the 95th percentile


def figures(crowd: Crowd, size: Size) -> Iterator[Figure]:
    """Measure every page as the preparer sees it, with a practice manager connected."""
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(crowd.user)

    def get(address: str) -> None:
        answer = browser.get(address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"

    for page in _pages(crowd):
        times = timed(get, page.addresses, size=size)
        yield Figure(name=page.name, values=times, target=page.target, judged_on="p95")
        counts = [_queries(get, address) for address in page.addresses[:5]]
        yield Figure(name=f"{page.name}, queries", values=counts, unit="", target=_QUERIES, judged_on="p95")


def _pages(crowd: Crowd) -> list[Page]:
    with firm_scope(crowd.firm.pk):
        make_connection()
        make_link(crowd.company)
        pack = make_pack(crowd.company, by=crowd.user)
        pack.wants_job = True
        pack.save()
    companies = [reverse("companies:company", args=[company_id]) for company_id in crowd.company_ids]
    contacts, options = reverse("contacts:list"), reverse("contacts:options")
    return [
        Page(name="Companies", addresses=[reverse("companies:list")]),
        Page(name="A company", addresses=companies),
        Page(name="Global Contacts", addresses=[contacts, f"{contacts}?page=7"]),
        Page(name="Global Contacts, found", addresses=[f"{contacts}?q={typed}" for typed in _TYPED]),
        *_documents_pages(),
        Page(name="Document Production", addresses=[reverse("production:pack", args=[pack.pk])]),
        Page(
            name="Search as you type",
            addresses=[f"{options}?q={typed}" for typed in _TYPED],
            target=_FRAGMENT_MS,
        ),
        Page(
            name="Search as you type, mistyped",
            addresses=[f"{options}?q={typed}" for typed in _MISTYPED],
            target=_PAGE_MS,
        ),
    ]


def _documents_pages() -> list[Page]:
    """Return the Documents page in its views, and what is typed there: names, a company, numbers, both."""
    documents = reverse("production:list")
    views = ("status=DRAFT", "stage=none", "lodge=due", "lodge=overdue", "lodge=7", "status=SIGNED")
    typed = (
        "ngata",
        "kowalski",
        "zoe nguyen",
        "aroha ngata plumbing",
        "dubbo",
        "MB-000050",
        "director",
        "a",
        "nobody",
    )
    return [
        Page(name="Documents", addresses=[documents]),
        Page(name="Documents, a view", addresses=[f"{documents}?{view}" for view in views]),
        Page(name="Documents, found", addresses=[f"{documents}?q={text}" for text in typed]),
    ]


def _queries(get: Callable[[str], None], address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        get(address)
    return len(asked)
