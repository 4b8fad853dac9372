"""How the rows of a sheet are laid out: its register and its columns. Plain values, kept as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from minutebook.spreadsheets.dates import Evidence
from minutebook.spreadsheets.registers import REGISTERS, Kind, Register


@dataclass(kw_only=True, slots=True)
class SheetLayout:
    """One sheet of an import."""

    name: str
    register: str = ""  # a code; nothing: the sheet is left out
    headings: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)  # index of a heading, as text -> column key
    is_remembered: bool = False
    is_hidden: bool = False
    from_1904: bool = False
    rows: int = 0
    notes: list[str] = field(default_factory=list)
    evidence: dict[str, list[Any]] = field(default_factory=dict)  # index of a heading -> Evidence's fields

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "SheetLayout":
        return cls(**kept)

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def fields(self) -> Register | None:
        return REGISTERS.get(self.register)

    @property
    def index_of(self) -> dict[str, int]:
        """Return where each column stands in a row."""
        return {key: int(index) for index, key in self.mapping.items()}

    @property
    def missing(self) -> list[str]:
        """Return the required columns that no heading was given."""
        mapped = set(self.mapping.values())
        columns = self.fields.columns if self.fields else ()
        return [
            column.label
            for column in columns
            if column.required and column.key not in mapped and not _is_told_otherwise(column.key, mapped)
        ]

    @property
    def date_evidence(self) -> Evidence:
        """Return what the cells of the columns with dates prove together."""
        found = Evidence()
        for index, key in self.mapping.items():
            column = self.fields.column(key) if self.fields else None
            if column and column.kind is Kind.DATE and index in self.evidence:
                found += Evidence(*self.evidence[index])
        return found

    def texts(self, cells: Sequence[str]) -> dict[str, str]:
        """Return a row's texts by column."""
        return {key: cells[index] if index < len(cells) else "" for key, index in self.index_of.items()}


def _is_told_otherwise(key: str, mapped: set[str]) -> bool:
    """Tell whether other columns say what a required one would."""
    instead = {
        "name": {"given_names", "family_name"},
        "street": {"address"},
        "acn": {"company"},
        "title": {"code"},
    }.get(key)
    return instead is not None and instead <= mapped
