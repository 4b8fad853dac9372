import hashlib
import re
import tomllib
from pathlib import Path

import pytest
from django.contrib.messages import constants
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string

from minutebook.design.templatetags.design import message_kind

DESIGN = Path(__file__).parents[1]
STATIC = DESIGN / "static" / "design"
TEMPLATES = sorted((DESIGN / "templates").rglob("*.html"))
STYLES = sorted((STATIC / "css").rglob("*.css"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    source = path.read_text()

    assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|<style|<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_no_context(name: str) -> None:
    page = get_template(name).render()

    assert '<html lang="en-AU">' in page
    assert "<h1>" in page


def test_the_page_for_a_failure_asks_the_file_manifest_for_nothing() -> None:
    source = (DESIGN / "templates" / "500.html").read_text()

    assert "{% static " not in source
    assert "{% extends" not in source


@pytest.mark.parametrize("name", ["base.html", "base_public.html"])
def test_every_file_a_page_asks_for_is_there(name: str) -> None:
    page = render_to_string(name)

    wanted = set(re.findall(r'(?:src|href)="/static/([^"]+)"', page))
    assert len(wanted) > 10
    assert [path for path in wanted if not finders.find(path)] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_file_a_style_sheet_names_is_there(path: Path) -> None:
    named = re.findall(r'url\("([^"]+)"\)', path.read_text())

    assert [name for name in named if not (path.parent / name).is_file()] == []


def test_every_style_sheet_is_imported_into_a_layer() -> None:
    entry = (STATIC / "css" / "minutebook.css").read_text()

    imported = set(re.findall(r'@import url\("([^"]+)"\) layer\(\w+\);', entry)) | {
        "fonts.css",
        "minutebook.css",
    }
    assert imported == {str(path.relative_to(STATIC / "css")) for path in STYLES}


def test_what_is_vendored_is_what_versions_toml_says() -> None:
    listed = tomllib.loads((STATIC / "vendor" / "versions.toml").read_text())
    files = [*listed["script"], *listed["font"]]

    wrong = [
        entry["file"]
        for entry in files
        if hashlib.sha256((STATIC / "vendor" / entry["file"]).read_bytes()).hexdigest() != entry["sha256"]
    ]
    assert wrong == []
    assert len(files) == len([*STATIC.glob("vendor/*.js"), *STATIC.glob("fonts/*.woff2")])


@pytest.mark.parametrize(
    ("level", "kind"),
    [
        (constants.ERROR, "needs-you"),
        (constants.WARNING, "paused"),
        (constants.SUCCESS, "done"),
        (constants.INFO, "advice"),
    ],
)
def test_a_message_becomes_a_banner_of_its_level(level: int, kind: str) -> None:
    assert message_kind(f"sticky {constants.DEFAULT_TAGS[level]}") == kind
