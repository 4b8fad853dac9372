"""Send All: the released PDFs, or a link to them, go out by mail, and the page says how it went.

Each recipient is handed to the mail server apart, so that a server which takes some and refuses others leaves
an outcome for each, and sending again reaches those only who have nothing yet.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.tasks import task
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.delivery.links import make_link
from minutebook.delivery.models import LinkOffer, Recipient
from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.firms.models import User
from minutebook.production.models import PackMail
from minutebook.production.release import files_for_mail
from minutebook.scope import firm_scope

logger = logging.getLogger(__name__)

_REFUSALS = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)  # of one message: others may pass
_STOPPED = "Not tried: the mail server had stopped answering."


class _ForOne(EmailMessage):
    """A message that names everybody it is for, handed to the mail server for one of them."""

    only = ""

    def recipients(self) -> list[str]:
        return [self.only]


@transaction.atomic
def queue_mails(
    pack: DocumentPack,
    *,
    recipients: Sequence[str],
    subject: str,
    text: str,
    by: User,
    now: datetime,
    apart: bool = False,
    link_days: int | None = None,
) -> list[PackMail]:
    """Put the message into the outbox: one for all, or one for each. A link is each recipient's own."""
    groups = [[address] for address in recipients] if apart or link_days else [list(recipients)]
    expires_at = now + timedelta(days=link_days) if link_days else None
    return [
        queue_mail(pack, recipients=group, subject=subject, text=text, by=by, now=now, link_until=expires_at)
        for group in groups
    ]


@transaction.atomic
def queue_mail(
    pack: DocumentPack,
    *,
    recipients: Sequence[str],
    subject: str,
    text: str,
    by: User,
    now: datetime,
    link_until: datetime | None = None,
) -> PackMail:
    """Put one message into the outbox, with the PDFs or a link; a worker sends it within seconds."""
    mail = PackMail.objects.create(
        pack=pack,
        recipients=list(recipients),
        subject=subject,
        text=text,
        queued_by=by,
        queued_at=now,
    )
    for address in mail.recipients:
        Recipient.objects.create(mail=mail, address=address)
    if link_until:
        LinkOffer.objects.create(mail=mail, expires_at=link_until)
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
            _send(PackMail.objects.select_related("pack__firm").get(pk=mail_id))


def _send(mail: PackMail) -> None:
    waiting = _without(mail)
    message_for = _writer(mail)
    for done, recipient in enumerate(waiting):
        if not _hand_over(message_for, recipient):
            for left in waiting[done + 1 :]:
                _note(left, problem=_STOPPED)
            break
    _close(mail)


def _without(mail: PackMail) -> list[Recipient]:
    """Return those who have nothing yet. A message queued by an earlier version has no rows for them."""
    known = {recipient.address for recipient in mail.outcomes.all()}
    for address in mail.recipients:
        if address not in known:
            Recipient.objects.get_or_create(mail=mail, address=address)
    return list(mail.outcomes.exclude(state=PackMail.State.SENT).order_by("pk"))


def _writer(mail: PackMail) -> Callable[[Recipient], EmailMessage]:
    """Return what writes the message for one recipient. The files are read once."""
    offer = LinkOffer.objects.filter(mail=mail).first()
    files = [] if offer else [_attachment(file) for file in files_for_mail(mail.pack)]

    def write(recipient: Recipient) -> EmailMessage:
        text = mail.text
        if offer:
            text = f"{text}\n\n{_link_lines(mail, offer, recipient)}"
        message = _ForOne(mail.subject, text, to=mail.recipients)
        message.only = recipient.address
        for name, content, kind in files:
            message.attach(name, content, kind)
        return message

    return write


def _link_lines(mail: PackMail, offer: LinkOffer, recipient: Recipient) -> str:
    link = make_link(mail, recipient.address, expires_at=offer.expires_at, now=timezone.now())
    until = mail.pack.firm.local(offer.expires_at)
    return (
        f"The documents are here until {until.day} {until:%B %Y}:\n{link}\n\n"
        f"The page asks for a code, which it mails to {recipient.address}."
    )


def _attachment(file: ProducedFile) -> tuple[str, bytes, str]:
    return file.name, file.content(), ProducedFile.MEDIA_TYPES[file.format]


def _hand_over(write: Callable[[Recipient], EmailMessage], recipient: Recipient) -> bool:
    """Send to one recipient and note the outcome. False when the server stopped answering altogether."""
    Recipient.objects.filter(pk=recipient.pk).update(tries=F("tries") + 1)
    try:
        write(recipient).send()
    except (SMTPException, OSError) as error:
        logger.warning("Mail %s was not sent: %s", recipient.mail_id, error)
        _note(recipient, problem=_why(error))
        return isinstance(error, _REFUSALS)
    _note(recipient, sent_at=timezone.now())
    return True


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError | SMTPServerDisconnected):
        return "The mail server did not answer in time. It may have arrived: ask before sending again."
    return f"The mail server did not take it: {_words_of(error)}"[:300]


def _words_of(error: Exception) -> str:
    """Return what the server said, as a sentence."""
    said: bytes | str
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return str(error)
    return f"{said.decode(errors='replace') if isinstance(said, bytes) else said} ({code})"


def _note(recipient: Recipient, *, problem: str = "", sent_at: datetime | None = None) -> None:
    recipient.state = PackMail.State.SENT if sent_at else PackMail.State.FAILED
    recipient.problem, recipient.sent_at = problem, sent_at
    recipient.save(update_fields=["state", "problem", "sent_at"])


@transaction.atomic
def _close(mail: PackMail, *, problem: str = "") -> None:
    """Let the message say what became of it: sent when everybody has it, otherwise who has not, and why."""
    if problem and _without(mail):
        mail.outcomes.exclude(state=PackMail.State.SENT).update(state=PackMail.State.FAILED, problem=problem)
    missing = list(mail.outcomes.exclude(state=PackMail.State.SENT).order_by("pk"))
    is_sent = not missing
    mail.state = PackMail.State.SENT if is_sent else PackMail.State.FAILED
    mail.problem = "" if is_sent else (problem or _summed_up(mail, missing))
    mail.sent_at = timezone.now() if is_sent else None
    mail.save(update_fields=["state", "problem", "sent_at"])
    to = ", ".join(mail.recipients)
    if is_sent:
        record("mail.sent", mail.pack, sentence=f"Mail to {to} left", by=None, mail=mail.pk)
    else:
        sentence = f"Mail to {to} was not sent: {mail.problem}"
        record("mail.failed", mail.pack, sentence=sentence, by=None, mail=mail.pk)


def _summed_up(mail: PackMail, missing: Sequence[Recipient]) -> str:
    if len(mail.recipients) == 1:
        return missing[0].problem
    return " ".join(f"{each.address}: {each.problem}" for each in missing)[:300]


def send_again(mail: PackMail, *, by: User, now: datetime) -> None:
    """Queue a message once more, for those who have nothing yet."""
    with transaction.atomic():
        queued = PackMail.objects.filter(pk=mail.pk, state=PackMail.State.FAILED).update(
            state=PackMail.State.QUEUED, queued_at=now, problem=""
        )
        if queued:
            missing = list(mail.outcomes.exclude(state=PackMail.State.SENT).values_list("address", flat=True))
            sentence = f"Sent again to {', '.join(missing or mail.recipients)}"
            record("mail.queued_again", mail.pack, sentence=sentence, by=by, mail=mail.pk)
            send_mail.enqueue(mail.pk, mail.firm_id)


def give_up_stuck_mails(now: datetime) -> int:
    """Mark messages whose worker died, for every firm, so that no failure is silent. Return how many."""
    problem = "Minutebook was interrupted while sending it. It may have arrived: ask before sending again."
    stuck = list(PackMail.everywhere.stuck(now=now).select_related("pack"))
    for mail in stuck:
        with firm_scope(mail.firm_id):
            _close(mail, problem=problem)
    return len(stuck)
