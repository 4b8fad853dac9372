"""The first firm of a server and those added later, each with its first administrator."""

from django.db import connection, transaction

from minutebook.activity.models import record
from minutebook.firms.models import Firm, Membership, User
from minutebook.firstrun.code import forget_set_up_code
from minutebook.jobs.fees.schedule import seed_fee_schedule
from minutebook.scope import firm_scope


class AlreadySetUp(Exception):
    """There is a firm on this server already: sign in, or ask whoever runs the server to add you."""


class FirmIsThere(Exception):
    """A firm of this name is on this server already, and commands tell firms apart by name."""


def is_set_up() -> bool:
    """Tell whether this server has a firm."""
    return Firm.objects.exists()


@transaction.atomic
def found_firm(
    *,
    firm_name: str,
    time_zone: str,
    address: str,
    phone: str,
    firm_email: str,
    name: str,
    email: str,
    password: str,
) -> User:
    """Make the server's first firm and its administrator. Raises AlreadySetUp, also when two try at once."""
    _wait_for_others()
    if is_set_up():
        raise AlreadySetUp("Minutebook is set up already. Sign in.")
    firm = Firm.objects.create(
        name=firm_name, time_zone=time_zone, address=address, phone=phone, email=firm_email
    )
    user = User.objects.create_user(email, password, name=name)
    _begin(firm, user, sentence=f"{firm.name} set up by {user.short_name}", by=user)
    transaction.on_commit(forget_set_up_code)
    return user


@transaction.atomic
def add_firm(*, firm_name: str, time_zone: str, email: str, name: str) -> Firm:
    """Make a further firm, by whoever runs the server. Raises FirmIsThere.

    Its administrator may be somebody who signs in here already; otherwise they choose a password by mail.
    """
    _wait_for_others()
    if Firm.objects.filter(name=firm_name).exists():
        raise FirmIsThere(f"There is a firm called “{firm_name}” already. Give this one another name.")
    firm = Firm.objects.create(name=firm_name, time_zone=time_zone)
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, None, name=name)
    _begin(firm, user, sentence=f"{firm.name} added, administered by {user.name}", by=None)
    return firm


def _begin(firm: Firm, user: User, *, sentence: str, by: User | None) -> None:
    with firm_scope(firm.pk):
        membership = Membership.objects.create(firm=firm, user=user, role=Membership.Role.ADMINISTRATOR)
        seed_fee_schedule(firm)
        record("firm.founded", membership, sentence=sentence, by=by)


def _wait_for_others() -> None:
    """Let one set-up at a time look for a firm. On SQLite a transaction that writes waits for the others anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE firms_firm IN SHARE ROW EXCLUSIVE MODE")
