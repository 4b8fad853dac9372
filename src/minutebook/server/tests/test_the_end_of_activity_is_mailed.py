"""Once a week administrators get the end of their firm's activity, and it can be verified."""

from datetime import timedelta
from io import StringIO

from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from minutebook.activity.models import ActivityHead, record
from minutebook.firms.models import Membership
from minutebook.server.chain_letter import mail_end, write_ends_down
from tests.cast import make_firm, make_user


def test_its_administrators_alone_get_it_and_the_line_in_it_verifies(transactional_db: None) -> None:
    firm = make_firm()
    make_user(firm, "Ada Lind", "ada@kauriwattle.example", role=Membership.Role.ADMINISTRATOR)
    make_user(firm)
    record("firm.changed", firm, sentence="Changed", by=None)

    mail_end.func(firm.pk)

    [letter] = mail.outbox
    end = str(ActivityHead.objects.get(pk=firm.pk))
    assert letter.to == ["ada@kauriwattle.example"]
    assert f"verify_activity --written {end}" in letter.body
    said = StringIO()
    call_command("verify_activity", written=[end], stdout=said)
    assert "whole" in said.getvalue()


def test_it_is_sent_once_a_week(transactional_db: None) -> None:
    now = timezone.now()
    record("firm.changed", make_firm(), sentence="Changed", by=None)

    assert [write_ends_down(now + timedelta(days=days)) for days in (0, 6, 7, 8, 14)] == [0, 0, 1, 0, 1]
