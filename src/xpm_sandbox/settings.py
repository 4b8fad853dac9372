"""What may be set from outside, and its defaults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PORT = 8001
DEFAULT_REDIRECT_URIS = (
    "http://localhost:8000/settings/practice-manager/connected/",
    "http://127.0.0.1:8000/settings/practice-manager/connected/",
)


class BadSetting(Exception):
    """A setting cannot be used; the message says which and what would do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """One sandbox's settings. `app` is the one registered OAuth 2.0 client."""

    data: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    client_id: str = "minutebook-demo"
    client_secret: str = "minutebook-demo-secret"  # noqa: S105 - a published default for a local sandbox
    redirect_uris: Sequence[str] = DEFAULT_REDIRECT_URIS
    minute_limit: int = 60
    day_limit: int = 5000

    @property
    def origin(self) -> str:
        """The address that tokens name as their issuer. OAuth without TLS is only allowed on localhost."""
        return f"http://localhost:{self.port}"

    @property
    def audience(self) -> str:
        return f"{self.origin}/resources"


def read_settings(
    environ: Mapping[str, str],
    *,
    data: Path | None = None,
    port: int | None = None,
    redirect_uris: Sequence[str] = (),
) -> Settings:
    """Return the settings of the environment; arguments go before it, and redirect URIs add up.

    Raises BadSetting if a number is not one.
    """
    more_uris = environ.get("XPM_SANDBOX_REDIRECT_URIS", "").replace(",", " ").split()
    return Settings(
        data=data or Path(environ.get("XPM_SANDBOX_DATA") or "var/xpm-sandbox"),
        host=environ.get("XPM_SANDBOX_HOST") or "127.0.0.1",
        port=port if port is not None else _number(environ, "XPM_SANDBOX_PORT", DEFAULT_PORT),
        client_id=environ.get("XPM_CLIENT_ID") or "minutebook-demo",
        client_secret=environ.get("XPM_CLIENT_SECRET") or "minutebook-demo-secret",
        redirect_uris=(*DEFAULT_REDIRECT_URIS, *more_uris, *redirect_uris),
        minute_limit=_number(environ, "XPM_SANDBOX_MINUTE_LIMIT", 60),
        day_limit=_number(environ, "XPM_SANDBOX_DAY_LIMIT", 5000),
    )


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal():
        raise BadSetting(f"{name} is {text!r}; it must be a whole number, such as {default}.")
    return int(text)
