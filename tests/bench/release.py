"""How many jobs a second can be asked for: the request, its steps and its wake-up, in the releasing transaction."""

from collections.abc import Iterator

from django.db import transaction

from minutebook.documents.models import DocumentPack
from minutebook.jobs.requests import request_job
from minutebook.practice.models import ClientLink
from minutebook.scope import firm_scope
from tests.bench.crowd import NOW, Crowd
from tests.bench.figures import Figure
from tests.bench.measure import Size, timed
from tests.job_cast import make_pack, make_plan, release


def figures(crowd: Crowd, size: Size) -> Iterator[Figure]:
    """Measure after the pages: their connection and link are used."""
    with firm_scope(crowd.firm.pk):
        link = ClientLink.objects.get(contact=crowd.company.contact)
        packs = [_planned(crowd, link, number) for number in range(size.warm_up + size.runs)]

        def release_with_its_job(pack: DocumentPack) -> None:
            with transaction.atomic():
                release(pack, by=crowd.user)
                assert request_job(pack, by=crowd.user, now=NOW)

        times = timed(release_with_its_job, packs, size=size)
    yield Figure(name="Release with its job, one transaction", values=times)
    rates = [1000 / milliseconds for milliseconds in times]
    yield Figure(name="Jobs asked for, a second", values=rates, unit="")


def _planned(crowd: Crowd, link: ClientLink, number: int) -> DocumentPack:
    pack = make_pack(crowd.company, by=crowd.user, trace_number=f"MB-{700_000 + number}-JOBS")
    make_plan(pack, link, by=crowd.user)
    return pack
