"""The request as our views see it: with its firm, its person and htmx."""

from datetime import date, datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from minutebook.firms.models import Firm, Membership, User


class FirmRequest(HttpRequest):
    """A signed-in person's request, working for one firm."""

    user: User
    firm: Firm
    membership: Membership
    memberships: list[Membership]  # in every firm of the person
    htmx: HtmxDetails
    now: datetime  # aware, UTC; read once per request
    today: date  # the firm's calendar day
