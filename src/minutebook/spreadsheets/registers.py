"""The registers that a spreadsheet can hold, and their columns. Plain values: no database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, and so how a cell of it is read."""

    TEXT = "text"
    ACN = "acn"
    ABN = "abn"
    DIRECTOR_ID = "director_id"
    DATE = "date"
    STATE = "state"
    COUNTRY = "country"
    EMAIL = "email"
    WHOLE = "whole"
    DOLLARS = "dollars"
    YES_NO = "yes_no"
    CHOICE = "choice"
    ADDRESS = "address"  # in one line


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: its heading as we write it, and the headings by which others' files are recognised."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    known_as: tuple[str, ...] = ()
    required: bool = False
    longest: int = 200
    choices: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # code: how it is written, best first
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Register:
    """One sheet: what a row of it is, and its columns in order."""

    code: str
    title: str
    noun: str
    columns: tuple[Column, ...]
    known_as: tuple[str, ...] = ()

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)


OFFICES = {
    "DIRECTOR": ("Director", "Dir", "DIR", "Managing director"),
    "SECRETARY": ("Secretary", "Sec", "Company secretary"),
    "ALTERNATE": ("Alternate director", "Alternate", "Alt director"),
    "BOTH": ("Director and secretary", "Director & Secretary", "Director/Secretary"),
}
USES = {
    "REGISTERED_OFFICE": ("Registered office", "Registered", "Registered address", "RO"),
    "PRINCIPAL_PLACE": ("Principal place of business", "Principal place", "PPB", "Principal"),
    "CONTACT": ("ASIC contact address", "Contact address", "Contact", "ASIC"),
}
KINDS = {
    "PERSON": ("Individual", "Person", "Natural person"),
    "COMPANY": ("Company", "Corporate", "Body corporate"),
    "JOINT": ("Joint holders", "Joint", "Joint member"),
    "TRUST": ("Trust",),
    "PARTNERSHIP": ("Partnership",),
    "SMSF": ("Self managed superannuation fund", "SMSF", "Super fund"),
    "OTHER": ("Other entity", "Other"),
}
_STATUSES = {
    "REGD": ("Registered", "REGD", "Active", "Current"),
    "DRGD": ("Deregistered", "DRGD", "Inactive"),
}
_SUBCLASSES = {
    "PROP": ("Proprietary, limited by shares", "PROP", "Proprietary", "Proprietary company"),
    "PSTC": ("Superannuation trustee company", "PSTC", "Super trustee"),
    "HUNT": ("Home unit company", "HUNT"),
    "PNPC": ("Not-for-profit company", "PNPC", "Non-profit"),
}
TRANSACTIONS = {
    "ALLOTMENT": ("Allotment", "Issue", "Subscription", "Issue of shares"),
    "TRANSFER": ("Transfer", "Transmission"),
    "CANCELLATION": ("Cancellation", "Buy-back", "Redemption", "Cancelled"),
}

_ACN = Column(
    key="acn", label="ACN", kind=Kind.ACN, required=True, note="Nine digits, with or without spaces.",
    known_as=("acn no", "acn number", "acn arbn", "company number", "company no", "company acn", "organisation number"),
)  # fmt: skip
_COMPANY = Column(
    key="company", label="Company", known_as=("company name", "entity name", "entity", "client"),
    note="For the reader; it is compared with the name of the company with this ACN.",
)  # fmt: skip
_REFERENCE = Column(
    key="reference", label="Contact reference", longest=40,
    known_as=("contact id", "contact ref", "contact code", "person id"),
    note="Rows with one reference are one contact. Leave it empty where you have none.",
)  # fmt: skip
_PERSON = (
    Column(key="given_names", label="Given names", longest=100, known_as=("given name", "first name", "first names", "forename")),
    Column(key="family_name", label="Family name", longest=100, known_as=("surname", "last name")),
    Column(key="director_id", label="Director ID", kind=Kind.DIRECTOR_ID, known_as=("director identification number", "din", "director id number"), note="Fifteen digits that begin with 036."),
    Column(key="born_on", label="Date of birth", kind=Kind.DATE, known_as=("dob", "birth date", "born", "born on")),
    Column(key="birth_place", label="Place of birth", longest=120, known_as=("birth place", "birthplace", "born in")),
    Column(key="email", label="Email", kind=Kind.EMAIL, longest=254, known_as=("e mail", "email address")),
    Column(key="phone", label="Phone", longest=40, known_as=("telephone", "mobile", "phone number")),
    Column(key="address", label="Address", kind=Kind.ADDRESS, longest=500, known_as=("residential address", "home address", "member address", "full address"), note="In one line: 17 Bastings Street, Northcote VIC 3070."),
)  # fmt: skip
_SINCE = ("from", "start date", "date from", "effective from", "effective date")
_UNTIL = ("to", "end date", "date to", "effective to")


def _address_parts(prefix: str = "", words: str = "", *, required: bool = False) -> tuple[Column, ...]:
    def known(*names: str) -> tuple[str, ...]:
        return tuple(f"{words} {name}".strip().casefold() for name in names)

    def label(text: str) -> str:
        return f"{words} {text[0].lower()}{text[1:]}".strip() if words else text

    return (
        Column(key=f"{prefix}care_of", label=label("Care of"), known_as=known("c o", "c/o", "care of")),
        Column(key=f"{prefix}street", label=label("Street"), required=required, known_as=known("street address", "address line 1", "address 1")),
        Column(key=f"{prefix}suburb", label=label("Suburb"), longest=100, known_as=known("city", "town", "locality", "suburb town")),
        Column(key=f"{prefix}state", label=label("State"), kind=Kind.STATE, known_as=known("state territory", "region")),
        Column(key=f"{prefix}postcode", label=label("Postcode"), longest=12, known_as=known("post code", "postal code", "zip")),
        Column(key=f"{prefix}country", label=label("Country"), kind=Kind.COUNTRY, note="Empty: Australia."),
    )  # fmt: skip


COMPANIES = Register(
    code="companies", title="Companies", noun="company", known_as=("company details", "general details", "entities"),
    columns=(
        Column(key="name", label="Company name", required=True, known_as=("company", "name", "entity name", "entity", "organisation name")),
        _ACN,
        Column(key="abn", label="ABN", kind=Kind.ABN, known_as=("abn number", "business number")),
        Column(key="registered_on", label="Registered on", kind=Kind.DATE, required=True, known_as=("registration date", "date registered", "date of registration", "incorporation date", "date of incorporation", "incorporated", "registered")),
        Column(key="registered_in", label="State of registration", kind=Kind.STATE, known_as=("state", "registered in", "jurisdiction", "place of registration")),
        Column(key="review_on", label="Next annual review", kind=Kind.DATE, known_as=("review date", "annual review date", "next review date", "annual review"), note="Empty: the next anniversary of registration."),
        Column(key="status", label="Status", kind=Kind.CHOICE, choices=_STATUSES, known_as=("company status",)),
        Column(key="subclass", label="Class", kind=Kind.CHOICE, choices=_SUBCLASSES, known_as=("subclass", "sub class", "company class", "company type", "company subclass")),
        Column(key="former_names", label="Former names", longest=300, known_as=("former name", "previous name", "previous names")),
        Column(key="has_constitution", label="Has a constitution", kind=Kind.YES_NO, known_as=("constitution",)),
        Column(key="partner", label="Partner", longest=100, known_as=("responsible partner", "client manager", "manager")),
        Column(key="signing_contact", label="Signing contact reference", longest=40),
        Column(key="billing_contact", label="Billing contact reference", longest=40),
        _REFERENCE,
    ),
)  # fmt: skip
OFFICEHOLDERS = Register(
    code="officeholders", title="Officeholders", noun="officeholder", known_as=("officers", "directors", "directors and secretaries", "office holders"),
    columns=(
        _COMPANY, _ACN,
        Column(key="name", label="Officeholder", required=True, known_as=("name", "full name", "officer", "officer name", "officeholder name", "director", "director name", "person")),
        Column(key="office", label="Office", kind=Kind.CHOICE, choices=OFFICES, required=True, known_as=("position", "role", "officer type", "office held")),
        Column(key="since", label="Appointed on", kind=Kind.DATE, required=True, known_as=("appointed", "appointment date", "date appointed", "date of appointment", *_SINCE)),
        Column(key="until", label="Ceased on", kind=Kind.DATE, known_as=("ceased", "cessation date", "date ceased", "resigned", "resignation date", "date of cessation", *_UNTIL)),
        *_PERSON, _REFERENCE,
    ),
)  # fmt: skip
ADDRESSES = Register(
    code="addresses", title="Addresses", noun="address", known_as=("company addresses", "address"),
    columns=(
        _COMPANY, _ACN,
        Column(key="use", label="Use", kind=Kind.CHOICE, choices=USES, required=True, known_as=("address type", "type", "address use")),
        *_address_parts(),
        Column(key="address", label="Address in one line", kind=Kind.ADDRESS, longest=500, known_as=("address", "full address"), note="Instead of street, suburb, state and postcode."),
        Column(key="occupier", label="Occupier", known_as=("occupied by",)),
        Column(key="since", label="Since", kind=Kind.DATE, required=True, known_as=_SINCE),
        Column(key="until", label="Until", kind=Kind.DATE, known_as=_UNTIL),
    ),
)  # fmt: skip
CLASSES = Register(
    code="classes", title="Share classes", noun="share class", known_as=("classes", "share structure", "classes of shares", "share types"),
    columns=(
        _COMPANY, _ACN,
        Column(key="code", label="Class code", longest=4, required=True, known_as=("class", "code", "share class", "share type", "share code", "class of shares")),
        Column(key="title", label="Class title", longest=100, required=True, known_as=("title", "description", "class description", "share class title")),
    ),
)  # fmt: skip
_CLASS = Column(key="class", label="Class", longest=100, required=True, known_as=("class code", "share class", "share type", "share code", "class of shares"))  # fmt: skip
_NUMBER = (
    "number held",
    "number of shares",
    "no of shares",
    "quantity",
    "number",
    "shares held",
    "units",
    "holding",
)
_PAID = (
    Column(key="paid_per_share", label="Paid per share", kind=Kind.DOLLARS, known_as=("amount paid per share", "paid each", "price per share", "issue price", "amount paid"), note="Dollars. Empty: nothing."),
    Column(key="unpaid_per_share", label="Unpaid per share", kind=Kind.DOLLARS, known_as=("amount unpaid per share", "unpaid each", "amount unpaid"), note="Dollars. Empty: nothing."),
)  # fmt: skip
_CERTIFICATE = Column(key="certificate_number", label="Certificate number", kind=Kind.WHOLE, known_as=("certificate", "certificate no", "cert no", "share certificate"))  # fmt: skip
HOLDINGS = Register(
    code="holdings", title="Holdings", noun="holding", known_as=("members", "shareholders", "shareholdings", "register of members", "member register"),
    columns=(
        _COMPANY, _ACN,
        Column(key="name", label="Member", required=True, known_as=("name", "member name", "shareholder", "shareholder name", "holder", "full name")),
        Column(key="kind", label="Kind of member", kind=Kind.CHOICE, choices=KINDS, known_as=("kind", "member type", "entity type", "holder type")),
        Column(key="member_acn", label="Member ACN", kind=Kind.ACN, known_as=("holder acn", "shareholder acn")),
        _CLASS,
        Column(key="quantity", label="Shares", kind=Kind.WHOLE, required=True, known_as=_NUMBER),
        *_PAID, _CERTIFICATE,
        Column(key="beneficially_held", label="Beneficially held", kind=Kind.YES_NO, known_as=("beneficial", "beneficially owned", "beneficial owner"), note="Empty: yes, unless held for somebody."),
        Column(key="held_for", label="Held for", known_as=("trust", "trust name", "beneficiary", "held in trust for")),
        Column(key="since", label="Since", kind=Kind.DATE, required=True, known_as=("acquired", "date acquired", "acquisition date", "date entered", *_SINCE)),
        Column(key="until", label="Until", kind=Kind.DATE, known_as=("disposed", "date disposed", "date ceased", *_UNTIL)),
        *_PERSON, _REFERENCE,
    ),
)  # fmt: skip
SHARE_TRANSACTIONS = Register(
    code="transactions", title="Transactions", noun="transaction", known_as=("share transactions", "transaction history", "share ledger"),
    columns=(
        _COMPANY, _ACN,
        Column(key="date", label="Date", kind=Kind.DATE, required=True, known_as=("transaction date", "effective date", "date of transaction")),
        Column(key="type", label="Transaction", kind=Kind.CHOICE, choices=TRANSACTIONS, required=True, known_as=("transaction type", "type")),
        _CLASS,
        Column(key="quantity", label="Shares", kind=Kind.WHOLE, required=True, known_as=_NUMBER),
        Column(key="from_name", label="From", known_as=("transferor", "seller", "from member"), note="Of a transfer or a cancellation."),
        Column(key="to_name", label="To", known_as=("transferee", "allottee", "buyer", "to member", "member"), note="Of an allotment or a transfer."),
        *_PAID, _CERTIFICATE,
        Column(key="from_reference", label="From reference", longest=40),
        Column(key="to_reference", label="To reference", longest=40),
    ),
)  # fmt: skip
CONTACTS = Register(
    code="contacts", title="Contacts", noun="contact", known_as=("people", "global contacts"),
    columns=(
        Column(key="reference", label="Contact reference", longest=40, known_as=_REFERENCE.known_as, note=_REFERENCE.note),
        Column(key="name", label="Name", required=True, known_as=("full name", "contact", "contact name")),
        Column(key="kind", label="Kind", kind=Kind.CHOICE, choices=KINDS, known_as=("contact type", "type", "entity type")),
        *_PERSON[:2],
        Column(key="former_names", label="Former names", longest=300, known_as=("other names", "previous names")),
        *_PERSON[2:5],
        Column(key="acn", label="ACN", kind=Kind.ACN, known_as=_ACN.known_as),
        Column(key="abn", label="ABN", kind=Kind.ABN),
        *_PERSON[5:7],
        *_address_parts(),
        *_address_parts("postal_", "Postal"),
        Column(key="joint_holders", label="Joint holders", longest=400, note="References of the holders in their order, with semicolons: C12; C13."),
    ),
)  # fmt: skip

REGISTERS: Mapping[str, Register] = {
    register.code: register
    for register in (
        COMPANIES, OFFICEHOLDERS, ADDRESSES, CLASSES, HOLDINGS, SHARE_TRANSACTIONS, CONTACTS,
    )
}  # fmt: skip
