"""Send All: the released PDFs go out by mail, in the background, and the page says how it went."""

import logging
from collections.abc import Sequence
from datetime import datetime
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.firms.models import User
from minutebook.production.models import PackMail
from minutebook.production.release import files_for_mail
from minutebook.scope import firm_scope

logger = logging.getLogger(__name__)


@transaction.atomic
def queue_mail(
    pack: DocumentPack, *, recipients: Sequence[str], subject: str, text: str, by: User, now: datetime
) -> PackMail:
    """Put one message with the pack's PDFs into the outbox; a worker sends it within seconds."""
    mail = PackMail.objects.create(
        pack=pack,
        recipients=list(recipients),
        subject=subject,
        text=text,
        queued_by=by,
        queued_at=now,
    )
    record("mail.queued", pack, sentence=f"Sent to {', '.join(recipients)}", by=by, mail=mail.pk)
    send_mail.enqueue(mail.pk, pack.firm_id)
    return mail


@task(queue_name="interactive")
def send_mail(mail_id: int, firm_id: int) -> None:
    """Hand one message to the mail server, once: whatever then fails, only a person sends it again."""
    with firm_scope(firm_id):
        taken = PackMail.objects.filter(pk=mail_id, state=PackMail.State.QUEUED).update(
            state=PackMail.State.SENDING
        )
        if taken:
            _send(PackMail.objects.select_related("pack").get(pk=mail_id))


def _send(mail: PackMail) -> None:
    message = EmailMessage(mail.subject, mail.text, to=mail.recipients)
    for file in files_for_mail(mail.pack):
        message.attach(file.name, file.content(), ProducedFile.MEDIA_TYPES[file.format])
    try:
        message.send()
    except (SMTPException, OSError) as error:
        logger.warning("Mail %s was not sent: %s", mail.pk, error)
        _close(mail, PackMail.State.FAILED, problem=f"The mail server did not take it: {error}"[:300])
    else:
        _close(mail, PackMail.State.SENT)


@transaction.atomic
def _close(mail: PackMail, state: PackMail.State, *, problem: str = "") -> None:
    mail.state, mail.problem = state, problem
    mail.sent_at = timezone.now() if state == PackMail.State.SENT else None
    mail.save(update_fields=["state", "problem", "sent_at"])
    to = ", ".join(mail.recipients)
    if state == PackMail.State.SENT:
        record("mail.sent", mail.pack, sentence=f"Mail to {to} left", by=None, mail=mail.pk)
    else:
        record(
            "mail.failed", mail.pack, sentence=f"Mail to {to} was not sent: {problem}", by=None, mail=mail.pk
        )


def send_again(mail: PackMail, *, by: User, now: datetime) -> None:
    """Queue a message that was not sent once more."""
    with transaction.atomic():
        queued = PackMail.objects.filter(pk=mail.pk, state=PackMail.State.FAILED).update(
            state=PackMail.State.QUEUED, queued_at=now, problem=""
        )
        if queued:
            to = ", ".join(mail.recipients)
            record("mail.queued_again", mail.pack, sentence=f"Sent again to {to}", by=by, mail=mail.pk)
            send_mail.enqueue(mail.pk, mail.firm_id)


def give_up_stuck_mails(now: datetime) -> int:
    """Mark messages whose worker died, for every firm, so that no failure is silent. Return how many."""
    problem = "Minutebook was interrupted while sending it. It may have arrived: ask before sending again."
    stuck = list(PackMail.everywhere.stuck(now=now).select_related("pack"))
    for mail in stuck:
        with firm_scope(mail.firm_id):
            _close(mail, PackMail.State.FAILED, problem=problem)
    return len(stuck)
