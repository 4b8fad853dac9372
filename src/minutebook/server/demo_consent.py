"""The person at the demo's practice manager: signs in as the first user offered and allows access.

Knows nothing of the practice manager but its pages, as a browser does: it fills in each form as it stands
and presses its first button.
"""

from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2
from lxml import html

_MOST_PAGES = 10


class NoConsent(Exception):
    """The practice manager's pages did not lead back to Minutebook."""


def allow_access(address: str, *, redirect_uri: str) -> dict[str, str]:
    """Go from the authorise address through its forms; return what comes back: code and state.

    Talks to the network. Raises NoConsent.
    """
    with httpx2.Client(timeout=20) as browser:
        request = browser.build_request("GET", address)
        for _ in range(_MOST_PAGES):
            answer = browser.send(request)
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["location"])
                if target.startswith(redirect_uri):
                    return dict(parse_qsl(urlsplit(target).query))
                request = browser.build_request("GET", target)
            else:
                request = _first_form(browser, answer)
    raise NoConsent("The practice manager kept asking. Open its pages and connect in Settings instead.")


def _first_form(browser: httpx2.Client, answer: httpx2.Response) -> httpx2.Request:
    forms = html.fromstring(answer.text, base_url=str(answer.url)).forms
    if answer.status_code != httpx2.codes.OK or not forms:
        raise NoConsent(f"The practice manager answered {answer.status_code} instead of asking for consent.")
    form = forms[0]
    fields: dict[str, str] = dict(form.form_values())
    fields |= {
        button.get("name"): button.get("value", "")
        for button in form.xpath(".//button[@name][not(@type) or @type='submit']")[:1]
    }
    target = urljoin(str(answer.url), form.action or "")
    if form.method == "GET":
        return browser.build_request("GET", target.partition("?")[0], params=fields)
    return browser.build_request("POST", target, data=fields)
