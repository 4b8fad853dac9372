"""The practice's clients: all of them as a stream, a page of them, those a search finds, or one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

from xpm.calls import Calls, given, segment
from xpm.xml import (
    Element,
    Named,
    date_of,
    decimal_of,
    flag_of,
    list_of,
    named_of,
    one_of,
    text_of,
    uuid_of,
    whole_of,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """An address as typed in Practice Manager; `lines` may hold several lines."""

    lines: str
    city: str
    region: str
    post_code: str
    country: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientContact:
    """A person to talk to at a client."""

    uuid: str
    name: str
    email: str
    phone: str
    mobile: str
    position: str
    is_primary: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Relationship:
    """What a client is to another, such as Director or Shareholder; some servers say "Director Of"."""

    uuid: str
    type: str
    related: Named | None  # the other client
    shares: int  # of a shareholder or owner; 0 where not told
    percentage: Decimal | None  # of a partner
    start_on: date | None
    end_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientRecord:
    """A client of the practice. "" where the practice has entered nothing or the call leaves it out."""

    uuid: str
    name: str
    title: str
    first_name: str
    middle_name: str
    last_name: str
    other_name: str
    gender: str
    born_on: date | None
    email: str
    phone: str
    website: str
    address: Address
    postal_address: Address
    company_number: str  # ACN, as typed
    business_number: str  # ABN, as typed
    business_structure: str  # the practice's own word, such as "Company"
    client_code: str
    export_code: str
    is_prospect: bool
    is_archived: bool
    is_deleted: bool
    account_manager: Named | None
    job_manager: Named | None
    tax_number: str  # masked to its last three digits, such as "******789": never write it back
    contacts: tuple[ClientContact, ...]
    relationships: tuple[Relationship, ...]  # only in detailed lists and in `get_client`
    web_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientPage:
    """One page of clients. `next_token` is None on the last one."""

    clients: tuple[ClientRecord, ...]
    next_token: str | None


class ClientCalls(Calls):
    """The reading calls of client.api."""

    def clients(
        self, *, modified_since: datetime | None = None, detailed: bool = False
    ) -> Iterator[ClientRecord]:
        """Yield every client while the list arrives, archived and deleted ones too, in constant memory.

        One call, sent when the first client is asked for; 15,000 clients are about 50 MB. The list is whole
        only when the iteration ends by itself: after an error half-way, start again. Close or exhaust it.
        `modified_since` is aware; take a few minutes more than needed. `detailed` adds relationships, and
        notes and groups, which this library does not read.
        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt; ValueError for a naive `modified_since`.

        Source: Practice Manager API 3.1, Clients, GET client.api/list.
        """
        params = given(
            {
                "modifiedsince": None if modified_since is None else _utc(modified_since),
                "detailed": "true" if detailed else None,
            }
        )
        return self._wire.records("client.api/list", name="Client", read=read_client, params=params)

    def client_page(self, *, token: str | None = None, size: int = 500) -> ClientPage:
        """Return one page of the clients that are neither archived nor deleted, base fields only.

        `size` is 1 to 500. Begin without a token; go on with `next_token` until it is None.
        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Clients, GET client.api/paged-list.
        """
        return self._get("client.api/paged-list", read_client_page, pageSize=str(size), pageToken=token)

    def search_clients(self, query: str, *, detailed: bool = False) -> tuple[ClientRecord, ...]:
        """Return the clients whose name contains the query. Which other fields count is not documented.

        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Clients, GET client.api/search.
        """
        return self._get(
            "client.api/search", read_clients, query=query, detailed="true" if detailed else None
        )

    def get_client(self, uuid: str) -> ClientRecord:
        """Return the client of that UUID.

        Raises NotSent, Throttled, Unauthorised, Refused (also when there is no such client), InDoubt.

        Source: Practice Manager API 3.1, Clients, GET client.api/get/{uuid}.
        """
        return self._get(
            f"client.api/get/{segment(uuid)}",
            lambda root: read_client(one_of(root, "Client"), web_url=text_of(root, "WebUrl")),
        )


def read_clients(root: Element) -> tuple[ClientRecord, ...]:
    return tuple(read_client(client) for client in list_of(root, "Clients", "Client"))


def read_client_page(root: Element) -> ClientPage:
    return ClientPage(
        clients=read_clients(root), next_token=_page_token(root.findtext("Pagination/Links/Next"))
    )


def read_client(client: Element, *, web_url: str = "") -> ClientRecord:
    """Read one Client element; `web_url` is the address that stands beside it, if one does."""
    return ClientRecord(
        uuid=uuid_of(client),
        name=text_of(client, "Name"),
        title=text_of(client, "Title"),
        first_name=text_of(client, "FirstName"),
        middle_name=text_of(client, "MiddleName"),
        last_name=text_of(client, "LastName"),
        other_name=text_of(client, "OtherName"),
        gender=text_of(client, "Gender"),
        born_on=date_of(client, "DateOfBirth"),
        email=text_of(client, "Email"),
        phone=text_of(client, "Phone"),
        website=text_of(client, "Website"),
        address=_read_address(client, prefix=""),
        postal_address=_read_address(client, prefix="Postal"),
        company_number=text_of(client, "CompanyNumber"),
        business_number=text_of(client, "BusinessNumber"),
        business_structure=text_of(client, "BusinessStructure"),
        client_code=text_of(client, "ClientCode"),
        export_code=text_of(client, "ExportCode"),
        is_prospect=flag_of(client, "IsProspect"),
        is_archived=flag_of(client, "IsArchived"),
        is_deleted=flag_of(client, "IsDeleted"),
        account_manager=named_of(client, "AccountManager"),
        job_manager=named_of(client, "JobManager"),
        tax_number=text_of(client, "TaxNumber"),
        contacts=tuple(_read_contact(contact) for contact in list_of(client, "Contacts", "Contact")),
        relationships=tuple(_read_listed(each) for each in list_of(client, "Relationships", "Relationship")),
        web_url=text_of(client, "WebUrl") or web_url,
    )


def _read_address(client: Element, *, prefix: str) -> Address:
    return Address(
        lines=text_of(client, f"{prefix}Address"),
        city=text_of(client, f"{prefix}City"),
        region=text_of(client, f"{prefix}Region"),
        post_code=text_of(client, f"{prefix}PostCode"),
        country=text_of(client, f"{prefix}Country"),
    )


def _read_contact(contact: Element) -> ClientContact:
    return ClientContact(
        uuid=text_of(contact, "UUID").lower(),
        name=text_of(contact, "Name"),
        email=text_of(contact, "Email"),
        phone=text_of(contact, "Phone"),
        mobile=text_of(contact, "Mobile"),
        position=text_of(contact, "Position"),
        is_primary=flag_of(contact, "IsPrimary"),
    )


def _read_listed(relationship: Element) -> Relationship:
    return read_relationship(relationship, type_name=text_of(relationship, "Type"))


def read_relationship(relationship: Element, *, type_name: str) -> Relationship:
    return Relationship(
        uuid=uuid_of(relationship),
        type=type_name,
        related=named_of(relationship, "RelatedClient"),
        shares=whole_of(relationship, "NumberOfShares"),
        percentage=decimal_of(relationship, "Percentage"),
        start_on=date_of(relationship, "StartDate"),
        end_on=date_of(relationship, "EndDate"),
    )


def _page_token(link: str | None) -> str | None:
    """Return the token of a link to the next page, which may be an address or the bare token."""
    link = (link or "").strip()
    query = {name.lower(): values for name, values in parse_qs(urlsplit(link).query).items()}
    return query.get("pagetoken", [link])[0] or None


def _utc(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("modified_since needs a time zone.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
