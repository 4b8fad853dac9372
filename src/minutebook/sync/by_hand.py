"""What people link and unlink on other pages stands among the decisions as well, and can be taken back there."""

from datetime import datetime

from minutebook.firms.models import User
from minutebook.practice.links import CannotLink
from minutebook.practice.models import ClientLink
from minutebook.scope import whole_firm
from minutebook.sync.deciding import CannotDecide, keep_link
from minutebook.sync.parting import keep_parting


def linked(link: ClientLink, by: User, now: datetime) -> None:
    """Keep a link that was made on another page."""
    with whole_firm():  # whoever sees chosen companies only sees no decisions, but what they do is one
        keep_link(link, by=by, now=now)


def unlinking(link: ClientLink, by: User, now: datetime) -> None:
    """Keep an unlinking on another page. Raises CannotLink while a change is on its way."""
    try:
        with whole_firm():
            keep_parting(link, by=by, now=now)
    except CannotDecide as problem:
        raise CannotLink(str(problem)) from problem
