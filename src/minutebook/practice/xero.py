"""Xero Practice Manager behind our own interface: its records, errors, tokens and allowance become ours."""

import atexit
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from functools import cache

import httpx2
from django.conf import settings
from django.utils import timezone

import xpm
from minutebook.practice import governor, tokens
from minutebook.practice.allowance import SEND_WITHIN
from minutebook.practice.clocks import compare_clocks
from minutebook.practice.leaps import ClockWatch
from minutebook.practice.loss import lose_connection
from minutebook.practice.models import Connection
from minutebook.practice.provider import (
    Capability,
    ConnectionLost,
    InDoubt,
    Lane,
    NotSent,
    PracticeManagerError,
    Refused,
    Throttled,
)
from minutebook.practice.records import (
    CallReport,
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
from minutebook.practice.xero_calls import answer_of, pretty
from minutebook.practice.xero_records import (
    carries,
    client_edit_to,
    client_from,
    client_page_from,
    cost_from,
    cost_to,
    in_order_of_number,
    job_to,
    price_from,
    receipt_from,
    relationship_from,
    relationship_to,
    seen_from,
    staff_from,
    template_from,
)

_PAUSE = 1.5  # seconds, when Xero says wait and not how long
_UNANSWERED = frozenset({xpm.Outcome.IN_DOUBT, xpm.Outcome.NOT_SENT})
_clock_watch = ClockWatch()
_SLOT_SIGN = timedelta(seconds=10)  # how often a long list says that it is still being read


class XeroPracticeManager:
    """A firm's practice in Xero Practice Manager. For one piece of work at a time: not shared by threads.

    Every call is counted against the practice's allowance. A call made outside `permit` takes one of its own
    in the lane of people.
    """

    name = "Xero Practice Manager"
    offers = frozenset(Capability)

    def __init__(
        self,
        connection: Connection,
        *,
        app: xpm.OAuthApp,
        endpoints: xpm.Endpoints,
        transport: httpx2.BaseTransport | None = None,
        on_call: Callable[[CallReport], None] | None = None,
    ) -> None:
        self.tenant_id = connection.tenant_id
        self._connection = connection
        self._app = app
        self._endpoints = endpoints
        self._transport = transport
        self._on_call = on_call
        self._xpm: tuple[int, xpm.Client] | None = None  # by the version of its token
        self._held: governor.Permit | None = None
        self._is_counted = False  # whether the next call was counted when the permit was taken
        self._send_by = timezone.now()
        self._asked_at = timezone.now()

    @contextmanager
    def permit(self, lane: Lane) -> Iterator[None]:
        self._client()  # a token is fetched first: permit and first byte stay close together
        _clock_watch.check(leapt=lambda: governor.wait_a_minute(now=timezone.now()))
        permit = governor.take_permit(self.tenant_id, lane, now=timezone.now())
        if permit.is_question:
            with self._holding(permit), suppress(PracticeManagerError):
                self._ask(lambda client: client.job_states())
            permit = governor.take_permit(self.tenant_id, lane, now=timezone.now())
        with self._holding(permit):
            yield

    @contextmanager
    def _holding(self, permit: governor.Permit) -> Iterator[None]:
        self._held, self._is_counted = permit, True
        self._send_by = permit.counted_at + timedelta(seconds=SEND_WITHIN)
        try:
            yield
        finally:
            governor.give_back(permit, now=timezone.now())
            self._held = None

    def templates(self) -> Sequence[Template]:
        found = self._ask(lambda client: client.templates())
        return [template_from(each) for each in found]

    def staff(self) -> Sequence[Staff]:
        found = self._ask(lambda client: client.staff())
        return [staff_from(each) for each in found]

    def prices(self) -> Sequence[PriceItem]:
        return [price_from(item) for item in self._ask(lambda client: client.price_list())]

    def clients(self, *, changed_since: datetime | None = None) -> Iterator[Client]:
        with self._permitted(), _ours():
            try:
                yield from self._streamed(changed_since)
            except xpm.Unauthorised as refusal:  # comes before the first record, if it comes
                self._renew_after(refusal)
                yield from self._streamed(changed_since)

    def client_page(self, *, token: str | None = None) -> ClientPage:
        return client_page_from(self._ask(lambda client: client.client_page(token=token)))

    def get_client(self, client: ClientId) -> Client:
        return client_from(self._ask(lambda xero: xero.get_client(client)))

    def add_client(self, client: ClientEdit) -> Client:
        return client_from(self._ask(lambda xero: xero.add_client(client_edit_to(client))))

    def update_client(self, client: ClientId, to: ClientEdit) -> Client:
        return client_from(self._ask(lambda xero: xero.update_client(client, client_edit_to(to))))

    def add_relationship(self, new: NewRelationship) -> ClientRelationship:
        return relationship_from(self._ask(lambda xero: xero.add_relationship(relationship_to(new))))

    def update_relationship(self, relationship: str, *, shares: int) -> None:
        change = xpm.RelationshipChange(shares=shares)
        self._ask(lambda xero: xero.update_relationship(relationship, change))

    def delete_relationship(self, relationship: str) -> None:
        self._ask(lambda xero: xero.delete_relationship(relationship))

    def find_job(self, *, client: ClientId, reference: str) -> JobReceipt | None:
        jobs = self._ask(lambda xero: xero.jobs_of_client(client))
        ours = [job for job in jobs if carries(job, reference)]
        if not ours:
            return None
        oldest = min(ours, key=in_order_of_number)
        if not oldest.uuid:  # lists may leave it out
            oldest = self._ask(lambda xero: xero.get_job(oldest.number))
        return receipt_from(oldest)

    def jobs_created(self, *, first: date, last: date) -> Sequence[JobSeen]:
        return [seen_from(job) for job in self._ask(lambda client: client.jobs_created(first, last))]

    def add_job(self, job: NewJob) -> JobReceipt:
        return receipt_from(self._ask(lambda client: client.add_job(job_to(job))))

    def job_url(self, *, job: str) -> str:
        return self._ask(lambda client: client.get_job(job)).web_url

    def assign_staff(self, *, job: str, staff: StaffId) -> None:
        self._ask(lambda client: client.assign(job, add=[staff]))

    def costs(self, *, job: str) -> Sequence[JobCost]:
        return [cost_from(cost) for cost in self._ask(lambda client: client.costs(job))]

    def add_cost(self, *, job: str, cost: NewCost) -> CostId:
        return CostId(self._ask(lambda client: client.add_cost(job, cost_to(cost))))

    def update_cost(self, *, cost: CostId, to: NewCost) -> None:
        self._ask(lambda client: client.update_cost(cost, cost_to(to)))

    def set_state(self, *, job: str, code: str) -> None:
        self._ask(lambda client: client.set_state(job, code))

    def attach_document(self, *, job: str, title: str, file_name: str, content: bytes) -> None:
        self._ask(lambda client: client.add_document(job, title=title, file_name=file_name, content=content))

    def documents(self, *, job: str) -> Sequence[str]:
        return [document.file_name for document in self._ask(lambda client: client.documents(job))]

    def leave(self, remote_id: str) -> None:
        """End the authorisation at Xero; that it has ended already is as good."""
        with _ours():
            self._app.disconnect(self._token()[0], remote_id)

    def renew(self) -> None:
        """Spend the refresh token for a new pair, if the present one grows old."""
        self._token()

    def _ask[T](self, ask: Callable[[xpm.Client], T]) -> T:
        """Make one call, and once more with a new token when Xero calls the present one expired."""
        with self._permitted(), _ours():
            try:
                return ask(self._client())
            except xpm.Unauthorised as refusal:
                self._renew_after(refusal)
            return ask(self._client())

    def _streamed(self, changed_since: datetime | None) -> Iterator[Client]:
        signed_at = timezone.now()
        for record in self._client().clients(modified_since=changed_since, detailed=True):
            if self._held and timezone.now() - signed_at > _SLOT_SIGN:
                signed_at = timezone.now()
                governor.keep_slot(self._held, now=signed_at)
            yield client_from(record)

    @contextmanager
    def _permitted(self) -> Iterator[None]:
        """Use the permit that is held, or hold one for this call."""
        if self._held:
            yield
        else:
            with self.permit(Lane.INTERACTIVE):
                yield

    def _client(self, *, expired: int | None = None) -> xpm.Client:
        """Return a client whose token is good; `expired` is the version that Xero has just refused."""
        token, version = self._token(expired=expired)
        if self._xpm is None or self._xpm[0] != version:
            self._xpm = version, self._client_with(token)
        return self._xpm[1]

    def _token(self, *, expired: int | None = None) -> tuple[str, int]:
        return tokens.access_token(
            self._connection, refresh=self._refresh, seen_version=expired, now=timezone.now()
        )

    def _client_with(self, token: str) -> xpm.Client:
        return xpm.Client(
            access_token=token,
            tenant_id=self.tenant_id,
            endpoints=self._endpoints,
            transport=self._transport,
            before_call=self._before_call,
            may_send=lambda: timezone.now() <= self._send_by,
            on_call=self._after_call,
        )

    def _refresh(self, refresh_token: str) -> tokens.TokenPair:
        with _ours():
            return pair_from(self._app.refresh(refresh_token))

    def _before_call(self, method: str, _path: str) -> None:
        """Count the call, unless its permit already has."""
        self._asked_at = timezone.now()
        if self._held is None:
            raise RuntimeError("A call was about to leave without a permit")
        if not self._is_counted:
            governor.count_another(self._held, now=self._asked_at)
            if (
                method != "POST"
            ):  # a POST keeps the moment of its intent: later it might collide with a look-up
                self._send_by = self._asked_at + timedelta(seconds=SEND_WITHIN)
        self._is_counted = False

    def _after_call(self, call: xpm.Call) -> None:
        """Let the governor learn from the answer, and tell who wants to know."""
        told = governor.Told(
            asked_at=self._asked_at,
            answered=call.outcome not in _UNANSWERED,
            question=self._held is not None and self._held.is_question,
            minute_left=call.limits.minute_left,
            day_left=call.limits.day_left,
            refused=call.outcome == xpm.Outcome.THROTTLED,
            retry_after=call.limits.retry_after,
            problem=call.limits.problem or "",
        )
        now = timezone.now()
        governor.learn(self.tenant_id, told, now=now)
        if call.answered_at:
            compare_clocks(call.answered_at, asked_at=self._asked_at, now=now)
        if self._on_call:
            self._on_call(
                CallReport(
                    method=call.method,
                    path=call.path,
                    status=call.status,
                    seconds=call.seconds,
                    outcome=call.outcome,
                    called_at=self._asked_at,
                    sent=pretty(call.sent),
                    came_back=answer_of(call),
                )
            )

    def _renew_after(self, refusal: xpm.Unauthorised) -> None:
        """Renew an expired token, so that the call can be made again; otherwise the connection is lost."""
        if refusal.expired and self._xpm:
            self._client(expired=self._xpm[0])
            return
        if isinstance(refusal, xpm.Forbidden):
            because = self._why_forbidden()
        else:
            because = "Xero no longer accepts this firm’s authorisation. Reconnect in Settings."
        lose_connection(self._connection, because=because, now=timezone.now())
        raise ConnectionLost(because) from refusal

    def _why_forbidden(self) -> str:
        """Ask which practices the authorisation still reaches. Raises NotSent when Xero cannot say now."""
        token, _ = self._token()
        try:
            reached = self._app.connections(token)
        except xpm.Unauthorised:
            reached = ()
        except xpm.XpmError as problem:
            raise NotSent("Xero refused this practice, and could not be asked why just now.") from problem
        if any(each.tenant_id == self.tenant_id for each in reached):
            return (
                "The person who connected may no longer connect third-party add-ons in XPM. "
                "Somebody who may has to reconnect in Settings."
            )
        return "The connection was removed in Xero. Reconnect in Settings."


def open_practice(
    connection: Connection, *, on_call: Callable[[CallReport], None] | None = None
) -> XeroPracticeManager:
    """Return the connection's practice on the hosts that the settings name."""
    return XeroPracticeManager(
        connection,
        app=oauth_app(),
        endpoints=endpoints(),
        transport=_SharedTransport(),
        on_call=on_call,
    )


def endpoints() -> xpm.Endpoints:
    return xpm.Endpoints(
        login_url=settings.XPM_LOGIN_URL,
        identity_url=settings.XPM_IDENTITY_URL,
        api_url=settings.XPM_API_URL,
    )


def oauth_app() -> xpm.OAuthApp:
    """Return the app that this server is registered as at Xero."""
    return xpm.OAuthApp(endpoints(), settings.XPM_CLIENT_ID, settings.XPM_CLIENT_SECRET)


def pair_from(got: xpm.Tokens) -> tokens.TokenPair:
    return tokens.TokenPair(
        access_token=got.access_token,
        refresh_token=got.refresh_token,
        expires_at=got.expires_at,
        scopes=" ".join(got.scopes),
    )


class _SharedTransport(httpx2.BaseTransport):
    """The process's own pool of connections to Xero: kept open from one piece of work to the next."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return _pool().handle_request(request)


@cache
def _pool() -> httpx2.HTTPTransport:
    pool = httpx2.HTTPTransport()
    atexit.register(pool.close)
    return pool


@contextmanager
def _ours() -> Iterator[None]:
    """Raise our own errors where the client library raises its."""
    try:
        yield
    except xpm.XpmError as problem:
        raise _error_from(problem) from problem


def _error_from(problem: xpm.XpmError) -> PracticeManagerError:
    match problem:
        case xpm.Throttled():
            pause = _PAUSE if problem.retry_after is None else problem.retry_after
            return Throttled(
                "Xero asks us to wait before the next call.",
                retry_after=pause,
                because=problem.problem or "",
            )
        case xpm.Unauthorised(expired=True):
            return NotSent("Xero calls this firm’s new authorisation expired. It is tried again by itself.")
        case xpm.Unauthorised():
            return ConnectionLost(
                "Xero has ended this firm’s authorisation, or it lay unused too long. Reconnect in Settings."
            )
        case xpm.Refused():
            return Refused(str(problem))
        case xpm.NotSent():
            return NotSent(str(problem))
        case _:
            return InDoubt(str(problem))
