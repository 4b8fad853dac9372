"""Any practice manager, behind one interface: one method per remote effect.

PracticeManagerError
├── NotSent        nothing left this machine: free to try again
│   └── Throttled  the practice manager or our own allowance says wait; `retry_after` seconds
├── ConnectionLost the firm's authorisation is gone: somebody must reconnect
├── Refused        it was answered, and will never work as asked; the words are fit to show a user
└── InDoubt        it may have happened: look before repeating
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from minutebook.practice.records import (
    CallPreview,
    Client,
    ClientEdit,
    ClientId,
    ClientPage,
    ClientRelationship,
    CostId,
    JobCost,
    JobReceipt,
    JobSeen,
    NewCost,
    NewJob,
    NewRelationship,
    PriceItem,
    Staff,
    StaffId,
    Template,
)


class PracticeManagerError(Exception):
    """The practice manager could not be asked, or did not do what it was asked."""


class NotSent(PracticeManagerError):
    """Nothing left this machine, so nothing happened: free to try again."""


class Throttled(NotSent):
    """We must wait before the next call. `retry_after` is in seconds.

    `because` names the limit: minute, day, concurrent; "" when nobody said.
    """

    def __init__(self, message: str, *, retry_after: float, because: str = "") -> None:
        super().__init__(message)
        self.retry_after, self.because = retry_after, because


class Unreachable(Throttled):
    """It did not answer several calls in a row, so none is sent until one question was answered again."""

    def __init__(self, message: str, *, retry_after: float, since: datetime | None = None) -> None:
        super().__init__(message, retry_after=retry_after)
        self.since = since  # when the first of those calls was given up


class ConnectionLost(PracticeManagerError):
    """The firm's authorisation is gone; nothing happened, and nothing will until somebody reconnects."""


class Refused(PracticeManagerError):
    """The practice manager answered no, in words fit to show a user. Asking again will not help."""


class InDoubt(PracticeManagerError):
    """The request may have been carried out: look before repeating it."""


class Lane(StrEnum):
    """Who is waiting for a call: a person's job and its repair go ahead of bulk reading."""

    INTERACTIVE = "interactive"
    REPAIR = "repair"
    BULK = "bulk"


class Capability(StrEnum):
    """What a practice manager can do beyond creating a job."""

    COSTS = "costs"
    STAFF = "staff"
    STATES = "states"
    DOCUMENTS = "documents"
    PRICES = "prices"


class PracticeManager(Protocol):
    """One firm's connection to its practice manager.

    Every method but `permit` talks to the network. It returns when the effect is known to have happened,
    and otherwise raises one of the errors above.
    """

    name: str  # such as "Xero Practice Manager"
    offers: frozenset[Capability]
    tenant_id: str  # the practice everything is bound to

    def permit(self, lane: Lane) -> AbstractContextManager[None]:
        """Hold one call of the allowance for the calls made inside; raise Throttled when none is free.

        Take it before writing an intent, so that intent and first byte are milliseconds apart.
        One permit is one call.
        """

    def renew(self) -> None:
        """Keep the authorisation alive: one that is not used for weeks ends by itself. Makes no other call."""

    def templates(self) -> Sequence[Template]:
        """Return the job templates."""

    def staff(self) -> Sequence[Staff]:
        """Return everybody who can be given a job."""

    def prices(self) -> Sequence[PriceItem]:
        """Return the price list."""

    def clients(self, *, changed_since: datetime | None = None) -> Iterator[Client]:
        """Read clients one by one, archived and deleted ones too; all, or those changed since a moment."""

    def client_page(self, *, token: str | None = None) -> ClientPage:
        """Return the first page of the active clients, or the one that a token names; no relationships."""

    def get_client(self, client: ClientId) -> Client:
        """Return one client as it stands now."""

    def add_client(self, client: ClientEdit) -> Client:
        """Create a client. Not idempotent: after InDoubt, look among those changed since."""

    def update_client(self, client: ClientId, to: ClientEdit) -> Client:
        """Write what is given of a client, and return it as it then stands. May be repeated."""

    def add_relationship(self, new: NewRelationship) -> ClientRelationship:
        """Say what a client is to another. Not idempotent: after InDoubt, get_client comes first."""

    def update_relationship(self, relationship: str, *, shares: int) -> None:
        """Write how many shares a relationship is about. May be repeated."""

    def delete_relationship(self, relationship: str) -> None:
        """Remove a relationship. Refused when it is gone already: after InDoubt, get_client comes first."""

    def find_job(self, *, client: ClientId, reference: str) -> JobReceipt | None:
        """Return the client's job that carries our reference (the oldest, if several), or None."""

    def jobs_created(self, *, first: date, last: date) -> Sequence[JobSeen]:
        """Return the jobs created on those days, whoever created them; deleted ones are left out."""

    def add_job(self, job: NewJob) -> JobReceipt:
        """Create the job. Not idempotent: after InDoubt, find_job comes first."""

    def job_url(self, *, job: str) -> str:
        """Return where the job is to be seen, or "" if that is not told. A call that creating never needs."""

    def assign_staff(self, *, job: str, staff: StaffId) -> None:
        """Give the job to somebody. May be repeated."""

    def costs(self, *, job: str) -> Sequence[JobCost]:
        """Return the job's cost lines, those of its template included."""

    def add_cost(self, *, job: str, cost: NewCost) -> CostId:
        """Write one cost line. Not idempotent: after InDoubt, look for its marker among `costs`."""

    def update_cost(self, *, cost: CostId, to: NewCost) -> None:
        """Change a cost line. May be repeated."""

    def set_state(self, *, job: str, code: str) -> None:
        """Move the job to the state with this interface code. May be repeated."""

    def attach_document(self, *, job: str, title: str, file_name: str, content: bytes) -> None:
        """Attach a file to the job. Not idempotent: after InDoubt, look for its name among `documents`."""

    def documents(self, *, job: str) -> Sequence[str]:
        """Return the file names of what is attached to the job."""


class Preview(Protocol):
    """Says what the calls of a practice manager would send. Sends nothing, needs no connection."""

    def add_job(self, job: NewJob) -> CallPreview: ...
    def costs(self, *, job: str) -> CallPreview: ...
    def add_cost(self, *, job: str, cost: NewCost) -> CallPreview: ...
    def update_cost(self, *, cost: CostId, to: NewCost) -> CallPreview: ...
    def assign_staff(self, *, job: str, staff: StaffId) -> CallPreview: ...
    def set_state(self, *, job: str, code: str) -> CallPreview: ...
    def attach_document(self, *, job: str, title: str, file_name: str) -> CallPreview: ...
