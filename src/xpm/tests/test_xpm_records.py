"""Records are written as Practice Manager expects them and read as it sends them."""

from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import xpm
from xpm.xml import parse

type Connect = Callable[..., xpm.Client]

JOB = """<Response api-method="Add"><Status>OK</Status><WebUrl>https://pm.example/job?id=J000031</WebUrl>
<Job><ID>J000031</ID><UUID>0D3458B8-1F2E-4C0B-9D52-6F6F7C1B0A11</UUID><Name>Change of officeholder</Name>
<Description>Appoint director
and secretary</Description><State>Planned</State><ClientOrderNumber>MB-000481-7K3Q</ClientOrderNumber>
<Budget>1200.50</Budget><Type>Compliance</Type><StartDate>2026-11-22T00:00:00</StartDate>
<DueDate>2026-12-06T00:00:00</DueDate>
<Client><UUID>39a02ce2-f877-4d40-a5a7-d7355e88025b</UUID><Name>Smith &amp; Sons</Name></Client>
<Manager><UUID>4c624afa-0000-4000-8000-000000000001</UUID><Name>Jo Bloggs</Name></Manager>
<Assigned><Staff><UUID>1f8a7853-0000-4000-8000-000000000002</UUID><Name>Sam Ng</Name></Staff></Assigned>
<Tasks><Task><UUID>aa</UUID><TaskUUID>bb</TaskUUID><Name>Lodge</Name><Description></Description>
<EstimatedMinutes>30</EstimatedMinutes><ActualMinutes>0</ActualMinutes><Completed>false</Completed>
<Billable>true</Billable></Task></Tasks><Milestones /><Notes /></Job></Response>"""
COSTS = """<Costs><Cost><UUID>C1</UUID><Date>2026-11-22T00:00:00</Date>
<Description>ASIC late fee</Description>
<Code /><Note>MB-000481-7K3Q/2</Note><Quantity>2</Quantity><UnitCost>98.00</UnitCost>
<UnitPrice>98.00</UnitPrice><Billable>true</Billable></Cost></Costs>"""


class Recorder:
    """Answers every request alike, and keeps them."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        return httpx2.Response(200, text=self.answers[min(len(self.requests), len(self.answers)) - 1])

    def sent(self) -> list[tuple[str, str | None]]:
        return [(str(part.tag), part.text) for part in parse(self.requests[-1].content)]


def answer(inside: str) -> str:
    return f'<Response api-method="X"><Status>OK</Status>{inside}</Response>'


def test_a_new_job_is_written_with_dates_in_digits_and_nothing_that_is_not_given(
    client_of: Connect, annual_review: xpm.NewJob
) -> None:
    practice = Recorder(JOB)

    client_of(practice).add_job(annual_review)

    assert practice.sent() == [
        ("Name", "Annual review"),
        ("Description", "For the year to 30 June 2026"),
        ("ClientUUID", "39a02ce2-f877-4d40-a5a7-d7355e88025b"),
        ("StartDate", "20261122"),
        ("DueDate", "20261206"),
        ("ClientNumber", "MB-000481-7K3Q"),
    ]


def test_a_new_job_is_written_with_everything_that_is_given(client_of: Connect) -> None:
    practice = Recorder(JOB)
    job = xpm.NewJob(
        id="MB-1",
        name="n",
        description="d",
        client_uuid="c",
        contact_uuid="k",
        start_on=date(2026, 1, 2),
        due_on=date(2026, 1, 2),
        client_number="m",
        template_uuid="t",
        category_uuid="g",
        budget=Decimal("1E+3"),
    )

    client_of(practice).add_job(job)

    assert dict(practice.sent()) == {
        "ID": "MB-1",
        "Name": "n",
        "Description": "d",
        "ClientUUID": "c",
        "ContactUUID": "k",
        "StartDate": "20260102",
        "DueDate": "20260102",
        "ClientNumber": "m",
        "TemplateUUID": "t",
        "CategoryUUID": "g",
        "Budget": "1000",
    }


def test_a_job_is_read_whole(client_of: Connect, annual_review: xpm.NewJob) -> None:
    job = client_of(JOB).add_job(annual_review)

    assert (job.number, job.uuid) == ("J000031", "0d3458b8-1f2e-4c0b-9d52-6f6f7c1b0a11")
    assert (job.name, job.description) == ("Change of officeholder", "Appoint director\nand secretary")
    assert (job.state, job.category) == ("Planned", "Compliance")
    assert job.client_order_number == "MB-000481-7K3Q"
    assert (job.start_on, job.due_on) == (date(2026, 11, 22), date(2026, 12, 6))
    assert (job.completed_on, job.partner, job.contact) == (None, None, None)
    assert job.budget == Decimal("1200.50")
    assert job.client == xpm.Named(uuid="39a02ce2-f877-4d40-a5a7-d7355e88025b", name="Smith & Sons")
    assert job.manager == xpm.Named(uuid="4c624afa-0000-4000-8000-000000000001", name="Jo Bloggs")
    assert [staff.name for staff in job.assigned] == ["Sam Ng"]
    assert [(task.name, task.estimated_minutes, task.billable) for task in job.tasks] == [("Lodge", 30, True)]
    assert job.web_url == "https://pm.example/job?id=J000031"


def test_a_web_address_inside_the_job_is_read_too(client_of: Connect) -> None:
    inside = JOB.replace("<WebUrl>https://pm.example/job?id=J000031</WebUrl>", "").replace(
        "<Notes />", "<Notes /><WebUrl>https://pm.example/inside</WebUrl>"
    )

    assert client_of(inside).get_job("J000031").web_url == "https://pm.example/inside"


def test_jobs_of_a_client_are_read_from_a_leaner_list(client_of: Connect) -> None:
    lean = answer(
        "<Jobs><Job><ID>J1</ID><Name>A</Name><State>Completed</State><ClientOrderNumber />"
        "<Client><UUID>c</UUID><Name>C</Name></Client><Assigned /></Job></Jobs>"
    )

    (job,) = client_of(lean).jobs_of_client("c")

    assert (job.number, job.uuid, job.client_order_number, job.tasks) == ("J1", "", "", ())


def test_a_client_without_jobs_has_none(client_of: Connect) -> None:
    assert client_of(answer("<Jobs />")).jobs_of_client("c") == ()


@pytest.mark.parametrize("without", ["ID", "Job"])
def test_a_job_added_but_not_readable_is_in_doubt(
    client_of: Connect, annual_review: xpm.NewJob, without: str
) -> None:
    garbled = JOB.replace(f"<{without}>", "<Other>").replace(f"</{without}>", "</Other>")
    calls: list[xpm.Call] = []

    with pytest.raises(xpm.InDoubt, match=without):
        client_of(garbled, on_call=calls.append).add_job(annual_review)

    assert [(call.status, call.outcome) for call in calls] == [(200, xpm.Outcome.IN_DOUBT)]


def test_what_is_missing_from_one_job_does_not_hide_the_others(client_of: Connect) -> None:
    listing = answer(
        "<Jobs><Job><ID>J1</ID><Assigned><Staff><Name>Gone</Name></Staff></Assigned></Job>"
        "<Job><ID>J2</ID><ClientOrderNumber>MB-000481-7K3Q</ClientOrderNumber></Job></Jobs>"
    )

    lean, ours = client_of(listing).jobs_of_client("c")

    assert (lean.client, lean.start_on, lean.assigned) == (None, None, ())
    assert (ours.number, ours.client_order_number) == ("J2", "MB-000481-7K3Q")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    whole=st.sampled_from([JOB, COSTS, answer(COSTS)]),
    cut=st.tuples(st.integers(0, 400), st.integers(0, 60)),
    put=st.binary(max_size=8) | st.sampled_from([b"&x;", b"<ID>", b"9E99", b"<?xml encoding='x'?>"]),
)
def test_whatever_comes_back_is_read_or_ends_in_a_class(
    client_of: Connect, whole: str, cut: tuple[int, int], put: bytes
) -> None:
    body = whole.encode()
    body = body[: cut[0]] + put + body[sum(cut) :]

    def ask(call: Callable[[xpm.Client], object]) -> None:
        with suppress(xpm.InDoubt, xpm.Refused):
            call(client_of(httpx2.Response(200, content=body)))

    ask(lambda client: client.get_job("J1"))
    ask(lambda client: client.costs("J1"))
    ask(lambda client: list(client.clients()))


def test_a_date_that_is_none_is_in_doubt(client_of: Connect) -> None:
    with pytest.raises(xpm.InDoubt, match="StartDate"):
        client_of(JOB.replace("2026-11-22T00:00:00", "22/11/2026")).get_job("J000031")


def test_assigning_names_people_by_attribute(client_of: Connect) -> None:
    practice = Recorder(JOB)

    client_of(practice).assign("J000031", add=["s1", "s2"], remove=["s3"], manager="s4", partner="s5")

    body = parse(practice.requests[0].content)
    assert [(part.tag, part.get("uuid"), part.text) for part in body] == [
        ("ID", None, "J000031"),
        ("add", "s1", None),
        ("add", "s2", None),
        ("remove", "s3", None),
        ("add-manager", "s4", None),
        ("add-partner", "s5", None),
    ]


def test_a_state_is_set_by_its_code(client_of: Connect) -> None:
    practice = Recorder(answer(""))

    client_of(practice).set_state("J000031", "COMPLETED")

    assert practice.sent() == [("ID", "J000031"), ("State", "COMPLETED")]


@pytest.mark.parametrize("body", [COSTS, answer(COSTS)])
def test_costs_are_read_with_or_without_an_envelope(client_of: Connect, body: str) -> None:
    (cost,) = client_of(body).costs("J000031")

    assert cost == xpm.Cost(
        uuid="c1",
        date=date(2026, 11, 22),
        description="ASIC late fee",
        quantity=Decimal(2),
        unit_cost=Decimal("98.00"),
        unit_price=Decimal("98.00"),
        billable=True,
        note="MB-000481-7K3Q/2",
        code="",
    )


@pytest.mark.parametrize("inside", ["<UUID>C9</UUID>", "<Cost><UUID>C9</UUID></Cost>"])
def test_an_added_cost_gives_its_uuid(client_of: Connect, late_fee: xpm.NewCost, inside: str) -> None:
    practice = Recorder(answer(inside))

    assert client_of(practice).add_cost("J000031", late_fee) == "c9"

    assert practice.sent() == [
        ("Job", "J000031"),
        ("Date", "20261122"),
        ("Description", "ASIC late fee"),
        ("Note", "MB-000481-7K3Q/2"),
        ("Quantity", "1"),
        ("UnitCost", "98.00"),
        ("UnitPrice", "98.00"),
        ("Billable", "true"),
    ]


def test_an_added_cost_without_its_uuid_is_in_doubt(client_of: Connect, late_fee: xpm.NewCost) -> None:
    with pytest.raises(xpm.InDoubt):
        client_of(answer("")).add_cost("J000031", late_fee)


def test_an_updated_cost_is_named_by_uuid_not_by_job(client_of: Connect, late_fee: xpm.NewCost) -> None:
    practice = Recorder(answer(""))

    client_of(practice).update_cost("c9", late_fee)

    assert practice.requests[0].method == "PUT"
    assert practice.sent()[0] == ("UUID", "c9")
    assert "Job" not in dict(practice.sent())


def test_a_document_goes_as_base64_and_comes_back_without_content(client_of: Connect) -> None:
    sending = Recorder(answer("<Job/>"))
    listing = answer(
        "<Documents><Document><Title>Consent</Title><Text/><Folder/><Date>20261122</Date>"
        "<CreatedBy>Jo</CreatedBy><FileName>consent.pdf</FileName><URL>https://pm.example/d</URL></Document></Documents>"
    )

    client_of(sending).add_document("J1", title="Consent", file_name="consent.pdf", content=b"%PDF-\x00\xff")
    (document,) = client_of(listing).documents("J1")

    assert b64decode(dict(sending.sent())["Content"] or "") == b"%PDF-\x00\xff"
    assert (document.file_name, document.date, document.text) == ("consent.pdf", date(2026, 11, 22), "")


def test_the_price_list_is_read_page_by_page_to_the_empty_one(client_of: Connect) -> None:
    def page(*numbers: int) -> str:
        costs = "".join(f"<Cost><UUID>p{n}</UUID><Description>Item {n}</Description></Cost>" for n in numbers)
        return answer(f"<Records>{len(numbers)}</Records><Costs>{costs}</Costs>")

    practice = Recorder(page(1, 2), page(3), page())

    items = client_of(practice).price_list()

    assert [item.uuid for item in items] == ["p1", "p2", "p3"]
    assert items[0].unit_price == Decimal(0)
    assert [request.url.params["page"] for request in practice.requests] == ["1", "2", "3"]


def test_a_price_list_that_ignores_the_page_number_ends_all_the_same(client_of: Connect) -> None:
    practice = Recorder(answer("<Records>1</Records><Costs><Cost><UUID>p1</UUID></Cost></Costs>"))

    assert len(client_of(practice).price_list()) == 1
    assert len(practice.requests) == 2


@pytest.mark.parametrize(
    ("method", "container", "name"),
    [
        ("templates", "Templates", "Template"),
        ("categories", "Categories", "Category"),
        ("job_states", "JobStates", "JobState"),
    ],
)
def test_short_lists_are_uuid_and_name(client_of: Connect, method: str, container: str, name: str) -> None:
    filled = answer(f"<{container}><{name}><UUID>T1</UUID><Name>One</Name></{name}></{container}>")

    assert getattr(client_of(filled), method)() == (xpm.Named(uuid="t1", name="One"),)
    assert getattr(client_of(answer(f"<{container} />")), method)() == ()


def test_staff_are_read_with_their_addresses(client_of: Connect) -> None:
    listing = answer(
        "<StaffList><Staff><UUID>S1</UUID><Name>Jo Bloggs</Name><Email>jo@firm.example</Email><Phone/>"
        "</Staff></StaffList>"
    )

    (jo,) = client_of(listing).staff()

    assert (jo.uuid, jo.name, jo.email, jo.mobile) == ("s1", "Jo Bloggs", "jo@firm.example", "")


def test_a_client_is_read_with_its_contacts_and_flags(client_of: Connect) -> None:
    body = answer(
        "<WebUrl>https://pm.example/c</WebUrl><Client><UUID>C1</UUID><Name>Southern Star Pty Ltd</Name>"
        "<Address>1 High St&#10;Level 2</Address><City>Perth</City><PostalCity>Fremantle</PostalCity>"
        "<CompanyNumber>004 085 616</CompanyNumber><IsArchived>Yes</IsArchived><IsDeleted>No</IsDeleted>"
        "<JobManager><UUID>S1</UUID><Name>Jo</Name></JobManager><Contacts><Contact><UUID>K1</UUID>"
        "<Name>Aroha Ngata</Name><IsPrimary>Yes</IsPrimary></Contact></Contacts></Client>"
    )

    client = client_of(body).get_client("c1")

    assert (client.uuid, client.name) == ("c1", "Southern Star Pty Ltd")
    assert (client.address.lines, client.address.city) == ("1 High St\nLevel 2", "Perth")
    assert client.postal_address.city == "Fremantle"
    assert (client.is_archived, client.is_deleted, client.is_prospect) == (True, False, False)
    assert client.job_manager == xpm.Named(uuid="s1", name="Jo")
    assert [(contact.name, contact.is_primary) for contact in client.contacts] == [("Aroha Ngata", True)]
    assert (client.email, client.web_url) == ("", "https://pm.example/c")


@pytest.mark.parametrize(
    ("link", "token"),
    [
        ("<Next>https://api.xero.com/x?pageSize=2&amp;pageToken=abc%3D</Next>", "abc="),
        ("<Next>abc</Next>", "abc"),
        ("<Next />", None),
        ("", None),
    ],
)
def test_pages_of_clients_are_followed_by_token(client_of: Connect, link: str, token: str | None) -> None:
    practice = Recorder(
        answer(
            f"<Clients><Client><UUID>c</UUID></Client></Clients><Pagination><Links>{link}</Links></Pagination>"
        )
    )

    page = client_of(practice).client_page(token="abc=", size=2)

    assert len(page.clients) == 1
    assert page.next_token == token
    assert dict(practice.requests[0].url.params) == {"pageSize": "2", "pageToken": "abc="}


def test_a_search_sends_the_words_as_they_are(client_of: Connect) -> None:
    practice = Recorder(answer("<Clients />"))

    assert client_of(practice).search_clients("Smith & Sons") == ()
    assert dict(practice.requests[0].url.params) == {"query": "Smith & Sons"}


def test_a_change_filter_goes_in_utc(client_of: Connect) -> None:
    practice = Recorder(answer("<Clients />"))
    since = datetime.fromisoformat("2026-11-22T08:00:00+08:00")

    assert list(client_of(practice).clients(modified_since=since)) == []
    assert dict(practice.requests[0].url.params) == {"modifiedsince": "2026-11-22T00:00:00"}


def test_a_change_filter_without_a_time_zone_is_an_error(client_of: Connect) -> None:
    naive = datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None)

    with pytest.raises(ValueError, match="time zone"):
        client_of(answer("<Clients />")).clients(modified_since=naive)


def test_an_identifier_cannot_leave_its_place_in_the_path(client_of: Connect) -> None:
    practice = Recorder(JOB)

    client_of(practice).get_job("../job.api/delete?x=1")

    assert (
        practice.requests[0].url.raw_path == b"/practicemanager/3.1/job.api/get/..%2Fjob.api%2Fdelete%3Fx%3D1"
    )


def test_an_empty_identifier_is_an_error_of_the_caller(client_of: Connect) -> None:
    with pytest.raises(ValueError, match="empty"):
        client_of(JOB).get_job(" ")
