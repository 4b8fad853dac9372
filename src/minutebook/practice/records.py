"""What goes to a practice manager and what comes back: our own records, never the vendor's."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NewType

ClientId = NewType("ClientId", str)
TemplateId = NewType("TemplateId", str)
StaffId = NewType("StaffId", str)
CostId = NewType("CostId", str)


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A job template of the practice manager: its name is all that it tells."""

    id: TemplateId
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """Somebody who can be given a job. Names repeat; the e-mail tells two of one name apart."""

    id: StaffId
    name: str
    email: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceItem:
    """A line of the practice manager's price list; dollars excl. GST for one."""

    id: str
    description: str
    code: str
    unit_cost: Decimal
    unit_price: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientAddress:
    """An address as somebody typed it in the practice manager; nothing of it is checked."""

    street: str = ""
    suburb: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""  # in words, such as "Australia"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientRelationship:
    """What a client is to another one, such as "Director"."""

    id: str
    kind: str
    related: ClientId
    shares: int = 0
    start_on: date | None = None
    end_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewRelationship:
    """What is to be said of two clients: `holder` is the `kind` of `of`."""

    holder: ClientId
    of: ClientId
    kind: str
    shares: int | None = None
    start_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Whom the firm works for, as the practice manager has it. Numbers are digits only, or empty."""

    id: ClientId
    name: str
    acn: str
    abn: str
    email: str
    structure: str  # the practice's own word for it, such as "Company"
    is_archived: bool
    is_deleted: bool
    title: str = ""
    gender: str = ""
    given_names: str = ""
    family_name: str = ""
    born_on: date | None = None
    phone: str = ""
    address: ClientAddress = ClientAddress()
    postal_address: ClientAddress = ClientAddress()
    relationships: tuple[ClientRelationship, ...] = ()  # only in whole readings and of one client


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientPage:
    """Some of the clients that are neither archived nor deleted, and the token of what follows, if anything."""

    clients: tuple[Client, ...]
    next_token: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientEdit:
    """What to write of a client. None leaves a member as it is, "" empties it.

    A tax file number has no place here: it is read masked, and must never be written back.
    """

    name: str | None = None
    title: str | None = None
    gender: str | None = None
    given_names: str | None = None
    family_name: str | None = None
    born_on: date | None = None
    acn: str | None = None
    abn: str | None = None
    email: str | None = None
    phone: str | None = None
    structure: str | None = None
    address: ClientAddress | None = None
    postal_address: ClientAddress | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewJob:
    """A job to be created. `reference` is the trace number: how the job is found again."""

    client: ClientId
    template: TemplateId | None
    name: str
    description: str
    start_on: date
    due_on: date
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JobSeen:
    """A job as a list shows it. `reference` is its client order number, ours or anybody's; "" if it has none."""

    number: str
    name: str
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JobReceipt:
    """What the practice manager answered: the job's number, such as "J000123", and where to see it.

    `url` is "" where the answer leaves it out, as XPM's does: the view `practice:open-job` asks for it then.
    """

    number: str
    id: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCost:
    """A cost line to be written on a job; dollars excl. GST for one. `marker` finds it again."""

    date: date
    description: str
    billable: bool
    quantity: Decimal
    unit_cost: Decimal
    unit_price: Decimal
    marker: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JobCost:
    """A cost line as it stands on a job."""

    id: CostId
    date: date | None
    description: str
    billable: bool
    quantity: Decimal
    unit_cost: Decimal
    unit_price: Decimal
    marker: str  # empty when the line is not ours


@dataclass(frozen=True, kw_only=True, slots=True)
class CallReport:
    """One finished call to a practice manager, for a log. Never a token or a query.

    `sent` is the body as it left. `came_back` is what matters of the answer: whether it was done, why not,
    and the numbers that find the record again; of a list only how long it was, for lists name clients.
    """

    method: str
    path: str  # such as "job.api/add"
    status: int | None  # HTTP; None when there was no answer
    seconds: float
    outcome: (
        str  # done, not_sent, throttled, unauthorised, forbidden, grant_lost, refused, in_doubt, abandoned
    )
    called_at: datetime
    sent: str = ""
    came_back: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallPreview:
    """What a call would send. `problem` says why it cannot be sent at all."""

    method: str
    path: str
    body: str  # as people read it; "" when there is none
    problem: str = ""
