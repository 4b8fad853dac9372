"""Jobs to look at: the list, one job with all that hangs on it, and its documents."""

from flask import Blueprint, Response, abort
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from xpm_sandbox.models.client import Client, ClientDocument
from xpm_sandbox.models.job import Job, JobDocument
from xpm_sandbox.pages.frame import MOST_ROWS, reading_practice, render_for, search_words

blueprint = Blueprint("jobs", __name__)


@blueprint.get("/practices/<practice_uuid>/jobs")
def jobs(practice_uuid: str) -> str:
    """The latest jobs first; the words are looked for in numbers, names, clients and order numbers."""
    words = search_words()
    with reading_practice(practice_uuid) as (session, practice):
        query = (
            select(Job)
            .join(Job.client)
            .where(Job.practice_uuid == practice.uuid, Job.is_deleted.is_(False))
            .options(joinedload(Job.state), joinedload(Job.client))
        )
        if words:
            places = (Job.number, Job.name, Job.description, Job.client_order_number, Client.name)
            query = query.where(or_(*(place.icontains(words, autoescape=True) for place in places)))
        total = session.scalar(select(func.count()).select_from(query.subquery()))
        found = session.scalars(query.order_by(Job.internal_id.desc()).limit(MOST_ROWS)).all()
        return render_for(session, practice, "jobs.html", jobs=found, total=total, words=words)


@blueprint.get("/practices/<practice_uuid>/jobs/<number>")
def job(practice_uuid: str, number: str) -> str:
    with reading_practice(practice_uuid) as (session, practice):
        found = session.scalar(
            select(Job).where(
                Job.practice_uuid == practice.uuid, Job.number == number, Job.is_deleted.is_(False)
            )
        )
        if found is None:
            abort(404, "There is no such job.")
        total = sum(cost.amount for cost in found.costs)
        return render_for(session, practice, "job.html", job=found, total=total)


@blueprint.get("/practices/<practice_uuid>/documents/<uuid>")
def document(practice_uuid: str, uuid: str) -> Response:
    """A filed document, always as a download: it came from outside."""
    with reading_practice(practice_uuid) as (session, practice):
        of_job = select(JobDocument).join(Job).where(Job.practice_uuid == practice.uuid)
        of_client = select(ClientDocument).join(Client).where(Client.practice_uuid == practice.uuid)
        found: JobDocument | ClientDocument | None = session.scalar(of_job.where(JobDocument.uuid == uuid))
        found = found or session.scalar(of_client.where(ClientDocument.uuid == uuid))
        if found is None:
            abort(404, "There is no such document.")
        response = Response(found.content, content_type="application/octet-stream")
        response.headers.set("Content-Disposition", "attachment", filename=found.file_name)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
