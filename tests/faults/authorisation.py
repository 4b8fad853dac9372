"""Row 11: tokens that expire, a refresher that dies, an authorisation that is taken back."""

import os
import signal
import threading
import time

from django.utils import timezone

from minutebook.jobs.models import JobRequest
from minutebook.jobs.reasons import Reason
from minutebook.practice import tokens, xero
from minutebook.practice.models import Connection
from minutebook.scope import firm_scope
from tests.faults.drivers import fork
from tests.faults.kit import Kit
from tests.faults.office import connect_firm
from tests.faults.outcome import Outcome
from tests.sandbox import HARBOUR, KAURI

Status = JobRequest.Status


def expired_tokens(kit: Kit) -> Outcome:
    """Row 11: tokens expire under load, refreshers are killed in mid-flight, and at last all is revoked."""
    expiries, kills = kit.of(short=3, long=50), kit.of(short=1, long=5)
    outcome = Outcome(row=11, fault="tokens expire under load; refresher killed; revoked")
    kit.calm()
    kit.practice.fail("delay", path="/practicemanager/*", seconds=0.05, times=None)
    version, asked = _version(kit), 0
    for _ in range(expiries):
        kit.office.ask("row 11", 3)
        asked += 3
        time.sleep(0.3)
        kit.practice.act("expire-access-tokens")
        time.sleep(0.7)
    kit.wait("row 11", seconds=kit.patience(asked))
    refreshes = _version(kit) - version
    outcome.demand(refreshes <= expiries, f"{refreshes} refreshes for {expiries} expiries")
    for _ in range(kills):
        outcome.kills += _kill_a_refresher(kit)
        kit.office.ask("row 11", 2)
        asked += 2
        kit.wait("row 11", seconds=kit.patience(2) + tokens.LEASE.total_seconds())
    outcome.demand(outcome.kills == kills, "a refresher was not killed")
    kit.settle(outcome, "row 11")
    with firm_scope(kit.office.firm.pk):
        outcome.demand(Connection.objects.get().is_connected, "the connection was lost")
    _revoke(kit, outcome)
    outcome.size = f"{expiries} expiries, {asked} jobs"
    return outcome


def _version(kit: Kit) -> int:
    with firm_scope(kit.office.firm.pk):
        return Connection.objects.get().token_version


def _kill_a_refresher(kit: Kit) -> bool:
    """Kill a process between Xero's answer to its refresh and the commit of the new pair."""
    with firm_scope(kit.office.firm.pk):
        seen = Connection.objects.get().token_version
    child = fork(lambda: _refresh_and_die(kit, seen))
    _, status = os.waitpid(child, 0)
    kit.practice.act("expire-access-tokens")
    return os.WIFSIGNALED(status)


def _refresh_and_die(kit: Kit, seen: int) -> None:
    def refresh(token: str) -> tokens.TokenPair:
        pair = xero.pair_from(xero.oauth_app().refresh(token))
        os.kill(os.getpid(), signal.SIGKILL)
        return pair

    with firm_scope(kit.office.firm.pk):
        tokens.access_token(Connection.objects.get(), refresh=refresh, seen_version=seen, now=timezone.now())


def _revoke(kit: Kit, outcome: Outcome) -> None:
    """Revoke everything: jobs pause, the token endpoint is left alone, and reconnecting resumes them."""
    kit.practice.act("revoke-refresh-tokens")
    kit.practice.act("expire-access-tokens")
    kit.office.ask("row 11 revoked", 4)
    kit.wait("row 11 revoked", seconds=kit.patience(4))
    paused = [
        request
        for request in kit.office.requests("row 11 revoked")
        if (request.status, request.reason_code) == (Status.PAUSED_CONNECTION, Reason.CONNECTION_LOST)
    ]
    outcome.demand(
        len(paused) == 4, f"{4 - len(paused)} of 4 did not pause when the authorisation was revoked"
    )
    kit.practice.forget_calls()
    kit.office.ask("row 11 revoked", 1)
    threading.Event().wait(2)
    asked = [call for call in kit.practice.calls() if call["path"].startswith("/connect/token")]
    outcome.demand(not asked, f"{len(asked)} token calls after it was revoked")
    for office, practice in ((kit.office, KAURI), (kit.other, HARBOUR)):
        with firm_scope(office.firm.pk):
            connect_firm(office.firm, office.user, practice)
    kit.wait_for_created("row 11 revoked", seconds=kit.patience(5))
    kit.settle(outcome, "row 11 revoked")
