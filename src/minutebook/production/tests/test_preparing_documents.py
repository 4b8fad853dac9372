"""From a company's page to a pack in preparation."""

import re

from django.test import Client as Browser
from django.urls import reverse

from minutebook.activity.models import history_of
from minutebook.companies.events import KINDS
from minutebook.companies.models import Company, CorporateEvent, Officeholder
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import Firm, User
from tests.cast import TODAY, make_person, make_user, signed_in
from tests.packs import appointment_fields, make_pack


def prepare_url(company: Company) -> str:
    return reverse("production:prepare", args=[company.pk])


def appoint(person_fields: dict[str, str]) -> dict[str, str]:
    return {
        "kinds_shown": "1",
        "kind": "appoint_director",
        "event": "1:appoint_director",
        "continue": "1",
    } | person_fields


class TestTheForm:
    def test_enter_in_a_field_continues_and_removes_nothing(
        self, as_preparer: Browser, company: Company
    ) -> None:
        page = as_preparer.post(
            prepare_url(company), {"kinds_shown": "1", "kind": "appoint_director"}
        ).content.decode()

        first, *others = re.findall(r'<button[^>]* name="(\w+)"', page)  # Enter presses the first

        assert first == "continue"
        assert "without" in others

    def test_no_control_hides_a_method_that_scripts_call_on_its_form(
        self, as_preparer: Browser, company: Company
    ) -> None:
        every_kind = {"kinds_shown": "1", "kind": list(KINDS)}

        page = as_preparer.post(prepare_url(company), every_kind).content.decode()

        names = set(re.findall(r' name="([^"]+)"', page))
        assert "another" in names
        assert names.isdisjoint({"remove", "submit", "reset", "closest", "matches", "children", "id"})


class TestContinueToDocuments:
    def test_a_pack_is_made_with_the_documents_its_event_needs(
        self, as_preparer: Browser, company: Company
    ) -> None:
        aroha = make_person()

        answer = as_preparer.post(prepare_url(company), appoint(appointment_fields(aroha, on=TODAY)))

        pack = DocumentPack.objects.get()
        assert answer.headers["Location"] == reverse("production:pack", args=[pack.pk])
        assert pack.title == "Appoint director"
        assert "Consent to act as director" in [document.title for document in pack.documents.all()]
        assert [happened.sentence for happened in history_of(pack)] == ["Events checked"]

    def test_nothing_enters_the_registers_yet(self, company: Company, preparer: User) -> None:
        before = Officeholder.objects.count()

        make_pack(company, by=preparer)

        assert Officeholder.objects.count() == before
        assert CorporateEvent.objects.get().status == CorporateEvent.Status.DRAFT

    def test_a_failed_check_says_so_beside_the_field_and_keeps_what_was_typed(
        self, as_preparer: Browser, company: Company
    ) -> None:
        fields = appointment_fields(make_person(), on=TODAY) | {"event1-consent_on": "2026-11-24"}

        answer = as_preparer.post(prepare_url(company), appoint(fields))

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "s 201D(1)" in page
        assert 'value="2026-11-24"' in page
        assert "One thing to put right" in page
        assert not DocumentPack.objects.exists()

    def test_continuing_without_an_event_says_what_to_do(
        self, as_preparer: Browser, company: Company
    ) -> None:
        answer = as_preparer.post(prepare_url(company), {"kinds_shown": "1", "continue": "1"})

        assert answer.status_code == 422
        assert "Choose at least one event" in answer.content.decode()

    def test_a_viewer_may_not_prepare(self, viewer: User, company: Company) -> None:
        assert signed_in(viewer).get(prepare_url(company)).status_code == 403

    def test_another_firms_company_is_not_found(
        self, as_preparer: Browser, company_of_another_firm: Company
    ) -> None:
        assert as_preparer.get(prepare_url(company_of_another_firm)).status_code == 404


class TestChangingTheEvents:
    def test_documents_still_needed_keep_what_was_chosen(
        self, as_preparer: Browser, company: Company, preparer: User
    ) -> None:
        pack = make_pack(company, by=preparer)
        consent = pack.documents.get(code="consent_to_act")
        consent.is_on = False
        consent.save()
        other = make_person("Petra", "Southern")

        as_preparer.post(
            reverse("production:events", args=[pack.pk]), appoint(appointment_fields(other, on=TODAY))
        )

        pack.refresh_from_db()
        assert pack.documents.get(code="consent_to_act").is_on is False
        assert "Petra Southern" in pack.summary
        assert pack.events.count() == 1

    def test_whoever_is_late_sees_what_was_saved_and_keeps_what_was_typed(
        self, as_preparer: Browser, company: Company, preparer: User
    ) -> None:
        pack = make_pack(company, by=preparer)
        address, seen = reverse("production:events", args=[pack.pk]), {"revision": str(pack.revision)}
        petra, marama = make_person("Petra", "Southern"), make_person("Marama", "Hohepa")
        as_preparer.post(address, appoint(appointment_fields(petra, on=TODAY)) | seen)

        late = as_preparer.post(address, appoint(appointment_fields(marama, on=TODAY)) | seen)

        page = late.content.decode()
        assert late.status_code == 409
        assert "Priya Raman changed these events" in page
        assert "Petra Southern" in page
        assert "Marama Hohepa" in page
        pack.refresh_from_db()
        assert "Petra" in pack.summary
        again = {"revision": str(pack.revision)}
        as_preparer.post(address, appoint(appointment_fields(marama, on=TODAY)) | again)
        pack.refresh_from_db()
        assert "Marama" in pack.summary


class TestComingBack:
    def test_the_list_and_the_company_say_who_prepares_and_who_touched_it_last(
        self, as_preparer: Browser, company: Company, preparer: User, firm: Firm
    ) -> None:
        pack = make_pack(company, by=preparer)
        jo = signed_in(make_user(firm, "Jo Bloggs", "jo@kauriwattle.example"))
        _, second, *_ = pack.documents.order_by("position")
        jo.post(reverse("production:order", args=[pack.pk]), {"document": second.pk, "move": "up"})

        listed = as_preparer.get(reverse("production:list"), {"status": "DRAFT"}).content.decode()
        about = as_preparer.get(reverse("companies:company", args=[company.pk])).content.decode()

        for page in (listed, about):
            assert "P. Raman" in page
            assert "by J. Bloggs" in page
        assert "In preparation" in about

    def test_the_printed_pages_are_shown_on_request(
        self, as_preparer: Browser, company: Company, preparer: User
    ) -> None:
        pack = make_pack(company, by=preparer)
        address = reverse("production:preview", args=[pack.pk, pack.documents.get(code="cover_letter").pk])

        page = as_preparer.get(address, {"printed": "1"}).content.decode()

        assert 'src="data:image/png;base64,iVBOR' in page
        assert "Page 1 of Cover letter" in page
