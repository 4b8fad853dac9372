"""The demo's firm: Kauri & Wattle, its people, registers and fees, connected to its practice manager."""

from collections.abc import Callable

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from minutebook.companies.sample import load_sample_registers
from minutebook.firms.models import Firm, Membership, User
from minutebook.jobs.fees.schedule import seed_fee_schedule
from minutebook.practice import connect
from minutebook.practice.links import exact_acn_matches, link_matches
from minutebook.practice.models import Client, Connection
from minutebook.practice.reading import read_practice
from minutebook.scope import firm_scope
from minutebook.server.demo_consent import allow_access
from minutebook.server.demo_work import do_past_work

type Say = Callable[[str], None]


def make_demo_firm(*, email: str, password: str, say: Say) -> None:
    """Make the firm on the first run; on a later one finish what the earlier left undone.

    Talks to the practice manager. The database has been found to be the demo's own.
    """
    user = User.objects.filter(email=email).first() or _new_user(email, password)
    firm = Membership.everywhere.select_related("firm").get(user=user).firm
    with firm_scope(firm.pk):
        load_sample_registers(firm)
        seed_fee_schedule(firm)
        connection = Connection.objects.first() or _connect(firm, user, say)
        if connection.read_at is None:
            _read(connection, user, say)
        say("Releasing two packs, so that there is something to look at …")
        say(f"{do_past_work(by=user)} jobs are in the practice manager.")


def _new_user(email: str, password: str) -> User:
    firm = Firm.objects.create(
        name="Kauri & Wattle",
        time_zone="Australia/Melbourne",
        address="Level 9, 120 Collins Street, Melbourne VIC 3000",
        phone="03 9000 0000",
        email="office@kauriwattle.example",
        two_step_required=False,  # whoever tries it has the password alone
    )
    user = User.objects.create_user(email, password, name="Priya Raman")
    with firm_scope(firm.pk):
        Membership.objects.create(firm=firm, user=user, role=Membership.Role.ADMINISTRATOR)
    return user


def _connect(firm: Firm, user: User, say: Say) -> Connection:
    say("Connecting to the practice manager …")
    session, now = SessionStore(), timezone.now()
    address = connect.begin(session, firm=firm, now=now)
    answer = allow_access(address, redirect_uri=connect.redirect_uri())
    connection = connect.finish(session, answer, firm=firm, by=user, now=now)
    if connection is None:  # the practice manager did not tell its name, or offered several practices
        practice = connect.offered(session, firm=firm, now=now).practices[0]
        connection = connect.choose(
            session,
            firm=firm,
            tenant_id=practice.tenant_id,
            label=practice.name or "Kauri & Wattle",
            by=user,
            now=now,
        )
    # The states' codes are told by nobody but the practice itself; its own page of states shows these.
    connection.in_progress_code, connection.completed_code = "INPROGRESS", "COMPLETED"
    connection.save(update_fields=["in_progress_code", "completed_code"])
    return connection


def _read(connection: Connection, user: User, say: Say) -> None:
    say("Importing the firm’s clients …")
    read_practice(connection, now=timezone.now())
    linked = link_matches(exact_acn_matches(connection), by=user, now=timezone.now())
    say(f"Read {Client.objects.of(connection).count()} clients; {linked} companies are linked by their ACN.")
