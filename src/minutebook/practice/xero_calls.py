"""What a call to Xero says, for people: before it is sent and after it was answered."""

from collections.abc import Callable
from urllib.parse import unquote

import httpx2
from lxml import etree

import xpm
from minutebook.practice.records import CallPreview, CostId, NewCost, NewJob, StaffId
from minutebook.practice.xero_records import cost_to, job_to

# What is told of an answer: whether it was done, why not, and how the new record is found again. Names,
# addresses and everything else that Xero adds are left out.
_TOLD = ("Status", "ErrorDescription", "Detail", "Message", "ID", "UUID", "WebUrl")
_COUNTED = {"Jobs": "job", "Costs": "cost line"}
_LONGEST = 4_000  # characters


class XeroPreview:
    """Says what each call would send, and sends nothing.

    The client library itself writes the calls, over a transport that leads nowhere: what is shown here is
    what is sent, but for what only XPM knows yet.
    """

    def add_job(self, job: NewJob) -> CallPreview:
        return _caught(lambda client: client.add_job(job_to(job)))

    def costs(self, *, job: str) -> CallPreview:
        return _caught(lambda client: client.costs(job))

    def add_cost(self, *, job: str, cost: NewCost) -> CallPreview:
        return _caught(lambda client: client.add_cost(job, cost_to(cost)))

    def update_cost(self, *, cost: CostId, to: NewCost) -> CallPreview:
        return _caught(lambda client: client.update_cost(cost, cost_to(to)))

    def assign_staff(self, *, job: str, staff: StaffId) -> CallPreview:
        return _caught(lambda client: client.assign(job, add=[staff]))

    def set_state(self, *, job: str, code: str) -> CallPreview:
        return _caught(lambda client: client.set_state(job, code))

    def attach_document(self, *, job: str, title: str, file_name: str) -> CallPreview:
        return _caught(
            lambda client: client.add_document(job, title=title, file_name=file_name, content=b"%PDF")
        )


def pretty(body: bytes) -> str:
    """Return a body as people read XML: indented, one element a line; "" for none."""
    root = _parsed(body)
    if root is None:
        return ""
    for content in root.iter("Content"):  # a whole file as base64 is nothing to read
        if content.text:
            content.text = f"… {len(content.text):,} characters of base64 …"
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")[:_LONGEST]


def answer_of(call: xpm.Call) -> str:
    """Return the part of an answer that matters, one fact a line; of a list only how much it held."""
    root = _parsed(call.answer)
    if root is None:
        return ""
    for name, noun in _COUNTED.items():
        if (held := root if root.tag == name else root.find(name)) is not None:
            return f"{len(held)} {noun}{'' if len(held) == 1 else 's'}"
    facts = {
        element.tag: element.text.strip()
        for element in reversed([root, *root.iterfind("*"), *root.iterfind("*/*")])
        if element.tag in _TOLD and element.text
    }
    return "\n".join(f"{name}: {facts[name]}" for name in _TOLD if name in facts)[:_LONGEST]


def _parsed(body: bytes) -> etree._Element | None:
    if not body.strip():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None


class _Caught(Exception):
    """The call as it was about to leave."""

    def __init__(self, request: httpx2.Request) -> None:
        super().__init__("Nothing was sent")
        self.request = request


class _Nowhere(httpx2.BaseTransport):
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        raise _Caught(request)


def _caught(ask: Callable[[xpm.Client], object]) -> CallPreview:
    endpoints = xpm.Endpoints()
    with xpm.Client(access_token="", tenant_id="", endpoints=endpoints, transport=_Nowhere()) as client:
        try:
            ask(client)
        except _Caught as caught:
            url = unquote(str(caught.request.url))
            path = url.removeprefix(endpoints.practice_manager_url).lstrip("/")
            return CallPreview(method=caught.request.method, path=path, body=pretty(caught.request.content))
        except xpm.Refused as refusal:
            return CallPreview(method="", path="", body="", problem=str(refusal))
    raise RuntimeError("The call was not caught")
