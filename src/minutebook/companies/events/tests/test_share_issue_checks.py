"""What an issue of shares is checked for: sections 113, 169, 254D and 254X."""

import pytest

from minutebook.companies.events import see_each_other
from minutebook.companies.models import Company
from minutebook.contacts.models import Contact
from tests.cast import hold, make_address
from tests.typed_events import assert_refuses, assert_reminds, director, issuing


class TestShareIssue:
    def test_a_plain_one_is_accepted(self, company: Company) -> None:
        assert issuing(company).is_valid()

    def test_an_unknown_class_is_refused(self, company: Company) -> None:
        assert_refuses(issuing(company, share_class="PRF"), "share_class", "no such class", "s 254X(1)")

    @pytest.mark.parametrize(
        ("field", "value"),
        [("quantity", "0"), ("quantity", "1.5"), ("paid_per_share", "-1"), ("unpaid_per_share", "x"),
         ("paid_per_share", "NaN"), ("quantity", "9" * 30), ("paid_per_share", "0.0000001")],
    )  # fmt: skip
    def test_impossible_figures_are_refused(self, company: Company, field: str, value: str) -> None:
        form = issuing(company, **{field: value})

        assert field in form.errors
        assert form[field].value() == value

    def test_the_fifty_first_member_is_refused(self, company: Company) -> None:
        fill_up_to(company, members=50)

        form = issuing(company)

        assert_refuses(form, "employees_apart", "51 members", "s 113(1)")

    def test_employees_do_not_count(self, company: Company) -> None:
        fill_up_to(company, members=50)

        assert issuing(company, employees_apart="on").is_valid()

    def test_the_fiftieth_member_is_accepted(self, company: Company) -> None:
        fill_up_to(company, members=49)

        assert issuing(company).is_valid()

    def test_a_present_member_adds_none(self, company: Company) -> None:
        fill_up_to(company, members=50)

        assert issuing(company, director(company, "Daniel Moreau").contact).is_valid()

    def test_two_new_members_of_one_pack_are_counted_together(self, company: Company) -> None:
        fill_up_to(company, members=49)
        first, second = issuing(company), issuing(company)
        see_each_other([first, second])

        assert_refuses(first, "employees_apart", "51 members", "s 113(1)")

    def test_existing_holders_come_first(self, company: Company) -> None:
        assert_reminds(issuing(company), "pre_emption", "offered the shares first", "s 254D")

    def test_a_constitution_may_say_otherwise(self, company: Company) -> None:
        company.has_constitution = True

        assert_reminds(issuing(company), "pre_emption", "what the constitution says", "s 254D(1)")

    def test_no_constitution_displaces_nothing(self, company: Company) -> None:
        form = issuing(company, pre_emption="displaced")

        assert_refuses(form, "pre_emption", "no constitution on record", "s 254D(1)")

    def test_a_sole_director_and_member_is_not_reminded(self, company: Company) -> None:
        moreau = director(company, "Daniel Moreau")
        company.shareholdings.exclude(member=moreau.contact).delete()
        director(company, "Thi Lan Huynh").delete()

        form = issuing(company)

        assert form.is_valid(), form.errors
        assert form.reminders == []

    def test_shares_held_for_another_are_not_beneficially_held(self, company: Company) -> None:
        assert_refuses(
            issuing(company, held_for="the Vale Trust"), "held_for", "not beneficially", "s 169(5A)"
        )

    def test_an_issue_before_registration_is_refused(self, company: Company) -> None:
        assert_refuses(issuing(company, issued_on="2017-03-13"), "issued_on", "14/03/2017", "s 119")


def fill_up_to(company: Company, *, members: int) -> None:
    ordinary = company.share_classes.get()
    address = make_address()
    known = company.shareholdings.values("member").distinct().count()
    for number in range(members - known):
        member = Contact.objects.create(kind=Contact.Kind.PERSON, name=f"Member {number}", address=address)
        hold(company, member, ordinary, quantity=1, certificate=100 + number)
