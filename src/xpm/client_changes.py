"""Changing the practice's clients: adding one, updating one, and saying what one is to another."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xpm.calls import Calls, nothing
from xpm.clients import ClientRecord, Relationship, read_client, read_relationship
from xpm.xml import Element, decimal, one_of, text, text_of, write


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientChanges:
    """Members of a client to write. None leaves a member as it is; "" empties it.

    Numbers of taxpayers have no place here: they are read masked, and must never be written back.
    """

    name: str | None = None
    title: str | None = None
    gender: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    other_name: str | None = None
    born_on: date | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    city: str | None = None
    region: str | None = None
    post_code: str | None = None
    country: str | None = None
    postal_address: str | None = None
    postal_city: str | None = None
    postal_region: str | None = None
    postal_post_code: str | None = None
    postal_country: str | None = None
    company_number: str | None = None  # ACN
    business_number: str | None = None  # ABN
    business_structure: str | None = None  # one of the practice's own words


@dataclass(frozen=True, kw_only=True, slots=True)
class NewRelationship:
    """What one client is to another: `client_uuid` is the `type` of `related_uuid`."""

    client_uuid: str
    related_uuid: str
    type: str  # Director, Secretary, Shareholder, Trustee, Beneficiary …
    shares: int | None = None  # of a shareholder or owner
    percentage: Decimal | None = None  # of a partner
    start_on: date | None = None
    end_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RelationshipChange:
    """Members of a relationship to write. None leaves a member as it is."""

    shares: int | None = None
    end_on: date | None = None


class ClientChangeCalls(Calls):
    """The writing calls of client.api."""

    def add_client(self, client: ClientChanges) -> ClientRecord:
        """Create a client and return it. Names may repeat; `name` must not be empty.

        Not idempotent, and the API has no idempotency key: after InDoubt look for its company number and name
        among the clients modified since, and take nothing but exactly one for it.
        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt; ValueError without a name.

        Source: Practice Manager API 3.1, Clients, POST client.api/add.
        """
        if not client.name:
            raise ValueError("A client needs a name.")
        return self._post("client.api/add", write("Client", *_members(client)), _read_answer)

    def update_client(self, uuid: str, changes: ClientChanges) -> ClientRecord:
        """Change the members given, leave the others, and return the client as it stands.

        The name is best given even when it stays: what leaving it out does is not documented.
        Idempotent: after InDoubt it may simply be made again, unless somebody else may have changed the
        client meanwhile.
        Raises NotSent, Throttled, Unauthorised, Refused (also when there is no such client), InDoubt.

        Source: Practice Manager API 3.1, Clients, PUT client.api/update.
        """
        body = write("Client", text("UUID", uuid), *_members(changes))
        return self._put("client.api/update", body, _read_answer)

    def archive_client(self, uuid: str) -> None:
        """Archive a client. Idempotent.

        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Clients, PUT client.api/archive.
        """
        self._put("client.api/archive", write("Client", text("UUID", uuid)), nothing)

    def add_relationship(self, relationship: NewRelationship) -> Relationship:
        """Say what one client is to another, and return it with its UUID.

        Not idempotent: after InDoubt read the client's relationships before trying again.
        Raises NotSent, Throttled, Unauthorised, Refused (such as an unknown type), InDoubt.

        Source: Practice Manager API 3.1, Clients, POST client.api/addrelationship.
        """
        return self._post("client.api/addrelationship", write_relationship(relationship), _read_added)

    def update_relationship(self, uuid: str, change: RelationshipChange) -> Relationship:
        """Change how many shares a relationship is about, or when it ended, and return it as it stands.

        Idempotent: after InDoubt it may simply be made again.
        Raises NotSent, Throttled, Unauthorised, Refused (also when there is no such relationship), InDoubt.

        Source: Practice Manager API 3.1, Clients, PUT client.api/updaterelationship.
        """
        return self._put("client.api/updaterelationship", write_change(uuid, change), _read_added)

    def delete_relationship(self, uuid: str) -> None:
        """Remove a relationship.

        Raises NotSent, Throttled, Unauthorised, Refused (also when it is gone already), InDoubt.

        Source: Practice Manager API 3.1, Clients, POST client.api/deleterelationship.
        """
        self._post("client.api/deleterelationship", write("Relationship", text("UUID", uuid)), nothing)


def write_relationship(relationship: NewRelationship) -> bytes:
    return write(
        "Relationship",
        text("ClientUUID", relationship.client_uuid),
        text("RelatedClientUUID", relationship.related_uuid),
        text("Type", relationship.type),
        None if relationship.shares is None else text("NumberOfShares", str(relationship.shares)),
        None if relationship.percentage is None else decimal("Percentage", relationship.percentage),
        _dashed("StartDate", relationship.start_on),
        _dashed("EndDate", relationship.end_on),
    )


def write_change(uuid: str, change: RelationshipChange) -> bytes:
    return write(
        "Relationship",
        text("UUID", uuid),
        None if change.shares is None else text("NumberOfShares", str(change.shares)),
        _dashed("EndDate", change.end_on),
    )


_ELEMENTS = (
    ("Name", "name"),
    ("Title", "title"),
    ("Gender", "gender"),
    ("FirstName", "first_name"),
    ("MiddleName", "middle_name"),
    ("LastName", "last_name"),
    ("OtherName", "other_name"),
    ("Email", "email"),
    ("Address", "address"),
    ("City", "city"),
    ("Region", "region"),
    ("PostCode", "post_code"),
    ("Country", "country"),
    ("PostalAddress", "postal_address"),
    ("PostalCity", "postal_city"),
    ("PostalRegion", "postal_region"),
    ("PostalPostCode", "postal_post_code"),
    ("PostalCountry", "postal_country"),
    ("Phone", "phone"),
    ("CompanyNumber", "company_number"),
    ("BusinessNumber", "business_number"),
    ("BusinessStructure", "business_structure"),
)


def _members(changes: ClientChanges) -> list[Element]:
    written = [(element, getattr(changes, member)) for element, member in _ELEMENTS]
    members = [text(element, value) for element, value in written if value is not None]
    born_on = _dashed("DateOfBirth", changes.born_on)
    return members if born_on is None else [*members, born_on]


def _dashed(name: str, value: date | None) -> Element | None:
    """Write yyyy-MM-dd, as these calls ask for it where others take YYYYMMDD."""
    return None if value is None else text(name, value.isoformat())


def _read_answer(root: Element) -> ClientRecord:
    return read_client(one_of(root, "Client"), web_url=text_of(root, "WebUrl"))


def _read_added(root: Element) -> Relationship:
    added = one_of(root, "ClientRelationship")
    kind = added.find("RelationshipType")
    return read_relationship(added, type_name="" if kind is None else text_of(kind, "Name"))
