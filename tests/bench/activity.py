"""How long it takes to find something in years of activity: a million rows of one firm."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from minutebook.activity.guards import install_guards
from minutebook.activity.models import Activity
from minutebook.firms.models import Membership
from minutebook.scope import firm_scope
from tests.bench.crowd import NOW, Crowd
from tests.bench.figures import Figure
from tests.bench.loading import load
from tests.bench.measure import Size, timed

_TARGET_MS = 100
_EVERY = 10_007  # rows, between two of the rare kind, and two that hold the rare word
_COLUMNS = (
    "firm_id", "number", "content_hash", "hash", "happened_at", "actor_id", "who", "action", "topic",
    "subject_kind", "subject_id", "company_id", "sentence", "particulars", "before", "after", "address", "browser",
    "request_id", "worker",
)  # fmt: skip
_KINDS = (
    ("pack", "released", "Downloaded by P. Raman"),
    ("register", "entered", "Appointed Aroha Ngata as director of Southern Star Pty Ltd"),
    ("contact", "changed", "Changed the address of Thi Lan Huynh to 17 Bastings Street, Northcote VIC 3070"),
    ("job", "created", "Job J004711 created in Xero Practice Manager for Kowalski Plumbing"),
    ("mail", "sent", "Sent the consent to act to the director for signing"),
    ("client", "linked", "Client Southern Star P/L linked by its ACN"),
)


def figures(crowd: Crowd, size: Size) -> Iterator[Figure]:
    """Load the activity, and measure its page under every way of narrowing it."""
    _load(crowd, size.activity)
    with firm_scope(crowd.firm.pk):
        Membership.objects.filter(user=crowd.user).update(role=Membership.Role.ADMINISTRATOR)
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(crowd.user)

    def get(address: str) -> None:
        answer = browser.get(address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"

    for name, questions in _questions(crowd).items():
        addresses = [f"{reverse('history:activity')}?{urlencode(each)}" for each in questions]
        times = timed(get, addresses, size=size)
        yield Figure(name=f"Activity, {name}", values=times, target=_TARGET_MS, judged_on="p95")


def _questions(crowd: Crowd) -> dict[str, list[dict[str, Any]]]:
    some = crowd.company_ids[:5]
    deep = f"{(NOW - timedelta(days=900)).timestamp():.6f}-1"
    return {
        "the latest, and deep": [{}, {"after": deep}],
        "a kind": [{"topic": "job"}, {"topic": "mail"}],
        "a company": [{"company": each} for each in some],
        "a kind of a company": [{"company": each, "topic": "job"} for each in some],
        "a rare kind of a company": [{"company": each, "topic": "fee"} for each in some],
        "a common word": [{"q": "ngata"}, {"q": "southern sta"}, {"q": "a"}],
        "a rare word": [{"q": "fremantle"}, {"q": "warehouse at fremantle"}, {"q": "nobody at all"}],
        "a word of a company": [{"company": each, "q": "fremantle"} for each in some],
        "a word of a kind": [{"topic": "mail", "q": "fremantle"}, {"topic": "register", "q": "ngata"}],
    }


def _load(crowd: Crowd, count: int) -> None:
    with _search_built_afterwards():
        load(Activity, _COLUMNS, _rows(crowd, count))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _rows(crowd: Crowd, count: int) -> Iterator[tuple[Any, ...]]:
    dice = random.Random(count)  # noqa: S311  # the same rows every time; nothing secret
    for number in range(1, count + 1):
        topic, verb, sentence = dice.choice(_KINDS)
        moment = NOW - timedelta(minutes=2 * (count - number))
        if number % _EVERY == 2:  # not the one below
            topic, verb, sentence = "fee", "changed", "Changed a fee"
        if number % _EVERY == 1:
            sentence = f"{sentence}, from the warehouse at Fremantle"
        yield (
            crowd.firm.pk, 10**9 + number, "0" * 64, "0" * 64, f"{moment:%Y-%m-%d %H:%M:%S}+00:00", crowd.user.pk,
            "P. Raman", f"{topic}.{verb}", topic, "companies.company", "1", dice.choice(crowd.company_ids),
            sentence, "{}", "{}", "{}", "203.0.113.9", "Firefox", "", "",
        )  # fmt: skip


@contextmanager
def _search_built_afterwards() -> Iterator[None]:
    """Let the word index rest while rows are loaded, and build it whole at the end."""
    index = "activity_words" if connection.vendor == "postgresql" else "activity_search_insert"
    kind = "INDEX" if connection.vendor == "postgresql" else "TRIGGER"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {kind} {index}")
    yield
    install_guards(using="default")
