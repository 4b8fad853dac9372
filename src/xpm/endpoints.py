"""Where Xero is: its own hosts, or a stand-in on this machine."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


class InsecureEndpoint(ValueError):
    """An address would carry tokens in clear text over a network."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoints:
    """The three hosts of Xero. Raises InsecureEndpoint for anything but https, or http to this machine.

    Source: Xero developer centre, OAuth 2.0.
    """

    login_url: str = "https://login.xero.com"
    identity_url: str = "https://identity.xero.com"
    api_url: str = "https://api.xero.com"

    def __post_init__(self) -> None:
        for url in (self.login_url, self.identity_url, self.api_url):
            _refuse_clear_text(url)

    @property
    def authorise_url(self) -> str:
        return f"{self.login_url.rstrip('/')}/identity/connect/authorize"

    @property
    def token_url(self) -> str:
        return f"{self.identity_url.rstrip('/')}/connect/token"

    @property
    def revocation_url(self) -> str:
        return f"{self.identity_url.rstrip('/')}/connect/revocation"

    @property
    def practice_manager_url(self) -> str:
        return f"{self.api_url.rstrip('/')}/practicemanager/3.1/"


def _refuse_clear_text(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname and (
        parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts.hostname))
    ):
        return
    raise InsecureEndpoint(
        f"{url!r} would send Xero's tokens unprotected. "
        "Use https://, or http:// with localhost or 127.0.0.1 for a stand-in on this machine."
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
