"""docs/licences.md: what is copied into the repository or shipped beside it, and under which licence."""

import tomllib

from tests.tracked import ROOT

_VERSIONS = ROOT / "src/minutebook/design/static/design/vendor/versions.toml"
_INTRODUCTION = """\
# Licences

Minutebook is under the [Apache License 2.0](../LICENSE). Copied into the repository, unchanged, are the
scripts, fonts and icons below, each with its own licence beside it. Everything else it is built on is
installed, not copied: `requirements.txt` names it. This page is written by `make docs`.

| part | version | licence | its text |
| --- | --- | --- | --- |
"""
_TEXTS = {
    "htmx.org": "src/minutebook/design/static/design/vendor/htmx-LICENSE.txt",
    "@github/auto-complete-element": (
        "src/minutebook/design/static/design/vendor/auto-complete-element-LICENSE.txt"
    ),
    "@fontsource-variable/source-serif-4": (
        "src/minutebook/design/static/design/fonts/source-serif-4-OFL.txt"
    ),
    "@fontsource-variable/source-sans-3": "src/minutebook/design/static/design/fonts/source-sans-3-OFL.txt",
}
# Those that versions.toml does not list: they came one file at a time, not as a package.
_OTHERS = (
    ("Lucide icons", "lucide-static 1.62.0", "ISC", "src/minutebook/design/icons/lucide-LICENSE.txt"),
    ("Carlito, the type of the documents", "", "OFL-1.1", "src/minutebook/documents/fonts/OFL.txt"),
    (
        "Carlito, the type of their preview",
        "",
        "OFL-1.1",
        "src/minutebook/documents/static/documents/fonts/carlito-OFL.txt",
    ),
)
_FONTS_INSTALLED = """
Documents in other scripts than Latin, Greek and Cyrillic are set in Noto Sans and Noto Emoji (OFL-1.1), which
come with the packages `manimgx-fonts` and `manimgx-fonts-cjk`.
"""


def licences_page() -> str:
    vendored = tomllib.loads(_VERSIONS.read_text(encoding="utf-8"))
    copied = {
        (part["name"], part["version"], part["licence"], _TEXTS[part["name"]])
        for parts in vendored.values()
        for part in parts
    }
    rows = [
        f"| {name} | {version} | {licence} | [{text.rpartition('/')[2]}](../{text}) |"
        for name, version, licence, text in [*sorted(copied), *_OTHERS]
    ]
    return _INTRODUCTION + "\n".join(rows) + "\n" + _FONTS_INSTALLED
