"""What every page shares: its practice, its search, and who may post to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from xpm_sandbox.models.practice import Practice
from xpm_sandbox.sandbox import current_sandbox

MOST_ROWS = 100


def refuse_other_sites() -> None:
    """A form of another site must not change anything here, for nobody signs in."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
        abort(403, "This form belongs to another site. Open the sandbox's own page and try again.")


def only_from_this_machine() -> None:
    if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - a stand-in that is refused
        abort(403, "Faults can only be set from this machine.")


@contextmanager
def reading_practice(practice_uuid: str) -> Iterator[tuple[Session, Practice]]:
    """Open a session on a practice, or answer 404."""
    with current_sandbox().database.reading() as session:
        yield session, find_practice(session, practice_uuid)


def find_practice(session: Session, practice_uuid: str) -> Practice:
    practice = session.get(Practice, practice_uuid.lower())
    if practice is None:
        abort(404, "There is no such practice.")
    return practice


def render_for(session: Session, practice: Practice, template: str, **shown: object) -> str:
    """Render a page of a practice, with the list of practices to switch to."""
    practices = session.scalars(select(Practice).order_by(Practice.position)).all()
    return render_template(template, practice=practice, practices=practices, **shown)


def search_words() -> str:
    return request.args.get("q", "").strip()
