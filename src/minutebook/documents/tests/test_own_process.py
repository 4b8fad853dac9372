"""A firm's wording is rendered in a child that can do nothing else, and that may be killed."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from minutebook.documents import own_process
from minutebook.documents.blocks import Paragraph, Run
from minutebook.documents.grammar import WordingError
from minutebook.documents.own_process import session

HEAD = "---\ntitle: Letter\n---\n"


def rendered(body: str, fields: Mapping[str, object] | None = None) -> tuple[str, object]:
    with session({"letter": HEAD + body}) as child:
        return child.render("letter", {"name": "Zoë", "rows": list(range(40_000))} | dict(fields or {}), {})


def test_a_wording_comes_out_as_it_would_here() -> None:
    assert rendered("Dear {{ name }}") == ("Letter", (Paragraph((Run("Dear Zoë"),)),))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("\n{% for a in range(10**9) %}a{% endfor %}", "Line 5: “range” is no macro."),
        ("{{ 1 / 0 }}", "Line 4: A wording may not use arithmetic."),
        ("{{ nmae }}", "Line 4: There is no field “nmae”. Did you mean name?"),
        ("{{ name.__class__ }}", "underscore"),
        ("{{ " + "(" * 5000 + "name" + ")" * 5000 + " }}", "Line 4: This is nested too deeply."),
        ("{{ name|and_list(*rows) }}", "Line 4: A wording may not use * or ** in a call."),
        ("\n\n{{ rows|first|number(999999999) }}", "Line 6: This number cannot be written that way."),
        ("{{ name }}\n" * 20_000, "A wording has at most 200,000 characters."),
        ("{% for a in rows %}{% for b in rows %}a{% endfor %}{% endfor %}", "too many turns"),
    ],
)
def test_what_would_run_wild_is_refused_with_its_line(body: str, message: str) -> None:
    began = time.monotonic()

    with pytest.raises(WordingError) as refused:
        rendered(body)

    assert message in str(refused.value)
    assert time.monotonic() - began < 8, "by the clock of a busy machine"


def test_what_needs_too_much_memory_is_a_sentence() -> None:
    big = "x" * (300 * 1024 * 1024)

    with pytest.raises(WordingError, match="memory"):
        rendered("{{ name }}", {"name": big})


def test_a_child_that_is_killed_is_a_sentence_and_the_next_one_works() -> None:
    with session({"letter": HEAD + "{{ name }}"}) as child:
        os.killpg(child._child.process.pid, signal.SIGKILL)
        with pytest.raises(WordingError, match="too long"):
            child.render("letter", {"name": "Zoë"}, {})

    assert rendered("{{ name }}")[0] == "Letter"


def test_a_child_can_open_nothing_and_has_none_of_our_secrets() -> None:
    """Look at the process itself: what it may, and what it was given."""
    with session({"letter": HEAD + "{{ name }}"}) as child:
        child.render("letter", {"name": "Zoë"}, {})
        forked = _only_child_of(child._child.process.pid)
        limits = Path(f"/proc/{forked}/limits").read_text(encoding="ascii")
        environment = Path(f"/proc/{forked}/environ").read_bytes()

    values = {line[:25].strip(): line[26:].split()[0] for line in limits.splitlines()}
    assert values["Max open files"] == "0", "so no file, and no socket"
    assert values["Max address space"] == str(256 * 1024 * 1024)
    assert int(values["Max cpu time"]) <= 3
    assert environment == b"LC_ALL=C.UTF-8\0"


def test_one_pack_takes_one_child() -> None:
    rendered("{{ name }}")
    before = [child.process.pid for child in own_process._idle]

    for _ in range(3):
        rendered("{{ name }}")

    assert [child.process.pid for child in own_process._idle] == before


def _only_child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii"))
