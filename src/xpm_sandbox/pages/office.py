"""The practices, and what each has set up: staff, templates, states, prices."""

from flask import Blueprint, render_template
from sqlalchemy import select

from xpm_sandbox.models.identity import User
from xpm_sandbox.models.practice import JobState, Practice, PriceItem, Staff, Template
from xpm_sandbox.pages.frame import reading_practice, render_for
from xpm_sandbox.sandbox import current_sandbox

blueprint = Blueprint("office", __name__)


@blueprint.get("/")
def home() -> str:
    """Where to begin: the practices, and what an integration needs to connect."""
    sandbox = current_sandbox()
    with sandbox.database.reading() as session:
        practices = session.scalars(select(Practice).order_by(Practice.position)).all()
        users = session.scalars(select(User).order_by(User.email)).all()
        return render_template("home.html", practices=practices, users=users, settings=sandbox.settings)


@blueprint.get("/practices/<practice_uuid>/staff")
def staff(practice_uuid: str) -> str:
    with reading_practice(practice_uuid) as (session, practice):
        found = session.scalars(
            select(Staff).where(Staff.practice_uuid == practice.uuid).order_by(Staff.name, Staff.email)
        ).all()
        return render_for(session, practice, "staff.html", staff=found)


@blueprint.get("/practices/<practice_uuid>/templates")
def templates(practice_uuid: str) -> str:
    """What templates hold: the one thing the API never tells."""
    with reading_practice(practice_uuid) as (session, practice):
        found = session.scalars(
            select(Template).where(Template.practice_uuid == practice.uuid).order_by(Template.position)
        ).all()
        return render_for(session, practice, "templates.html", templates=found)


@blueprint.get("/practices/<practice_uuid>/states")
def states(practice_uuid: str) -> str:
    """The states with their interface codes, as a practice's administrator sees them."""
    with reading_practice(practice_uuid) as (session, practice):
        found = session.scalars(
            select(JobState).where(JobState.practice_uuid == practice.uuid).order_by(JobState.position)
        ).all()
        return render_for(session, practice, "states.html", states=found)


@blueprint.get("/practices/<practice_uuid>/prices")
def prices(practice_uuid: str) -> str:
    with reading_practice(practice_uuid) as (session, practice):
        found = session.scalars(
            select(PriceItem).where(PriceItem.practice_uuid == practice.uuid).order_by(PriceItem.position)
        ).all()
        return render_for(session, practice, "prices.html", prices=found)
