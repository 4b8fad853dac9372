"""Clients to look at, and to change as the practice's own people would in Practice Manager."""

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xpm_sandbox.models.client import Client
from xpm_sandbox.models.job import Job
from xpm_sandbox.models.practice import Practice
from xpm_sandbox.pages.frame import MOST_ROWS, find_practice, reading_practice, render_for, search_words
from xpm_sandbox.sandbox import current_sandbox

blueprint = Blueprint("clients", __name__)
FIELDS = (  # attribute, label
    ("name", "Name"),
    ("title", "Title"),
    ("first_name", "First name"),
    ("middle_name", "Middle name"),
    ("last_name", "Last name"),
    ("gender", "Gender"),
    ("phone", "Phone"),
    ("email", "Email"),
    ("address", "Street address"),
    ("city", "Suburb or town"),
    ("region", "State"),
    ("post_code", "Postcode"),
    ("country", "Country"),
    ("postal_address", "Postal address"),
    ("postal_city", "Postal suburb or town"),
    ("postal_region", "Postal state"),
    ("postal_post_code", "Postal postcode"),
    ("company_number", "Company number (ACN)"),
    ("business_number", "Business number (ABN)"),
    ("business_structure", "Business structure"),
)


@blueprint.get("/practices/<practice_uuid>/clients")
def clients(practice_uuid: str) -> str:
    words = search_words()
    with reading_practice(practice_uuid) as (session, practice):
        query = select(Client).where(Client.practice_uuid == practice.uuid, Client.is_deleted.is_(False))
        if words:
            places = (Client.name, Client.company_number, Client.business_number, Client.city)
            query = query.where(or_(*(place.icontains(words, autoescape=True) for place in places)))
        total = session.scalar(select(func.count()).select_from(query.subquery()))
        found = session.scalars(query.order_by(Client.name, Client.uuid).limit(MOST_ROWS)).all()
        return render_for(session, practice, "clients.html", clients=found, total=total, words=words)


@blueprint.get("/practices/<practice_uuid>/clients/<uuid>")
def client(practice_uuid: str, uuid: str) -> str:
    with reading_practice(practice_uuid) as (session, practice):
        return _render(session, practice, _find_client(session, practice, uuid), error="")


@blueprint.post("/practices/<practice_uuid>/clients/<uuid>")
def change_client(practice_uuid: str, uuid: str) -> str | Response | tuple[str, int]:
    """Change a client, so that an integration can notice."""
    sandbox = current_sandbox()
    with sandbox.database.writing() as session:
        practice = find_practice(session, practice_uuid)
        found = _find_client(session, practice, uuid)
        if not request.form.get("name", "").strip():
            return _render(session, practice, found, error="Enter the client's name."), 422
        for attribute, _ in FIELDS:
            setattr(found, attribute, request.form.get(attribute, "").strip())
        found.is_archived = "is_archived" in request.form
        found.modified_at = sandbox.clock()
    return redirect(url_for("clients.client", practice_uuid=practice_uuid, uuid=uuid, saved="yes"), 303)


def _find_client(session: Session, practice: Practice, uuid: str) -> Client:
    found = session.get(Client, uuid.lower())
    if found is None or found.practice_uuid != practice.uuid or found.is_deleted:
        abort(404, "There is no such client.")
    return found


def _render(session: Session, practice: Practice, client: Client, *, error: str) -> str:
    jobs = session.scalars(
        select(Job)
        .where(Job.client_uuid == client.uuid, Job.is_deleted.is_(False))
        .order_by(Job.internal_id.desc())
    ).all()
    saved = "saved" in request.args
    return render_for(
        session, practice, "client.html", client=client, jobs=jobs, fields=FIELDS, error=error, saved=saved
    )
