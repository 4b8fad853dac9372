"""`minutebook check --deploy` says in plain sentences what is unsafe, and nothing when nothing is."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.conf import settings as present
from django.db import connection
from django.utils import timezone

from minutebook.cli import main
from minutebook.firms.models import Firm, User
from minutebook.practice.clocks import compare_clocks
from minutebook.server.backups_made import note_backup
from minutebook.server.checking import check
from minutebook.server.models import Heartbeat
from minutebook.server.ownership import DEMO_EMAIL
from minutebook.server.serve import DEMO_MARK
from tests.authenticator import give_app
from tests.cast import make_user

type Say = Callable[[], tuple[int, str]]


@pytest.fixture
def safe(db: None, settings: Any, tmp_path: Path) -> Path:
    """A server with nothing against it; return its data folder."""
    (tmp_path / "keys").mkdir()
    for name in ("secret-key", "token-key"):
        (tmp_path / "keys" / name).touch(mode=0o600)
    tmp_path.chmod(0o700)
    note_backup(tmp_path, at=timezone.now())
    settings.DATA = tmp_path
    settings.PUBLIC_URL = "https://minutebook.example"
    settings.TRUSTED_PROXIES = 1
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}
    settings.DEFAULT_FROM_EMAIL = "Minutebook <minutebook@kauriwattle.example>"
    settings.ALLOWED_HOSTS = ["minutebook.example"]
    settings.XPM_LOGIN_URL = settings.XPM_IDENTITY_URL = settings.XPM_API_URL = "https://api.xero.com"
    return tmp_path


@pytest.fixture
def say(safe: Path) -> Say:
    def said() -> tuple[int, str]:
        lines: list[str] = []
        code = check(deploy=True, say=lines.append)
        return code, "\n".join(lines)

    return said


def test_a_safe_server_has_nothing_said_of_it(say: Say) -> None:
    assert say() == (0, "Nothing unsafe was found.")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", True, "Unsafe: Debugging is on"),
        ("ALLOWED_HOSTS", ["*"], "Unsafe: Minutebook answers to any host name"),
        ("TIME_SCALE", 60.0, "Unsafe: MINUTEBOOK_TIME_SCALE is set"),
        ("XPM_API_URL", "http://xpm.example", "Unsafe: XPM_API_URL is not https"),
        (
            "PUBLIC_URL",
            "http://minutebook.example",
            "Unsafe: The address http://minutebook.example is not https",
        ),
        ("PUBLIC_URL", "http://localhost:8000", "Look at: The address http://localhost:8000 is not https"),
        ("TRUSTED_PROXIES", 0, "Look at: The address is https, so a proxy stands before"),
        ("TOKEN_KEYS", ["not-a-key"], "Unsafe: Key 1 of MINUTEBOOK_TOKEN_KEYS is no Fernet key"),
        ("DEFAULT_FROM_EMAIL", "Minutebook <minutebook@localhost>", "Look at: Mails come from"),
    ],
)
def test_a_setting_is_named(say: Say, settings: Any, name: str, value: Any, expected: str) -> None:
    setattr(settings, name, value)

    code, said = say()

    assert said.startswith(expected)
    assert code == int(expected.startswith("Unsafe"))


def test_mail_that_goes_to_files_is_named(say: Say, settings: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend"}}

    assert "Mails are written to files" in say()[1]


def test_a_key_that_others_may_read_is_named_with_the_command(say: Say, safe: Path) -> None:
    key = safe / "keys" / "secret-key"
    key.chmod(0o644)

    code, said = say()

    assert (code, f"chmod 600 {key}" in said) == (1, True)


def test_a_data_folder_that_others_may_look_into_is_named(say: Say, safe: Path) -> None:
    safe.chmod(0o755)

    assert "Others on this machine may look into the data folder" in say()[1]


def test_no_backup_and_an_old_one_are_named(say: Say, safe: Path) -> None:
    note_backup(safe, at=timezone.now() - timedelta(days=8))
    old = say()[1]
    (safe / "latest-backup").unlink()

    assert "more than 7 days ago" in old
    assert "No backup has been made yet" in say()[1]


def test_the_demo_is_named(say: Say, safe: Path) -> None:
    (safe / DEMO_MARK).touch()
    User.objects.create_user(DEMO_EMAIL, "x", name="Priya Raman")

    code, said = say()

    assert code == 1
    assert "was made by minutebook demo" in said
    assert "The database holds the demo’s user" in said


def test_a_firm_without_two_steps_is_counted(say: Say) -> None:
    Firm.objects.create(name="Careless & Co", two_step_required=False)

    assert "One firm does not require two-step sign-in" in say()[1]


def test_sqlite_of_two_machines_is_named(say: Say) -> None:
    for worker in ("web1:4711", "web2:12"):
        Heartbeat.objects.create(worker=worker, started_at=timezone.now(), beat_at=timezone.now())

    code, said = say()

    if connection.vendor == "sqlite":
        assert (code, "web1 and web2 share one SQLite database" in said) == (1, True)
    else:
        assert (code, said) == (0, "Nothing unsafe was found.")


def test_clocks_apart_are_named(say: Say) -> None:
    ahead = timezone.now() + timedelta(hours=1)
    Heartbeat.objects.create(worker="web1:4711", started_at=ahead, beat_at=ahead)

    code, said = say()

    assert (code, "3600 seconds apart" in said) == (1, True)


def test_a_clock_an_hour_ahead_of_the_practice_managers_is_named(
    say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    now = timezone.now()
    compare_clocks(now - timedelta(seconds=20), asked_at=now, now=now)  # the network takes its time
    assert "practice manager" not in say()[1]

    compare_clocks(now - timedelta(hours=1), asked_at=now, now=now + timedelta(seconds=3))
    code, said = say()

    assert code == 1
    assert "The clock of this machine is 60 minutes ahead of the practice manager’s." in said
    assert "60 minutes ahead" in caplog.text


@pytest.mark.skipif(
    "postgres" not in str(present.DATABASES["default"]["ENGINE"]), reason="its clock is asked"
)
def test_a_clock_an_hour_behind_its_database_is_named(say: Say) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        code, said = say()

    assert (code, "seconds apart" in said) == (1, True)


def test_a_lost_token_key_is_named_with_how_much_it_locked(say: Say, firm: Firm, settings: Any) -> None:
    firm.two_step_required = True
    firm.save()
    give_app(make_user(firm))
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    code, said = say()

    assert (code, "1 stored secrets cannot be read" in said) == (1, True)


def test_the_command_ends_with_1_when_something_is_unsafe(
    say: Say, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEBUG = True

    with pytest.raises(SystemExit) as ended:
        main(["check", "--deploy"])

    assert ended.value.code == 1
    assert "Unsafe: Debugging is on" in capsys.readouterr().out


def test_without_deploy_only_what_breaks_a_run_is_looked_at(
    say: Say, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEBUG = True

    with pytest.raises(SystemExit) as ended:
        main(["check"])

    assert (ended.value.code, capsys.readouterr().out) == (0, "Nothing unsafe was found.\n")
