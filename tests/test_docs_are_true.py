"""What README, CONTRIBUTING and docs say to type is run by a test or by CI, and what they name exists."""

import re
import subprocess

import pytest

from tests.docs.commands import PAGES, commands_in
from tests.tracked import ROOT, tracked_files

# Who runs each command: a file, and the words in it that do.
_RUN_BY = {
    "make demo": ("tests/journeys/conftest.py", '"demo"'),
    "make test": (".ci/run", "make test"),
    "make check": (".ci/run", "make check"),
    "make check-lock": (".ci/run", "make check-lock"),
    "make lock": ("Makefile", "$(MAKE) --no-print-directory -s lock"),  # by check-lock
    "make bench": ("tests/bench/test_bench_still_runs.py", '"tests.bench"'),
    "make faults": ("tests/faults/test_the_short_form.py", '"tests.faults"'),
    "make faults SHORT=1": ("tests/faults/test_the_short_form.py", '"--short"'),
    "minutebook manage audit_jobs": (
        "src/minutebook/jobs/tests/test_nightly_audit.py",
        'call_command("audit_jobs")',
    ),
    'minutebook manage add_person mei@kauriwattle.example "Mei Chen" --role partner': (
        "src/minutebook/firms/tests/test_adding_people.py",
        'call_command("add_person", "Mei@kauriwattle.example"',
    ),
    'minutebook manage add_firm "Harbour Advisory" mei@kauriwattle.example "Mei Chen" --time-zone Australia/Perth': (
        "src/minutebook/firstrun/tests/test_adding_firms.py",
        'call_command("add_firm", "Harbour Advisory"',
    ),
    "minutebook manage set_up_code": (
        "src/minutebook/firstrun/tests/test_first_run.py",
        'call_command("set_up_code"',
    ),
    "minutebook manage verify_activity": (
        "src/minutebook/activity/tests/test_the_chain.py",
        'call_command("verify_activity"',
    ),
    "make docs": ("tests/docs/test_docs_are_up_to_date.py", "outdated_pages()"),
    "minutebook demo": ("tests/journeys/conftest.py", '"demo"'),
    "minutebook serve": ("src/minutebook/server/tests/test_serving_on_postgresql.py", '"serve"'),
    "minutebook web": ("src/minutebook/server/serve.py", '("web", "worker")'),  # by serve
    "minutebook worker": ("tests/worker.py", '"worker"'),
    "minutebook check": ("src/minutebook/server/tests/test_what_is_unsafe_is_said.py", 'main(["check"])'),
    "minutebook check --deploy": (
        "src/minutebook/server/tests/test_what_is_unsafe_is_said.py",
        'main(["check", "--deploy"])',
    ),
    "minutebook rotate-keys": (
        "src/minutebook/server/tests/test_keys_are_replaced.py",
        'main(["rotate-keys"])',
    ),
    'minutebook delete-firm "Kauri & Wattle" --export kauri.zip': (
        "src/minutebook/server/tests/test_deleting_a_firm.py",
        'main(["delete-firm"',
    ),
    "minutebook new-key": ("src/minutebook/server/tests/test_keys_are_replaced.py", 'main(["new-key"])'),
    "minutebook manage reset_second_step EMAIL": (
        "src/minutebook/signin/tests/test_second_step.py",
        'call_command("reset_second_step"',
    ),
    "minutebook backup": ("tests/kept.py", "take_backup("),
    "minutebook restore": ("src/minutebook/server/tests/test_backup_and_restore.py", '"restore"'),
    "minutebook restore FILE": ("src/minutebook/server/tests/test_backup_and_restore.py", '"restore"'),
    "minutebook move-to-postgresql": (
        "src/minutebook/server/tests/test_moving_to_postgresql.py",
        '"move-to-postgresql"',
    ),
    ".venv/bin/python -m pytest src/minutebook/jobs": ("Makefile", "$(BIN)/python -m pytest"),
}
# It writes to a practice in XPM, and waits there for what only a live one shows; here only its words are read.
_NOT_RUN_HERE = ["docs/live-check.sh"]
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)(?:#[^)]*)?\)")
_PATH = re.compile(r"`((?:src|tests|docs|\.ci)/[\w./-]+)`")


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_run_by_a_test_or_by_ci(page: str) -> None:
    unknown = [command for command in commands_in(page) if command not in _RUN_BY]
    not_run = [
        command for command in commands_in(page) if command in _RUN_BY and not _runs(*_RUN_BY[command])
    ]

    assert (unknown, not_run) == ([], [])


def test_every_make_target_named_exists() -> None:
    commands = {command for page in PAGES for command in commands_in(page)}

    for target in {command.removeprefix("make ") for command in commands if command.startswith("make ")}:
        subprocess.run(["make", "--dry-run", *target.split()], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("script", _NOT_RUN_HERE)
def test_a_script_that_is_not_run_here_is_at_least_a_script(script: str) -> None:
    subprocess.run(["sh", "-n", script], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md"])
def test_every_link_and_every_path_leads_somewhere(page: str) -> None:
    text, folder = (ROOT / page).read_text(encoding="utf-8"), (ROOT / page).parent

    broken = [link for link in _LINK.findall(text) if not (folder / link).exists()]
    missing = [path for path in _PATH.findall(text) if not (ROOT / path).exists()]

    assert (broken, missing) == ([], [])


def test_the_readme_shows_every_package_of_the_product_and_no_other() -> None:
    tree = (ROOT / "README.md").read_text(encoding="utf-8").partition("```text\n")[2].partition("```")[0]
    shown = {line.split()[0].rstrip("/") for line in tree.splitlines() if line.startswith("  ")}
    packages = {path.parts[2] for path in tracked_files() if path.parts[:2] == ("src", "minutebook")}

    assert shown == {package for package in packages if "." not in package}


def _runs(file: str, words: str) -> bool:
    return (ROOT / file).exists() and words in (ROOT / file).read_text(encoding="utf-8")
