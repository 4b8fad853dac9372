"""The cast: a sandbox with a clock to move, and an app that is connected to it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from flask import Flask

from xpm_sandbox.app import create_app
from xpm_sandbox.database import FILE_NAME, Database
from xpm_sandbox.sandbox import Sandbox, sandbox_of
from xpm_sandbox.seed import seed
from xpm_sandbox.settings import Settings
from xpm_sandbox.testing import Caller, connect_app


@dataclass
class MovableClock:
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def planted_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small seeded database, to copy from."""
    folder = tmp_path_factory.mktemp("planted")
    database = Database(folder)
    seed(database, clients=80)
    database.close()
    return folder


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def app(planted_folder: Path, tmp_path: Path, clock: MovableClock) -> Iterator[Flask]:
    shutil.copy(planted_folder / FILE_NAME, tmp_path / FILE_NAME)
    app = create_app(Settings(data=tmp_path), clock=clock)
    yield app
    sandbox_of(app).database.close()


@pytest.fixture
def sandbox(app: Flask) -> Sandbox:
    return sandbox_of(app)


@pytest.fixture
def http(app: Flask) -> Iterator[httpx2.Client]:
    with httpx2.Client(transport=httpx2.WSGITransport(app=app), base_url="http://localhost") as client:
        yield client


@pytest.fixture
def caller(http: httpx2.Client) -> Caller:
    """An app connected to Kauri & Wattle with every scope."""
    return connect_app(http)
