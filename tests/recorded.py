"""Whatever a request of any test changed, it recorded: each test that posts a form is a test of that, too.

Every request of Django's test client that succeeded is watched, and one that wrote to a firm's rows without
writing an activity row fails the test that sent it. So no page has to be listed, and none can be forgotten.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

# Tables that hold nothing of what a firm did, and why.
NOT_RECORDED = {
    "django_session": "who is signed in where; signing in and out is recorded by itself",
    "django_tasks_database_dbtaskresult": "the queue",
    "procrastinate_jobs": "the queue",
    "django_content_type": "Django's list of models",
    "practice_callwindow": "the allowance of calls to XPM",
    "practice_callslot": "the allowance of calls to XPM",
    "signin_cache": "how often somebody tried to sign in",
    "mfa_authenticator": "a second step; recorded once allauth's transaction has ended",
    "account_emailaddress": "a person's own address once more, written by allauth when it mails there",
    "usersessions_usersession": "which browsers are signed in; signing in and out is recorded by itself",
    "server_heartbeat": "which workers are alive",
    "production_packvisit": "who has a pack open at the moment",
    "activity_activityhead": "the end of the chain itself",
}
# Addresses whose writes are no deed of the person, and why.
EXCEPT = {
    "jobs:open": "keeps the address that XPM told of a job",
    "sync:review": "compares contacts with clients that have changed; what is decided then is recorded",
    "sync:relationships": "compares registers with relationships; what is decided then is recorded",
}
_WRITES = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
_REFUSED = 400  # from this status on, whatever was written was undone or is no success


class Watch:
    """Notes which tables are written to while a request is answered."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        if found := _WRITES.match(str(sql)):
            self.written.append(found[1])
        return execute(sql, *rest)

    @property
    def unrecorded(self) -> set[str]:
        """The tables written to, when nothing was recorded."""
        if "activity_activity" in self.written:
            return set()
        return set(self.written) - set(NOT_RECORDED)


@pytest.fixture(scope="session", autouse=True)
def _what_is_changed_is_recorded() -> Iterator[None]:
    from django.test import Client  # noqa: PLC0415  # settings come first

    answer = Client.request

    def watched(self: Client, **request: Any) -> Any:
        watch = Watch()
        with connection.execute_wrapper(watch):
            response = answer(self, **request)
        if response.status_code >= _REFUSED:
            return response  # nothing was changed; a page that is not there has no name to ask for either
        match = getattr(response, "resolver_match", None)
        name = match.view_name if match else ""
        if name not in EXCEPT and watch.unrecorded:
            pytest.fail(
                f"{request['REQUEST_METHOD']} {request['PATH_INFO']} ({name}) wrote to "
                f"{', '.join(sorted(watch.unrecorded))} and recorded nothing. Call activity.models.record in the "
                "same transaction, or say in tests/recorded.py why not."
            )
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", watched)
        yield
