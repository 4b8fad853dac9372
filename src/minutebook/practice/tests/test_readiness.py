"""The switch says why it cannot be used, and where that is mended."""

from datetime import UTC, datetime

from minutebook.firms.models import Firm
from minutebook.practice.loss import lose_connection
from minutebook.practice.models import Connection
from minutebook.practice.readiness import why_not_ready
from tests.practice import make_connection, make_template

NOON = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def test_without_a_connection_settings_is_the_place_to_go(firm: Firm) -> None:
    found = why_not_ready(firm)

    assert found is not None
    assert found.reason == "Xero Practice Manager is not connected."
    assert found.url == "/settings/practice-manager/"


def test_a_disconnected_firm_is_not_connected(firm: Firm) -> None:
    make_connection(firm)
    Connection.objects.update(status=Connection.Status.DISCONNECTED)

    found = why_not_ready(firm)

    assert found is not None
    assert "not connected" in found.reason


def test_a_lost_connection_asks_to_reconnect(firm: Firm) -> None:
    lose_connection(make_connection(firm), because="It was removed in Xero.", now=NOON)

    found = why_not_ready(firm)

    assert found is not None
    assert found.label == "Reconnect in Settings"


def test_until_the_first_reading_is_whole_nothing_can_be_planned(firm: Firm) -> None:
    make_template(make_connection(firm, read_at=None))

    found = why_not_ready(firm)

    assert found is not None
    assert "have not been read yet" in found.reason


def test_without_a_template_the_help_page_says_how_to_make_one(firm: Firm) -> None:
    make_connection(firm)

    found = why_not_ready(firm)

    assert found is not None
    assert (found.url, found.label) == ("/help/job-template/", "How to make one")


def test_a_template_that_has_gone_does_not_count(firm: Firm) -> None:
    template = make_template(make_connection(firm))
    template.is_gone = True
    template.save()

    assert why_not_ready(firm) is not None


def test_a_connected_and_read_practice_with_a_template_is_ready(firm: Firm) -> None:
    make_template(make_connection(firm))

    assert why_not_ready(firm) is None
