"""`python -m tests.bench.first_sync`: a practice of 15,000 clients read, matched, and read again where it changed.

The sandbox runs in a process of its own, so that the memory measured is ours: by how much more this process ever held
than when Django, the migrations and the connection were there. Seven in ten clients are contacts here as well.
"""

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.table import table_of

_CLIENTS = 15_000
_ALSO_HERE = 10_500


def main(arguments: Sequence[str]) -> int:
    clients = int(arguments[0]) if arguments else _CLIENTS
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as folder:
        port = multiprocessing.get_context("spawn").Value("i", 0)
        serving = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(folder, clients, port), daemon=True
        )
        serving.start()
        while not port.value:
            time.sleep(0.1)
        try:
            print(table_of(_measure(folder, clients, port.value)))
        finally:
            serving.terminate()
            serving.join()
    return 0


def _serve(folder: str, clients: int, port: "multiprocessing.sharedctypes.Synchronized[int]") -> None:
    import socket  # noqa: PLC0415

    from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415

    from xpm_sandbox.app import create_app  # noqa: PLC0415
    from xpm_sandbox.settings import Settings  # noqa: PLC0415

    class Quiet(WSGIRequestHandler):
        def log(self, *_: object) -> None:
            pass

    data = Path(folder, "practice")
    data.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        settings = Settings(data=data, port=number, minute_limit=100_000, day_limit=1_000_000)
        app = create_app(settings, clients=clients)
        server = make_server(
            "127.0.0.1", number, app, threaded=True, request_handler=Quiet, fd=listener.fileno()
        )
        port.value = number
        server.serve_forever()


def _measure(folder: str, clients: int, port: int) -> list[Figure]:
    url = f"http://127.0.0.1:{port}"
    os.environ |= {
        "MINUTEBOOK_DATA": folder,
        "MINUTEBOOK_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "minutebook.settings",
        "XPM_LOGIN_URL": url,
        "XPM_IDENTITY_URL": url,
        "XPM_API_URL": url,
        "XPM_CLIENT_ID": "minutebook-demo",
        "XPM_CLIENT_SECRET": "minutebook-demo-secret",
    }
    Path(folder, "static").mkdir()
    # In a process of its own, as a server does it: what migrating holds at most would hide what reading holds.
    subprocess.run([sys.executable, "-m", "minutebook", "manage", "migrate", "--verbosity", "0"], check=True)
    import django  # noqa: PLC0415  # after the environment: settings are read from it

    django.setup()
    from minutebook.firms.models import Firm, User  # noqa: PLC0415
    from minutebook.scope import firm_scope  # noqa: PLC0415

    firm = Firm.objects.create(name="Kauri & Wattle")
    user = User.objects.create_user("bench@kauriwattle.example", "x", name="Bench")
    with firm_scope(firm.pk):
        return _in_firm(firm, user, clients)


def _in_firm(firm: "Firm", user: "User", clients: int) -> list[Figure]:  # type: ignore[name-defined]  # noqa: F821
    from django.utils import timezone  # noqa: PLC0415

    from minutebook.practice.models import CallWindow, Client  # noqa: PLC0415
    from minutebook.practice.reading import read_changes, read_practice  # noqa: PLC0415
    from minutebook.server.demo_firm import _connect  # noqa: PLC0415
    from minutebook.sync.suggesting import suggest_matches  # noqa: PLC0415

    connection = _connect(firm, user, lambda _: None)
    at_start = _held()
    began = time.perf_counter()
    read_practice(connection, now=timezone.now())
    reading = time.perf_counter() - began
    assert Client.objects.of(connection).count() >= clients - 100, connection.reading_problem
    calls = CallWindow.objects.get(tenant_id=connection.tenant_id).day_used
    after_reading = _held()
    _make_contacts(connection, clients * _ALSO_HERE // _CLIENTS)
    began = time.perf_counter()
    found = suggest_matches(connection)
    matching = time.perf_counter() - began
    assert found
    most_held = _held()
    _change_there(Path(os.environ["MINUTEBOOK_DATA"], "practice"), clients // 100)
    began = time.perf_counter()
    read_changes(connection, now=timezone.now())
    assert connection.changes_found == clients // 100
    delta = time.perf_counter() - began
    on = f"{clients:,} clients"
    return [
        Figure(name="Memory held before anything is read", values=[at_start], unit="MB"),
        Figure(name=f"{on}: first reading", values=[reading], unit="s"),
        Figure(name=f"{on}: calls of it", values=[calls], unit="calls"),
        Figure(
            name=f"{on}: more memory held while reading",
            values=[after_reading - at_start],
            unit="MB",
            target=150,
        ),
        Figure(name=f"{on}: matched with {_ALSO_HERE:,} contacts", values=[matching], unit="s"),
        Figure(
            name=f"{on}: more memory held, matching included",
            values=[most_held - at_start],
            unit="MB",
            target=150,
        ),
        Figure(name=f"{on}: reading 1 % that has changed", values=[delta], unit="s"),
    ]


def _change_there(folder: Path, count: int) -> None:
    """Do what people do who change clients in the practice."""
    from sqlalchemy import select  # noqa: PLC0415

    from xpm_sandbox.clock import system_clock  # noqa: PLC0415
    from xpm_sandbox.database import Database  # noqa: PLC0415
    from xpm_sandbox.models.client import Client  # noqa: PLC0415
    from xpm_sandbox.models.practice import Practice  # noqa: PLC0415

    database = Database(folder)
    with database.writing() as session:
        kauri = session.scalars(select(Practice.uuid).where(Practice.name == "Kauri & Wattle")).one()
        wanted = select(Client).where(Client.practice_uuid == kauri, Client.is_deleted.is_(False))
        for client in session.scalars(wanted.order_by(Client.uuid).limit(count)):
            client.phone, client.modified_at = "03 9000 0000", system_clock()
    database.close()


def _make_contacts(connection: "Connection", count: int) -> None:  # type: ignore[name-defined]  # noqa: F821
    from minutebook.contacts.models import Contact  # noqa: PLC0415
    from minutebook.practice.models import Client  # noqa: PLC0415

    rows = Client.objects.of(connection).order_by("pk").values_list("name", "acn", "abn", "structure")[:count]
    for start in range(0, count, 500):
        Contact.objects.bulk_create(
            Contact(
                firm_id=connection.firm_id,
                kind="COMPANY"
                if structure == "Company"
                else "PERSON"
                if structure == "Individual"
                else "TRUST",
                name=name,
                acn=acn,
                abn=abn,
            )
            for name, acn, abn, structure in rows[start : start + 500]
        )


def _held() -> float:
    """Return the most memory this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
