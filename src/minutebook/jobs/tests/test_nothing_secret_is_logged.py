"""Creating a job says no token and no secret in the log, at the most talkative level there is."""

import pytest

from minutebook.companies.models import Company
from minutebook.firms.models import User
from minutebook.jobs.models import JobRequest
from minutebook.jobs.tests.test_job_over_the_wire import ask, run_reviewed
from minutebook.practice.models import Connection
from minutebook.signin.tests.test_nothing_secret_is_logged import logged, secrets_in
from tests.sandbox import RunningSandbox

__all__ = ["logged"]  # a fixture


@pytest.mark.django_db(transaction=True)
def test_creating_a_job(
    logged: pytest.LogCaptureFixture,  # pytest hands it over by its name
    read_firm: Connection,
    company: Company,
    preparer: User,
    sandbox: RunningSandbox,
) -> None:
    request = ask(read_firm, company, by=preparer)
    run_reviewed(request, preparer)

    kept = Connection.objects.get(pk=read_firm.pk)
    assert request.status == JobRequest.Status.CREATED
    assert any("httpcore" in record.name for record in logged.records)  # the calls were listened to
    secrets = (kept.access_token, kept.refresh_token, sandbox.client_secret, "Bearer ", preparer.email)
    assert secrets_in(logged, *secrets) == []
