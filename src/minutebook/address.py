"""Whose address a request comes from, also when it passed proxies on its way."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104  # said of a request, not listened on: a Unix socket tells no address


def client_address(request: HttpRequest) -> str:
    """Return the address of the browser.

    Anybody can write an X-Forwarded-For, so only what our own proxies added to its end counts: the address
    that the outermost of MINUTEBOOK_TRUSTED_PROXIES saw. Without proxies the header is not read at all.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.TRUSTED_PROXIES
    passed_on = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if proxies else []
    if proxies and len(passed_on) >= proxies:
        seen = passed_on[-proxies]
    return _plain(seen)


def _plain(address: str) -> str:
    """Return the address alone, without port or brackets; UNKNOWN when it is none."""
    address = address.strip()
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
