"""Settings → Templates: a wording is made the firm's own, tried, refused with its line, compared, taken back."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from minutebook.activity.models import Activity
from minutebook.companies.models import Company
from minutebook.documents.sources import supplied_names, supplied_text
from minutebook.firms.models import Firm, Membership, User
from minutebook.wordings.catalogue import all_wordings
from minutebook.wordings.models import WordingVersion
from minutebook.wordings.trying import example_of, merge_fields
from tests.cast import make_user, signed_in
from tests.packs import make_pack

NAME = "consent_to_act"


@pytest.fixture
def partner(firm: Firm) -> User:
    return make_user(firm, "Mei Chen", "mei.chen@kauriwattle.example", Membership.Role.PARTNER)


@pytest.fixture
def as_partner(partner: User) -> Browser:
    return signed_in(partner)


def url(action: str = "template", *more: object) -> str:
    return reverse(f"wordings:{action}", args=[NAME, *more])


def changed(words: str = "**{{ event.person.name }}** agrees gladly.") -> str:
    return supplied_text(NAME).rstrip() + f"\n\n{words}\n"


def save(as_partner: Browser, source: str, *, after: int = 0, note: str = "Our own words") -> Any:
    return as_partner.post(url(), {"source": source, "after": after, "note": note}, follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_every_supplied_wording_is_on_the_page(as_partner: Browser) -> None:
    page = text(as_partner.get(reverse("wordings:list")))

    assert all(reverse("wordings:template", args=[name]) in page for name in supplied_names())


def test_a_saved_wording_is_a_version_with_who_and_why(as_partner: Browser) -> None:
    page = text(save(as_partner, changed()))

    version = WordingVersion.objects.get()
    assert (version.number, version.note, version.base) == (1, "Our own words", supplied_text(NAME))
    assert "Version 1 saved" in page
    assert "agrees gladly" in page, "in the preview"
    assert "Mei Chen" in page
    assert Activity.objects.filter(action="wording.saved", actor__name="Mei Chen").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("{{ event.person.nmae }}", "There is no field “event.person.nmae”. Did you mean event.person.name?"),
        ("{{ 7 * 7 }}", "A wording may not use arithmetic."),
        ("{% for x in directors %}", "Line"),
    ],
)
def test_an_error_is_told_with_its_line_and_loses_nothing_typed(
    as_partner: Browser, words: str, says: str
) -> None:
    answer = save(as_partner, changed(words))

    assert answer.status_code == 422
    assert says in text(answer)
    assert f"Go to line {len(changed(words).splitlines())}" in text(answer)
    assert words in text(answer).replace("&#x27;", "'")
    assert not WordingVersion.objects.exists()


def test_it_is_shown_as_it_is_typed_for_a_pack_of_the_firms_own(
    as_partner: Browser, company: Company, partner: User
) -> None:
    pack = make_pack(company, by=partner)

    answer = text(as_partner.post(url("try"), {"source": changed(), "pack": str(pack.pk)}))
    fields = text(as_partner.get(url("fields"), {"pack": str(pack.pk)}))

    assert "Aroha Ngata</strong> agrees gladly" in answer
    assert "Southern Star Pty Ltd" in fields
    assert pack.trace_number in text(as_partner.get(url()))


def test_what_somebody_else_saved_meanwhile_is_not_lost(as_partner: Browser) -> None:
    save(as_partner, changed())

    answer = save(as_partner, changed("Theirs and mine."), after=0)

    assert answer.status_code == 409
    assert "Mei Chen saved version 1 while you were writing" in text(answer)
    assert "Theirs and mine." in text(answer)
    assert WordingVersion.objects.count() == 1


def test_versions_are_compared_restored_and_taken_back(as_partner: Browser) -> None:
    save(as_partner, changed())
    save(as_partner, changed("Second thoughts."), after=1)

    compared = text(as_partner.get(url("compare"), {"from": "1", "to": "2"}))
    assert "<ins>Second thoughts" in compared or "<ins>Second" in compared

    as_partner.post(url("restore", 1))
    assert WordingVersion.objects.latest().get().source == changed()

    as_partner.post(url("supplied"))
    latest = WordingVersion.objects.latest().get()
    assert (latest.number, latest.is_own) == (4, False)


def test_others_may_read_and_are_told_who_can_change(as_preparer: Browser) -> None:
    page = text(as_preparer.get(url()))

    assert "An administrator or a partner of your firm can change it" in page
    assert "Save wording" not in page
    assert save(as_preparer, changed()).status_code == 403


def test_the_fields_have_values_and_what_puts_them_in(firm: Firm) -> None:
    fields = {field.path: field for field in merge_fields(all_wordings()[NAME], example_of(firm))}

    assert fields["company.name"].value == "Southern Star Pty Ltd"
    assert fields["company.name"].inserts == "{{ company.name }}"
    assert fields["directors"].inserts.startswith("{% for director in directors %}")


class TestTheSuppliedWordingChanges:
    @pytest.fixture
    def older(self, as_partner: Browser, firm: Firm) -> WordingVersion:
        """Return the firm's own wording, made when Minutebook supplied another text."""
        save(as_partner, changed())
        supplied = supplied_text(NAME)
        first, *others = [line for line in supplied.splitlines() if len(line) > 60]
        WordingVersion.objects.update(base=supplied.replace(first, f"{first} As it was.") if others else "")
        return WordingVersion.objects.get()

    def test_the_list_says_so(self, as_partner: Browser, older: WordingVersion) -> None:
        assert "Supplied wording has changed" in text(as_partner.get(reverse("wordings:list")))

    def test_what_only_one_has_changed_comes_together_by_itself(
        self, as_partner: Browser, older: WordingVersion
    ) -> None:
        WordingVersion.objects.update(source=older.base + "\nOurs.\n")

        page = as_partner.post(url("merge"))

        assert "Brought together, and not saved yet" in text(page)
        source = page.context["form"]["source"].value()
        assert "As it was" not in source
        assert source.endswith("Ours.\n")
        save(as_partner, source, after=1)

    def test_what_both_have_changed_is_chosen(self, as_partner: Browser, older: WordingVersion) -> None:
        WordingVersion.objects.update(source=older.base.replace("As it was.", "As we like it."))

        asked = as_partner.post(url("merge"))
        assert asked.status_code == 422
        assert "Choose for every passage" in text(asked)
        page = as_partner.post(url("merge"), {"passage-1": "own"})

        assert "As we like it." in page.context["form"]["source"].value()

    def test_it_may_be_kept(self, as_partner: Browser, older: WordingVersion) -> None:
        as_partner.post(url("merge"), {"keep": "1"})

        assert not WordingVersion.objects.latest().get().supplied_has_changed
