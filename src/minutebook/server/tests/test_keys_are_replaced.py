"""`minutebook rotate-keys` puts every stored secret under the first key: all of them, or none."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import Fernet
from django.db import connection, transaction
from django.utils import timezone

from minutebook.cli import main
from minutebook.firms.models import Firm, User
from minutebook.practice.models import Connection
from minutebook.server.ports import CannotStart
from minutebook.server.rotation import rotate_keys, unreadable_secrets
from tests.authenticator import code_of, give_app

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def secrets(firm: Firm, preparer: User, settings: Any) -> dict[str, Any]:
    """What is stored under the old key: a connection's tokens, an app, recovery codes."""
    settings.TOKEN_KEYS = [OLD]
    Connection.objects.create(
        tenant_id="t1",
        label="Kauri",
        connected_at=timezone.now(),
        access_token="access-1",
        refresh_token="refresh-1",
    )
    app = give_app(preparer)
    return {"app": app, "codes": RecoveryCodes.activate(preparer).get_unused_codes()}


def test_everything_is_read_with_the_new_key_alone(
    secrets: dict[str, Any], settings: Any, capsys: pytest.CaptureFixture[str], preparer: User
) -> None:
    settings.TOKEN_KEYS = [NEW, OLD]

    main(["rotate-keys"])

    settings.TOKEN_KEYS = [NEW]
    kept = Connection.objects.get()
    app, codes = (Authenticator.objects.get(type=kind).wrap() for kind in ("totp", "recovery_codes"))
    assert (kept.access_token, kept.refresh_token) == ("access-1", "refresh-1")
    assert app.validate_code(code_of(secrets["app"]))
    assert codes.get_unused_codes() == secrets["codes"]
    assert "4 secrets are under the first key now" in capsys.readouterr().out


def test_a_key_that_is_missing_changes_nothing(secrets: dict[str, Any], settings: Any) -> None:
    other = Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [other]
    Connection.objects.update(refresh_token="under-another")
    settings.TOKEN_KEYS = [NEW, OLD]

    with pytest.raises(CannotStart, match="nothing was changed"), transaction.atomic():
        rotate_keys(lambda _: None)

    settings.TOKEN_KEYS = [OLD]
    assert Connection.objects.get().access_token == "access-1"
    assert unreadable_secrets() == 1


def test_no_stored_token_can_be_read_in_the_database(secrets: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM practice_connection")
        stored = str(cursor.fetchall())

    assert "access-1" not in stored
    assert "refresh-1" not in stored


def test_a_new_key_is_made_for_the_list(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    main(["new-key"])

    Fernet(capsys.readouterr().out.strip())
