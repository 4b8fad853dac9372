"""Signing in at the firm's own provider: over real HTTP, and only for people who are known here."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client as Browser
from joserfc.jwk import RSAKey

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm, User
from minutebook.signin.models import ProviderIdentity
from tests.authenticator import give_app
from tests.identity_provider import IdentityProvider, running_provider

BACK = "/accounts/provider/back/"


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: IdentityProvider, settings: Any) -> IdentityProvider:
    """The provider, behaving well, and configured."""
    running.subject, running.email = "u-1", "priya.raman@kauriwattle.example"
    running.claims, running.metadata, running.header, running.signs_with = {}, {}, {}, None
    settings.OIDC_ISSUER = running.url
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "minutebook", "s3cret"
    settings.OIDC_NAME = "Kauri & Wattle"
    return running


def sign_in(provider: IdentityProvider, browser: Browser | None = None, next_url: str = "") -> Any:
    browser = browser or Browser()
    begun = browser.get("/accounts/provider/", {"next": next_url})
    return browser.get(BACK, provider.authorise(begun["Location"]))


def problem_after(answer: Any) -> str:
    """Return what the sign-in page says after a refusal."""
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    return str(answer.client.get("/accounts/login/").content.decode())


def test_somebody_known_by_a_verified_address_gets_in(provider: IdentityProvider, preparer: User) -> None:
    browser = Browser()

    answer = sign_in(provider, browser, next_url="/jobs/")

    assert answer["Location"] == "/jobs/"
    assert browser.get("/companies/").status_code == 200
    assert ProviderIdentity.objects.get().user == preparer
    assert list(Activity.objects.order_by("pk").values_list("action", flat=True)) == [
        "person.provider",
        "person.signed-in",
    ]


def test_the_sign_in_page_offers_it_only_when_it_is_there(
    provider: IdentityProvider, firm: Firm, settings: Any
) -> None:
    with_it = Browser().get("/accounts/login/").content.decode()
    settings.OIDC_ISSUER = ""

    assert "Sign in with Kauri &amp; Wattle" in with_it
    assert "Sign in with" not in Browser().get("/accounts/login/").content.decode()
    assert Browser().get("/accounts/provider/").status_code == 404


def test_what_is_asked_of_it_is_as_little_as_can_be(provider: IdentityProvider, db: None) -> None:
    asked = parse_qs(urlsplit(Browser().get("/accounts/provider/")["Location"]).query)

    assert asked["scope"] == ["openid email"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost:8000/accounts/provider/back/"]


def test_a_stranger_does_not_get_in_and_is_told_whom_to_ask(provider: IdentityProvider, firm: Firm) -> None:
    provider.email = "stranger@example.com"

    page = problem_after(sign_in(provider))

    assert "Nobody here signs in as stranger@example.com. Ask your firm’s administrator" in page
    assert not User.objects.exists()


def test_an_address_that_is_not_verified_counts_for_nothing(
    provider: IdentityProvider, preparer: User
) -> None:
    provider.claims = {"email_verified": False}

    assert "does not say that your address is verified" in problem_after(sign_in(provider))


def test_an_own_directory_may_be_trusted_with_addresses(
    provider: IdentityProvider, preparer: User, settings: Any
) -> None:
    provider.claims = {"email_verified": None}
    settings.OIDC_TRUSTS_EMAIL = True

    assert sign_in(provider)["Location"] == "/companies/"


def test_from_then_on_the_providers_own_name_counts_not_the_address(
    provider: IdentityProvider, preparer: User, viewer: User
) -> None:
    sign_in(provider)
    provider.email = viewer.email  # the address went to somebody else

    browser = Browser()
    sign_in(provider, browser)

    assert browser.session["_auth_user_id"] == str(preparer.pk)


def test_somebody_else_with_the_address_of_one_who_left_is_told_apart(
    provider: IdentityProvider, preparer: User
) -> None:
    sign_in(provider)
    preparer.is_active = False
    preparer.save()

    answer = sign_in(provider)

    assert answer["Location"] == "/accounts/inactive/"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-app"},
        {"iss": "https://another.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"sub": None},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_signs_nobody_in(
    provider: IdentityProvider, preparer: User, claims: dict[str, Any]
) -> None:
    provider.claims = claims

    assert "cannot be trusted" in problem_after(sign_in(provider))


def test_a_token_signed_by_another_key_signs_nobody_in(provider: IdentityProvider, preparer: User) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"use": "sig"})

    assert "cannot be trusted" in problem_after(sign_in(provider))


def test_metadata_of_another_issuer_is_not_believed(provider: IdentityProvider, preparer: User) -> None:
    provider.metadata = {"issuer": "https://another.example"}

    answer = Browser().get("/accounts/provider/")

    assert "could not be asked" in problem_after(answer)


def test_an_endpoint_without_https_is_not_asked(provider: IdentityProvider, preparer: User) -> None:
    provider.metadata = {"token_endpoint": "http://collector.example/token"}

    assert "could not be asked" in problem_after(sign_in(provider))


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    provider: IdentityProvider, preparer: User
) -> None:
    begun_elsewhere = provider.authorise(Browser().get("/accounts/provider/")["Location"])

    assert "was not begun in this browser" in problem_after(Browser().get(BACK, begun_elsewhere))


def test_an_answer_is_good_once(provider: IdentityProvider, preparer: User) -> None:
    browser = Browser()
    answer = provider.authorise(browser.get("/accounts/provider/")["Location"])
    browser.get(BACK, answer)
    browser.post("/accounts/logout/")

    assert "was not begun in this browser" in problem_after(browser.get(BACK, answer))


def test_an_answer_that_comes_late_is_refused(provider: IdentityProvider, preparer: User) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        browser = Browser()
        answer = provider.authorise(browser.get("/accounts/provider/")["Location"])
        clock.shift(timedelta(minutes=11))

        assert "longer than ten minutes" in problem_after(browser.get(BACK, answer))


def test_a_refusal_of_the_provider_is_told(provider: IdentityProvider, preparer: User) -> None:
    browser = Browser()
    state = provider.authorise(browser.get("/accounts/provider/")["Location"])["state"]

    page = problem_after(browser.get(BACK, {"error": "access_denied", "state": state}))

    assert "did not let you in" in page


def test_a_provider_that_is_down_leaves_the_password(
    provider: IdentityProvider, firm: Firm, settings: Any
) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"

    assert "use your password" in problem_after(Browser().get("/accounts/provider/"))


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_on_stays_here(provider: IdentityProvider, preparer: User, wanted: str) -> None:
    assert sign_in(provider, next_url=wanted)["Location"] == "/companies/"


class TestTheSecondStep:
    def test_it_is_asked_here_when_the_provider_did_not(
        self, provider: IdentityProvider, preparer: User
    ) -> None:
        give_app(preparer)
        provider.claims = {"amr": ["pwd"]}

        assert sign_in(provider)["Location"] == "/accounts/second-step/authenticate/"

    def test_it_is_not_asked_twice(self, provider: IdentityProvider, firm: Firm, preparer: User) -> None:
        firm.two_step_required = True
        firm.save()
        provider.claims = {"amr": ["pwd", "mfa"]}
        browser = Browser()

        sign_in(provider, browser)

        assert browser.get("/companies/").status_code == 200

    def test_that_of_one_person_does_not_count_for_another(
        self, provider: IdentityProvider, firm: Firm, preparer: User, viewer: User
    ) -> None:
        give_app(viewer)
        provider.claims = {"amr": ["mfa"]}
        browser = Browser()
        sign_in(provider, browser)

        provider.claims, provider.email, provider.subject = {"amr": ["pwd"]}, viewer.email, "u-2"
        answer = sign_in(provider, browser)

        assert answer["Location"] == "/accounts/second-step/authenticate/"
