"""Tokens never travel in clear text over a network."""

import pytest

import xpm


def test_the_defaults_are_xeros_own_hosts() -> None:
    endpoints = xpm.Endpoints()

    assert endpoints.authorise_url == "https://login.xero.com/identity/connect/authorize"
    assert endpoints.token_url == "https://identity.xero.com/connect/token"
    assert endpoints.revocation_url == "https://identity.xero.com/connect/revocation"
    assert endpoints.practice_manager_url == "https://api.xero.com/practicemanager/3.1/"


@pytest.mark.parametrize(
    "url", ["http://localhost:8100", "http://127.0.0.1:8100/", "http://127.8.8.8", "http://[::1]:8100"]
)
def test_a_stand_in_on_this_machine_may_do_without_tls(url: str) -> None:
    assert xpm.Endpoints(login_url=url, identity_url=url, api_url=url).token_url.startswith(url.rstrip("/"))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.xero.com",
        "http://localhost.example.com",
        "http://localhost@api.xero.com",
        "http://10.0.0.1",
        "http://128.0.0.1",
        "ftp://localhost",
        "https://",
        "api.xero.com",
        "",
    ],
)
@pytest.mark.parametrize("which", ["login_url", "identity_url", "api_url"])
def test_anything_else_is_refused_with_what_to_do(which: str, url: str) -> None:
    with pytest.raises(xpm.InsecureEndpoint, match="Use https://"):
        xpm.Endpoints(**{which: url})
