"""Contacts: a person may belong to several clients, and is something else to each."""

from sqlalchemy import and_, or_, select

from xpm_sandbox.api.body import Body
from xpm_sandbox.api.client_fields import describe_contact, find_client
from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.paging import next_page_of, read_page
from xpm_sandbox.api.values import clean_uuid, read_flag, yes_no
from xpm_sandbox.api.wire import Items, Tree
from xpm_sandbox.models.base import new_uuid
from xpm_sandbox.models.client import Client, Contact, ContactLink

routes = Routes("client")
_MOST_AT_ONCE = 10
_WRITTEN = (
    ("Name", "name"),
    ("Salutation", "salutation"),
    ("Addressee", "addressee"),
    ("Mobile", "mobile"),
    ("Email", "email"),
    ("Phone", "phone"),
)


@routes.get("client.api/contacts")
def list_contacts(call: Call) -> Tree:
    """Contacts that were not deleted, without what they are to their clients."""
    page = read_page(call)
    query = select(Contact).where(Contact.practice_uuid == call.practice.uuid, Contact.is_deleted.is_(False))
    if page.after:
        name, uuid = page.after
        query = query.where(or_(Contact.name > name, and_(Contact.name == name, Contact.uuid > uuid)))
    found = call.session.scalars(query.order_by(Contact.name, Contact.uuid).limit(page.size + 1)).all()
    shown = found[: page.size]
    last = (shown[-1].name, shown[-1].uuid) if len(found) > page.size else None
    return {
        "Contacts": Items("Contact", [_describe(contact) for contact in shown]),
        "Pagination": next_page_of(call, page, "client.api/contacts", last=last),
    }


@routes.get("client.api/contact/<uuid>")
def get_contact(call: Call, uuid: str) -> Tree:
    return _answer(call, _find_contact(call, uuid))


@routes.post("client.api/contact", root="Contact")
def add_contact(call: Call) -> Tree:
    clients = call.body.all("Client")
    if not clients:
        call.body.require("Client")
    client = find_client(call, clients[0].require("UUID"))
    call.body.require("Name")
    return {"Contact": describe_contact(add_contact_to(call, client, call.body))}


@routes.put("client.api/contact/<uuid>", root="Contact")
def update_contact(call: Call, uuid: str) -> Tree:
    """Change a contact; its position and whether it is primary need to know for which client."""
    contact = _find_contact(call, uuid)
    _fill(contact, call.body)
    if call.body.has("Position", "IsPrimary"):
        _fill_link(_link_meant(call, contact), call.body)
    for link in contact.links:
        link.client.modified_at = call.clock()
    return _answer(call, contact)


@routes.delete("client.api/contact/<uuid>")
def delete_contact(call: Call, uuid: str) -> Tree:
    """Take a contact away from the client asked about, and delete it when it belongs to no other."""
    contact = _find_contact(call, uuid)
    if call.query.get("clientuuid") or len(contact.links) > 1:
        link = _link_meant(call, contact)
        link.client.modified_at = call.clock()
        contact.links.remove(link)
        call.session.delete(link)
    contact.is_deleted = (len(contact.links) <= 1 and not call.query.get("clientuuid")) or not contact.links
    return {"Contact": _describe(contact)}


@routes.post("client.api/client/<uuid>/contacts", root="Client")
def link_contacts(call: Call, uuid: str) -> Tree:
    """Make up to ten known contacts contacts of a client as well."""
    client = _or_not_found(call, uuid)
    asked = call.body.items("Contacts", "Contact")
    if not 1 <= len(asked) <= _MOST_AT_ONCE:
        raise Refused(f"Between 1 and {_MOST_AT_ONCE} contacts can be added in one request", status=400)
    for item in asked:
        contact = _find_contact(call, item.require("UUID"), status=404)
        link = next((link for link in contact.links if link.client is client), None)
        _fill_link(link or _link(call, client, contact), item)
    client.modified_at = call.clock()
    linked = [
        {"UUID": link.contact.uuid, "Position": link.position_held, "IsPrimary": yes_no(link.is_primary)}
        for link in client.contact_links
    ]
    return {"Client": {"UUID": client.uuid, "Contacts": Items("Contact", linked)}}


def add_contact_to(call: Call, client: Client, body: Body) -> ContactLink:
    """Add a new contact to a client. Raises Refused when it has no name."""
    body.require("Name")
    contact = Contact(uuid=new_uuid(), practice_uuid=call.practice.uuid, is_deleted=False)
    for _, attribute in _WRITTEN:
        setattr(contact, attribute, "")
    _fill(contact, body)
    link = _link(call, client, contact)
    _fill_link(link, body)
    client.modified_at = call.clock()
    call.session.flush()
    return link


def _fill(contact: Contact, body: Body) -> None:
    for name, attribute in _WRITTEN:
        if (text := body.text(name)) is not None:
            setattr(contact, attribute, text)


def _fill_link(link: ContactLink, body: Body) -> None:
    """If several contacts claim to be primary, the last wins."""
    if (position := body.text("Position")) is not None:
        link.position_held = position
    if (primary := body.text("IsPrimary")) is not None:
        link.is_primary = read_flag(primary)
    if link.is_primary:
        for other in link.client.contact_links:
            other.is_primary = other is link


def _link(call: Call, client: Client, contact: Contact) -> ContactLink:
    with call.session.no_autoflush:
        position = max((link.position for link in client.contact_links), default=0) + 1
        link = ContactLink(
            client=client, contact=contact, position=position, position_held="", is_primary=False
        )
        call.session.add(link)
    return link


def _link_meant(call: Call, contact: Contact) -> ContactLink:
    """Return the link that the request names, or the only one. Raises Refused (409) when it is not clear."""
    named = [body.text("UUID") or "" for body in call.body.all("Client")]
    uuid = call.query.get("clientuuid") or (named[0] if named else "")
    if not uuid and len(contact.links) == 1:
        return contact.links[0]
    for link in contact.links:
        if link.client_uuid == clean_uuid(uuid):
            return link
    if uuid:
        raise Refused("Invalid client identifier")
    raise Refused("The contact belongs to more than one client, so clientUuid is required", status=409)


def _find_contact(call: Call, uuid: str, *, status: int = 200) -> Contact:
    contact = call.session.get(Contact, clean_uuid(uuid))
    if contact is None or contact.practice_uuid != call.practice.uuid or contact.is_deleted:
        raise Refused("Invalid contact identifier", status=status)
    return contact


def _or_not_found(call: Call, uuid: str) -> Client:
    try:
        return find_client(call, uuid)
    except Refused as refusal:
        raise Refused(refusal.description, status=404) from None


def _answer(call: Call, contact: Contact) -> Tree:
    """Say what the contact is to a client where it is clear which."""
    call.session.flush()
    if call.query.get("clientuuid") or len(contact.links) == 1:
        return {"Contact": describe_contact(_link_meant(call, contact))}
    return {"Contact": _describe(contact)}


def _describe(contact: Contact) -> Tree:
    return {
        "UUID": contact.uuid,
        "Name": contact.name,
        "Salutation": contact.salutation,
        "Addressee": contact.addressee,
        "Mobile": contact.mobile,
        "Email": contact.email,
        "Phone": contact.phone,
        "IsDeleted": yes_no(contact.is_deleted),
    }
