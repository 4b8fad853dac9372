"""The pages: they show what the API did, and let a person change a client."""

import base64

import httpx2
import pytest
from lxml import html

from xpm_sandbox.testing import Caller, texts, uuid_of


@pytest.mark.parametrize("place", ["jobs", "clients", "staff", "templates", "states", "prices"])
def test_every_page_of_a_practice_has_one_heading_a_language_and_landmarks(
    caller: Caller, place: str
) -> None:
    page = caller.http.get(f"/practices/{caller.tenant}/{place}")

    assert page.status_code == 200
    tree = html.fromstring(page.text)
    assert tree.get("lang") == "en-AU"
    assert len(tree.findall(".//h1")) == 1
    assert len(tree.findall(".//main")) == 1
    assert all(header.get("scope") for header in tree.iterfind(".//th"))


@pytest.mark.parametrize("path", ["/", "/requests", "/requests?all=yes", "/faults"])
def test_the_other_pages_open(caller: Caller, path: str) -> None:
    assert caller.http.get(path).status_code == 200


def test_a_page_that_is_not_there_says_so(http: httpx2.Client) -> None:
    page = http.get("/practices/none/jobs")

    assert page.status_code == 404
    assert "There is no such practice." in page.text


def test_a_job_is_found_and_its_costs_are_added_up(caller: Caller) -> None:
    listed = caller.http.get(f"/practices/{caller.tenant}/jobs", params={"q": "po 7781"})
    [address] = texts(caller.get("job.api/get/J000020"), "WebUrl")
    page = caller.http.get(address)

    assert "J000020" in listed.text
    assert "J000021" not in listed.text
    assert "File and postage" in page.text
    assert "$37.50" in page.text


def test_a_filed_document_is_a_download(caller: Caller) -> None:
    content = base64.b64encode(b"%PDF-1.7 consent").decode()
    caller.post(
        "job.api/document",
        "<Document><Job>J000020</Job><Title>Consent</Title><FileName>consent.pdf</FileName>"
        f"<Content>{content}</Content></Document>",
    )

    [address] = texts(caller.get("job.api/documents/J000020"), "Documents/Document/URL")
    file = caller.http.get(address)

    assert file.content == b"%PDF-1.7 consent"
    assert file.headers["Content-Disposition"] == "attachment; filename=consent.pdf"


class TestChangingAClient:
    def test_the_api_tells_the_change(self, caller: Caller) -> None:
        form = {"name": "Southern Star Pty Ltd", "phone": "(03) 5550 0000", "city": "Carlton"}

        answer = caller.http.post(address_of_southern_star(caller), data=form)

        assert answer.status_code == 303
        found = caller.get("client.api/search", query="Southern Star Pty")
        assert texts(found, "Clients/Client/City") == ["Carlton"]

    def test_a_client_needs_a_name(self, caller: Caller) -> None:
        answer = caller.http.post(address_of_southern_star(caller), data={"name": " "})

        assert answer.status_code == 422
        assert "Enter the client&#39;s name." in answer.text

    def test_another_sites_form_is_refused(self, caller: Caller) -> None:
        answer = caller.http.post(
            address_of_southern_star(caller),
            data={"name": "X"},
            headers={"Origin": "https://elsewhere.example"},
        )

        assert answer.status_code == 403


def test_names_are_shown_literally(caller: Caller) -> None:
    caller.post("client.api/add", "<Client><Name>&lt;script&gt;alert(1)&lt;/script&gt;</Name></Client>")

    page = caller.http.get(f"/practices/{caller.tenant}/clients", params={"q": "script"})

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>" not in page.text


def test_the_journal_counts_calls_for_tests(caller: Caller) -> None:
    caller.http.delete("/_requests")
    caller.get("staff.api/list")

    [entry] = [entry for entry in caller.http.get("/_requests").json() if "practicemanager" in entry["path"]]

    assert (entry["method"], entry["status"], entry["remaining"]) == ("GET", 200, "59")
    assert entry["tenant"] == caller.tenant


def test_states_show_the_codes_that_the_api_hides(caller: Caller) -> None:
    page = caller.http.get(f"/practices/{caller.tenant}/states").text

    assert "INPROGRESS" in page
    assert "INPROGRESS" not in caller.get("jobstate.api/list").text


def address_of_southern_star(caller: Caller) -> str:
    uuid = uuid_of(caller.get("client.api/search", query="Southern Star"), "Client", "Southern Star P/L")
    return f"/practices/{caller.tenant}/clients/{uuid}"
