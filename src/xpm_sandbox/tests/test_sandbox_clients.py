"""Clients and their contacts: lists, pages, searches, changes."""

import pytest

from xpm_sandbox.testing import Caller, texts, uuid_of


def southern_star(caller: Caller) -> str:
    return uuid_of(caller.get("client.api/search", query="SOUTHERN star"), "Client", "Southern Star P/L")


class TestReading:
    def test_the_list_has_contacts_and_only_the_detailed_list_relationships(self, caller: Caller) -> None:
        plain, detailed = caller.get("client.api/list"), caller.get("client.api/list", detailed="true")

        assert len(texts(plain, "Clients/Client")) == 80
        assert texts(plain, "Clients/Client/Contacts/Contact/Name")
        assert texts(plain, "Clients/Client/Relationships") == []
        assert "Director" in texts(detailed, "Clients/Client/Relationships/Relationship/Type")

    def test_the_list_includes_archived_and_deleted_clients_and_pages_do_not(self, caller: Caller) -> None:
        uuid = southern_star(caller)
        caller.put("client.api/archive", f"<Client><UUID>{uuid}</UUID></Client>")
        caller.post("client.api/delete", f"<Client><UUID>{uuid}</UUID></Client>")

        assert uuid in texts(caller.get("client.api/list"), "Clients/Client/UUID")
        assert uuid not in texts(caller.get("client.api/paged-list", pageSize="500"), "Clients/Client/UUID")

    @pytest.mark.parametrize("parameter", ["modifiedsince", "modifiedSince"])
    def test_only_clients_that_changed_since(self, caller: Caller, parameter: str) -> None:
        uuid = southern_star(caller)
        caller.put("client.api/update", f"<Client><UUID>{uuid}</UUID><Phone>1</Phone></Client>")

        changed = caller.get("client.api/list", **{parameter: "2026-07-01T00:00:00"})

        assert texts(changed, "Clients/Client/UUID") == [uuid]

    def test_pages_follow_the_link_until_there_is_none(self, caller: Caller) -> None:
        seen: list[str] = []
        page = caller.get("client.api/paged-list", pageSize="30")
        seen += texts(page, "Clients/Client/UUID")
        while following := texts(page, "Pagination/Links/Next"):
            page = caller.http.get(following[0], headers=caller.headers())
            seen += texts(page, "Clients/Client/UUID")

        open_clients = [
            uuid
            for uuid, archived in zip(
                texts(caller.get("client.api/list"), "Clients/Client/UUID"),
                texts(caller.get("client.api/list"), "Clients/Client/IsArchived"),
                strict=True,
            )
            if archived == "No"
        ]
        assert seen == open_clients

    @pytest.mark.parametrize("query", [{"pageSize": "501"}, {"pageSize": "0"}, {"pageToken": "nonsense"}])
    def test_a_bad_page_is_a_400(self, caller: Caller, query: dict[str, str]) -> None:
        assert caller.get("client.api/paged-list", **query).status_code == 400

    def test_the_tax_number_is_masked_and_an_empty_email_left_out(self, caller: Caller) -> None:
        caller.post("client.api/add", "<Client><Name>Bare</Name><TaxNumber>123456782</TaxNumber></Client>")

        found = caller.get("client.api/search", query="Bare")

        assert texts(found, "Clients/Client/TaxNumber") == ["******782"]
        assert "<Email>" not in found.text
        assert "<Phone></Phone>" in found.text
        assert "<Contacts />" in found.text

    def test_an_unknown_client_is_refused(self, caller: Caller) -> None:
        answer = caller.get("client.api/get/7d0bd2ae-0000-4000-8000-000000000000")

        assert (answer.status_code, texts(answer, "ErrorDescription")) == (200, ["Invalid client identifier"])


class TestWriting:
    def test_a_client_is_added_with_contacts_and_the_last_primary_wins(self, caller: Caller) -> None:
        added = caller.post(
            "client.api/add",
            "<Client><Name>Ōtaki &amp; Sons</Name><WebSite>example.com</WebSite>"
            "<BalanceMonth>June</BalanceMonth><Contacts><Contact><Name>A</Name><IsPrimary>true</IsPrimary></Contact>"
            "<Contact><Name>B</Name><IsPrimary>Yes</IsPrimary></Contact></Contacts></Client>",
        )

        assert texts(added, "Client/Name") == ["Ōtaki & Sons"]
        assert texts(added, "Client/Website") == ["example.com"]
        assert texts(added, "Client/BalanceMonth") == ["6"]
        assert texts(added, "Client/Contacts/Contact/IsPrimary") == ["No", "Yes"]

    @pytest.mark.parametrize(
        ("xml", "error"),
        [
            ("<Client><Name></Name></Client>", "The client name is required"),
            (
                "<Client/>",
                "Message not in expected format. The following required element was missing - /Client/Name",
            ),
        ],
    )
    def test_a_client_needs_a_name(self, caller: Caller, xml: str, error: str) -> None:
        assert texts(caller.post("client.api/add", xml), "ErrorDescription") == [error]
        assert len(texts(caller.get("client.api/list"), "Clients/Client")) == 80

    def test_an_update_changes_what_it_names(self, caller: Caller) -> None:
        uuid = southern_star(caller)

        changed = caller.put(
            "client.api/update", f"<Client><UUID>{uuid.upper()}</UUID><City>Carlton</City></Client>"
        )

        assert texts(changed, "Client/City") == ["Carlton"]
        assert texts(changed, "Client/CompanyNumber") == ["918844023"]

    def test_names_may_repeat(self, caller: Caller) -> None:
        for _ in range(2):
            caller.post("client.api/add", "<Client><Name>Twin Pty Ltd</Name></Client>")

        assert len(texts(caller.get("client.api/search", query="twin"), "Clients/Client/UUID")) == 2


class TestContacts:
    def test_a_contact_of_two_clients_is_a_conflict_until_the_client_is_named(self, caller: Caller) -> None:
        first = southern_star(caller)
        [second] = texts(caller.post("client.api/add", "<Client><Name>Second</Name></Client>"), "Client/UUID")
        [contact] = texts(caller.get(f"client.api/get/{first}"), "Client/Contacts/Contact/UUID")
        linked = caller.post(
            f"client.api/client/{second}/contacts",
            f"<Client><Contacts><Contact><UUID>{contact}</UUID></Contact></Contacts></Client>",
        )
        change = "<Contact><Position>Secretary</Position></Contact>"

        unclear = caller.put(f"client.api/contact/{contact}", change)
        clear = caller.put(f"client.api/contact/{contact}?clientUuid={second}", change)

        assert texts(linked, "Client/Contacts/Contact/UUID") == [contact]
        assert unclear.status_code == 409
        assert texts(clear, "Contact/Position") == ["Secretary"]
        assert texts(caller.get(f"client.api/get/{first}"), "Client/Contacts/Contact/Position") == [
            "Director"
        ]

    def test_a_deleted_contact_leaves_the_lists(self, caller: Caller) -> None:
        [contact] = texts(
            caller.get(f"client.api/get/{southern_star(caller)}"), "Client/Contacts/Contact/UUID"
        )

        caller.http.delete(f"/practicemanager/3.1/client.api/contact/{contact}", headers=caller.headers())

        assert contact not in texts(
            caller.get("client.api/contacts", pageSize="500"), "Contacts/Contact/UUID"
        )
        assert (
            texts(caller.get(f"client.api/get/{southern_star(caller)}"), "Client/Contacts/Contact/UUID") == []
        )

    def test_an_unknown_client_is_a_404(self, caller: Caller) -> None:
        answer = caller.post("client.api/client/none/contacts", "<Client><Contacts/></Client>")

        assert answer.status_code == 404


class TestRelationshipsAndDocuments:
    def test_a_relationship_is_added_changed_and_deleted(self, caller: Caller) -> None:
        first = southern_star(caller)
        [second] = texts(caller.post("client.api/add", "<Client><Name>Second</Name></Client>"), "Client/UUID")

        added = caller.post(
            "client.api/addrelationship",
            f"<Relationship><ClientUUID>{second}</ClientUUID><RelatedClientUUID>{first}</RelatedClientUUID>"
            "<Type>shareholder</Type><NumberOfShares>100</NumberOfShares><StartDate>2026-07-01</StartDate>"
            "</Relationship>",
        )
        [uuid] = texts(added, "ClientRelationship/UUID")
        caller.put(
            "client.api/updaterelationship",
            f"<Relationship><UUID>{uuid}</UUID><NumberOfShares>50</NumberOfShares></Relationship>",
        )
        read = caller.get(f"client.api/get/{second}")
        caller.post("client.api/deleterelationship", f"<Relationship><UUID>{uuid}</UUID></Relationship>")

        assert texts(read, "Client/Relationships/Relationship/Type") == ["Shareholder"]
        assert texts(read, "Client/Relationships/Relationship/NumberOfShares") == ["50"]
        assert texts(read, "Client/Relationships/Relationship/StartDate") == ["2026-07-01"]
        assert texts(caller.get(f"client.api/get/{second}"), "Client/Relationships/Relationship") == []

    def test_a_document_must_be_base64(self, caller: Caller) -> None:
        answer = caller.post(
            "client.api/document",
            f"<Document><ClientUUID>{southern_star(caller)}</ClientUUID><Title>T</Title>"
            "<FileName>f.pdf</FileName><Content>not base64!</Content></Document>",
        )

        assert texts(answer, "ErrorDescription") == ["Content is not valid base64"]


def test_the_price_list_ends_with_a_page_without_records(caller: Caller) -> None:
    first, second = caller.get("cost.api/list", page="1"), caller.get("cost.api/list", page="2")

    assert texts(first, "Records") == ["25"]
    assert len(texts(first, "Costs/Cost/UnitPrice")) == 25
    assert texts(second, "Records") == ["0"]
    assert second.text.endswith("<Costs /></Response>")


def test_two_people_share_a_name_and_not_an_email(caller: Caller) -> None:
    staff = caller.get("staff.api/list")

    assert texts(staff, "StaffList/Staff/Name").count("Sarah Chen") == 2
    emails = texts(staff, "StaffList/Staff/Email")
    assert len(set(emails)) == len(emails)


def test_a_document_type_declaration_is_refused(caller: Caller) -> None:
    answer = caller.post(
        "client.api/add",
        '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/hostname">]><Client><Name>A&x;B</Name></Client>',
    )

    assert answer.status_code == 500
    assert texts(answer, "Status") == ["ERROR"]
