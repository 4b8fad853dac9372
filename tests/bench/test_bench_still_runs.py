"""The bench must not rot: it runs small in every test run, and says of a figure what was measured."""

import subprocess
import sys

import pytest

from tests.bench.figures import Figure
from tests.bench.table import HEAD, table_of
from tests.tracked import ROOT


def test_the_bench_prints_its_machine_and_a_table_of_every_figure() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--tiny"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    machine, _, _, head, rule, *rows = run.stdout.splitlines()
    assert "Python 3." in machine
    assert [name.strip() for name in head.split("|")[1:-1]] == list(HEAD)
    assert {len(line) for line in rows} == {len(rule)}
    assert any("First run: from its page to signed in" in row for row in rows)
    assert any("10 documents" in row and "≤ 300 ms" in row for row in rows)
    assert any("Activity, a rare word" in row for row in rows)
    assert any("3 companies of a spreadsheet entered" in row for row in rows)
    assert any("Document Production" in row and "p95 ≤ 100 ms" in row for row in rows)


@pytest.mark.parametrize(
    ("judged_on", "verdict"), [("median", "met: 20 % of it"), ("p95", "MISSED: 162 % of it")]
)
def test_a_figure_is_judged_on_what_its_target_binds(judged_on: str, verdict: str) -> None:
    figure = Figure(name="a page", values=[20.0] * 15 + [162.0] * 5, target=100, judged_on=judged_on)

    assert figure.verdict == verdict


def test_a_figure_without_a_target_is_not_judged() -> None:
    figure = Figure(name="a page", values=[20.0])

    assert figure.is_met
    assert figure.verdict == ""


def test_numbers_show_three_figures_and_their_unit() -> None:
    figure = Figure(name="queries", values=[7], unit="queries", target=12)

    table = table_of([figure, Figure(name="a page", values=[0.1234]), Figure(name="a list", values=[1234.5])])

    assert "7 queries" in table
    assert "median ≤ 12 queries" in table
    assert "0.12 ms" in table
    assert "1234 ms" in table


def test_a_target_of_none_at_all_is_met_by_none_and_missed_by_one() -> None:
    none, one = (Figure(name="Calls answered 429", values=[count], unit="", target=0) for count in (0, 1))

    assert (none.verdict, one.verdict) == ("met", "MISSED: 1")
