"""The components page in Chromium: no rule of axe is broken, keys and dialogs work, the policy is kept."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from minutebook.design.forms import ComboboxInput, DateInput
from minutebook.design.law import LawNote


class AppointmentForm(forms.Form):
    person = forms.CharField(help_text="From your contacts.", widget=ComboboxInput(src="/people"))
    director_id = forms.CharField(label="Director ID", required=False)
    appointed_on = forms.DateField(widget=DateInput())
    consent_on = forms.DateField(label="Consent signed on", widget=DateInput())
    appointed_by = forms.ChoiceField(
        choices=[("directors", "The directors"), ("members", "The members")], widget=forms.RadioSelect
    )
    remember = forms.BooleanField(label="Add to deadlines", required=False)

    law_notes = {"consent_on": LawNote(section="s 201D(1)", text="Consent comes before appointment.")}


def components(request: HttpRequest) -> HttpResponse:
    typed = {"person": "Aroha Ngata", "appointed_on": "2026-11-22", "appointed_by": "directors"}
    context = {
        "form": AppointmentForm(typed),
        "stations": [
            station("done", "Creating", at="10.42.08", fact="No answer in 10 s"),
            station("checking", "Checking", fact="Nothing is repeated until we know.", is_current=True),
            station("waiting", "Created"),
        ],
        "total": Decimal("160.60"),
        "part": "companies",
    }
    return render(request, "design/components.html", context)


def station(
    state: str, words: str, *, at: str = "", fact: str = "", is_current: bool = False
) -> SimpleNamespace:
    return SimpleNamespace(state=state, words=words, at=at, fact=fact, is_current=is_current)


def people(_request: HttpRequest) -> HttpResponse:
    name = "Southern Star Pty Ltd"
    return HttpResponse(f'<li role="option" data-id="41" data-autocomplete-value="{name}">{name}</li>')


urlpatterns = [
    path("", components),
    path("people", people),
    path("companies/", include(([path("", components, name="list")], "companies"))),
]


@pytest.fixture
def components_page(page: Page, live_server: LiveServer, settings: Settings) -> Page:
    settings.ROOT_URLCONF = __name__
    page.goto(live_server.url)
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 820, 390])
def test_nobody_is_shut_out_and_nothing_runs_off_the_page(
    components_page: Page, theme: Literal["light", "dark"], width: int
) -> None:
    components_page.set_viewport_size({"width": width, "height": 900})
    components_page.emulate_media(color_scheme=theme, reduced_motion="reduce")

    found = Axe().run(components_page, options={"preload": False}).response["violations"]

    assert [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found] == []
    assert components_page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_content_security_policy_has_nothing_to_report(
    page: Page, live_server: LiveServer, settings: Settings
) -> None:
    settings.ROOT_URLCONF = __name__
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(live_server.url, wait_until="networkidle")

    assert complaints == []


def test_the_summary_takes_the_focus_and_f8_goes_to_the_field(components_page: Page) -> None:
    expect(components_page.locator("[data-error-summary]")).to_be_focused()

    components_page.keyboard.press("F8")

    expect(components_page.get_by_label("Consent signed on")).to_be_focused()


def test_question_mark_lists_the_keys_and_letters_can_be_turned_off(components_page: Page) -> None:
    components_page.keyboard.press("?")
    keys = components_page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()

    keys.get_by_label("Use single-letter keys in this browser").uncheck()
    keys.get_by_role("button", name="Close").click()
    components_page.keyboard.press("?")

    expect(keys).to_be_hidden()


def test_a_letter_typed_into_a_field_is_only_a_letter(components_page: Page) -> None:
    field = components_page.get_by_label("Director ID")

    field.press_sequentially("j?k/")

    expect(field).to_have_value("j?k/")


def test_going_back_from_a_dialog_and_escape_are_the_same(components_page: Page) -> None:
    opener = components_page.get_by_role("button", name="Release without a job")
    dialog = components_page.get_by_role("dialog", name="Release without a job?")

    opener.click()
    dialog.get_by_role("button", name="Go back").click()
    expect(dialog).to_be_hidden()
    opener.click()
    components_page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()


def test_choosing_from_a_combobox_keeps_the_id_until_the_name_is_typed_over(components_page: Page) -> None:
    person = components_page.get_by_label("Person")
    chosen = components_page.locator("[name=person_id]")

    person.fill("southern")
    components_page.get_by_role("option", name="Southern Star").click()
    expect(person).to_have_value("Southern Star Pty Ltd")
    expect(chosen).to_have_value("41")
    person.press_sequentially(" x")

    expect(chosen).to_have_value("")


def test_typing_that_was_never_sent_is_there_after_a_reload(components_page: Page) -> None:
    components_page.get_by_label("Director ID").fill("036 4408 2196 4417")

    components_page.reload()

    expect(components_page.get_by_label("Director ID")).to_have_value("036 4408 2196 4417")
