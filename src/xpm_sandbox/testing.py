"""For tests of integrations: connect an app to a sandbox as a user would, over any httpx2 client.

No socket is needed:
``httpx2.Client(transport=httpx2.WSGITransport(app=create_app(…)), base_url="http://localhost")``.
"""

import re
from dataclasses import dataclass

import httpx2
from lxml import etree

APP = ("minutebook-demo", "minutebook-demo-secret")
REDIRECT_URI = "http://localhost:8000/settings/practice-manager/connected/"
ALL_SCOPES = "openid profile email offline_access practicemanager"
JSON_PLEASE = {"Accept": "application/json", "Xero-Features": "practice-strict-content-type"}
BASE = "/practicemanager/3.1/"
_XML = {"Content-Type": "text/xml"}
_PRACTICES = ("Kauri & Wattle", "Harbour & Pine Partners")


@dataclass
class Caller:
    """An app with a token and a tenant."""

    http: httpx2.Client
    access_token: str
    refresh_token: str
    tenant: str

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}", "Xero-Tenant-Id": self.tenant}

    def get(self, path: str, **query: str) -> httpx2.Response:
        return self.http.get(BASE + path, params=query, headers=self.headers())

    def get_json(self, path: str, **query: str) -> httpx2.Response:
        return self.http.get(BASE + path, params=query, headers=self.headers() | JSON_PLEASE)

    def post(self, path: str, xml: str = "") -> httpx2.Response:
        return self.http.post(BASE + path, content=xml.encode(), headers=self.headers() | _XML)

    def put(self, path: str, xml: str = "") -> httpx2.Response:
        return self.http.put(BASE + path, content=xml.encode(), headers=self.headers() | _XML)

    def refresh(self, refresh_token: str | None = None) -> httpx2.Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token or self.refresh_token}
        return self.http.post("/connect/token", data=form, auth=APP)


def connect_app(http: httpx2.Client, *, scope: str = ALL_SCOPES, practice: str = _PRACTICES[0]) -> Caller:
    """Sign in as the owner, allow `scope` on `practice`, and exchange the code."""
    answer, practice_uuid = consent(http, authorize_query(scope=scope), practice=practice)
    tokens = exchange(http, code_of(answer)).json()
    return Caller(
        http=http,
        access_token=tokens["access_token"],
        refresh_token=tokens.get("refresh_token", ""),
        tenant=practice_uuid,
    )


def authorize_query(**changes: str) -> dict[str, str]:
    """Return the parameters of an authorise request, with changes."""
    query = {
        "response_type": "code",
        "client_id": APP[0],
        "redirect_uri": REDIRECT_URI,
        "scope": ALL_SCOPES,
        "state": "a-state",
    }
    return query | changes


def consent(
    http: httpx2.Client, query: dict[str, str], *, practice: str = _PRACTICES[0]
) -> tuple[httpx2.Response, str]:
    """Go through both pages; return the redirect back to the app, and the practice's UUID."""
    users = values(http.get("/identity/connect/authorize", params=query).text, "sandbox_user")
    page = http.get("/identity/connect/authorize", params=query | {"sandbox_user": users[0]}).text
    practices = dict(zip(_PRACTICES, values(page, "practice"), strict=True))
    form = {"sandbox_user": users[0], "practice": practices[practice], "decision": "allow"}
    return http.post("/identity/connect/authorize", params=query, data=form), practices[practice]


def exchange(http: httpx2.Client, code: str, **more: str) -> httpx2.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI} | more
    return http.post("/connect/token", data=form, auth=APP)


def code_of(answer: httpx2.Response) -> str:
    return httpx2.URL(answer.headers["Location"]).params["code"]


def values(page: str, name: str) -> list[str]:
    """Return the values of a page's inputs called `name`."""
    return re.findall(rf'name="{name}" value="([^"]+)"', page)


def texts(response: httpx2.Response, path: str) -> list[str]:
    """Return the texts of the elements at `path` below the envelope."""
    return [element.text or "" for element in etree.fromstring(response.content).findall(path)]


def uuid_of(response: httpx2.Response, element: str, name: str) -> str:
    """Return the UUID of the listed `element` with the given name. Raises LookupError."""
    for found in etree.fromstring(response.content).iter(element):
        if found.findtext("Name") == name:
            return found.findtext("UUID") or ""
    raise LookupError(f"No {element} is called {name}.")
