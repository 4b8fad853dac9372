"""`make demo` and `make test` in a fresh clone: what is missing is said in a sentence, with the cure."""

import pytest

from tests.setup.clone import Clone


@pytest.mark.parametrize("command", ["demo", "test", "check"])
def test_without_python3_the_message_names_it(clone: Clone, command: str) -> None:
    run = clone.make(command)

    assert run.returncode != 0
    assert "needs python3 (3.8 or newer)" in run.stderr
    assert "apt-get install python3" in run.stderr


def test_a_python3_that_is_too_old_is_told_which_would_do(clone: Clone) -> None:
    clone.has_python("3.7.17")

    run = clone.make("demo")

    assert run.returncode != 0
    assert "needs python3 3.8 or newer" in run.stderr
    assert not (clone.folder / ".uv").exists()


def test_where_uv_cannot_be_installed_pips_own_words_are_shown(clone: Clone) -> None:
    clone.has_python("3.8.20")

    run = clone.make("demo")

    assert run.returncode != 0
    assert "Could not find a version that satisfies the requirement uv" in run.stderr
    assert "could not install uv" in run.stderr
    assert "package index it can reach" in run.stderr


def test_where_no_python_313_can_be_had_the_message_says_how_to_install_it(clone: Clone) -> None:
    clone.has_uv(failing="venv")

    run = clone.make("test")

    assert run.returncode != 0
    assert "needs Python 3.13" in run.stderr
    assert "apt-get install python3.13" in run.stderr


def test_where_the_requirements_cannot_be_fetched_the_message_says_what_is_needed(clone: Clone) -> None:
    clone.has_uv(failing="pip sync")

    run = clone.make("test")

    assert run.returncode != 0
    assert "error: no network" in run.stderr
    assert "package index it can reach" in run.stderr


@pytest.mark.parametrize("step", ["venv", "pip sync", "pip install"])
def test_a_set_up_that_failed_is_taken_up_again_by_the_next_make(clone: Clone, step: str) -> None:
    clone.has_uv(failing=step)
    failed = clone.make(".venv/.synced")
    clone.has_uv()

    run = clone.make(".venv/.synced")

    assert failed.returncode != 0
    assert run.returncode == 0, run.stderr
    assert (clone.folder / ".venv" / ".synced").exists()


def test_a_failed_set_up_leaves_nothing_that_git_would_see(clone: Clone) -> None:
    clone.has_python("3.8.20")
    before = sorted(file.name for file in clone.folder.iterdir())

    clone.make("demo")

    assert sorted(file.name for file in clone.folder.iterdir()) == before


def test_set_up_installs_only_hashed_requirements_and_only_into_the_clone(clone: Clone) -> None:
    clone.has_uv()

    run = clone.make(".venv/.synced")

    assert run.returncode == 0, run.stderr
    assert clone.uv_calls() == [
        " uv venv -q --allow-existing .venv",
        ".venv uv pip sync -q --require-hashes requirements-dev.txt",
        ".venv uv pip install -q --no-deps -e .",
    ]


def test_set_up_done_once_is_not_done_again(clone: Clone) -> None:
    clone.has_uv()
    clone.make(".venv/.synced")
    calls = clone.uv_calls()

    run = clone.make(".venv/.synced")

    assert run.returncode == 0
    assert clone.uv_calls() == calls
