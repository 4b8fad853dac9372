"""The command: a real process, a real port, a real signal."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from xpm_sandbox.cli import main
from xpm_sandbox.settings import DEFAULT_REDIRECT_URIS, BadSetting, read_settings

COMMAND = [sys.executable, "-m", "xpm_sandbox.cli"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def data(planted_folder: Path, tmp_path: Path) -> Path:
    (tmp_path / "xpm-sandbox.sqlite3").write_bytes((planted_folder / "xpm-sandbox.sqlite3").read_bytes())
    return tmp_path


@pytest.fixture
def process(data: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port), "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert f"http://localhost:{port}/" in running.stdout.readline()
        yield running, port
        running.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_stops_when_told(
    process: tuple[subprocess.Popen[str], int], number: signal.Signals
) -> None:
    running, port = process
    page = httpx2.get(f"http://127.0.0.1:{port}/.well-known/openid-configuration")

    running.send_signal(number)
    status = running.wait(timeout=20)

    assert page.json()["issuer"] == f"http://localhost:{port}"
    assert status == 0


def test_a_printed_token_works_on_the_running_server(
    process: tuple[subprocess.Popen[str], int], data: Path
) -> None:
    _, port = process
    printed = subprocess.run(
        [*COMMAND, "token", "--port", str(port), "--data", str(data)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    token, tenant = (line.partition("=")[2] for line in printed.splitlines())

    answer = httpx2.get(
        f"http://127.0.0.1:{port}/practicemanager/3.1/staff.api/list",
        headers={"Authorization": f"Bearer {token}", "Xero-Tenant-Id": tenant},
    )

    assert answer.status_code == 200
    assert "Jo Bloggs" in answer.text


def test_a_taken_port_is_named_in_a_sentence(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        status = main(["serve", "--port", str(port), "--data", str(data)])

    assert status == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in capsys.readouterr().err


def test_seed_and_reset_say_what_they_did(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seed", "--data", str(data)]) == 0
    assert main(["reset", "--data", str(data)]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "Already planted; reset plants anew.",
        "Forgot everything and planted two practices.",
    ]


class TestSettings:
    def test_redirect_uris_add_up(self) -> None:
        settings = read_settings(
            {"XPM_SANDBOX_REDIRECT_URIS": "http://localhost:9/a http://localhost:9/b"},
            redirect_uris=["http://localhost:9/c"],
        )

        assert settings.redirect_uris == (
            *DEFAULT_REDIRECT_URIS,
            "http://localhost:9/a",
            "http://localhost:9/b",
            "http://localhost:9/c",
        )

    def test_an_argument_goes_before_the_environment(self) -> None:
        assert read_settings({"XPM_SANDBOX_PORT": "8101"}, port=8102).port == 8102
        assert read_settings({"XPM_SANDBOX_PORT": "8101"}).origin == "http://localhost:8101"

    def test_a_port_that_is_no_number_is_refused(self) -> None:
        with pytest.raises(BadSetting, match="XPM_SANDBOX_PORT"):
            read_settings({"XPM_SANDBOX_PORT": "eighty"})


def test_the_environment_reaches_the_command(data: Path) -> None:
    answer = subprocess.run(
        [*COMMAND, "seed"],
        env=os.environ | {"XPM_SANDBOX_DATA": str(data)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout == "Already planted; reset plants anew.\n"
