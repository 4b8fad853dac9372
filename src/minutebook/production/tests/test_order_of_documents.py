"""Documents in the order a person gives them, in the list and in everything that leaves the pack."""

import zipfile
from io import BytesIO

import pikepdf
import pytest
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from minutebook.companies.models import Company
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.production.order import Move, merged, moved, placed_before
from tests.cast import TODAY, make_person, signed_in
from tests.packs import appointment_fields, make_pack


@pytest.fixture
def pack(company: Company, preparer: User) -> DocumentPack:
    return make_pack(company, by=preparer)


def codes(pack: DocumentPack) -> list[str]:
    return list(pack.documents.order_by("position").values_list("code", flat=True))


def reorder(browser: Browser, pack: DocumentPack, **asked: object) -> str:
    answer = browser.post(reverse("production:order", args=[pack.pk]), asked, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


_places = st.integers(0, 6)
_steps = st.lists(
    st.one_of(
        st.tuples(_places, st.sampled_from(Move)),
        st.tuples(_places, st.one_of(st.none(), st.integers(0, 8))),  # 7 and 8 are gone
    ),
    max_size=25,
)


class TestTheRules:
    @settings(max_examples=30)
    @given(steps=_steps)
    def test_any_moves_end_where_they_should(self, steps: list[tuple[int, Move | int | None]]) -> None:
        order = list(range(7))

        for one, asked in steps:
            others, place = [each for each in order if each != one], order.index(one)
            if isinstance(asked, Move):
                order = moved(order, one, asked)
                expected = min(max(place + (1 if asked == Move.DOWN else -1), 0), 6)
            else:
                order = placed_before(order, one, asked)
                expected = place
                if asked is None:
                    expected = 6
                elif asked in others:
                    expected = others.index(asked)
            assert order.index(one) == expected
            assert [each for each in order if each != one] == others

    @settings(max_examples=30)
    @given(kept=st.permutations(range(6)), gone=st.sets(st.integers(0, 5)))
    def test_what_is_new_comes_after_what_it_follows_as_a_rule(self, kept: list[int], gone: set[int]) -> None:
        known = [each for each in kept if each not in gone]

        order = merged(known, list(range(6)))

        assert [each for each in order if each in known] == known
        assert sorted(order) == list(range(6))


class TestInAPack:
    def test_up_down_and_before_another(self, as_preparer: Browser, pack: DocumentPack) -> None:
        first, second, third, *_ = pack.documents.order_by("position")

        page = reorder(as_preparer, pack, document=second.pk, move="up")

        assert codes(pack)[:2] == [second.code, first.code]
        assert f"{second.title} is number 1 of" in page  # for the screen reader
        reorder(as_preparer, pack, document=second.pk, move="up")
        assert codes(pack)[:2] == [second.code, first.code]
        reorder(as_preparer, pack, document=third.pk, before=first.pk)
        assert codes(pack)[:3] == [second.code, third.code, first.code]
        reorder(as_preparer, pack, document=third.pk, before="")
        assert codes(pack)[-1] == third.code
        assert "Use the usual order" in reorder(as_preparer, pack, document=third.pk, move="up")
        assert "Use the usual order" not in reorder(as_preparer, pack, move="usual")

    def test_the_files_follow_it_and_are_numbered_without_gaps(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        first, *_ = pack.documents.filter(is_on=True).order_by("position")
        resolution = pack.documents.get(code="directors_resolution")
        reorder(as_preparer, pack, document=resolution.pk, before=first.pk)
        last = pack.documents.filter(is_on=True).order_by("position")[2]
        as_preparer.post(reverse("production:document", args=[pack.pk, last.pk]), {"switch": "1"})
        titles = [each.title for each in pack.documents.filter(is_on=True).order_by("position")]

        as_preparer.post(reverse("production:release", args=[pack.pk]))

        names = zipfile.ZipFile(
            BytesIO(as_preparer.get(reverse("production:zip", args=[pack.pk])).getvalue())
        ).namelist()
        assert [name for name in names if name.endswith(".pdf")] == [
            f"{number:02d} {title}.pdf" for number, title in enumerate(titles, start=1)
        ]
        combined = as_preparer.get(reverse("production:combined", args=[pack.pk])).getvalue()
        with pikepdf.open(BytesIO(combined)) as pdf, pdf.open_outline() as outline:
            assert outline.root[0].title == "Circulating resolution of the directors"

    def test_other_events_leave_the_order_that_was_given(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        letter = pack.documents.get(code="cover_letter")
        reorder(as_preparer, pack, document=letter.pk, before=pack.documents.get(code="consent_to_act").pk)
        petra = appointment_fields(make_person("Petra", "Southern"), on=TODAY)
        events = {
            "kinds_shown": "1",
            "kind": ["appoint_director", "change_principal_place"],
            "event": ["1:appoint_director", "2:change_principal_place"],
            "event2-changed_on": TODAY.isoformat(),
            "event2-address": "6 Kinnaird Place, Preston VIC 3072",
            "continue": "1",
        }

        as_preparer.post(reverse("production:events", args=[pack.pk]), petra | events)

        after = codes(pack)
        assert after[0] == "cover_letter"
        assert after.index("register_of_addresses") == after.index("register_of_officeholders") + 1

    def test_a_viewer_may_not_and_a_released_pack_is_fixed(
        self, as_preparer: Browser, viewer: User, pack: DocumentPack
    ) -> None:
        address, one = reverse("production:order", args=[pack.pk]), pack.documents.all()[0].pk
        assert signed_in(viewer).post(address, {"document": one, "move": "up"}).status_code == 403

        as_preparer.post(reverse("production:release", args=[pack.pk]))

        assert as_preparer.post(address, {"document": one, "move": "up"}).status_code == 404
