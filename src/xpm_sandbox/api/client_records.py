"""A client's documents and its relationships with other clients."""

from xpm_sandbox.api.body import Body
from xpm_sandbox.api.client_fields import client_reference, find_client
from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.files import describe_file, read_content
from xpm_sandbox.api.values import clean_uuid, iso_date, read_date, read_decimal, read_whole
from xpm_sandbox.api.wire import Items, Tree
from xpm_sandbox.models.base import new_uuid
from xpm_sandbox.models.client import ClientDocument, Relationship

routes = Routes("client")
RELATIONSHIP_TYPES = (
    "Director",
    "Shareholder",
    "Trustee",
    "Beneficiary",
    "Partner",
    "Settlor",
    "Associate",
    "Secretary",
    "Public Officer",
    "Husband",
    "Wife",
    "Spouse",
    "Parent Of",
    "Child Of",
    "Appointer",
    "Member",
    "Auditor",
    "Owner",
)


@routes.get("client.api/documents/<uuid>")
def list_documents(call: Call, uuid: str) -> Tree:
    client = find_client(call, uuid)
    return {"Documents": Items("Document", [describe_file(call, document) for document in client.documents])}


@routes.post("client.api/document", root="Document")
def add_document(call: Call) -> Tree:
    body = call.body
    client = find_client(call, body.require("ClientUUID"))
    document = ClientDocument(
        uuid=new_uuid(),
        position=len(client.documents) + 1,
        title=body.require("Title"),
        text=body.text("Text") or "",
        folder=body.text("Folder") or "",
        file_name=body.require("FileName"),
        content=read_content(body),
        filed_at=call.clock(),
        created_by=call.user_name,
    )
    client.documents.append(document)
    return {"UUID": document.uuid}


@routes.post("client.api/addrelationship", root="Relationship")
def add_relationship(call: Call) -> Tree:
    body = call.body
    client = find_client(call, body.require("ClientUUID"))
    related = find_client(call, body.require("RelatedClientUUID"))
    relationship = Relationship(
        uuid=new_uuid(),
        position=len(client.relationships) + 1,
        related_client=related,
        type=_read_type(body.require("Type")),
    )
    _fill(relationship, body)
    client.relationships.append(relationship)
    client.modified_at = call.clock()
    return {"ClientRelationship": _describe(relationship)}


@routes.put("client.api/updaterelationship", root="Relationship")
def update_relationship(call: Call) -> Tree:
    relationship = _find(call)
    _fill(relationship, call.body)
    relationship.client.modified_at = call.clock()
    return {"ClientRelationship": _describe(relationship)}


@routes.post("client.api/deleterelationship", root="Relationship")
def delete_relationship(call: Call) -> Tree:
    relationship = _find(call)
    described = _describe(relationship)
    relationship.client.modified_at = call.clock()
    relationship.client.relationships.remove(relationship)
    call.session.delete(relationship)
    return {"ClientRelationship": described}


def _find(call: Call) -> Relationship:
    relationship = call.session.get(Relationship, clean_uuid(call.body.require("UUID")))
    if relationship is None or relationship.client.practice_uuid != call.practice.uuid:
        raise Refused("Invalid relationship identifier")
    return relationship


def _read_type(text: str) -> str:
    for known in RELATIONSHIP_TYPES:
        if known.lower() == text.strip().lower():
            return known
    raise Refused(f"Invalid relationship type: {text}")


def _fill(relationship: Relationship, body: Body) -> None:
    if text := body.text("NumberOfShares"):
        relationship.number_of_shares = read_whole(text, element="NumberOfShares")
    if text := body.text("Percentage"):
        relationship.percentage = read_decimal(text, element="Percentage")
    if text := body.text("StartDate"):
        relationship.start_date = read_date(text, element="StartDate")
    if text := body.text("EndDate"):
        relationship.end_date = read_date(text, element="EndDate")


def _describe(relationship: Relationship) -> Tree:
    return {
        "UUID": relationship.uuid,
        "Client": client_reference(relationship.client),
        "RelatedClient": client_reference(relationship.related_client),
        "RelationshipType": {"Name": relationship.type},
        "NumberOfShares": relationship.number_of_shares,
        "Percentage": relationship.percentage,
        "StartDate": iso_date(relationship.start_date),
        "EndDate": iso_date(relationship.end_date),
    }
