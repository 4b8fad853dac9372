"""The repository names no package index and no folder of anybody's machine: who installs it has their own."""

import configparser
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from tests.tracked import ROOT, tracked_texts

# An address that serves packages: a "simple" listing, or a host known for one.
_INDEX = re.compile(
    r"(?:https?|file)://\S*/simple\b"
    r"|\b(?:pypi\.(?:org|python)|files\.pythonhosted\.|registry\.(?:npmjs|yarnpkg)\.|npmmirror\.)",
    re.IGNORECASE,
)
# A home or a workspace. Folders that a deployment or a system has everywhere (/etc, /usr, /var) may be named.
_OWN_FOLDER = re.compile(r"(?<![\w.:/*-])/(?:home|root|Users|work|workspace|mnt|opt)/\w|\b[A-Z]:\\Users\\")
_INDEX_SETTINGS = ("INDEX_URL", "EXTRA_INDEX_URL", "DEFAULT_INDEX", "INDEX", "FIND_LINKS")


def test_the_patterns_find_what_they_are_for() -> None:
    # Put together here, so that this file does not name them itself.
    assert _INDEX.search("https://packages.example" + "/simple/django")
    assert _INDEX.search("https://pypi" + ".org/project/django")
    assert _OWN_FOLDER.search("see /home" + "/priya/minutebook")
    assert not _OWN_FOLDER.search("https://www.example.com/home/page and src/home/x")


def test_no_file_names_a_package_index() -> None:
    named = {path: _INDEX.findall(text) for path, text in tracked_texts().items() if _INDEX.search(text)}

    assert named == {}


def test_no_file_names_the_index_that_this_machine_uses() -> None:
    places = _places_of_this_machines_indexes()

    named = [(path, place) for path, text in tracked_texts().items() for place in places if place in text]

    assert named == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    here = [str(ROOT), *([str(Path.home())] if len(Path.home().parts) > 2 else [])]

    named = {
        path: found
        for path, text in tracked_texts().items()
        if (found := _OWN_FOLDER.findall(text) + [place for place in here if place in text])
    }

    assert named == {}


def _places_of_this_machines_indexes() -> set[str]:
    """Return the hosts, or for a local index the folders, that pip and uv are told of here."""
    addresses = [
        value
        for name, value in os.environ.items()
        if name.startswith(("PIP_", "UV_")) and name.endswith(_INDEX_SETTINGS)
    ]
    for file in _pip_files():
        parser = configparser.RawConfigParser()
        parser.read(file, encoding="utf-8")
        for section in parser.sections():
            addresses += [parser[section].get(name, "") for name in ("index-url", "extra-index-url")]
    words = [word for address in addresses for word in address.split()]
    places = {urlsplit(word).hostname or urlsplit(word).path.rstrip("/") for word in words}
    return places - {"", "localhost", "127.0.0.1"}


def _pip_files() -> list[Path]:
    named = os.environ.get("PIP_CONFIG_FILE")
    usual = [Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf"), Path.home() / ".config/pip/pip.conf"]
    return [file for file in [*([Path(named)] if named else []), *usual] if file.is_file()]
