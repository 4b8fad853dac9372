"""The released PDFs are attached to the job, once each, whatever is lost on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.firms.models import User
from minutebook.jobs import saga
from minutebook.jobs.audit import audit_practice
from minutebook.jobs.deciding import decide
from minutebook.jobs.models import JobCall, JobRequest, JobStep
from minutebook.jobs.reasons import Reason
from minutebook.jobs.requests import request_job
from minutebook.jobs.steps import LARGEST_DOCUMENT
from minutebook.jobs.stops import stop_of
from minutebook.jobs.timing import TIMING
from minutebook.practice.models import Connection
from minutebook.practice.records import CallReport
from tests.cast import signed_in
from tests.in_memory_practice import Fault, InMemoryPractice, Killed, Office
from tests.job_cast import NOW, make_link, make_plan, release

pytestmark = pytest.mark.django_db
Status, State, Kind = JobRequest.Status, JobStep.State, JobStep.Kind


@pytest.fixture
def attaching(connection: Connection) -> Connection:
    connection.attaches_documents = True
    connection.save()
    return connection


def produce(pack: DocumentPack, title: str, *, size: int = 9, position: int = 1) -> ProducedFile:
    document = Document.objects.create(pack=pack, code=title.lower(), title=title, position=position)
    return ProducedFile.objects.create(
        document=document,
        format="pdf",
        file=ContentFile(b"%PDF-1.7 " + title.encode(), name=f"{title}.pdf"),
        sha256="0" * 64,
        size=size,
        name=f"{title}.pdf",
        produced_at=timezone.now(),
    )


def names(request: JobRequest) -> list[str]:
    steps = request.steps.filter(kind=Kind.ATTACH).order_by("number")
    return [step.body["title"] for step in steps]


@pytest.fixture
def released(attaching: Connection, pack: DocumentPack, preparer: User) -> DocumentPack:
    make_plan(pack, make_link(pack.company), by=preparer)
    produce(pack, "Register", position=2)
    produce(pack, "Consent", position=1)
    release(pack, by=preparer)
    return pack


def ask(pack: DocumentPack) -> JobRequest:
    request = request_job(pack, by=pack.made_by, now=timezone.now())
    assert request is not None
    return request


def test_in_the_order_of_the_pack_and_none_that_is_too_large(released: DocumentPack) -> None:
    produce(released, "Scans", size=LARGEST_DOCUMENT + 1, position=3)

    assert names(ask(released)) == ["Consent", "Register"]


def test_switched_off_none_is(released: DocumentPack, attaching: Connection) -> None:
    attaching.attaches_documents = False
    attaching.save()

    assert names(ask(released)) == []


def test_the_switch_is_a_partners_or_administrators(
    connection: Connection, administrator: User, as_preparer: Browser
) -> None:
    url = reverse("practice:attaching")
    assert as_preparer.post(url, {"attaches_documents": "on"}).status_code == 403

    assert signed_in(administrator).post(url, {"attaches_documents": "on"}).status_code == 302

    connection.refresh_from_db()
    assert connection.attaches_documents


def test_what_will_be_sent_names_each(
    as_preparer: Browser, attaching: Connection, pack: DocumentPack, preparer: User
) -> None:
    Document.objects.create(pack=pack, code="consent_to_act", title="Consent to act", position=1)
    make_plan(pack, make_link(pack.company), by=preparer, confirmed=False)

    page = as_preparer.get(reverse("jobs:panel", args=[pack.pk])).content.decode()

    assert "Attach Consent to act" in page
    assert f"{pack.trace_number}-1 Consent to act.pdf" in page


@dataclass
class World:
    """A request whose documents are attached, the practice it is for, and the time of day."""

    request: JobRequest
    office: Office = field(init=False)
    time: datetime = NOW

    def __post_init__(self) -> None:
        self.office = Office(clock=lambda: self.time)

    def run(self) -> JobRequest:
        """Drive through every wait and death, until the request stands still."""
        for _ in range(60):
            self.request.refresh_from_db()
            if not self.request.is_moving:
                return self.request
            self.time = max(self.time, self.request.next_at)
            try:
                saga.drive(self.request.pk, clock=lambda: self.time, open_manager=self._open)
            except Killed:
                self.time += TIMING.lease + timedelta(seconds=1)
        raise AssertionError(f"It goes on for ever: {self.request}")

    def attached(self) -> list[str]:
        (job,) = self.office.jobs
        return sorted(job.documents)

    def _open(self, connection: Connection, on_call: Callable[[CallReport], None]) -> InMemoryPractice:
        return InMemoryPractice(self.office, tenant_id=connection.tenant_id, on_call=on_call)


BOTH = ["MB-000481-7K3Q-1 Consent.pdf", "MB-000481-7K3Q-2 Register.pdf"]


@pytest.mark.parametrize("fault", [None, *(fault for fault in Fault if fault != Fault.CONNECTION_LOST)])
@pytest.mark.parametrize("nth", [1, 2])
def test_once_each_whatever_happens_to_the_call(
    released: DocumentPack, fault: Fault | None, nth: int
) -> None:
    world = World(ask(released))
    if fault is not None:
        world.office.plan = {("attach_document", nth): fault}

    request = world.run()
    if request.reason_code == Reason.REFUSED_DOCUMENT:
        decide(request, "try_again", by=released.made_by, now=world.time)
        request = world.run()

    assert (request.status, request.reason_code) == (Status.CREATED, "")
    assert world.attached() == BOTH


def test_one_that_is_refused_can_be_left_out(released: DocumentPack) -> None:
    world = World(ask(released))
    world.office.plan = {("attach_document", 1): Fault.REFUSED}
    request = world.run()
    assert request.reason_code == Reason.REFUSED_DOCUMENT

    decide(request, "leave_line_out", by=released.made_by, now=world.time)

    assert world.run().status == Status.CREATED
    assert world.attached() == BOTH[1:]


def test_one_that_is_gone_from_the_disk_is_said_and_can_be_left_out(released: DocumentPack) -> None:
    world = World(ask(released))
    ProducedFile.objects.get(name="Consent.pdf").file.delete(save=False)

    request = world.run()

    assert request.reason_code == Reason.REFUSED_DOCUMENT
    stop = stop_of(request, list(request.steps.order_by("number")), now=world.time)
    assert stop is not None
    assert stop.sentence == (
        "The document “Consent” was not attached: Minutebook could not read the file on its own disk. "
        "Try again, or leave it out."
    )


def test_without_a_fault_it_takes_one_call_each(released: DocumentPack) -> None:
    world = World(ask(released))

    request = world.run()

    assert JobCall.objects.filter(request=request, step__kind=Kind.ATTACH).count() == 2


def test_one_that_was_sent_again_and_is_there_twice_is_found_by_the_night(released: DocumentPack) -> None:
    world = World(ask(released))
    world.office.plan = {("attach_document", 1): Fault.DROPPED}
    request = world.run()
    (job,) = world.office.jobs
    job.documents.append(BOTH[0])

    audit_practice(
        Connection.objects.get(), now=world.time, open_manager=lambda of: world._open(of, lambda _: None)
    )

    request.refresh_from_db()
    assert request.surplus == [
        "The document “Consent” is attached to job J000001 2 times. Delete the ones that are not wanted in XPM."
    ]
