"""What is unsafe about this server, in plain sentences: Django's checks with the tag "minutebook".

`minutebook check --deploy` reads them out; so does `minutebook manage check --deploy`. An error is a door
left open; a warning wants somebody's decision. Without --deploy only what breaks a run is looked at.
"""

import stat
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  # Django's name
from django.db import DatabaseError, connection
from django.utils import timezone

from minutebook.firms.models import Firm
from minutebook.practice.clocks import clock_sentence
from minutebook.server.backups_made import latest_backup_at
from minutebook.server.models import Heartbeat
from minutebook.server.ownership import has_demo_user
from minutebook.server.rotation import unreadable_secrets
from minutebook.server.serve import DEMO_MARK

TAG = "minutebook"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_HERE = {"localhost", "127.0.0.1", "::1"}
_CLOCKS_APART = timedelta(seconds=30)
_KNOWN_HOSTS_FOR = timedelta(days=1)


def register_checks() -> None:
    register(_look_at_keys, TAG)
    register(_look_at_deployment, TAG, deploy=True)


def _look_at_keys(**_: Any) -> list[CheckMessage]:
    return list(_unusable_keys())


def _look_at_deployment(**_: Any) -> list[CheckMessage]:
    """Look at the settings, the data folder and the database."""
    found = [message for look in (_settings, _address, _mail, _files) for message in look()]
    try:
        return found + [message for look in (_data, _hosts, _clocks, _secrets) for message in look()]
    except DatabaseError as problem:
        return [
            *found,
            _error("The database cannot be read, so what is in it was not looked at.", "20", problem),
        ]


def _settings() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield _error("Debugging is on: a failure shows strangers the code and its secrets. "
                     "Unset MINUTEBOOK_DEBUG.", "01")  # fmt: skip
    if "*" in settings.ALLOWED_HOSTS:
        yield _error("Minutebook answers to any host name. Name its own in MINUTEBOOK_HOSTS.", "02")
    if settings.TIME_SCALE != 1:
        yield _error("MINUTEBOOK_TIME_SCALE is set, which is for tests: jobs would break Xero’s limits. "
                     "Unset it.", "03")  # fmt: skip
    for name in ("XPM_LOGIN_URL", "XPM_IDENTITY_URL", "XPM_API_URL"):
        if _is_plain(getattr(settings, name)):
            yield _error(f"{name} is not https: the firm’s tokens would travel unencrypted.", "04")


def _address() -> Iterator[CheckMessage]:
    """Look at how people reach the server."""
    if settings.PUBLIC_URL.startswith("http://"):
        where = "" if _is_plain(settings.PUBLIC_URL) else " (fine on this machine alone)"
        make = _error if _is_plain(settings.PUBLIC_URL) else _warning
        yield make(f"The address {settings.PUBLIC_URL} is not https: passwords travel unencrypted{where}. Put a "
                   "proxy with a certificate before Minutebook and set MINUTEBOOK_URL to it.", "05")  # fmt: skip
    elif not settings.TRUSTED_PROXIES:
        yield _warning("The address is https, so a proxy stands before Minutebook, but MINUTEBOOK_TRUSTED_PROXIES "
                       "is 0: everybody counts as one address, and one person’s wrong passwords stop them all. "
                       "Set it to the number of your proxies.", "06")  # fmt: skip


def _mail() -> Iterator[CheckMessage]:
    if "filebased" in settings.MAILERS["default"]["BACKEND"]:
        yield _warning("Mails are written to files: nobody gets an invitation or a link for a new password. "
                       "Set MINUTEBOOK_SMTP_HOST.", "07")  # fmt: skip
    elif settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        yield _warning("Mails come from minutebook@localhost, which most servers refuse. "
                       "Set MINUTEBOOK_MAIL_FROM.", "08")  # fmt: skip


def _files() -> Iterator[CheckMessage]:
    """Look at what the data folder lets others read, and at what it keeps apart."""
    keys = sorted(path for path in (settings.DATA / "keys").glob("*") if path.is_file())
    for path in keys:
        if _others_may(path, _OTHERS):
            yield _error(f"Others on this machine may read the key {path}. Type: chmod 600 {path}", "09")
    if _others_may(settings.DATA, stat.S_IRWXO):
        yield _warning(f"Others on this machine may look into the data folder {settings.DATA}. "
                       f"Type: chmod o-rwx {settings.DATA}", "10")  # fmt: skip
    made_at = latest_backup_at(settings.DATA)
    longest = timedelta(days=settings.BACKUP_DAYS)
    if made_at is None:
        yield _warning(
            "No backup has been made yet, or none was noted. Make one, and practise restoring it.", "11"
        )
    elif timezone.now() - made_at > longest:
        yield _warning(
            f"The latest backup is of {made_at:%d %B %Y}: more than {longest.days} days ago.", "12"
        )
    if (settings.DATA / DEMO_MARK).exists():
        yield _error(f"{settings.DATA} was made by minutebook demo: everybody knows its password.", "13")


def _data() -> Iterator[CheckMessage]:
    if has_demo_user():
        yield _error("The database holds the demo’s user, and everybody knows its password. "
                     "Use a database of its own.", "14")  # fmt: skip
    without = Firm.objects.filter(two_step_required=False).count()
    if without:
        firms = "One firm does" if without == 1 else f"{without} firms do"
        yield _warning(f"{firms} not require two-step sign-in: a password that is found out opens every register. "
                       "An administrator requires it in Settings, Sign-in and security.", "15")  # fmt: skip


def _hosts() -> Iterator[CheckMessage]:
    """SQLite is for one machine: over a network its locks do not hold."""
    recent = Heartbeat.objects.filter(beat_at__gt=timezone.now() - _KNOWN_HOSTS_FOR)
    hosts = {worker.partition(":")[0] for worker in recent.values_list("worker", flat=True)}
    if connection.vendor == "sqlite" and len(hosts) > 1:
        yield _error(f"Workers on {' and '.join(sorted(hosts))} share one SQLite database, which can destroy it. "
                     "Move to PostgreSQL: minutebook move-to-postgresql", "16")  # fmt: skip


def _clocks() -> Iterator[CheckMessage]:
    """Look for clocks that disagree: deadlines, codes and leases hang on them."""
    now = timezone.now()
    seen = [
        beat for beat in Heartbeat.objects.values_list("beat_at", flat=True) if beat > now + _CLOCKS_APART
    ]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            seen += [moment for (moment,) in cursor.fetchall() if abs(moment - now) > _CLOCKS_APART]
    if sentence := clock_sentence():
        yield _error(f"{sentence} Have it set by NTP.", "17")
    if seen:
        yield _error(f"The clocks of this machine and of its database or workers are {_seconds(seen[0] - now)} "
                     "seconds apart. Have them set by NTP.", "17")  # fmt: skip


def _secrets() -> Iterator[CheckMessage]:
    if lost := unreadable_secrets():
        yield _error(f"{lost} stored secrets cannot be read with the present keys: connections and second steps "
                     "do not work. Restore the key in MINUTEBOOK_TOKEN_KEYS.", "18")  # fmt: skip


def _unusable_keys() -> Iterable[CheckMessage]:
    for number, key in enumerate(settings.TOKEN_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            yield _error(f"Key {number} of MINUTEBOOK_TOKEN_KEYS is no Fernet key: 32 random bytes in base64. "
                         "Make one with: minutebook new-key", "19")  # fmt: skip


def _others_may(path: Path, bits: int) -> bool:
    return path.exists() and bool(path.stat().st_mode & bits)


def _is_plain(address: str) -> bool:
    """Whether the address leaves this machine unencrypted."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname not in _HERE


def _seconds(length: timedelta) -> int:
    return round(abs(length.total_seconds()))


def _error(sentence: str, number: str, obj: object = None) -> CheckMessage:
    return Error(sentence, id=f"{TAG}.E{number}", obj=obj)


def _warning(sentence: str, number: str) -> CheckMessage:
    return Warning(sentence, id=f"{TAG}.W{number}")
