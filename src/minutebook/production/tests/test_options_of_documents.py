"""Options: who signs, in which form, to whom; beside the field what is wrong; and two people at one document."""

import re
from datetime import date

import pytest
from django.test import Client as Browser
from django.urls import reverse

from minutebook.companies.events import kind_of
from minutebook.companies.models import Company
from minutebook.contacts.models import Contact
from minutebook.documents.html import render_html
from minutebook.documents.models import Document, DocumentPack
from minutebook.firms.models import Firm, User
from minutebook.production.drawing import snapshot_of
from minutebook.production.events import ChosenEvent
from minutebook.production.prepare import prepare_documents
from minutebook.production.printing import print_document
from tests.cast import TODAY, appoint, make_person, make_user, signed_in
from tests.packs import NOW, make_pack


@pytest.fixture
def pack(company: Company, preparer: User) -> DocumentPack:
    return make_pack(company, by=preparer)


@pytest.fixture
def resolution(pack: DocumentPack) -> Document:
    return pack.documents.get(code="directors_resolution")


def address(document: Document) -> str:
    return reverse("production:options", args=[document.pack_id, document.pk])


def keep(browser: Browser, document: Document, **typed: object) -> str:
    data = {"revision": document.revision, "manner": "circulating", "dated_on": ""} | typed
    return browser.post(address(document), data, headers={"HX-Request": "true"}).content.decode()


def text_of(document: Document) -> str:
    document.refresh_from_db()
    return render_html(print_document(document, snapshot_of(document.pack, now=NOW)))


def number(name: str) -> int:
    return Contact.objects.get(name=name).pk


def leave(company: Company, name: str) -> ChosenEvent:
    entry = company.officeholders.directors().get(contact__name=name)
    data = {
        "event2-officeholder": entry.pk,
        "event2-manner": "removal",
        "event2-ceased_on": TODAY.isoformat(),
    }
    kind = kind_of("cease_officeholder")
    form = kind.form_class(data, company=company, today=TODAY, prefix="event2")
    assert form.is_valid(), form.errors
    return ChosenEvent(number=2, kind=kind, form=form)


class TestTheResolution:
    def test_minutes_name_who_is_there_the_chair_the_place_and_the_hour(
        self, as_preparer: Browser, resolution: Document, company: Company
    ) -> None:
        moreau, huynh = number("Daniel Moreau"), number("Thi Lan Huynh")

        keep(
            as_preparer, resolution, manner="minutes", signing=[moreau, huynh], chair=huynh,
            place="Level 9, 120 Collins Street", time="10:30", dated_on="2026-11-25",
        )  # fmt: skip

        text = text_of(resolution)
        for part in (
            "Minutes of a meeting",
            "Level 9, 120 Collins Street",
            "10:30",
            "25 November 2026",
            "Thi Lan",
        ):
            assert part in text
        page = as_preparer.get(reverse("production:pack", args=[resolution.pack_id])).content.decode()
        assert "Minutes of directors" in page
        assert "Minutes of a meeting, dated 25/11/2026" in page

    def test_a_director_left_out_needs_a_reason_without_a_meeting(
        self, as_preparer: Browser, resolution: Document
    ) -> None:
        moreau = number("Daniel Moreau")

        page = keep(as_preparer, resolution, signing=[moreau])

        assert "Say why a director does not sign" in page
        assert "s 248A(1)" in page
        keep(as_preparer, resolution, signing=[moreau], because="Not entitled to vote, clause 12")
        text = text_of(resolution)
        assert "Thi Lan Huynh" not in text
        assert "Sole director" not in text

    def test_a_meeting_of_one_is_no_quorum(self, as_preparer: Browser, resolution: Document) -> None:
        page = keep(as_preparer, resolution, manner="minutes", signing=[number("Daniel Moreau")])

        assert "A meeting needs two directors as its quorum, s 248F." in page

    def test_a_sole_director_has_the_form_the_act_gives_and_the_removed_one_is_named(
        self, as_preparer: Browser, company: Company, preparer: User
    ) -> None:
        pack = prepare_documents(company, [leave(company, "Thi Lan Huynh")], by=preparer, now=NOW)

        page = as_preparer.get(address(pack.documents.get(code="directors_resolution"))).content.decode()

        assert "s 248B(1)" in page
        assert "Thi Lan Huynh" in page
        assert "removed as a director with effect from 22/11/2026" in page

    def test_a_day_far_away_is_asked_about(self, as_preparer: Browser, resolution: Document) -> None:
        both = [number("Daniel Moreau"), number("Thi Lan Huynh")]

        assert "Check the year" in keep(as_preparer, resolution, signing=both, dated_on="2062-11-25")

    def test_no_control_hides_what_scripts_ask_its_form_for(
        self, as_preparer: Browser, resolution: Document
    ) -> None:
        page = as_preparer.get(address(resolution), headers={"HX-Request": "true"}).content.decode()

        names = set(re.findall(r' name="([^"]+)"', page))
        assert "manner" in names
        assert names.isdisjoint({"form", "title", "submit", "reset", "closest", "matches", "children", "id"})

    def test_back_to_the_usual_options(self, as_preparer: Browser, resolution: Document) -> None:
        keep(
            as_preparer,
            resolution,
            signing=[number("Daniel Moreau")],
            because="On leave",
            dated_on="2026-11-25",
        )

        as_preparer.post(address(resolution), {"usual": "1"})

        resolution.refresh_from_db()
        assert (resolution.options, resolution.dated_on) == ({}, None)


class TestLettersAndMembers:
    def test_a_letter_goes_to_whom_was_chosen(self, as_preparer: Browser, pack: DocumentPack) -> None:
        letter = pack.documents.get(code="cover_letter")

        keep(as_preparer, letter, addressee=number("Thi Lan Huynh"))

        assert "Dear Thi Lan" in text_of(letter)

    def test_somebody_else_is_refused_beside_the_field(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        letter = pack.documents.get(code="cover_letter")

        page = keep(as_preparer, letter, addressee=make_person("Petra", "Southern").pk)

        assert "Select a valid choice" in page or "not one of the available choices" in page
        letter.refresh_from_db()
        assert letter.addressee is None

    def test_members_may_meet(self, as_preparer: Browser, pack: DocumentPack) -> None:
        confirms = pack.documents.get(code="members_resolution_s201h")

        keep(as_preparer, confirms, manner="minutes", place="By telephone")

        text = text_of(confirms)
        assert "Minutes of a meeting of the members" in text
        assert "By telephone" in text


class TestTwoPeople:
    def test_whoever_is_late_sees_both_and_loses_nothing(
        self, as_preparer: Browser, resolution: Document, firm: Firm
    ) -> None:
        jo = signed_in(make_user(firm, "Jo Bloggs", "jo@kauriwattle.example"))
        both = [number("Daniel Moreau"), number("Thi Lan Huynh")]
        keep(jo, resolution, signing=both, dated_on="2026-11-24")

        page = keep(as_preparer, resolution, signing=both, dated_on="2026-11-30")

        assert "Jo Bloggs changed these options" in page
        assert "2026-11-24" in page
        assert 'value="2026-11-30"' in page
        resolution.refresh_from_db()
        assert resolution.dated_on == date(2026, 11, 24)
        keep(
            as_preparer, resolution, signing=both, dated_on="2026-11-30"
        )  # as the page now asks, with its number
        resolution.refresh_from_db()
        assert resolution.dated_on == date(2026, 11, 30)

    def test_each_sees_the_other_in_few_questions(
        self, as_preparer: Browser, pack: DocumentPack, firm: Firm, django_assert_max_num_queries: object
    ) -> None:
        jo = signed_in(make_user(firm, "Jo Bloggs", "jo@kauriwattle.example"))
        here = reverse("production:here", args=[pack.pk])
        jo.post(here)

        with django_assert_max_num_queries(12):  # type: ignore[operator]
            page = as_preparer.post(here, {"seen": pack.saved_at.isoformat()}).content.decode()

        assert "Jo Bloggs is here too, last seen a moment ago." in page
        assert "Priya Raman" not in page
        jo.post(
            reverse("production:order", args=[pack.pk]),
            {"document": pack.documents.all()[1].pk, "move": "up"},
        )
        page = as_preparer.post(here, {"seen": pack.saved_at.isoformat()}).content.decode()
        assert "Jo Bloggs changed this pack" in page


class TestWhatChangedMeanwhile:
    def test_it_is_told_and_taken_or_kept(
        self, as_preparer: Browser, pack: DocumentPack, resolution: Document, company: Company
    ) -> None:
        appoint(company, make_person("Petra", "Southern"), since=date(2022, 1, 1))
        assert "Petra" not in text_of(resolution)
        release = reverse("production:release", args=[pack.pk])
        assert "Take the changes, or keep" in as_preparer.post(release, follow=True).content.decode()
        news = reverse("production:meanwhile", args=[pack.pk])
        page = as_preparer.get(news).content.decode()
        assert "Directors who resolve: were Daniel Moreau, Thi Lan Huynh, are" in page

        as_preparer.post(news, {"keep": "1"})
        assert "Kept as they were made" in as_preparer.get(news).content.decode()
        assert "Petra" not in text_of(resolution)
        company.contact.name = "Northern Star Pty Ltd"
        company.contact.save()
        assert (
            "was “Southern Star Pty Ltd”, is “Northern Star Pty Ltd”"
            in as_preparer.get(news).content.decode()
        )
        as_preparer.post(news, {"take": "1"})

        resolution = Document.objects.get(pk=resolution.pk)
        assert "Petra Southern" in text_of(resolution)
        as_preparer.post(release)
        pack.refresh_from_db()
        assert not pack.is_draft
