"""Every help page opens, and is found from the list."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from minutebook.help.pages import PAGES, HelpPage


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)
def test_a_help_page_opens(page: HelpPage, as_preparer: Browser) -> None:
    answer = as_preparer.get(reverse("help:page", args=[page.slug]))

    assert answer.status_code == 200
    assert f"<h1>{page.title}</h1>".replace("’", "&#x27;") in answer.content.decode().replace("’", "&#x27;")


def test_the_list_links_every_page(as_preparer: Browser) -> None:
    shown = as_preparer.get(reverse("help:index")).content.decode()

    assert all(reverse("help:page", args=[page.slug]) in shown for page in PAGES)


def test_an_unknown_page_is_not_found(as_preparer: Browser) -> None:
    assert as_preparer.get("/help/nothing/").status_code == 404
