"""What follows from each event: headlines, documents and deadlines."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutebook.companies.events import kind_of
from minutebook.companies.events.kinds import Deadline, EventForm, lodge_form_484
from minutebook.companies.models import Company
from minutebook.documents.produce import documents_needed, listed_title
from tests.cast import make_person
from tests.typed_events import (
    DIRECTOR_ID,
    appointing,
    ceasing,
    director,
    form_of,
    issuing,
    kept_event,
    moving,
    reviewing,
)


def deadlines(company: Company, form: EventForm) -> list[tuple[str, str, str]]:
    event = kept_event(company, form)
    return [
        (line.title, line.due_on.isoformat(), line.section) for line in kind_of(event.kind).deadlines(event)
    ]


def documents(company: Company, *forms: EventForm) -> dict[str, bool]:
    events = [kept_event(company, form, position=number) for number, form in enumerate(forms, start=1)]
    return {need.title: need.is_on for need in documents_needed(events)}


class TestAppointment:
    def test_its_words(self, company: Company) -> None:
        event = kept_event(company, appointing(company))
        kind = kind_of("appoint_director")

        assert kind.headline(event) == "Appoint A. Ngata as director"
        assert kind.summary(event) == "Aroha Ngata appointed as director on 22/11/2026."

    def test_its_deadlines(self, company: Company) -> None:
        assert deadlines(company, appointing(company)) == [
            ("Lodge Form 484", "2026-12-20", "s 205B(1)"),
            ("Members confirm the appointment of A. Ngata", "2027-01-22", "s 201H(2)"),
        ]

    def test_members_need_not_confirm_their_own_choice(self, company: Company) -> None:
        assert len(deadlines(company, appointing(company, appointed_by="members"))) == 1

    def test_a_sole_director_and_member_needs_no_confirmation(self, company: Company) -> None:
        moreau = director(company, "Daniel Moreau")
        company.shareholdings.exclude(member=moreau.contact).delete()
        director(company, "Thi Lan Huynh").delete()

        assert deadlines(company, appointing(company)) == [("Lodge Form 484", "2026-12-20", "s 205B(1)")]

    def test_its_documents(self, company: Company) -> None:
        assert documents(company, appointing(company, director_id=DIRECTOR_ID)) == {
            "Consent to act as director": True,
            "Resolution of directors (s248A)": True,
            "Register of officeholders": True,
            "Form 484 data sheet": True,
            "Cover letter": False,
            "Members’ resolution (s201H)": False,
            "Director ID letter": False,
        }

    def test_an_unknown_director_id_switches_its_letter_on(self, company: Company) -> None:
        assert documents(company, appointing(company))["Director ID letter"]

    def test_two_appointments_share_a_resolution_and_have_a_consent_each(self, company: Company) -> None:
        forms = (appointing(company), appointing(company, make_person("Kit", "Vale")))
        events = [kept_event(company, form, position=n) for n, form in enumerate(forms, start=1)]

        codes = [(need.code, need.subject) for need in documents_needed(events)]

        assert codes.count(("consent_to_act", "1")) == codes.count(("consent_to_act", "2")) == 1
        assert codes.count(("directors_resolution", "")) == 1
        assert len(codes) == len(set(codes))

    def test_a_secretarys_documents(self, company: Company) -> None:
        form = form_of(company, "appoint_secretary", person=make_person().pk, appointed_on="2026-11-22")

        assert documents(company, form) == {
            "Consent to act as secretary": True,
            "Resolution of directors (s248A)": True,
            "Register of officeholders": True,
            "Form 484 data sheet": True,
            "Cover letter": False,
        }

    def test_a_sole_director_resolves_alone(self, company: Company) -> None:
        director(company, "Thi Lan Huynh").delete()

        assert "Resolution of sole director (s248B)" in documents(company, appointing(company))


class TestCessation:
    @pytest.mark.parametrize(
        ("manner", "paper"),
        [
            ("resignation", "Letter of resignation"),
            ("removal", "Members’ resolution (s203C)"),
            ("death", None),
        ],
    )
    def test_its_documents(self, company: Company, manner: str, paper: str | None) -> None:
        titles = documents(company, ceasing(company, director(company, "Thi Lan Huynh"), manner=manner))

        assert {"Letter of resignation", "Members’ resolution (s203C)"} & set(titles) == ({paper} - {None})
        assert titles["Register of officeholders"]
        assert titles["Form 484 data sheet"]

    def test_its_deadline(self, company: Company) -> None:
        form = ceasing(company, director(company, "Thi Lan Huynh"), ceased_on="2026-11-25")

        assert deadlines(company, form) == [("Lodge Form 484", "2026-12-23", "s 205B(5)")]


class TestAddresses:
    def test_an_occupier_brings_a_consent(self, company: Company) -> None:
        assert documents(company, moving(company, occupier="Hardware Lane Advisers"))["Consent of occupier"]
        assert "Consent of occupier" not in documents(company, moving(company))

    def test_the_deadlines_name_their_sections(self, company: Company) -> None:
        assert deadlines(company, moving(company)) == [("Lodge Form 484", "2026-12-20", "s 142(2)")]
        assert deadlines(company, moving(company, "change_principal_place")) == [
            ("Lodge Form 484", "2026-12-20", "s 146(1)")
        ]


class TestShareIssue:
    def test_its_documents(self, company: Company) -> None:
        assert documents(company, issuing(company)) == {
            "Application for shares": True,
            "Waiver of pre-emption (s254D)": True,
            "Resolution of directors (s248A)": True,
            "Register of members": True,
            "Share certificate": True,
            "Form 484 data sheet": True,
            "Cover letter": False,
        }

    def test_a_waiver_is_off_when_the_offer_was_made(self, company: Company) -> None:
        assert not documents(company, issuing(company, pre_emption="offered"))[
            "Waiver of pre-emption (s254D)"
        ]

    def test_its_deadlines(self, company: Company) -> None:
        assert deadlines(company, issuing(company)) == [
            ("Lodge Form 484", "2026-12-20", "s 254X(1)"),
            ("Deliver the share certificate to A. Ngata", "2027-01-22", "s 1071H(1)"),
        ]

    def test_its_words(self, company: Company) -> None:
        event = kept_event(company, issuing(company, quantity="2000"))

        assert kind_of(event.kind).headline(event) == "Issue 2,000 ordinary shares to A. Ngata"


class TestAnnualReview:
    def test_a_positive_one(self, company: Company) -> None:
        form = reviewing(company, statement_issued_on="2027-03-16")

        assert deadlines(company, form) == [
            ("Pass the solvency resolution", "2027-05-14", "s 347A(1)"),
            ("Pay the annual review fee", "2027-05-14", "Corporations (Review Fees) Act 2003"),
            ("Correct the company statement", "2027-04-13", "s 346C(1)"),
        ]

    def test_a_negative_one_is_told_to_asic_within_seven_days(self, company: Company) -> None:
        form = reviewing(company, review_on="2026-03-14", resolution="negative", resolved_on="2026-04-01")

        lines = deadlines(company, form)

        assert ("Lodge Form 485, within 7 days of the resolution", "2026-04-08", "s 347B") in lines

    def test_a_pack_of_it_alone_has_no_other_resolution(self, company: Company) -> None:
        assert documents(company, reviewing(company)) == {
            "Solvency resolution (s347A)": True,
            "Annual review checklist": True,
            "Cover letter": False,
        }


def test_events_of_one_pack_share_one_form_484(company: Company) -> None:
    forms = (issuing(company), appointing(company, make_person("Kit", "Vale")), moving(company))
    events = [kept_event(company, form, position=number) for number, form in enumerate(forms, start=1)]

    (sheet,) = (need for need in documents_needed(events) if need.code == "form_484_data_sheet")

    assert sheet.note == "A1, B2, C2, C3, C4"


def test_minutes_are_listed_as_minutes() -> None:
    title = "Resolution of directors (s248A)"

    assert listed_title(title, options={"form": "minutes"}) == "Minutes of directors"
    assert listed_title(title, options={}) == title
    assert listed_title("Cover letter", options={"form": "minutes"}) == "Cover letter"


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_form_484_is_due_28_days_after_any_day(day: date) -> None:
    deadline = lodge_form_484(day, section="s 205B(1)")

    assert deadline == Deadline(
        title="Lodge Form 484", due_on=day + timedelta(days=28), section="s 205B(1)", form="484"
    )
