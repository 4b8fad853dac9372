"""Figures as a table that reads well in a terminal and in a note."""

from collections.abc import Sequence

from tests.bench.figures import Figure

HEAD = ("measured", "runs", "median", "p95", "target", "verdict")
_RIGHT_ALIGNED = {1, 2, 3, 4}


def table_of(figures: Sequence[Figure]) -> str:
    """Return the table as Markdown, its columns aligned."""
    rows = [HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    rule = [
        "-" * (width - 1) + (":" if place in _RIGHT_ALIGNED else "-") for place, width in enumerate(widths)
    ]
    lines = [_padded(rows[0], widths), rule, *(_padded(row, widths) for row in rows[1:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _row(figure: Figure) -> tuple[str, ...]:
    def shown(value: float) -> str:
        return f"{_number(value)} {figure.unit}".rstrip()

    target = "" if figure.target is None else f"{figure.judged_on} ≤ {shown(figure.target)}"
    runs, median, p95 = str(len(figure.values)), shown(figure.median), shown(figure.p95)
    return (figure.name, runs, median, p95, target, figure.verdict)


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.rjust(width) if place in _RIGHT_ALIGNED else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _number(value: float) -> str:
    """Return three figures of it: more would be noise."""
    whole_digits = len(str(int(value)))
    return f"{value:.{max(0, 3 - whole_digits)}f}" if value != int(value) else str(int(value))
