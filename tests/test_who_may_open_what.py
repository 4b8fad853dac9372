"""Every address, asked for by everybody: what each role gets stands in one table, tests/who_may.txt.

The addresses are read from the resolver, so that a page without its line fails here. Views run in full, with
what is posted left empty, and what they wrote is undone after each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from minutebook.documents.models import PackStage
from minutebook.firms.abilities import Ability, Role, is_allowed
from minutebook.firms.inviting import invite
from minutebook.firms.models import Firm, Invitation, Membership, User
from minutebook.jobs.fees.models import FeeLine
from minutebook.jobs.fees.schedule import seed_fee_schedule
from minutebook.practice.models import Client
from minutebook.scope import firm_scope
from minutebook.spreadsheets.models import SpreadsheetImport
from minutebook.sync.models import Suggestion
from tests.addresses import Address, Case, every_address, make_case
from tests.cast import make_user, signed_in
from tests.job_cast import NOW, TENANT, make_connection

TABLE = Path(__file__).with_name("who_may.txt")
ANYBODY, SOMEBODY, NOBODY = "anybody", "somebody", "-"
_ABILITIES = {ability.name.lower(): ability for ability in Ability}
_METHODS = ("GET", "POST")
# Nothing of these is in the seed, so those who are let in are told that it is not there.
_NOT_SEEDED = {
    "delivery:decide": "a review that was asked for",
    "delivery:decline": "a review that was asked for",
    "delivery:take-back": "a review that was asked for",
    "jobs:billable": "costs of a plan",
    "jobs:change-cost": "costs of a plan",
    "jobs:put-back": "a cost that was removed",
    "jobs:put-in": "lines of the schedule, in what is posted",
    "jobs:remove": "costs of a plan",
    "jobs:take-from-schedule": "costs of a plan",
    "contacts:undo-merge": "a merge",
    "production:combined": "a released pack",
    "production:keep-copy": "a signed pack",
    "production:order": "an order of the documents, in what is posted",
    "production:put-back": "a file of one's own that was removed",
    "production:own-file": "a file of one's own",
    "production:remove-file": "a file of one's own",
    "production:zip": "a released pack",
    "practice:unlink": "a connection to unlink from",
    "spreadsheets:columns": "an import whose columns are asked for",
    "spreadsheets:mend": "an import that was checked",
    "signin:end-place": "another browser of the same person",
    "sync:record": "a comparison",
    "sync:snooze": "a comparison",
    "sync:undo": "a decision",
    "wordings:restore": "an earlier version",
}


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody who asks for an address: their session, and the role they have in the firm, if any."""

    role: Role | None
    session: str
    is_of_another_firm: bool = False


@cache
def table() -> dict[str, dict[str, str]]:
    """Return who may do what, by the address's name and the method."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {name: dict(zip(_METHODS, who, strict=True)) for name, *who in lines}


def test_every_address_has_its_line() -> None:
    names = {address.name for address in every_address()}
    missing, left_over = sorted(names - set(table())), sorted(set(table()) - names)

    assert not missing, (
        f"{', '.join(missing)}: say who may open it. Add a line to tests/who_may.txt: the name, who may GET it, who "
        "may POST to it. The head of that file says what can stand there."
    )
    assert not left_over, (
        f"{', '.join(left_over)}: no such address any more. Take its line out of tests/who_may.txt."
    )


def test_every_line_says_something_that_is_known() -> None:
    known = {*_ABILITIES, ANYBODY, SOMEBODY, NOBODY}

    assert {who for doors in table().values() for who in doors.values()} <= known


@pytest.fixture
def case(firm: Firm, administrator: User, preparer: User, tmp_path: Path, settings: Any) -> Case:
    """Southern Star with something for nearly every address, in a firm that is connected."""
    settings.MEDIA_ROOT = tmp_path
    make_connection()
    case = make_case("Southern Star Pty Ltd", "004085616", mark="Own", by=administrator, is_released=False)
    seed_fee_schedule(firm)
    now = timezone.now()
    invite(firm, email="mei@example.com", name="Mei", role=Role.VIEWER, note="", by=administrator, now=now)
    upload = SpreadsheetImport.objects.create(
        name="a.csv", sha256="0" * 64, sent_by=administrator, sent_at=NOW, state="UNREADABLE"
    )
    client = Client.objects.create(tenant_id=TENANT, remote_id="una", name="Una", read_at=NOW)
    suggestion = Suggestion.objects.create(
        tenant_id=TENANT, contact_id=case.parts["contact_id"], client=client, score=90, certainty="LIKELY",
        reasons=[], cautions=[],
    )  # fmt: skip
    case.parts |= {
        "membership_id": Membership.objects.get(user=preparer).pk,
        "invitation_id": Invitation.objects.get().pk,
        "firm_id": firm.pk,
        "stage_id": PackStage.objects.create(name="Own", position=1).pk,
        "fee_id": FeeLine.objects.first().pk,  # type: ignore[union-attr]
        "event_kind": "appoint_director",
        "slug": "connect",
        "spreadsheets:register": "officeholders",
        "spreadsheets:pk": upload.pk,
        "sync:decide-suggestion:pk": suggestion.pk,
        "wordings:name": "consent_to_act",
        "client": client.pk,
        "sync:create-there:pk": case.company.contact_id,
        "sync:link-contact:pk": case.company.contact_id,
        "sync:unlink:pk": case.company.contact_id,
        "uidb36": "1",
        "key": "a-b",
    }
    return case


@pytest.fixture
def visitor(request: pytest.FixtureRequest, firm: Firm, other_firm: Firm, administrator: User) -> Visitor:
    """Whoever the test is asked for."""
    match request.param:
        case "stranger":
            return Visitor(role=None, session="")
        case "of another firm":
            with firm_scope(other_firm.pk):
                user = make_user(other_firm, "Una Harbour", "una@harbour.example", Role.ADMINISTRATOR)
            return Visitor(role=Role.ADMINISTRATOR, session=_session_of(user), is_of_another_firm=True)
        case Role.ADMINISTRATOR:
            return Visitor(role=Role.ADMINISTRATOR, session=_session_of(administrator))
        case role:
            user = make_user(firm, "Vera Visitor", "vera.visitor@kauriwattle.example", role)
            return Visitor(role=role, session=_session_of(user))


@pytest.mark.parametrize("visitor", ["stranger", *Role, "of another firm"], indirect=True)
def test_everybody_gets_what_the_table_says(visitor: Visitor, case: Case) -> None:
    handler = BaseHandler()
    handler.load_middleware()

    wrong = [
        f"{method} {address.name} ({table()[address.name][method]}): {found}"
        for address, method in _asked_by(visitor)
        if (found := _surprise(handler, visitor, address, case.url_of(address), method))
    ]

    assert not wrong, "\n".join(wrong)


def _asked_by(visitor: Visitor) -> Iterator[tuple[Address, str]]:
    """A method that nobody may use is refused before anybody is looked at: a stranger's try is enough."""
    with_a_line = {each.name: each for each in every_address() if each.name in table()}
    for address in with_a_line.values():
        for method in _METHODS:
            is_ours = not address.name.startswith("mfa_")
            if visitor.role is None or not is_ours or table()[address.name][method] != NOBODY:
                yield address, method


def _surprise(handler: BaseHandler, visitor: Visitor, address: Address, url: str, method: str) -> str:
    """Return what was answered that the table does not say; "" when it was right."""
    answer, said = _answer(handler, visitor, url, method)
    gate, status = table()[address.name][method], answer.status_code
    if status >= 500 and address.name != "healthz":  # it says that no worker runs
        return f"{status}"
    if status == 405 or gate in {ANYBODY, NOBODY}:
        is_led_first = address.name.startswith("mfa_") and visitor.role is None
        return "" if (status == 405) == (gate == NOBODY) or is_led_first else f"{status}"
    if visitor.role is None:
        is_led = status == 302 and answer["Location"].startswith(reverse("account_login"))
        return "" if is_led else f"{status}, not the sign-in page"
    if visitor.is_of_another_firm and _names_a_row(address):
        return "" if status == 404 else f"{status}, though the row is another firm’s"
    if gate == SOMEBODY or is_allowed(visitor.role, _ABILITIES[gate]):
        is_missing = status == 404 and _names_a_row(address) and address.name not in _NOT_SEEDED
        return f"{status}" if status == 403 or (is_missing and gate != SOMEBODY) else ""
    names_who = status == 403 and "Daniel Okafor" in said
    return "" if names_who else f"{status}, not refused with the names of those who may"


def _names_a_row(address: Address) -> bool:
    is_of_a_firm = not address.name.startswith("mfa_")  # a person's own, whatever firms they work for
    return is_of_a_firm and bool({"int", "uuid"} & set(address.asks.values()))


def _answer(handler: BaseHandler, visitor: Visitor, url: str, method: str) -> tuple[HttpResponseBase, str]:
    """Return what the whole of Minutebook answers, and its words when it refuses; undo what it wrote."""
    request = RequestFactory().generic(method, url)
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    if visitor.session:
        request.COOKIES[django_settings.SESSION_COOKIE_NAME] = visitor.session
    with transaction.atomic():
        answer: Any = handler.get_response(request)
        transaction.set_rollback(True)
    for close in answer._resource_closers:
        close()
    return answer, "" if answer.streaming else answer.content.decode("utf-8", "replace")


def _session_of(user: User) -> str:
    return signed_in(user).cookies[django_settings.SESSION_COOKIE_NAME].value
