"""How long the first person waits: from the page of an empty server to being signed in."""

from collections.abc import Iterator

from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from minutebook.firstrun.code import set_up_code
from tests.bench.figures import Figure
from tests.bench.measure import Size, timed


def figures(size: Size) -> Iterator[Figure]:
    """Measure on the empty database: each firm is undone again."""
    typed = {
        "code": set_up_code(),
        "firm_name": "Kauri & Wattle",
        "time_zone": "Australia/Melbourne",
        "name": "Priya Raman",
        "email": "priya@kauriwattle.example",
        "password": "lighthouse-on-the-moor",
    }

    def set_up(_: int) -> None:
        browser = Browser(SERVER_NAME="localhost")
        with transaction.atomic():
            address = reverse("set-up")
            assert browser.get(address).status_code == 200
            landed = browser.post(address, typed, follow=True)
            assert landed.status_code == 200
            assert "_auth_user_id" in browser.session
            transaction.set_rollback(True)

    yield Figure(name="First run: from its page to signed in", values=timed(set_up, [0], size=size))
