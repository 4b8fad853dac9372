"""The Prepare documents page: what was chosen and typed is kept, whatever is pressed."""

import pytest
from django.http import QueryDict

from minutebook.companies.models import Company
from minutebook.production.events import ChosenEvent, chosen_events
from tests.cast import TODAY


def page(query: str, company: Company, *, check: bool = False) -> list[ChosenEvent]:
    return chosen_events(QueryDict(query), company=company, today=TODAY, check=check)


def keys(chosen: list[ChosenEvent]) -> list[str]:
    return [choice.key for choice in chosen]


class TestChoosing:
    def test_a_ticked_event_opens(self, company: Company) -> None:
        assert keys(page("kinds_shown=1&kind=appoint_director", company)) == ["1:appoint_director"]

    def test_an_unticked_event_closes_and_the_others_keep_their_numbers(self, company: Company) -> None:
        chosen = page(
            "kinds_shown=1&kind=appoint_secretary&event=1:appoint_director&event=2:appoint_secretary", company
        )

        assert keys(chosen) == ["2:appoint_secretary"]

    def test_another_of_the_same_kind_gets_fields_of_its_own(self, company: Company) -> None:
        chosen = page(
            "kinds_shown=1&kind=appoint_director&event=1:appoint_director&another=appoint_director", company
        )

        assert keys(chosen) == ["1:appoint_director", "2:appoint_director"]

    def test_remove_takes_out_one_of_two(self, company: Company) -> None:
        chosen = page(
            "kinds_shown=1&kind=appoint_director&event=1:appoint_director&event=2:appoint_director"
            "&without=1:appoint_director",
            company,
        )

        assert keys(chosen) == ["2:appoint_director"]

    def test_what_was_typed_is_still_there(self, company: Company) -> None:
        chosen = page(
            "kinds_shown=1&kind=appoint_director&event=1:appoint_director&event1-appointed_on=31/12/2026",
            company,
        )

        assert 'value="31/12/2026"' in str(chosen[0].form["appointed_on"])

    @pytest.mark.parametrize(
        "event", ["", ":", "x:appoint_director", "1:no_such_event", "99999:appoint_director"]
    )
    def test_a_forged_event_is_left_out(self, company: Company, event: str) -> None:
        assert page(f"event={event}", company) == []

    def test_a_flood_of_events_is_cut_off(self, company: Company) -> None:
        flood = "&".join(f"event={number}:appoint_director" for number in range(1, 200))

        assert len(page(flood, company)) == 20
