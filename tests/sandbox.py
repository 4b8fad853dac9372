"""A real Practice Manager on a socket of this machine, shared by all tests of a run.

It runs in a thread, so that a test can also reach in: make a call fail, look at what was called, move on.
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from django.test import Client as Browser
from django.urls import reverse
from flask import Flask
from pytest_django import Settings as DjangoSettings
from sqlalchemy import delete, select
from werkzeug.serving import WSGIRequestHandler, make_server

from minutebook.firms.models import Firm, User
from minutebook.practice.models import Connection
from minutebook.practice.reading import read_practice
from tests.cast import signed_in
from xpm.wire import trusted
from xpm_sandbox.app import create_app
from xpm_sandbox.faults import Rule
from xpm_sandbox.models.client import Client
from xpm_sandbox.models.identity import Connection as SandboxConnection
from xpm_sandbox.models.practice import Practice, Staff, Template
from xpm_sandbox.sandbox import Sandbox, sandbox_of
from xpm_sandbox.settings import Settings

CLIENTS = 56  # in the practice; the demo has 1,200
KAURI, HARBOUR = "Kauri & Wattle", "Harbour & Pine Partners"


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningSandbox:
    """The sandbox, and what a test may do with it."""

    url: str
    client_id: str
    client_secret: str
    inside: Sandbox

    def fail(
        self,
        kind: str,
        *,
        path: str,
        method: str = "*",
        when: str = "before",
        times: int = 1,
        status: int = 500,
        problem: str = "minute",
        retry_after: int | None = None,
    ) -> None:
        """Make the next calls to `path` fail; `when` "after" does the work first. See xpm_sandbox.faults."""
        self.inside.faults.add(
            Rule(
                kind=kind,
                path=path,
                method=method,
                when=when,
                times=times,
                status=status,
                problem=problem,
                retry_after=retry_after,
            )
        )

    def calls(self, part: str = "/practicemanager/") -> list[str]:
        """Return the calls whose path holds `part`, oldest first, such as "POST job.api/add"."""
        return [
            f"{entry.method} {entry.path.removeprefix('/practicemanager/3.1/')}"
            for entry in reversed(self.inside.journal.latest())
            if part in entry.path
        ]

    def start_anew(self) -> None:
        """Forget faults, calls and connections. Clients and jobs stay."""
        self.inside.faults.clear()
        self.inside.limits.forget()
        self.inside.journal.forget()
        self.end_connections()

    @contextmanager
    def without_template(self, uuid: str) -> Iterator[None]:
        """Do what somebody does who deletes a job template in XPM; it is back at the end."""
        with self._elsewhere(Template, uuid):
            yield

    @contextmanager
    def without_staff(self, uuid: str) -> Iterator[None]:
        """Do what somebody does who deletes a staff member in XPM; they are back at the end."""
        with self._elsewhere(Staff, uuid):
            yield

    @contextmanager
    def archived_client(self, uuid: str) -> Iterator[None]:
        """Do what somebody does who archives a client in XPM, and restores it at the end."""
        with self._changed(Client, uuid, is_archived=True):
            yield

    @contextmanager
    def without_client(self, uuid: str) -> Iterator[None]:
        """Do what somebody does who deletes a client in XPM; it is back at the end."""
        with self._elsewhere(Client, uuid):
            yield

    @contextmanager
    def _elsewhere(self, kind: type[Staff | Template | Client], uuid: str) -> Iterator[None]:
        """Put a record out of the practice's reach, which to the API is as good as gone."""
        with self.inside.database.writing() as session:
            practice = select(kind.practice_uuid).where(kind.uuid == uuid)
            other = session.scalar(select(Practice.uuid).where(Practice.uuid.not_in(practice)))
        with self._changed(kind, uuid, practice_uuid=other):
            yield

    @contextmanager
    def _changed(self, kind: type[Staff | Template | Client], uuid: str, **fields: object) -> Iterator[None]:
        before = self._set(kind, uuid, fields)
        try:
            yield
        finally:
            self._set(kind, uuid, before)

    def _set(
        self, kind: type[Staff | Template | Client], uuid: str, fields: Mapping[str, object]
    ) -> dict[str, object]:
        with self.inside.database.writing() as session:
            record = session.scalars(select(kind).where(kind.uuid == uuid)).one()
            before = {name: getattr(record, name) for name in fields}
            for name, value in fields.items():
                setattr(record, name, value)
        return before

    def end_connections(self) -> None:
        """Do what somebody does who removes the app in Xero."""
        with self.inside.database.writing() as session:
            session.execute(delete(SandboxConnection))


class _Quiet(WSGIRequestHandler):
    """Without a line on the terminal for every call."""

    def log(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """The one sandbox of this run."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        app = create_app(_settings(tmp_path_factory.mktemp("sandbox"), port), clients=CLIENTS)
        server = make_server(
            "127.0.0.1", port, app, threaded=True, request_handler=_Quiet, fd=listener.fileno()
        )
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        serving.start()
        yield _running(app, port)
        server.shutdown()
        serving.join()
        server.server_close()
    sandbox_of(app).database.close()


@pytest.fixture
def sandbox(sandbox_server: RunningSandbox, settings: DjangoSettings) -> RunningSandbox:
    """The sandbox without faults or connections, and a Minutebook that takes it for Xero."""
    sandbox_server.start_anew()
    settings.XPM_LOGIN_URL = settings.XPM_IDENTITY_URL = settings.XPM_API_URL = sandbox_server.url
    settings.XPM_CLIENT_ID = sandbox_server.client_id
    settings.XPM_CLIENT_SECRET = sandbox_server.client_secret
    return sandbox_server


@pytest.fixture
def connected_firm(firm: Firm, administrator: User, sandbox: RunningSandbox) -> Connection:
    """The firm's connection to Kauri & Wattle, made as a person makes it; nothing has been read yet."""
    return connect_practice(administrator, sandbox)


@pytest.fixture
def read_firm(connected_firm: Connection) -> Connection:
    """The firm's connection with everything read."""
    read_practice(connected_firm, now=connected_firm.connected_at)
    connected_firm.refresh_from_db()
    return connected_firm


def connect_practice(user: User, sandbox: RunningSandbox, *, practice: str = KAURI) -> Connection:
    """Connect the user's firm through every page that a person sees."""
    browser = signed_in(user)
    answer = browser.get(consented(begun(browser), practices=[practice]))
    assert answer.status_code == 302, answer.content.decode()
    return Connection.objects.get()


def begun(browser: Browser) -> str:
    """Press Connect, and return the address at Xero."""
    answer = browser.post(reverse("practice:connect"))
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def consented(address: str, *, practices: list[str], decision: str = "allow") -> str:
    """Sign in at Xero as the practices' owner and decide; return the address back at Minutebook."""
    with httpx2.Client(verify=trusted()) as http:
        users = _values(http.get(address).text, "sandbox_user")
        page = http.get(address + f"&sandbox_user={users[0]}").text
        offered = dict(zip((KAURI, HARBOUR), _values(page, "practice"), strict=True))
        form = {
            "sandbox_user": users[0],
            "practice": [offered[name] for name in practices],
            "decision": decision,
        }
        location = http.post(address, data=form).headers["Location"]
    return str(httpx2.URL(location).raw_path.decode())


def _values(page: str, name: str) -> list[str]:
    return [part.split('"', 1)[0] for part in page.split(f'name="{name}" value="')[1:]]


def _settings(folder: Path, port: int) -> Settings:
    """Limits far beyond a run's: ours are tested with their own clock, Xero's with faults."""
    return Settings(data=folder, port=port, minute_limit=100_000, day_limit=1_000_000)


def _running(app: Flask, port: int) -> RunningSandbox:
    inside = sandbox_of(app)
    return RunningSandbox(
        url=f"http://127.0.0.1:{port}",
        client_id=inside.settings.client_id,
        client_secret=inside.settings.client_secret,
        inside=inside,
    )
