"""Which companies a person sees: all of them, or those that an administrator chose."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from minutebook.activity.models import record
from minutebook.companies.models import ChosenCompany, Company
from minutebook.firms.models import Membership, User

ALL = "All companies"
_NAMED = 20  # in the history; of more, their number is told


class CannotLimit(Exception):
    """The person goes on seeing what they see; the message says why and what to do."""


def chosen_for(membership: Membership) -> QuerySet[Company]:
    """Return the companies chosen for a person, in name order."""
    return Company.objects.in_name_order().filter(pk__in=Company.ids_within(membership.pk))


@transaction.atomic
def limit_person(membership: Membership, companies: Iterable[Company], *, by: User) -> None:
    """Let a person see these companies only, from their next page on.

    Raises CannotLimit for an administrator, and when no company is given.
    """
    chosen = list(companies)
    held = Membership.objects.select_for_update().select_related("user").get(pk=membership.pk)
    if held.role == Membership.Role.ADMINISTRATOR:
        raise CannotLimit(
            f"{held.user.name} is an administrator, and administrators see every company. Change the role first."
        )
    if not chosen:
        raise CannotLimit(f"Tick at least one company for {held.user.name}, or choose “{ALL}”.")
    before = _told(held)
    held.limited = True
    held.save(update_fields=["limited"])
    _choose(held, chosen)
    count = "1 company" if len(chosen) == 1 else f"{len(chosen):,} companies"
    _tell(held, f"{held.user.name} sees {count} only", before=before, by=by)


@transaction.atomic
def lift_limit(membership: Membership, *, by: User) -> None:
    """Let a person see all companies. Those that were chosen are forgotten."""
    held = Membership.objects.select_for_update().select_related("user").get(pk=membership.pk)
    if not held.limited:
        return
    before = _told(held)
    held.limited = False
    held.save(update_fields=["limited"])
    ChosenCompany.objects.filter(membership=held).delete()
    _tell(held, f"{held.user.name} sees all companies", before=before, by=by)


def _choose(membership: Membership, chosen: Sequence[Company]) -> None:
    mine = ChosenCompany.objects.filter(membership=membership)
    mine.exclude(company__in=chosen).delete()
    there = set(mine.values_list("company_id", flat=True))
    ChosenCompany.objects.bulk_create(
        ChosenCompany(firm_id=membership.firm_id, membership=membership, company=company)
        for company in chosen
        if company.pk not in there
    )


def _tell(membership: Membership, sentence: str, *, before: str, by: User) -> None:
    after = _told(membership)
    if after != before:
        record(
            "person.limited",
            membership,
            sentence=sentence,
            by=by,
            before={"Companies": before},
            after={"Companies": after},
        )


def _told(membership: Membership) -> str:
    """Return what a person sees, as the history says it."""
    if not membership.is_limited:
        return ALL
    names = [company.name for company in chosen_for(membership)]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
