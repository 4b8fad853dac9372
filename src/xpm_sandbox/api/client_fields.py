"""A client's members: how they are written out, and how a request fills them in."""

from collections.abc import Sequence

from xpm_sandbox.api.body import Body
from xpm_sandbox.api.endpoint import Call
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.staff import find_staff, staff_reference
from xpm_sandbox.api.values import clean_uuid, iso_date, read_date, read_flag, read_month, yes_no
from xpm_sandbox.api.wire import Items, Node, OnlyInJson, Tree
from xpm_sandbox.models.client import Client, ClientNote, ContactLink, Relationship

_PERSON = (
    ("Title", "title"),
    ("Gender", "gender"),
    ("FirstName", "first_name"),
    ("MiddleName", "middle_name"),
    ("LastName", "last_name"),
    ("OtherName", "other_name"),
)
_ADDRESS = (
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
    ("Fax", "fax"),
    ("Website", "website"),
    ("ReferralSource", "referral_source"),
    ("ExportCode", "export_code"),
)
_TAX = (
    ("CompanyNumber", "company_number"),
    ("BusinessNumber", "business_number"),
    ("BranchNumber", "branch_number"),
    ("BusinessStructure", "business_structure"),
    ("GSTRegistered", "gst_registered"),
    ("GSTPeriod", "gst_period"),
    ("GSTBasis", "gst_basis"),
    ("PrepareGST", "prepare_gst"),
    ("PrepareActivityStatement", "prepare_activity_statement"),
    ("PrepareTaxReturn", "prepare_tax_return"),
    ("ActiveAtoClient", "active_ato_client"),
)
_WRITTEN = (
    *_PERSON,
    ("Email", "email"),
    *_ADDRESS,
    ("ClientCode", "client_code"),
    ("TaxNumber", "tax_number"),
    *_TAX,
)
_SHOWN_DIGITS = 3


def describe_client(call: Call, client: Client, *, contacts: bool = True, detailed: bool = True) -> Tree:
    """Return a client as the API shows it; lists leave parts of it out."""
    tree: Tree = {"UUID": client.uuid, "Name": client.name}
    tree |= {name: getattr(client, attribute) or None for name, attribute in _PERSON}
    tree |= {"DateOfBirth": client.date_of_birth, "Email": client.email or None}
    tree |= {name: getattr(client, attribute) for name, attribute in _ADDRESS}
    tree |= {
        "ClientCode": client.client_code,
        "IsProspect": yes_no(client.is_prospect),
        "IsArchived": yes_no(client.is_archived),
        "IsDeleted": yes_no(client.is_deleted),
        "AccountManager": staff_reference(client.account_manager),
        "JobManager": staff_reference(client.job_manager),
        "BillingClient": client_reference(client.billing_client),
        "TaxNumber": mask(client.tax_number),
    }
    tree |= {name: getattr(client, attribute) for name, attribute in _TAX}
    tree["BalanceMonth"] = client.balance_month
    tree["WebUrl"] = OnlyInJson(client_web_url(call, client))
    if contacts:
        tree["Contacts"] = Items("Contact", _describe_links(client.contact_links))
    if detailed:
        tree["Notes"] = Items("Note", [_describe_note(note) for note in client.notes])
        tree["Groups"] = Items("Group", [])
        tree["Relationships"] = Items(
            "Relationship", [_describe_relationship(one) for one in client.relationships]
        )
    return tree


def fill_client(call: Call, client: Client, body: Body) -> None:
    """Take over the members that the body names and leave the rest. Raises Refused."""
    if body.has("Name"):
        client.name = (body.text("Name") or "").strip()
    if not client.name:
        raise Refused("The client name is required")
    for name, attribute in _WRITTEN:
        if (text := body.text(name)) is not None:
            setattr(client, attribute, text)
    _fill_values(client, body)
    _fill_references(call, client, body)
    client.modified_at = call.clock()


def find_client(call: Call, uuid: str) -> Client:
    """Return a client of the practice that was not deleted. Raises Refused."""
    client = call.session.get(Client, clean_uuid(uuid))
    if client is None or client.practice_uuid != call.practice.uuid or client.is_deleted:
        raise Refused("Invalid client identifier")
    return client


def client_reference(client: Client | None) -> Node:
    return None if client is None else {"UUID": client.uuid, "Name": client.name}


def client_web_url(call: Call, client: Client) -> str:
    return f"{call.origin}/practices/{call.practice.uuid}/clients/{client.uuid}"


def mask(tax_number: str) -> str:
    """Hide all but the last three digits of a tax file number."""
    hidden = max(0, len(tax_number) - _SHOWN_DIGITS)
    return "*" * hidden + tax_number[hidden:]


def describe_contact(link: ContactLink) -> Tree:
    """Return a contact as it is to one client."""
    contact = link.contact
    return {
        "UUID": contact.uuid,
        "Name": contact.name,
        "Salutation": contact.salutation,
        "Addressee": contact.addressee,
        "Mobile": contact.mobile,
        "Email": contact.email,
        "Phone": contact.phone,
        "IsDeleted": yes_no(contact.is_deleted),
        "IsPrimary": yes_no(link.is_primary),
        "Position": link.position_held,
    }


def _fill_values(client: Client, body: Body) -> None:
    if text := body.text("DateOfBirth"):
        client.date_of_birth = read_date(text, element="DateOfBirth")
    if text := body.text("BalanceMonth"):
        client.balance_month = read_month(text)
    if text := body.text("IsProspect"):
        client.is_prospect = read_flag(text)


def _fill_references(call: Call, client: Client, body: Body) -> None:
    for name, attribute in (("AccountManagerUUID", "account_manager"), ("JobManagerUUID", "job_manager")):
        if text := body.text(name):
            _assign_manager(call, client, attribute, text)
    if text := body.text("BillingClientUUID"):
        client.billing_client = find_client(call, text)


def _assign_manager(call: Call, client: Client, attribute: str, uuid: str) -> None:
    staff = find_staff(call, uuid)
    if staff is None:
        raise Refused("Invalid staff identifier")
    setattr(client, attribute, staff)


def _describe_links(links: Sequence[ContactLink]) -> list[Tree]:
    return [describe_contact(link) for link in links if not link.contact.is_deleted]


def _describe_note(note: ClientNote) -> Tree:
    return {
        "Title": note.title,
        "Text": note.text,
        "Folder": note.folder,
        "Date": note.noted_at,
        "CreatedBy": note.created_by,
    }


def _describe_relationship(relationship: Relationship) -> Tree:
    return {
        "UUID": relationship.uuid,
        "Type": relationship.type,
        "RelatedClient": client_reference(relationship.related_client),
        "NumberOfShares": relationship.number_of_shares,
        "Percentage": relationship.percentage,
        "StartDate": iso_date(relationship.start_date),
        "EndDate": iso_date(relationship.end_date),
    }
