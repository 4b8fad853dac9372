"""Who asked to be told is told once of what differs newly, without a name in the mail."""

from django.core import mail as post

from minutebook.firms.models import User
from minutebook.practice.models import ClientLink, Connection
from minutebook.practice.reading import read_changes
from minutebook.sync.models import FirstSync
from minutebook.sync.tasks import after_reading
from minutebook.sync.tests.conftest import NOW, change_there
from tests.sandbox import RunningSandbox


def test_a_change_there_is_told_once(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    FirstSync.objects.create(
        tenant_id=read_firm.tenant_id,
        stage=FirstSync.Stage.DONE,
        notify="office@kauriwattle.example",
        begun_by=administrator,
        begun_at=NOW,
    )
    change_there(sandbox, linked.client, last_name="Featherstonehaugh")

    for _ in range(2):
        read_changes(read_firm, now=NOW)
        after_reading.call(read_firm.firm_id, read_firm.pk)

    [mail] = post.outbox
    assert mail.to == ["office@kauriwattle.example"]
    assert "1 contact differs newly" in mail.body
    assert "/contacts/review/" in mail.body
    assert "Featherstonehaugh" not in f"{mail.subject}{mail.body}"
