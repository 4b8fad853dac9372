"""What is too old goes at night, is counted before, and nothing that has to stay is touched."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from minutebook.activity.models import Activity, record
from minutebook.activity.verify import verify_chain
from minutebook.companies.models import CorporateEvent
from minutebook.delivery.sending import queue_mail
from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.firms.models import Firm, Membership, User
from minutebook.production.correcting import start_correction
from minutebook.production.models import PackMail
from minutebook.production.release import release_pack
from minutebook.retention.applying import apply_if_night, apply_retention, foresee
from minutebook.retention.models import Retention
from minutebook.retention.nights import latest_night, next_night
from minutebook.scope import firm_scope
from minutebook.spreadsheets.models import SpreadsheetImport, StagedRow
from minutebook.spreadsheets.staging import read_files, take_files
from tests.cast import make_company, make_firm, make_user, signed_in
from tests.packs import make_pack

MELBOURNE = ZoneInfo("Australia/Melbourne")
ADMINISTRATOR = Membership.Role.ADMINISTRATOR
URL = "retention:settings"


@pytest.fixture
def administrator(transactional_db: None) -> User:
    return make_user(make_firm(), role=ADMINISTRATOR)


@pytest.fixture
def firm(administrator: User) -> Firm:
    return Firm.objects.get()


@pytest.fixture
def released(firm: Firm, administrator: User) -> DocumentPack:
    """A released pack beside a draft, both of the same company."""
    with firm_scope(firm.pk):
        company = make_company()
        make_pack(company, by=administrator)
        pack = make_pack(company, by=administrator)
        DocumentPack.objects.update(saved_at=timezone.now())
        return release_pack(
            pack,
            delivery=DocumentPack.Delivery.DOWNLOADED,
            by=administrator,
            now=timezone.now(),
            with_job=False,
        ).pack


def in_years(years: int) -> datetime:
    return timezone.now() + timedelta(days=366 * years)


def test_an_old_draft_goes_with_its_events_and_a_released_pack_stays(
    firm: Firm, released: DocumentPack
) -> None:
    with firm_scope(firm.pk):
        files = ProducedFile.objects.count()
        mine = set(released.events.values_list("pk", flat=True))

        assert apply_retention(firm, now=in_years(1)) == {}
        assert apply_retention(firm, now=in_years(3)) == {"drafts": 1}

        assert DocumentPack.objects.get() == released
        assert set(CorporateEvent.objects.values_list("pk", flat=True)) == mine
        assert ProducedFile.objects.count() == files > 0
        said = Activity.objects.filter(action__in=["pack.removed", "retention.applied"])
        assert [row.sentence.partition(":")[0] for row in said.order_by("pk")] == [
            "Draft “Appoint director” of Southern Star Pty Ltd removed",
            "Drafts never released",
        ]


def test_an_old_correction_is_discarded_and_the_released_version_stands(
    firm: Firm, administrator: User, released: DocumentPack
) -> None:
    with firm_scope(firm.pk):
        start_correction(released, by=administrator, now=timezone.now())

        assert apply_retention(firm, now=in_years(3))["corrections"] == 1

        assert DocumentPack.objects.get() == released


def test_a_sent_mail_loses_its_text_and_one_that_is_not_sent_keeps_it(
    firm: Firm, administrator: User, released: DocumentPack
) -> None:
    with firm_scope(firm.pk):
        for state, sent_at in ((PackMail.State.SENT, timezone.now()), (PackMail.State.FAILED, None)):
            mail = queue_mail(
                released,
                recipients=["a@b.example"],
                subject="S",
                text="T",
                by=administrator,
                now=timezone.now(),
            )
            PackMail.objects.filter(pk=mail.pk).update(state=state, sent_at=sent_at)

        apply_retention(firm, now=in_years(3))

        assert dict(PackMail.objects.values_list("state", "text")) == {"SENT": "", "FAILED": "T"}


def test_records_of_signing_in_lose_their_words_and_the_chain_holds(firm: Firm, administrator: User) -> None:
    signed_in(administrator)
    with firm_scope(firm.pk):
        membership = Membership.objects.get()
        for number in range(3):
            record("person.signed-in", membership, sentence="Priya signed in", by=administrator)
            record("firm.changed", firm, sentence=f"Change {number}", by=administrator)

        assert apply_retention(firm, now=in_years(3))["sign-ins"] >= 3

        emptied = Activity.objects.exclude(removed_at=None)
        assert {(row.who, row.sentence, row.actor_id, row.address) for row in emptied} == {("", "", None, "")}
        assert Activity.objects.filter(action="firm.changed", removed_at=None).count() == 3
        assert verify_chain(firm.pk).problem == ""
        assert "sign-ins" not in apply_retention(firm, now=in_years(3))


def test_an_upload_that_nobody_went_on_with_goes(firm: Firm, administrator: User) -> None:
    with firm_scope(firm.pk):
        upload = SimpleUploadedFile("companies.csv", b"Company name,ACN\nA Pty Ltd,004 085 616\n")
        sent = take_files([upload], by=administrator, now=timezone.now())
        read_files(sent)
        assert StagedRow.objects.exists()

        assert apply_retention(firm, now=timezone.now() + timedelta(days=91)) == {"uploads": 1}

        assert not StagedRow.objects.exists()
        assert not SpreadsheetImport.objects.exists()


def test_what_is_kept_for_ever_never_goes(firm: Firm, released: DocumentPack) -> None:
    with firm_scope(firm.pk):
        Retention.objects.create(days={"drafts": 0})

        assert apply_retention(firm, now=in_years(9)) == {}
        assert [each.at for each in foresee(firm, now=in_years(9)) if each.kind.code == "drafts"] == [None]


def test_what_goes_next_is_what_then_goes(firm: Firm, released: DocumentPack) -> None:
    with firm_scope(firm.pk):
        [drafts] = [each for each in foresee(firm, now=timezone.now()) if each.kind.code == "drafts"]

        assert drafts.at is not None
        assert apply_retention(firm, now=drafts.at - timedelta(days=1)) == {}
        assert apply_retention(firm, now=drafts.at) == {"drafts": drafts.count}


class TestNights:
    def test_two_in_the_morning_of_the_firm(self) -> None:
        before, after = (datetime(2026, 11, 22, hour, 30, tzinfo=MELBOURNE) for hour in (1, 2))

        assert latest_night(before, zone=MELBOURNE) == datetime(2026, 11, 21, 2, tzinfo=MELBOURNE)
        assert latest_night(after, zone=MELBOURNE) == datetime(2026, 11, 22, 2, tzinfo=MELBOURNE)
        assert next_night(after, zone=MELBOURNE) == datetime(2026, 11, 23, 2, tzinfo=MELBOURNE)

    def test_each_night_is_begun_once_and_the_first_waits(self, firm: Firm) -> None:
        noon = datetime(2026, 11, 22, 1, tzinfo=UTC)

        begun = [apply_if_night(noon + timedelta(hours=hours)) for hours in (0, 1, 15, 16, 39, 40)]

        assert begun == [0, 0, 1, 0, 1, 0]


class TestTheSettings:
    def test_an_administrator_changes_them_and_sees_what_goes_next(
        self, administrator: User, firm: Firm, released: DocumentPack
    ) -> None:
        browser = signed_in(administrator)
        days = {"corrections": 365, "drafts": 365, "mails": 0, "calls": 60, "sign-ins": 365, "uploads": 30}

        page = browser.post(reverse(URL), days, follow=True).content.decode()

        assert "365 days" in page
        assert "For ever" in page
        with firm_scope(firm.pk):
            change = Activity.objects.get(action="retention.changed")
            assert change.after["Drafts never released"] == "365 days"
            assert change.before["Drafts never released"] == "730 days"

    @pytest.mark.parametrize("typed", ["0", "5", "", "soon", "99999"])
    def test_what_is_not_possible_is_said_and_nothing_is_kept(
        self, administrator: User, firm: Firm, typed: str
    ) -> None:
        days = {"corrections": 365, "drafts": 365, "mails": 0, "calls": typed, "sign-ins": 365, "uploads": 30}

        page = signed_in(administrator).post(reverse(URL), days)

        assert page.status_code == 422
        assert 'value="365"' in page.content.decode()
        with firm_scope(firm.pk):
            assert not Retention.objects.exists()

    def test_a_preparer_is_told_who_can(self, firm: Firm) -> None:
        page = signed_in(make_user(firm, "Sam Stone", "sam@kauriwattle.example")).get(reverse(URL))

        assert page.status_code == 403
        assert "Only an administrator" in page.content.decode()
