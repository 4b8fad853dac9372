"""Clients: reading them in all five ways, adding, changing, archiving, deleting."""

from datetime import UTC, datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from xpm_sandbox.api.client_contacts import add_contact_to
from xpm_sandbox.api.client_fields import client_web_url, describe_client, fill_client, find_client
from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.paging import next_page_of, read_page
from xpm_sandbox.api.wire import Items, OnlyInXml, Tree
from xpm_sandbox.models.base import new_uuid
from xpm_sandbox.models.client import Client, ContactLink, Relationship

routes = Routes("client")


@routes.get("client.api/list")
def list_clients(call: Call) -> Tree:
    """Everyone, archived and deleted clients included."""
    query = _clients_of(call)
    if text := call.query.get("modifiedsince"):
        query = query.where(Client.modified_at >= _read_moment(text))
    return _list(call, query)


@routes.get("client.api/paged-list")
def list_clients_by_page(call: Call) -> Tree:
    """Base fields only, neither archived nor deleted clients."""
    page = read_page(call)
    query = _clients_of(call).where(Client.is_archived.is_(False), Client.is_deleted.is_(False))
    if page.after:
        name, uuid = page.after
        query = query.where(or_(Client.name > name, and_(Client.name == name, Client.uuid > uuid)))
    found = call.session.scalars(query.limit(page.size + 1)).all()
    shown = found[: page.size]
    last = (shown[-1].name, shown[-1].uuid) if len(found) > page.size else None
    return {
        "Clients": Items(
            "Client", [describe_client(call, client, contacts=False, detailed=False) for client in shown]
        ),
        "Pagination": next_page_of(call, page, "client.api/paged-list", last=last),
    }


@routes.get("client.api/search")
def search_clients(call: Call) -> Tree:
    """Clients whose name contains the words asked for, in any letter case."""
    words = call.query.get("query", "").strip()
    return _list(
        call,
        _clients_of(call).where(Client.is_deleted.is_(False), Client.name.icontains(words, autoescape=True)),
    )


@routes.get("client.api/get/<uuid>")
def get_client(call: Call, uuid: str) -> Tree:
    return _answer(call, find_client(call, uuid), web_url=True)


@routes.post("client.api/add", root="Client")
def add_client(call: Call) -> Tree:
    """Add a client with its contacts. Names may repeat."""
    if not call.body.has("Name"):
        call.body.require("Name")
    client = Client(uuid=new_uuid(), practice_uuid=call.practice.uuid, name="", modified_at=call.clock())
    call.session.add(client)
    with call.session.no_autoflush:
        fill_client(call, client, call.body)
    call.session.flush()
    for contact in call.body.items("Contacts", "Contact"):
        add_contact_to(call, client, contact)
    return _answer(call, client)


@routes.put("client.api/update", root="Client")
def update_client(call: Call) -> Tree:
    client = find_client(call, call.body.require("UUID"))
    fill_client(call, client, call.body)
    return _answer(call, client)


@routes.put("client.api/archive", root="Client")
def archive_client(call: Call) -> Tree:
    client = find_client(call, call.body.require("UUID"))
    client.is_archived = True
    client.modified_at = call.clock()
    return _answer(call, client)


@routes.post("client.api/delete", root="Client")
def delete_client(call: Call) -> Tree:
    client = find_client(call, call.body.require("UUID"))
    client.is_deleted = True
    client.modified_at = call.clock()
    return {}


def _answer(call: Call, client: Client, *, web_url: bool = False) -> Tree:
    call.session.flush()
    call.session.refresh(client)
    tree: Tree = {"WebUrl": OnlyInXml(client_web_url(call, client))} if web_url else {}
    return tree | {"Client": describe_client(call, client)}


def _list(call: Call, query: Select[Client]) -> Tree:
    detailed = call.asks("detailed")
    query = query.options(selectinload(Client.contact_links).joinedload(ContactLink.contact))
    if detailed:
        query = query.options(
            selectinload(Client.notes),
            selectinload(Client.relationships).joinedload(Relationship.related_client),
        )
    found = call.session.scalars(query)
    return {
        "Clients": Items("Client", [describe_client(call, client, detailed=detailed) for client in found])
    }


def _clients_of(call: Call) -> Select[Client]:
    return (
        select(Client)
        .where(Client.practice_uuid == call.practice.uuid)
        .options(
            joinedload(Client.account_manager),
            joinedload(Client.job_manager),
            joinedload(Client.billing_client),
        )
        .order_by(Client.name, Client.uuid)
    )


def _read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"modifiedsince is not a valid date and time: {text}", status=400) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
