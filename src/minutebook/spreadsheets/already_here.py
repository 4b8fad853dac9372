"""Leaving out what the registers hold already: a file that is imported twice adds nothing."""

from typing import Any

from minutebook.companies.models import CompanyAddress, Officeholder, Shareholding
from minutebook.contacts.models import Address
from minutebook.contacts.names import fold_name
from minutebook.spreadsheets.drafts import Entry, Understanding


def leave_what_is_there(found: Understanding, *, by_name: bool) -> None:
    """Take out what the registers of companies that are here hold already: a file imported twice adds nothing."""
    companies = [each.known.pk for each in found.companies.values() if each.known and not each.is_left_alone]
    if not companies:
        return
    offices = set(
        Officeholder.objects.filter(company__in=companies).values_list(
            "company", "contact", "office", "since"
        )
    )
    uses = {
        (each.company_id, each.use, each.address.one_line, each.since)
        for each in CompanyAddress.objects.filter(company__in=companies).select_related("address")
    }
    parcels = set(
        Shareholding.objects.filter(company__in=companies).values_list(
            "company", "member", "share_class__code", "quantity", "since", "certificate_number"
        )
    )
    if by_name:
        _join_by_name(found, companies)
    found.officeholders = [e for e in found.officeholders if not _is_there(e, offices, "office", "since")]
    found.holdings = [
        e
        for e in found.holdings
        if not _is_there(e, parcels, "class", "quantity", "since", "certificate_number")
    ]
    found.addresses = [e for e in found.addresses if not _has_address(e, uses)]


def keep_only_who_is_needed(found: Understanding) -> None:
    """Make no contact for rows that add nothing."""
    entries = (*found.officeholders, *found.holdings)
    needed = {id(entry.contact) for entry in entries} | {
        id(company.contact) for company in found.companies.values() if not company.is_left_alone
    }
    for draft in found.people.drafts:
        draft.is_used = id(draft) in needed or (
            draft.line.register == "contacts" and not draft.line.has_errors
        )


def _join_by_name(found: Understanding, companies: list[int]) -> None:
    """Within a company that is here, one name is one person, as long as nothing speaks against it."""
    rows = [
        *Officeholder.objects.filter(company__in=companies).select_related("contact", "company__contact"),
        *Shareholding.objects.filter(company__in=companies).select_related("member", "company__contact"),
    ]
    names: dict[Any, Any] = {}
    for row in rows:
        contact = row.contact if isinstance(row, Officeholder) else row.member
        names.setdefault((row.company.acn, fold_name(contact.name).key), contact)
    for entry in (*found.officeholders, *found.holdings):
        draft = entry.contact
        if draft and draft.known is None:
            known = names.get((entry.company.acn, fold_name(draft.fields["name"]).key))
            told = draft.fields
            if known and not any(
                told.get(n) and getattr(known, n) and told[n] != getattr(known, n)
                for n in ("director_id", "born_on", "acn")
            ):
                draft.known = known


def _is_there(entry: Entry, there: set[Any], *names: str) -> bool:
    if not entry.company.known or not entry.contact or not entry.contact.known:
        return False
    key = (entry.company.known.pk, entry.contact.known.pk, *(entry.fields[name] for name in names))
    entry.line.is_skipped = entry.line.is_skipped or key in there
    return key in there


def _has_address(entry: Entry, uses: set[Any]) -> bool:
    if not entry.company.known or entry.address is None:
        return False

    parts = entry.address
    line = Address(
        care_of=parts.care_of,
        street=parts.street,
        suburb=parts.suburb,
        state=parts.state,
        postcode=parts.postcode,
        country=parts.country,
    ).one_line
    found = (entry.company.known.pk, entry.fields["use"], line, entry.fields["since"]) in uses
    entry.line.is_skipped = entry.line.is_skipped or found
    return found
