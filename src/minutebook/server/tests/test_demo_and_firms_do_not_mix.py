"""A database that holds the demo's user is never served for real, and the demo never enters a firm's."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from minutebook.firms.models import Firm
from minutebook.server.ownership import DEMO_EMAIL, check_not_a_firms, check_not_the_demos
from minutebook.server.ports import CannotStart
from minutebook.server.serve import serve
from tests.cast import make_firm, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def signals_kept() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def demo_firm() -> Firm:
    firm = make_firm()
    make_user(firm, email=DEMO_EMAIL)
    return firm


def test_serve_refuses_a_database_with_the_demos_user(
    demo_firm: Firm, signals_kept: None, tmp_path: Path
) -> None:
    environment = {"MINUTEBOOK_DATA": str(tmp_path), "MINUTEBOOK_PORT": str(_free_port())}

    with pytest.raises(CannotStart, match=f"holds the demo’s user {DEMO_EMAIL}"):
        serve(environment)


def test_the_demo_goes_on_with_its_own_database(demo_firm: Firm) -> None:
    check_not_a_firms()


def test_the_demo_refuses_the_database_of_a_firm() -> None:
    make_user(make_firm())

    with pytest.raises(CannotStart, match="holds a firm that `minutebook demo` did not make"):
        check_not_a_firms()


def test_a_firms_database_and_an_empty_one_may_be_served() -> None:
    check_not_the_demos()
    make_user(make_firm())

    check_not_the_demos()


def test_a_database_without_tables_belongs_to_nobody_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)

    check_not_the_demos()
    check_not_a_firms()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
