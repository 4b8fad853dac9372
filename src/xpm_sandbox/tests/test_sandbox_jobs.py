"""Adding jobs and filling them: templates, staff, states, costs, documents."""

import base64
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from xpm_sandbox.testing import BASE, JSON_PLEASE, Caller, connect_app, texts, uuid_of

OFFICEHOLDER = "Company secretarial - Change of officeholder"


def job_xml(caller: Caller, *, template: str = "", **elements: str) -> str:
    client = uuid_of(caller.get("client.api/search", query="Southern Star"), "Client", "Southern Star P/L")
    members = {
        "Name": "Change of officeholder",
        "Description": "Appoint <A. Ngata>\nas director".replace("<", "&lt;").replace(">", "&gt;"),
        "ClientUUID": client,
        "StartDate": "20261122",
        "DueDate": "20261206",
        "ClientNumber": "MB-000481-7K3Q",
    }
    if template:
        members["TemplateUUID"] = uuid_of(caller.get("template.api/list"), "Template", template)
    members |= elements
    return "<Job>" + "".join(f"<{name}>{text}</{name}>" for name, text in members.items() if text) + "</Job>"


def add_job(caller: Caller, *, template: str = "", **elements: str) -> httpx2.Response:
    return caller.post("job.api/add", job_xml(caller, template=template, **elements))


def error_of(answer: httpx2.Response) -> str:
    assert answer.status_code == 200
    assert texts(answer, "Status") == ["ERROR"]
    [error] = texts(answer, "ErrorDescription")
    return error


class TestAdding:
    def test_the_answer_is_the_envelope_of_the_reference(self, caller: Caller) -> None:
        answer = add_job(caller)

        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert answer.text.startswith(
            '<Response api-method="Add"><Status>OK</Status><Job><ID>J000031</ID><UUID>'
        )
        assert "<Description>Appoint &lt;A. Ngata&gt;\nas director</Description>" in answer.text
        assert "<ClientOrderNumber>MB-000481-7K3Q</ClientOrderNumber>" in answer.text
        assert "<StartDate>2026-11-22T00:00:00</StartDate>" in answer.text
        assert "<State>Planned</State>" in answer.text
        assert "<Assigned /><Tasks /><Milestones /><Notes /></Job></Response>" in answer.text

    def test_numbers_follow_one_another(self, caller: Caller) -> None:
        numbers = [texts(add_job(caller), "Job/ID")[0] for _ in range(3)]

        assert numbers == ["J000031", "J000032", "J000033"]

    def test_a_template_brings_tasks_milestones_and_costs(self, caller: Caller) -> None:
        answer = add_job(caller, template=OFFICEHOLDER)
        [number] = texts(answer, "Job/ID")

        assert len(texts(answer, "Job/Tasks/Task/UUID")) == 5
        assert texts(answer, "Job/Milestones/Milestone/Date") == ["2026-12-20T00:00:00"]
        costs = caller.get(f"job.api/costs/{number}")
        assert texts(costs, "Costs/Cost/Description") == ["File and postage", "Director ID check"]
        assert texts(costs, "Costs/Cost/UnitPrice") == ["12.50", "25.00"]

    @pytest.mark.parametrize(
        ("element", "value", "error"),
        [
            ("ClientUUID", "7d0bd2ae-0000-4000-8000-000000000000", "Invalid client identifier"),
            ("TemplateUUID", "7d0bd2ae-0000-4000-8000-000000000000", "Invalid job template identifier"),
            ("CategoryUUID", "7d0bd2ae-0000-4000-8000-000000000000", "Invalid category identifier"),
            (
                "StartDate",
                "",
                "Message not in expected format. The following required element was missing - /Job/StartDate",
            ),
        ],
    )
    def test_what_cannot_be_found_is_refused_in_the_apis_words(
        self, caller: Caller, element: str, value: str, error: str
    ) -> None:
        assert error_of(add_job(caller, **{element: value})) == error
        assert texts(add_job(caller), "Job/ID") == ["J000031"]

    def test_an_own_number_is_kept_and_may_not_repeat(self, caller: Caller) -> None:
        first, second = add_job(caller, ID="KW-7"), add_job(caller, ID="KW-7")

        assert texts(first, "Job/ID") == ["KW-7"]
        assert "KW-7" in error_of(second)

    def test_identifiers_may_be_spelt_in_capitals_and_elements_in_any_order(self, caller: Caller) -> None:
        client = uuid_of(
            caller.get("client.api/search", query="Southern Star"), "Client", "Southern Star P/L"
        )

        answer = caller.post(
            "job.api/add",
            "<?xml version='1.0'?><Job><DueDate>20261122</DueDate><Unknown>x</Unknown>"
            f"<ClientUUID>{client.upper()}</ClientUUID><StartDate>20261122</StartDate><Name>Zwölf</Name></Job>",
        )

        assert texts(answer, "Job/Client/UUID") == [client]
        assert texts(answer, "Job/Name") == ["Zwölf"]

    def test_jobs_added_at_once_get_different_numbers(self, caller: Caller) -> None:
        xml = job_xml(caller)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: caller.post("job.api/add", xml), range(8)))

        numbers = [texts(answer, "Job/ID")[0] for answer in answers]
        assert sorted(numbers) == [f"J{number:06d}" for number in range(31, 39)]

    def test_malformed_xml_is_a_500_with_an_error_body(self, caller: Caller) -> None:
        answer = caller.post("job.api/add", "<Job><Name>")

        assert answer.status_code == 500
        assert texts(answer, "Status") == ["ERROR"]

    def test_an_archived_client_gets_no_job(self, caller: Caller) -> None:
        client = uuid_of(
            caller.get("client.api/search", query="Southern Star"), "Client", "Southern Star P/L"
        )
        caller.put("client.api/archive", f"<Client><UUID>{client}</UUID></Client>")

        assert error_of(add_job(caller)) == "Client is archived"


class TestAssigning:
    def test_staff_and_manager_are_put_on_and_taken_off(self, caller: Caller) -> None:
        add_job(caller)
        staff = caller.get("staff.api/list")
        jo, priya = uuid_of(staff, "Staff", "Jo Bloggs"), uuid_of(staff, "Staff", "Priya Raman")

        put = caller.put(
            "job.api/assign",
            f'<Job><ID>J000031</ID><add uuid="{jo}"/><add id="{priya}"/><add-manager uuid="{jo}"/></Job>',
        )
        taken = caller.put(
            "job.api/assign", f'<Job><ID>J000031</ID><remove uuid="{jo}"/><remove-manager/></Job>'
        )

        assert texts(put, "Job/Assigned/Staff/Name") == ["Jo Bloggs", "Priya Raman"]
        assert texts(put, "Job/Manager/Name") == ["Jo Bloggs"]
        assert texts(taken, "Job/Assigned/Staff/Name") == ["Priya Raman"]
        assert texts(taken, "Job/Manager/Name") == []

    def test_a_manager_alone_is_not_assigned(self, caller: Caller) -> None:
        add_job(caller)
        jo = uuid_of(caller.get("staff.api/list"), "Staff", "Jo Bloggs")

        answer = caller.put("job.api/assign", f'<Job><ID>J000031</ID><add-manager uuid="{jo}"/></Job>')

        assert texts(answer, "Job/Assigned/Staff/Name") == []

    def test_unknown_staff_change_nothing(self, caller: Caller) -> None:
        add_job(caller)
        jo = uuid_of(caller.get("staff.api/list"), "Staff", "Jo Bloggs")

        answer = caller.put(
            "job.api/assign", f'<Job><ID>J000031</ID><add uuid="{jo}"/><add uuid="nobody"/></Job>'
        )

        assert error_of(answer) == "Invalid staff identifier for add request"
        assert texts(caller.get("job.api/get/J000031"), "Job/Assigned/Staff/Name") == []

    def test_disagreeing_identifiers_are_refused(self, caller: Caller) -> None:
        add_job(caller)

        answer = caller.put("job.api/assign", "<Job><ID>J000031</ID><UUID>another</UUID></Job>")

        assert error_of(answer) == "Invalid job identifier"


class TestStates:
    @pytest.mark.parametrize("code", ["INPROGRESS", "IN_PROGRESS", "In Progress"])
    def test_codes_are_read_leniently(self, caller: Caller, code: str) -> None:
        add_job(caller)

        answer = caller.put("job.api/state", f"<Job><ID>J000031</ID><State>{code}</State></Job>")

        assert answer.text == '<Response api-method="State"><Status>OK</Status></Response>'
        assert texts(caller.get("job.api/get/J000031"), "Job/State") == ["In Progress"]

    def test_completing_dates_the_job_and_takes_it_off_the_current_list(self, caller: Caller) -> None:
        add_job(caller)

        caller.put("job.api/state", "<Job><ID>J000031</ID><State>COMPLETED</State></Job>")

        assert len(texts(caller.get("job.api/get/J000031"), "Job/CompletedDate")) == 1
        assert "J000031" not in texts(caller.get("job.api/current"), "Jobs/Job/ID")

    def test_a_bad_code_is_refused(self, caller: Caller) -> None:
        add_job(caller)

        answer = caller.put("job.api/state", "<Job><ID>J000031</ID><State>NEARLY</State></Job>")

        assert error_of(answer) == "Invalid state code"


class TestCosts:
    LINE = (
        "<Cost><Job>J000031</Job><Date>20261122</Date><Description>ASIC lodgement &amp; more</Description>"
        "<Quantity>1.5</Quantity><UnitCost>0</UnitCost><UnitPrice>110.00</UnitPrice></Cost>"
    )

    def test_a_line_is_added_and_read_back(self, caller: Caller) -> None:
        add_job(caller)

        added = caller.post("job.api/cost", self.LINE)
        costs = caller.get("job.api/costs/J000031")

        assert added.text.startswith('<Response api-method="Cost"><Status>OK</Status><UUID>')
        assert texts(costs, "Costs/Cost/UUID") == texts(added, "UUID")
        assert texts(costs, "Costs/Cost/Quantity") == ["1.5"]
        assert texts(costs, "Costs/Cost/UnitCost") == ["0.00"]
        assert texts(costs, "Costs/Cost/Billable") == ["true"]
        assert texts(costs, "Costs/Cost/Description") == ["ASIC lodgement & more"]

    def test_a_line_is_changed_where_the_request_says_so(self, caller: Caller) -> None:
        add_job(caller)
        [uuid] = texts(caller.post("job.api/cost", self.LINE), "UUID")

        caller.put("job.api/cost", f"<Cost><UUID>{uuid}</UUID><Quantity>0</Quantity></Cost>")

        costs = caller.get("job.api/costs/J000031")
        assert texts(costs, "Costs/Cost/Quantity") == ["0"]
        assert texts(costs, "Costs/Cost/UnitPrice") == ["110.00"]

    def test_a_line_without_its_price_is_refused(self, caller: Caller) -> None:
        add_job(caller)

        answer = caller.post("job.api/cost", self.LINE.replace("<UnitPrice>110.00</UnitPrice>", ""))

        assert error_of(answer).endswith("was missing - /Cost/UnitPrice")


class TestTemplatesTasksAndFiles:
    def test_applying_a_template_again_doubles_tasks_or_merges_them(self, caller: Caller) -> None:
        add_job(caller, template=OFFICEHOLDER)
        template = uuid_of(caller.get("template.api/list"), "Template", OFFICEHOLDER)
        xml = f"<Job><ID>J000031</ID><TemplateUUID>{template}</TemplateUUID>"

        doubled = caller.post("job.api/applytemplate", xml + "</Job>")
        merged = caller.post("job.api/applytemplate", xml + "<TaskMode>AppendExisting</TaskMode></Job>")

        assert doubled.text.startswith('<Response api-method="ApplyTemplate">')
        assert len(texts(doubled, "Job/Tasks/Task")) == 10
        assert len(texts(merged, "Job/Tasks/Task")) == 10

    def test_a_task_is_added_and_completed(self, caller: Caller) -> None:
        add_job(caller)
        library = uuid_of(caller.get("task.api/list"), "Task", "Research")

        [uuid] = texts(
            caller.post(
                "job.api/task",
                f"<Task><Job>J000031</Job><TaskUUID>{library}</TaskUUID><Label>Look it up</Label>"
                "<EstimatedMinutes>15</EstimatedMinutes></Task>",
            ),
            "UUID",
        )
        caller.put(f"job.api/task/{uuid}/complete")

        job = caller.get("job.api/get/J000031")
        assert texts(job, "Job/Tasks/Task/Name") == ["Look it up"]
        assert texts(job, "Job/Tasks/Task/Completed") == ["true"]

    def test_a_note_and_a_document_are_filed(self, caller: Caller) -> None:
        add_job(caller)
        content = base64.b64encode(b"%PDF-1.7 consent").decode()

        note = caller.post("job.api/note", "<Note><Job>J000031</Job><Title>T</Title><Text>a\nb</Text></Note>")
        filed = caller.post(
            "job.api/document",
            "<Document><Job>J000031</Job><Title>Consent</Title><FileName>consent.pdf</FileName>"
            f"<Content>{content}</Content></Document>",
        )

        assert (texts(note, "Status"), texts(filed, "Status")) == (["OK"], ["OK"])
        assert texts(caller.get("job.api/get/J000031"), "Job/Notes/Note/Text") == ["a\nb"]
        documents = caller.get("job.api/documents/J000031")
        assert texts(documents, "Documents/Document/FileName") == ["consent.pdf"]


class TestReading:
    def test_lists_stop_before_the_tasks_unless_asked(self, caller: Caller) -> None:
        assert texts(caller.get("job.api/current"), "Jobs/Job/Tasks") == []
        assert texts(caller.get("job.api/current", detailed="true"), "Jobs/Job/Tasks/Task/UUID") != []

    def test_a_clients_jobs_are_found_whatever_their_state(self, caller: Caller) -> None:
        client = uuid_of(
            caller.get("client.api/search", query="Southern Star"), "Client", "Southern Star P/L"
        )
        add_job(caller)
        caller.put("job.api/state", "<Job><ID>J000031</ID><State>CANCELLED</State></Job>")

        jobs = caller.get(f"job.api/client/{client.upper()}")

        assert texts(jobs, "Jobs/Job/ClientOrderNumber") == ["MB-000481-7K3Q"]

    def test_a_deleted_job_is_gone(self, caller: Caller) -> None:
        add_job(caller)
        caller.post("job.api/delete", "<Job><ID>J000031</ID></Job>")

        assert error_of(caller.get("job.api/get/J000031")) == "Invalid job identifier"

    @pytest.mark.parametrize(
        "window",
        [
            {},
            {"from": "20260701"},
            {"from": "20250101", "to": "20260102"},
            {"from": "20260702", "to": "20260701"},
        ],
        ids=["nothing", "no to", "too long", "backwards"],
    )
    def test_a_bad_window_is_a_400(self, caller: Caller, window: dict[str, str]) -> None:
        answer = caller.get("job.api/list", **window)

        assert answer.status_code == 400
        assert texts(answer, "Status") == ["ERROR"]

    def test_the_window_looks_at_the_day_of_creation(self, caller: Caller) -> None:
        jobs = caller.get("job.api/list", **{"from": "20260701", "to": "20270701"})

        assert texts(jobs, "Jobs/Job/ID")[0] == "J000019"

    def test_another_practice_sees_none_of_it(self, http: httpx2.Client, caller: Caller) -> None:
        add_job(caller)
        other = connect_app(http, practice="Harbour & Pine Partners")

        assert error_of(other.get("job.api/get/J000031")) == "Invalid job identifier"
        assert other.get("template.api/list").text.endswith("<Templates /></Response>")


class TestJson:
    def test_accept_alone_does_not_switch_it_on(self, caller: Caller) -> None:
        answer = caller.http.get(
            BASE + "category.api/list", headers=caller.headers() | {"Accept": "application/json"}
        )

        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"

    def test_a_job_is_added_and_assigned_in_json(self, caller: Caller) -> None:
        client = uuid_of(
            caller.get("client.api/search", query="Southern Star"), "Client", "Southern Star P/L"
        )
        jo = uuid_of(caller.get("staff.api/list"), "Staff", "Jo Bloggs")
        headers = caller.headers() | JSON_PLEASE

        added = caller.http.post(
            BASE + "job.api/add",
            json={
                "name": "J",
                "clientUuid": client,
                "startDate": "20261122",
                "dueDate": "20261122",
                "budget": 12.5,
            },
            headers=headers,
        ).json()
        assigned = caller.http.put(
            BASE + "job.api/assign",
            json={"id": "J000031", "add": [{"uuid": jo}], "add-manager": {"uuid": jo}},
            headers=headers,
        ).json()

        assert added["status"] == "OK"
        assert added["job"]["budget"] == 12.5
        assert added["job"]["clientOrderNumber"] == ""
        assert added["job"]["webUrl"].endswith("/jobs/J000031")
        assert assigned["job"]["manager"] == {"uuid": jo, "name": "Jo Bloggs"}
        assert assigned["job"]["assigned"] == [{"uuid": jo, "name": "Jo Bloggs"}]

    def test_errors_are_flat(self, caller: Caller) -> None:
        answer = caller.get_json("job.api/get/J999999")

        assert answer.json() == {"status": "ERROR", "errorDescription": "Invalid job identifier"}

    def test_fields_shrink_the_answer_and_keep_the_identifiers(self, caller: Caller) -> None:
        answer = caller.get_json("job.api/get/J000020", fields="name,dueDate")

        assert set(answer.json()["job"]) == {"id", "uuid", "name", "dueDate"}
