"""What a backup cannot know, and must not do again: who signed out, which mail left, which tasks were done since."""

from collections.abc import Mapping

from django.apps import apps
from django.db import connection, transaction

from minutebook.activity.models import Activity
from minutebook.production.models import PackMail
from minutebook.server.models import Heartbeat

_MAIL = "Restored from a backup: it is not known whether this mail left since. Ask before sending it again."


def firms_whose_activity_ends_otherwise(written: Mapping[str, str]) -> list[int]:
    """Return the firms whose activity does not hold the end that the backup wrote down, "number:hash" by firm."""
    found = []
    for firm_id, end in written.items():
        number, _, hash_then = end.partition(":")
        rows = Activity.everywhere.filter(firm_id=int(firm_id), number=int(number), hash=hash_then)
        if int(number) and not rows.exists():
            found.append(int(firm_id))
    return found


@transaction.atomic
def settle() -> None:
    """Sign everybody out, empty the queue, and hold mail whose sending the backup cannot tell of.

    Jobs are woken from the ledger, where `doubt_unfinished` marks what may have been sent.
    """
    apps.get_model("sessions.Session")._default_manager.all().delete()  # noqa: SLF001  # not a firm's
    Heartbeat.objects.all().delete()
    unknown = (PackMail.State.QUEUED, PackMail.State.SENDING)
    PackMail._base_manager.filter(state__in=unknown).update(state=PackMail.State.FAILED, problem=_MAIL)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers RESTART IDENTITY CASCADE")
        else:
            cursor.execute("DELETE FROM django_tasks_database_dbtaskresult")
