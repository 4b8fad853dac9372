"""A row of a spreadsheet as it is understood: its values, and what is wrong in it. Plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from minutebook.spreadsheets.layout import SheetLayout
from minutebook.spreadsheets.values import Unreadable, Value, Way, read_cell

ROW = ""  # the key of what is said of a whole row


@dataclass(slots=True, eq=False)
class Line:
    """One row. Its values are those of the cells that could be read; the others have an error."""

    pk: int
    sheet: int
    number: int
    register: str
    values: dict[str, Any] = field(default_factory=dict)
    says: list[tuple[str, str, bool]] = field(default_factory=list)  # column key, sentence, is an error
    is_skipped: bool = False  # what it tells is here already

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def refuse(self, key: str, sentence: str) -> None:
        self.says.append((key, sentence, True))

    def warn(self, key: str, sentence: str) -> None:
        self.says.append((key, sentence, False))

    @property
    def has_errors(self) -> bool:
        return any(is_error for _, _, is_error in self.says)


def read_line(
    layout: SheetLayout, *, pk: int, sheet: int, number: int, cells: Sequence[str], way: Way
) -> Line:
    """Read every cell of a row by its column. What cannot be read is refused beside its cell."""
    line = Line(pk=pk, sheet=sheet, number=number, register=layout.register)
    texts = layout.texts(cells)
    assert layout.fields is not None  # noqa: S101  # sheets without a register are not read
    for column in layout.fields.columns:
        text = texts.get(column.key, "")
        try:
            found = read_cell(column, text, way)
        except Unreadable as problem:
            line.refuse(column.key, str(problem))
            continue
        line.values[column.key] = found.value
        if found.note:
            line.warn(column.key, found.note)
    _require(line, layout, texts)
    return line


def _require(line: Line, layout: SheetLayout, texts: Mapping[str, str]) -> None:
    assert layout.fields is not None  # noqa: S101
    for column in layout.fields.columns:
        if (
            column.required
            and not texts.get(column.key, "").strip()
            and not _is_told(line.values, column.key)
        ):
            line.refuse(column.key, f"{column.label} is missing. Enter it, or leave this row out.")


def _is_told(values: Mapping[str, Value], key: str) -> bool:
    """Tell whether other cells say what is missing in this one."""
    match key:
        case "name":
            return bool(values.get("family_name"))
        case "street":
            return bool(values.get("address"))
        case "acn":
            return bool(values.get("company"))
        case "title":
            return bool(values.get("code"))
        case _:
            return False
