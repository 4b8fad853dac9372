"""What an import makes of its rows before anything is entered: drafts of companies, and entries for registers."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minutebook.companies.models import Company
from minutebook.contacts.addresses import AddressParts
from minutebook.spreadsheets.lines import Line
from minutebook.spreadsheets.people import ContactDraft, People


@dataclass(slots=True, eq=False)
class CompanyDraft:
    """A company of the file, or one that is here and that the file tells more of."""

    acn: str
    name: str
    registered_on: date | None
    line: Line | None = None  # its row among the companies
    contact: ContactDraft | None = None
    known: Company | None = None
    is_left_alone: bool = False
    classes: dict[str, str] = field(default_factory=dict)  # code -> title, all there will be


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An entry for a register: its line, its company and its fields."""

    line: Line
    company: CompanyDraft
    contact: ContactDraft | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    address: AddressParts | None = None


@dataclass(slots=True)
class Understanding:
    """All that the file tells."""

    lines: list[Line] = field(default_factory=list)
    companies: dict[str, CompanyDraft] = field(default_factory=dict)  # by ACN
    people: People = field(default_factory=People)
    officeholders: list[Entry] = field(default_factory=list)
    addresses: list[Entry] = field(default_factory=list)
    classes: list[Entry] = field(default_factory=list)
    holdings: list[Entry] = field(default_factory=list)

    @property
    def errors(self) -> int:
        return sum(line.has_errors for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """Return what an import would make, by noun, with what would only be brought up to date."""
        new = [
            each
            for each in self.companies.values()
            if each.line and not each.known and not each.line.has_errors
        ]
        updated = [
            each for each in self.companies.values() if each.line and each.known and not each.is_left_alone
        ]
        return {
            "companies": len(new),
            "companies updated": len(updated),
            "officeholders": len(self.officeholders),
            "addresses": len(self.addresses),
            "share classes": len(self.classes),
            "holdings": len(self.holdings),
            "contacts": sum(draft.is_used and draft.known is None for draft in self.people.drafts),
            "contacts already here": sum(
                draft.is_used and draft.known is not None for draft in self.people.drafts
            ),
        }
