"""The firm's own statuses: an administrator names, orders and retires them; packs are moved along them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from minutebook.activity.models import history_of
from minutebook.companies.models import Company
from minutebook.documents.models import DocumentPack, PackStage
from minutebook.firms.models import Firm, User
from minutebook.production.correcting import start_correction
from minutebook.production.models import ToDo
from minutebook.production.release import release_pack
from minutebook.production.signing import mark_signed
from minutebook.production.stages import MOST_STAGES, retire_stage, shift_stage, start_with_usual
from minutebook.production.todo import tick
from minutebook.scope import firm_scope
from tests.cast import TODAY, signed_in
from tests.packs import NOW, make_pack


@pytest.fixture
def as_administrator(administrator: User) -> Browser:
    return signed_in(administrator)


@pytest.fixture
def usual(firm: Firm, administrator: User) -> dict[str, PackStage]:
    """Preparing, With the client, Signed, Lodged and Filed, by their names."""
    start_with_usual(firm, by=administrator)
    return {stage.name: stage for stage in PackStage.objects.order_by("position")}


@pytest.fixture
def pack(company: Company, preparer: User, usual: dict[str, PackStage]) -> DocumentPack:
    return make_pack(company, by=preparer)


def move(browser: Browser, pack: DocumentPack, to: PackStage | str, seen: Any = "", **more: str) -> Any:
    posted = {"to": getattr(to, "pk", to), "seen": getattr(seen, "pk", seen), **more}
    return browser.post(reverse("production:move", args=[pack.pk]), posted, headers={"HX-Request": "true"})


def stage_of(pack: DocumentPack) -> str:
    held = DocumentPack.objects.select_related("stage").get(pk=pack.pk)
    return held.stage.name if held.stage else ""


def names() -> list[str]:
    return list(PackStage.objects.order_by("position").values_list("name", flat=True))


class TestMoving:
    def test_a_row_moves_its_pack_along_and_back_and_history_keeps_it(
        self, as_preparer: Browser, pack: DocumentPack, usual: dict[str, PackStage]
    ) -> None:
        shown = as_preparer.get(reverse("production:list")).content.decode()
        assert f"Move {pack.trace_number} along to With the client" in shown
        assert 'data-key="m"' in shown

        answer = move(as_preparer, pack, usual["With the client"], usual["Preparing"])
        assert f"Move {pack.trace_number} back to Preparing" in answer.content.decode()
        assert f"{pack.trace_number} is now at With the client." in answer.content.decode()
        move(as_preparer, pack, usual["Preparing"], usual["With the client"])

        told = [each for each in history_of(pack) if each.action == "pack.moved"]
        assert [each.sentence for each in told] == [
            "Moved to Preparing",
            "Moved to With the client by P. Raman",
            "Moved to Preparing by P. Raman",
        ]
        assert told[-1].before == {"Status": "With the client"}

    def test_without_a_script_the_list_comes_back_as_it_was_narrowed(
        self, as_preparer: Browser, pack: DocumentPack, usual: dict[str, PackStage]
    ) -> None:
        posted = {"to": usual["Filed"].pk, "seen": usual["Preparing"].pk}
        address = reverse("production:move", args=[pack.pk])

        narrowed = as_preparer.post(address, {**posted, "back": "status=DRAFT&q=ngata&next=//evil.example"})

        assert narrowed["Location"] == f"{reverse('production:list')}?q=ngata&status=DRAFT"

    def test_who_saw_another_status_is_told_and_changes_nothing(
        self, as_preparer: Browser, pack: DocumentPack, usual: dict[str, PackStage]
    ) -> None:
        move(as_preparer, pack, usual["Signed"], usual["Preparing"])

        answer = move(as_preparer, pack, usual["With the client"], usual["Preparing"])

        assert answer.status_code == 422
        assert "Somebody moved" in answer.content.decode()
        assert stage_of(pack) == "Signed"

    @pytest.mark.parametrize("to", ["", "0", "x", "999999999999999999999"])
    def test_a_status_that_is_none_is_refused(
        self, as_preparer: Browser, pack: DocumentPack, to: str
    ) -> None:
        answer = move(as_preparer, pack, to)

        assert (answer.status_code, stage_of(pack)) == (422, "Preparing")
        assert "Choose one of the statuses" in answer.content.decode()

    def test_a_retired_status_takes_no_pack_and_is_passed_over(
        self, as_preparer: Browser, pack: DocumentPack, usual: dict[str, PackStage], administrator: User
    ) -> None:
        retire_stage(usual["With the client"], on=TODAY, by=administrator)

        refused = move(as_preparer, pack, usual["With the client"], usual["Preparing"])

        assert "is retired" in refused.content.decode()
        assert "along to Signed" in refused.content.decode()

    def test_a_viewer_sees_where_a_pack_stands_and_cannot_move_it(
        self, viewer: User, pack: DocumentPack, usual: dict[str, PackStage]
    ) -> None:
        browser = signed_in(viewer)

        shown = browser.get(reverse("production:list")).content.decode()

        assert "Preparing" in shown
        assert "data-key=" not in shown
        assert move(browser, pack, usual["Signed"], usual["Preparing"]).status_code == 403
        assert stage_of(pack) == "Preparing"

    def test_another_firms_status_and_pack_are_not_there(
        self, as_preparer: Browser, pack: DocumentPack, other_firm: Firm, administrator: User
    ) -> None:
        with firm_scope(other_firm.pk):
            theirs = PackStage.objects.create(name="Theirs", position=1)

        assert move(as_preparer, pack, theirs).status_code == 422
        assert stage_of(pack) == "Preparing"

    def test_the_list_is_narrowed_to_a_status_and_to_none(
        self, as_preparer: Browser, pack: DocumentPack, usual: dict[str, PackStage]
    ) -> None:
        def listed(stage: int | str) -> int:
            answer = as_preparer.get(reverse("production:list"), {"stage": stage})
            return sum(len(group.rows) for group in answer.context["groups"])

        assert (listed(usual["Preparing"].pk), listed(usual["Filed"].pk), listed("none")) == (1, 0, 0)
        DocumentPack.objects.update(stage=None)
        assert listed("none") == 1


class TestFollowing:
    def test_a_pack_follows_what_happens_to_it(
        self, pack: DocumentPack, preparer: User, usual: dict[str, PackStage]
    ) -> None:
        assert stage_of(pack) == "Preparing"
        _release(pack, preparer)
        assert stage_of(pack) == "With the client"
        mark_signed(pack, signed_on=TODAY, effective={}, documents={}, by=preparer, now=NOW)
        assert stage_of(pack) == "Signed"
        lodge = pack.to_dos.get(kind=ToDo.Kind.LODGE)
        tick(lodge, done_on=TODAY, reference="7EAB", by=preparer, now=NOW)
        assert stage_of(pack) == "Lodged"

    def test_it_never_goes_back_by_itself(
        self, as_preparer: Browser, pack: DocumentPack, preparer: User, usual: dict[str, PackStage]
    ) -> None:
        move(as_preparer, pack, usual["Filed"], usual["Preparing"])

        _release(pack, preparer)

        assert stage_of(pack) == "Filed"

    def test_a_correction_stands_where_the_former_version_stood(
        self, pack: DocumentPack, preparer: User
    ) -> None:
        _release(pack, preparer)

        later = start_correction(pack, by=preparer, now=NOW + timedelta(days=1))

        assert (stage_of(later), later.lodge_by) == ("With the client", None)

    def test_a_firm_without_statuses_has_none(self, company: Company, preparer: User) -> None:
        held = make_pack(company, by=preparer)
        _release(held, preparer)

        assert stage_of(held) == ""
        assert "No status" not in signed_in(preparer).get(reverse("production:list")).content.decode()


class TestNaming:
    def test_an_administrator_starts_with_the_usual_ones(self, as_administrator: Browser, firm: Firm) -> None:
        assert "No statuses yet" in as_administrator.get(reverse("production:stages")).content.decode()

        as_administrator.post(reverse("production:start-stages"))
        as_administrator.post(reverse("production:start-stages"))

        assert names() == ["Preparing", "With the client", "Signed", "Lodged", "Filed"]

    def test_adds_renames_orders_retires_and_brings_back(
        self, as_administrator: Browser, usual: dict[str, PackStage], pack: DocumentPack
    ) -> None:
        filed, held = usual["Filed"].pk, usual["Preparing"].pk

        as_administrator.post(reverse("production:add-stage"), {"name": "  At   ASIC ", "follows": ""})
        as_administrator.post(reverse("production:change-stage", args=[filed]), {"name": "Put away"})
        as_administrator.post(reverse("production:shift-stage", args=[filed]), {"step": "up"})
        as_administrator.post(reverse("production:retire-stage", args=[held]))

        assert names() == ["Preparing", "With the client", "Signed", "Put away", "Lodged", "At ASIC"]
        assert stage_of(pack) == "Preparing"
        assert "Retired" in as_administrator.get(reverse("production:stages")).content.decode()
        as_administrator.post(reverse("production:retire-stage", args=[held]), {"back": "1"})
        assert not PackStage.objects.get(pk=held).is_retired

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"name": ""}, "Give the status a name"),
            ({"name": "   "}, "Give the status a name"),
            ({"name": "FILED"}, "There is a status “Filed” already."),
            ({"name": "x" * 41}, "at most 40 characters"),
            ({"name": "Bell\x07"}, "holds"),
            ({"name": "New", "follows": "SIGNED"}, "Packs move to “Signed” when it is marked signed."),
            ({"name": "New", "follows": "NOPE"}, "Choose one of these."),
        ],
    )
    def test_what_cannot_be_is_told_beside_the_field_and_what_was_typed_stays(
        self, administrator: User, usual: dict[str, PackStage], typed: dict[str, str], sentence: str
    ) -> None:
        browser = signed_in(administrator)
        for address in (
            reverse("production:add-stage"),
            reverse("production:change-stage", args=[usual["Lodged"].pk]),
        ):
            answer = browser.post(address, typed)

            assert answer.status_code == 422
            assert sentence in answer.content.decode()
            assert names() == ["Preparing", "With the client", "Signed", "Lodged", "Filed"]

    def test_there_are_not_endlessly_many(self, as_administrator: Browser, firm: Firm) -> None:
        for number in range(MOST_STAGES):
            PackStage.objects.create(name=f"Step {number}", position=number)

        answer = as_administrator.post(reverse("production:add-stage"), {"name": "One more"})

        assert "at most 20 statuses" in answer.content.decode()

    def test_the_first_does_not_move_up(self, usual: dict[str, PackStage], administrator: User) -> None:
        shift_stage(usual["Preparing"], step=-1, by=administrator)

        assert names()[0] == "Preparing"

    def test_everybody_else_is_told_who_can(self, as_preparer: Browser, administrator: User) -> None:
        answer = as_preparer.get(reverse("production:stages"))

        assert answer.status_code == 403
        assert (
            "Only an administrator can name the statuses of packs: Daniel Okafor" in answer.content.decode()
        )

    def test_another_firms_status_is_not_found(self, as_administrator: Browser, other_firm: Firm) -> None:
        with firm_scope(other_firm.pk):
            theirs = PackStage.objects.create(name="Theirs", position=1)

        for address in ("change-stage", "shift-stage", "retire-stage"):
            answer = as_administrator.post(
                reverse(f"production:{address}", args=[theirs.pk]), {"name": "Mine"}
            )
            assert answer.status_code == 404

    def test_the_database_keeps_a_name_once(self, usual: dict[str, PackStage]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            PackStage.objects.create(name="signed", position=9)


def _release(pack: DocumentPack, by: User) -> None:
    release_pack(pack, delivery=DocumentPack.Delivery.DOWNLOADED, by=by, now=NOW, with_job=False)
    pack.refresh_from_db()
