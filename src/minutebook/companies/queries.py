"""Reads for the list of companies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from minutebook.companies.models import Company, Officeholder
from minutebook.companies.panels import CompanyNews, news_of
from minutebook.companies.review import next_review
from minutebook.companies.rules import months_after
from minutebook.contacts.search import find_contacts
from minutebook.firms.models import Firm
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.practice.queries import find_connection

REVIEW_MONTHS = 2  # how far ahead an annual review counts as due
_STALE_YEARS = 12  # a review date that nobody has touched for longer is not looked for
_NO_NEWS = CompanyNews()


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One way of looking at the list, with how many companies it has."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A company's line in the list."""

    company: Company
    review_on: date
    client: Client | None  # of the connected practice
    news: CompanyNews


def tenant_of(firm: Firm) -> str:
    """Return the practice the firm is connected to, or was when the connection was lost; else nothing."""
    connection = find_connection(firm)
    if connection is None or connection.status == Connection.Status.DISCONNECTED:
        return ""
    return connection.tenant_id


def views_of(*, tenant_id: str, today: date) -> list[View]:
    """Return the views of the list. Who has no client is asked only while there is a practice."""
    filters = {"": Q(), "review": _review_due(today)}
    if tenant_id:
        filters["unlinked"] = _not_linked(tenant_id)
    counts = Company.objects.aggregate(
        **{f"in_{code}": Count("pk", filter=condition) for code, condition in filters.items()}
    )
    return [View(code=code, label=_VIEW_LABELS[code], count=counts[f"in_{code}"]) for code in filters]


def partners() -> list[tuple[str, int]]:
    """Return each partner with the number of their companies, by name."""
    counted = Company.objects.exclude(partner="").values_list("partner").annotate(Count("pk"))
    return list(counted.order_by("partner"))


def find_companies(
    text: str = "", *, view: str = "", partner: str = "", tenant_id: str, today: date
) -> QuerySet[Company]:
    """Return the companies of a view, found by name, former name, ACN or officeholder, in name order."""
    found = Company.objects.in_name_order()
    if view == "review":
        found = found.filter(_review_due(today))
    if view == "unlinked" and tenant_id:
        found = found.filter(_not_linked(tenant_id))
    if partner:
        found = found.filter(partner=partner)
    return matching(found, text)


def matching(companies: QuerySet[Company], text: str) -> QuerySet[Company]:
    """Return those found by name, former name, ACN or officeholder; all of them where nothing is asked."""
    return companies.filter(_matches(text.strip())) if text.strip() else companies


def rows_of(companies: Sequence[Company], *, tenant_id: str, today: date) -> list[Row]:
    """Return the lines of some companies, in their order."""
    clients = _clients_of(companies, tenant_id)
    news = news_of([company.pk for company in companies], today=today)
    reviews = {company.pk: next_review(company.review_on, today=today) for company in companies}
    return [
        Row(
            company=company,
            review_on=reviews[company.pk],
            client=clients.get(company.contact_id),
            news=_with_review(news.get(company.pk, _NO_NEWS), reviews[company.pk]),
        )
        for company in companies
    ]


_VIEW_LABELS = {"": "All companies", "review": "Annual review due", "unlinked": "No XPM client"}


def _review_due(today: date) -> Q:
    """Match reviews within the next two months. A stored date may be of an earlier year."""
    due = Q()
    for years in range(_STALE_YEARS):
        first = months_after(today, -12 * years)
        due |= Q(review_on__range=(first, months_after(first, REVIEW_MONTHS)))
    return due


def _not_linked(tenant_id: str) -> Q:
    return Q(~Exists(ClientLink.objects.filter(tenant_id=tenant_id, contact=OuterRef("contact"))))


def _with_review(news: CompanyNews, review_on: date) -> CompanyNews:
    """Return the news with the annual review as the next deadline, unless another comes first."""
    if news.next_deadline_on and news.next_deadline_on <= review_on:
        return news
    return replace(news, next_deadline_on=review_on, deadline_for="Annual review", is_late=False)


def _matches(text: str) -> Q:
    contacts = find_contacts(text).values("pk")
    held = Officeholder.objects.filter(contact__in=contacts).values("company")
    return Q(contact__in=contacts) | Q(former_names__icontains=text) | Q(pk__in=held)


def _clients_of(companies: Sequence[Company], tenant_id: str) -> Mapping[int, Client]:
    links = ClientLink.objects.filter(
        tenant_id=tenant_id, contact__in=[company.contact_id for company in companies]
    ).select_related("client")
    return {link.contact_id: link.client for link in links}
