"""How long a sign-in lasts, and where a person is signed in."""

import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from minutebook.firms.models import User

_BEGAN, _SEEN = "signed_in_at", "seen_at"  # seconds since 1970
_NOTED_EVERY = 60  # seconds: a page that polls must not write each time


def begin(session: SessionBase) -> None:
    session[_BEGAN] = session[_SEEN] = time.time()


def why_over(session: SessionBase) -> str:
    """Return why the person must sign in again, or "" while the session holds."""
    now = time.time()
    if now - session.get(_SEEN, now) > settings.SESSION_IDLE.total_seconds():
        return f"You were signed out because nothing happened for {_in_words(settings.SESSION_IDLE)}."
    if now - session.get(_BEGAN, now) > settings.SESSION_LONGEST.total_seconds():
        return f"You were signed out: a sign-in holds for {_in_words(settings.SESSION_LONGEST)}."
    return ""


def note_seen(session: SessionBase, *, address: str) -> None:
    """Remember that the person is there: at most once a minute."""
    now = time.time()
    if _BEGAN not in session:
        begin(session)
    elif now - session[_SEEN] > _NOTED_EVERY:
        session[_SEEN] = now
        UserSession.objects.filter(session_key=session.session_key).update(
            last_seen_at=timezone.now(), ip=address
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One browser in which a person is signed in."""

    id: int
    browser: str
    address: str
    signed_in_at: datetime
    seen_at: datetime
    is_here: bool


def places_of(user: User, *, here: str | None) -> list[Place]:
    """Return where the person is signed in, this browser first. Sessions that have ended are forgotten."""
    live = [one for one in UserSession.objects.purge_and_list(user) if not _is_over(one)]
    places = [
        Place(
            id=each.pk,
            browser=browser_name(each.user_agent),
            address=each.ip,
            signed_in_at=each.created_at,
            seen_at=each.last_seen_at,
            is_here=each.session_key == here,
        )
        for each in live
    ]
    return sorted(places, key=lambda place: (not place.is_here, -place.seen_at.timestamp()))


def user_agent_of(request: HttpRequest) -> str:
    longest: int = UserSession._meta.get_field("user_agent").max_length
    return str(request.META.get("HTTP_USER_AGENT", ""))[:longest]


def browser_name(user_agent: str) -> str:
    """Return such as "Firefox on Windows", in the few words that a person tells their browsers apart by."""
    browser = next((name for pattern, name in _BROWSERS if re.search(pattern, user_agent)), "A browser")
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, user_agent)), "")
    return f"{browser} on {system}" if system else browser


# The first that fits counts: nearly every browser also calls itself Safari, Chrome and Mozilla.
_BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|Chromium/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)


def _is_over(session: UserSession) -> bool:
    """End a session whose browser has not come back to be told."""
    now = timezone.now()
    idle_since = now - settings.SESSION_IDLE - timedelta(seconds=_NOTED_EVERY)
    if session.last_seen_at < idle_since or session.created_at < now - settings.SESSION_LONGEST:
        session.end()
        return True
    return False


def _in_words(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60} hours" if minutes % 60 == 0 and minutes > 60 else f"{minutes} minutes"  # noqa: PLR2004
