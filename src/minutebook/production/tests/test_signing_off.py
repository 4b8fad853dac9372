"""After release: signed, corrected or withdrawn, and what is left to do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from minutebook.companies.events import kind_of
from minutebook.companies.models import Company, CorporateEvent, Officeholder
from minutebook.companies.pencil import CannotMove
from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.firms.models import User
from minutebook.jobs.models import JobRequest
from minutebook.jobs.planning import PlanIsFixed, switch_job
from minutebook.production.correcting import (
    CannotCorrect,
    discard_correction,
    registers_before,
    start_correction,
)
from minutebook.production.drawing import RegistersChanged
from minutebook.production.events import ChosenEvent
from minutebook.production.kept_files import keep_file
from minutebook.production.models import KeptFile, ToDo
from minutebook.production.prepare import change_events, prepare_documents
from minutebook.production.release import release_pack
from minutebook.production.signing import CannotSign, mark_signed
from minutebook.production.todo import tick, untick
from minutebook.production.uploads import CannotTake
from minutebook.production.withdrawing import CannotWithdraw, withdraw_pack
from tests.cast import TODAY, make_person, signed_in
from tests.packs import NOW, appoint_director, make_pack
from tests.sent_files import pdf_of, word_of
from tests.typed_events import ceasing

LATER = NOW + timedelta(days=3)
SIGNED_ON = date(2026, 11, 24)


@pytest.fixture
def released(company: Company, preparer: User) -> DocumentPack:
    """A pack that appoints Aroha Ngata, released on the day it was made."""
    return _release(make_pack(company, by=preparer), by=preparer)


def _release(pack: DocumentPack, *, by: User, now: datetime = NOW) -> DocumentPack:
    return release_pack(pack, delivery=DocumentPack.Delivery.DOWNLOADED, by=by, now=now, with_job=False).pack


def _appointment(company: Company) -> Officeholder:
    return Officeholder.objects.get(company=company, contact__family_name="Ngata")


def _cessation(company: Company) -> ChosenEvent:
    form = ceasing(company, _appointment(company), ceased_on="2026-11-25")
    assert form.is_valid(), form.errors
    return ChosenEvent(number=1, kind=kind_of("cease_officeholder"), form=form)


def _sign(pack: DocumentPack, *, by: User, effective: date | None = None) -> DocumentPack:
    event = pack.events.get()
    return mark_signed(
        pack,
        signed_on=SIGNED_ON,
        effective={event.pk: effective} if effective else {},
        documents={},
        by=by,
        now=LATER,
    )


class TestSigning:
    def test_the_day_on_the_paper_moves_the_register_and_the_deadline(
        self, company: Company, preparer: User, released: DocumentPack
    ) -> None:
        signed = _sign(released, by=preparer, effective=date(2026, 11, 23))

        assert _appointment(company).since == date(2026, 11, 23)
        assert (signed.status, signed.signed_on, signed.due_on) == (
            "SIGNED",
            SIGNED_ON,
            date(2026, 12, 21),
        )
        assert signed.events.get().status == CorporateEvent.Status.SIGNED
        assert Officeholder.objects.final().filter(pk=_appointment(company).pk).exists()
        lodge = signed.to_dos.get(kind=ToDo.Kind.LODGE)
        assert (lodge.due_on, lodge.is_done) == (date(2026, 12, 21), False)
        assert signed.to_dos.get(kind=ToDo.Kind.SIGN).done_on == SIGNED_ON

    def test_what_is_signed_stays_signed(self, preparer: User, released: DocumentPack) -> None:
        signed = _sign(released, by=preparer)

        with pytest.raises(CannotSign, match="signed already"):
            _sign(signed, by=preparer)
        with pytest.raises(CannotWithdraw, match="Form 492"):
            withdraw_pack(signed, because="A mistake", by=preparer, now=LATER)
        with pytest.raises(CannotCorrect, match="not replaced"):
            start_correction(signed, by=preparer, now=LATER)

    def test_a_day_before_the_company_came_into_being_changes_nothing(
        self, company: Company, preparer: User, released: DocumentPack
    ) -> None:
        with pytest.raises(CannotMove, match="14/03/2017"):
            _sign(released, by=preparer, effective=date(2015, 1, 1))

        assert _appointment(company).since == TODAY
        assert DocumentPack.objects.get(pk=released.pk).status == DocumentPack.Status.RELEASED

    @pytest.mark.parametrize(
        ("signed_on", "sentence"),
        [
            ("2026-12-24", "This day is still to come"),
            ("2026-11-01", "prepared on 22/11/2026"),
            ("", "Give the date on the paper"),
            ("31/02/2026", "This is not a date"),
        ],
    )
    def test_a_day_that_cannot_be_is_refused_beside_its_field(
        self, preparer: User, released: DocumentPack, signed_on: str, sentence: str
    ) -> None:
        event = released.events.get()

        page = signed_in(preparer).post(
            reverse("production:sign", args=[released.pk]),
            {"signed_on": signed_on, f"effective_{event.pk}": "2026-11-22"},
        )

        assert page.status_code == 422
        assert sentence in page.content.decode()

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [(b"GIF89a", "called a PDF but is not one"), (b"%PDF-1.7 and then nothing", "damaged")],
    )
    def test_a_signed_copy_is_a_whole_pdf(
        self, preparer: User, released: DocumentPack, content: bytes, sentence: str
    ) -> None:
        scan = SimpleUploadedFile("s.pdf", content)

        with pytest.raises(CannotTake, match=sentence):
            keep_file(released, scan, kind=KeptFile.Kind.SIGNED, by=preparer, now=LATER)

    @pytest.mark.parametrize(
        ("content", "effective", "sentence"),
        [
            (b"GIF89a", TODAY.isoformat(), "called a PDF but is not one"),
            (pdf_of(), "2015-01-01", "came into being only on 14/03/2017"),
        ],
    )
    def test_a_refused_copy_or_day_leaves_nothing_signed_and_nothing_kept(
        self, preparer: User, released: DocumentPack, content: bytes, effective: str, sentence: str
    ) -> None:
        event = released.events.get()

        page = signed_in(preparer).post(
            reverse("production:sign", args=[released.pk]),
            {
                "signed_on": TODAY.isoformat(),
                f"effective_{event.pk}": effective,
                "copy": SimpleUploadedFile("signed.pdf", content),
            },
        )

        assert (page.status_code, KeptFile.objects.count()) == (422, 0)
        assert sentence in page.content.decode()
        assert DocumentPack.objects.get(pk=released.pk).status == DocumentPack.Status.RELEASED

    def test_a_signed_copy_is_given_back_as_it_was(self, preparer: User, released: DocumentPack) -> None:
        browser = signed_in(preparer)
        content = pdf_of()
        scan = SimpleUploadedFile("signed.pdf", content)
        browser.post(reverse("production:keep-copy", args=[released.pk]), {"copy": scan})

        copy = KeptFile.objects.get()
        answer = browser.get(reverse("production:signed-copy", args=[released.pk, copy.pk]))

        assert b"".join(answer) == content

    def test_a_word_file_is_kept_beside_it_and_never_as_the_signed_copy(
        self, preparer: User, released: DocumentPack
    ) -> None:
        browser, address = signed_in(preparer), reverse("production:keep-copy", args=[released.pk])
        for kind in ("SIGNED", "OTHER"):
            letter = SimpleUploadedFile("Letter.docx", word_of())
            page = browser.post(address, {"copy": letter, "kind": kind}, follow=True).content.decode()
            assert ("is not a PDF" in page) == (kind == "SIGNED")

        kept = KeptFile.objects.get()
        answer = browser.get(reverse("production:signed-copy", args=[released.pk, kept.pk]))

        assert (kept.kind, b"".join(answer)) == ("OTHER", word_of())
        assert answer["Content-Type"].endswith("wordprocessingml.document")
        assert "attachment" in answer["Content-Disposition"]

    def test_without_a_file_nothing_is_kept(self, preparer: User, released: DocumentPack) -> None:
        address = reverse("production:keep-copy", args=[released.pk])

        page = signed_in(preparer).post(address, follow=True)

        assert "Choose the file to keep first." in page.content.decode()
        assert KeptFile.objects.count() == 0


class TestWithdrawing:
    def test_the_registers_are_as_before_and_the_reason_is_kept(
        self, company: Company, preparer: User, released: DocumentPack
    ) -> None:
        withdrawn = withdraw_pack(released, because="She declined", by=preparer, now=LATER)

        assert not Officeholder.objects.filter(contact__family_name="Ngata").exists()
        assert (withdrawn.status, withdrawn.withdrawn_because) == ("WITHDRAWN", "She declined")
        assert not withdrawn.to_dos.filter(done_on=None).exists()

    def test_no_job_is_asked_for_afterwards(self, preparer: User, released: DocumentPack) -> None:
        withdrawn = withdraw_pack(released, because="She declined", by=preparer, now=LATER)

        with pytest.raises(PlanIsFixed, match="no longer stands"):
            switch_job(withdrawn, on=True, by=preparer)

    def test_what_asic_was_told_is_to_be_taken_back(self, preparer: User, released: DocumentPack) -> None:
        lodged = released.to_dos.get(kind=ToDo.Kind.LODGE)
        tick(lodged, done_on=TODAY, reference="7EAB12345", by=preparer, now=LATER)

        withdraw_pack(released, because="She declined", by=preparer, now=LATER)

        [left] = released.to_dos.filter(done_on=None)
        assert "Form 492" in left.title

    def test_a_job_in_xpm_is_put_on_the_list(self, preparer: User, released: DocumentPack) -> None:
        JobRequest.objects.create(
            pack=released,
            tenant_id="t",
            marker=released.trace_number,
            job={},
            status=JobRequest.Status.CREATED,
            job_number="J000123",
            asked_by=preparer,
            asked_at=NOW,
            next_at=NOW,
        )

        withdraw_pack(released, because="She declined", by=preparer, now=LATER)

        [left] = released.to_dos.filter(done_on=None)
        assert left.kind == ToDo.Kind.PRACTICE_MANAGER
        assert "J000123" in left.title

    def test_what_others_build_on_goes_last(
        self, company: Company, preparer: User, released: DocumentPack
    ) -> None:
        cessation = _cessation(company)
        later = _release(prepare_documents(company, [cessation], by=preparer, now=LATER), by=preparer)

        with pytest.raises(CannotWithdraw, match=later.trace_number):
            withdraw_pack(released, because="A mistake", by=preparer, now=LATER)
        withdraw_pack(later, because="A mistake", by=preparer, now=LATER)
        withdraw_pack(released, because="A mistake", by=preparer, now=LATER)

        assert not Officeholder.objects.filter(contact__family_name="Ngata").exists()

    def test_a_draft_that_speaks_of_what_went_says_so_at_release(
        self, company: Company, preparer: User, released: DocumentPack
    ) -> None:
        cessation = _cessation(company)
        draft = prepare_documents(company, [cessation], by=preparer, now=LATER)
        withdraw_pack(released, because="A mistake", by=preparer, now=LATER)

        with pytest.raises(RegistersChanged, match="Change the events"):
            _release(draft, by=preparer)
        for name in ("production:pack", "production:draft"):
            answer = signed_in(preparer).get(reverse(name, args=[draft.pk]))
            assert answer.status_code in {200, 302}


class TestCorrecting:
    def test_the_later_version_takes_the_place_of_the_former_with_its_number_and_files(
        self, company: Company, preparer: User, released: DocumentPack
    ) -> None:
        later = start_correction(released, by=preparer, now=LATER)
        assert _appointment(company).since == TODAY  # the former stands
        hemi = make_person("Hemi", "Ngata")
        with registers_before(later):
            again = appoint_director(company, hemi, on=date(2026, 11, 20))
        change_events(later, [again], by=preparer, now=LATER)

        later = _release(later, by=preparer, now=LATER)

        assert (later.trace_number, later.version) == (released.trace_number, 2)
        assert _appointment(company).contact.given_names == "Hemi"
        assert DocumentPack.objects.get(pk=released.pk).status == DocumentPack.Status.CORRECTED
        for version in (released, later):
            assert ProducedFile.objects.filter(document__pack=version).exists()
        assert not released.to_dos.filter(done_on=None).exists()

    def test_the_same_person_can_be_appointed_again_on_another_day(
        self, company: Company, preparer: User, released: DocumentPack
    ) -> None:
        later = start_correction(released, by=preparer, now=LATER)
        browser = signed_in(preparer)
        person = _appointment(company).contact

        answer = browser.post(
            reverse("production:events", args=[later.pk]),
            {
                "event": "1:appoint_director",
                "event1-person": person.name,
                "event1-person_id": person.pk,
                "event1-appointed_on": "2026-11-20",
                "event1-appointed_by": "directors",
                "continue": "1",
            },
        )

        assert answer.status_code == 302, answer.content.decode()
        assert later.events.get().effective_on == date(2026, 11, 20)

    def test_the_job_goes_along_and_what_it_was_told_otherwise_is_listed(
        self, company: Company, preparer: User, released: DocumentPack
    ) -> None:
        request = JobRequest.objects.create(
            pack=released,
            tenant_id="t",
            marker=released.trace_number,
            job={},
            status=JobRequest.Status.CREATED,
            job_number="J000123",
            asked_by=preparer,
            asked_at=NOW,
            next_at=NOW,
        )
        later = start_correction(released, by=preparer, now=LATER)
        hemi = make_person("Hemi", "Ngata")
        with registers_before(later):
            again = appoint_director(company, hemi, on=date(2026, 11, 20))
        change_events(later, [again], by=preparer, now=LATER)

        later = _release(later, by=preparer, now=LATER)

        assert JobRequest.objects.get() == request
        assert JobRequest.objects.get().pack_id == later.pk
        to_do = later.to_dos.get(kind=ToDo.Kind.PRACTICE_MANAGER)
        assert "J000123" in to_do.title
        assert "due date 20/12/2026, now 18/12/2026" in to_do.title

    def test_discarded_the_former_stands_as_it_did(
        self, company: Company, preparer: User, released: DocumentPack
    ) -> None:
        later = start_correction(released, by=preparer, now=LATER)

        assert discard_correction(later, by=preparer) == released

        assert not DocumentPack.objects.filter(pk=later.pk).exists()
        assert _appointment(company).since == TODAY
        assert start_correction(released, by=preparer, now=LATER).version == 2

    def test_a_correction_begun_twice_is_one(self, preparer: User, released: DocumentPack) -> None:
        first = start_correction(released, by=preparer, now=LATER)

        assert start_correction(released, by=preparer, now=LATER) == first

    def test_meanwhile_the_former_is_neither_signed_nor_withdrawn(
        self, preparer: User, released: DocumentPack
    ) -> None:
        start_correction(released, by=preparer, now=LATER)

        with pytest.raises(CannotSign, match="correction"):
            _sign(released, by=preparer)
        with pytest.raises(CannotWithdraw, match="correction"):
            withdraw_pack(released, because="A mistake", by=preparer, now=LATER)


class TestStillToDo:
    def test_ticked_and_not_done_after_all(self, preparer: User, released: DocumentPack) -> None:
        lodge = released.to_dos.get(kind=ToDo.Kind.LODGE)

        tick(lodge, done_on=TODAY, reference="7EAB12345", by=preparer, now=LATER)
        assert ToDo.objects.get(pk=lodge.pk).reference == "7EAB12345"
        untick(lodge, by=preparer)

        assert not ToDo.objects.get(pk=lodge.pk).is_done

    def test_the_firms_page_shows_it_by_window_until_it_is_done(
        self, preparer: User, released: DocumentPack
    ) -> None:
        browser, address = signed_in(preparer), reverse("production:to-do")
        released.to_dos.filter(kind=ToDo.Kind.LODGE).update(due_on=TODAY - timedelta(days=400))
        page = browser.get(address).content.decode()
        assert page.index("Overdue") < page.index("Lodge Form 484")

        lodge = released.to_dos.get(kind=ToDo.Kind.LODGE)
        browser.post(reverse("production:tick", args=[lodge.pk]), {"done_on": TODAY.isoformat()})

        assert "Lodge Form 484" not in browser.get(address).content.decode()

    def test_a_day_to_come_is_refused(self, preparer: User, released: DocumentPack) -> None:
        lodge = released.to_dos.get(kind=ToDo.Kind.LODGE)
        far = (datetime.now(UTC).date() + timedelta(days=60)).isoformat()

        answer = signed_in(preparer).post(
            reverse("production:tick", args=[lodge.pk]), {"done_on": far}, follow=True
        )

        assert "This day is still to come" in answer.content.decode()
        assert not ToDo.objects.get(pk=lodge.pk).is_done


class TestPages:
    @pytest.mark.parametrize("name", ["pack", "sign", "withdraw"])
    def test_every_state_has_its_page(self, preparer: User, released: DocumentPack, name: str) -> None:
        browser, address = signed_in(preparer), reverse(f"production:{name}", args=[released.pk])
        assert browser.get(address).status_code == 200
        _sign(released, by=preparer)
        assert browser.get(address).status_code == 200

    def test_a_viewer_may_do_none_of_it(self, viewer: User, released: DocumentPack) -> None:
        browser = signed_in(viewer)

        for action in ("sign", "withdraw", "correct", "discard", "keep-copy"):
            assert browser.post(reverse(f"production:{action}", args=[released.pk])).status_code == 403
        assert browser.get(reverse("production:to-do")).status_code == 200

    def test_from_release_to_signed_through_the_pages(self, preparer: User, released: DocumentPack) -> None:
        browser, event = signed_in(preparer), released.events.get()
        assert "Mark signed" in browser.get(reverse("production:pack", args=[released.pk])).content.decode()

        answer = browser.post(
            reverse("production:sign", args=[released.pk]),
            {"signed_on": TODAY.isoformat(), f"effective_{event.pk}": "2026-11-21"},
            follow=True,
        )

        assert "is signed" in answer.content.decode()
        assert DocumentPack.objects.get(pk=released.pk).signed_on == TODAY

    def test_withdrawing_asks_for_a_reason(self, preparer: User, released: DocumentPack) -> None:
        browser, address = signed_in(preparer), reverse("production:withdraw", args=[released.pk])

        assert "Say why the pack is withdrawn" in browser.post(address).content.decode()
        browser.post(address, {"because": "She declined"})

        page = browser.get(reverse("production:pack", args=[released.pk])).content.decode()
        assert "This pack is withdrawn" in page
        assert "She declined" in page
