"""What packages above know of a company, for its page and for the list of companies.

Companies are below documents, jobs and production, so they cannot ask them; those tell, once, when apps are ready.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from minutebook.companies.models import Company


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanyNews:
    """A company's next deadline and latest pack, for its line in the list. Empty means there is none.

    The annual review need not be told: the list knows it, and shows it when nothing comes before.
    """

    next_deadline_on: date | None = None
    deadline_for: str = ""  # such as "484, appoint director"
    is_late: bool = False
    pack_title: str = ""  # such as "Appoint director"
    pack_glyph: str = ""  # a state of the design's status tag, such as "draft"
    pack_word: str = ""  # such as "Draft" or "Job J000123"
    pack_url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """A section of the company page's right column. The template sees the context, and nothing else."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)  # whatever the template shows


class TellsNews(Protocol):
    def __call__(self, company_ids: Sequence[int], *, today: date) -> Mapping[int, CompanyNews]: ...


class TellsPanels(Protocol):
    def __call__(self, company: Company, *, today: date) -> Sequence[Panel]: ...


_news: list[TellsNews] = []
_panels: list[TellsPanels] = []


def tell_company_news(tells: TellsNews) -> None:
    """Register who knows companies' deadlines and packs. Of several, the latest to know a company wins."""
    _news.append(tells)


def tell_company_panels(tells: TellsPanels) -> None:
    """Register who has panels for the company page; they stand in the order of registration."""
    _panels.append(tells)


def news_of(company_ids: Sequence[int], *, today: date) -> dict[int, CompanyNews]:
    """Return what is known of each company that anything is known of."""
    return {
        company_id: news for tells in _news for company_id, news in tells(company_ids, today=today).items()
    }


def panels_of(company: Company, *, today: date) -> list[Panel]:
    return [panel for tells in _panels for panel in tells(company, today=today)]
