"""Mails that tell a person of a change which somebody else made to how they sign in."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from minutebook.firms.models import User


def tell_of_reset(user: User, *, by: User | None) -> None:
    """Mail the person that their second step was taken away."""
    context = {"user": user, "by": by, "public_url": settings.PUBLIC_URL}
    EmailMessage(
        subject="Your second step of signing in was reset",
        body=render_to_string("signin/mail/reset.txt", context),
        to=[user.email],
    ).send()
