"""What linked contacts and clients say differently, kept up to date without asking the practice manager.

A pair is compared anew when either side has changed since. What both last agreed on is kept: it tells which
side has changed, and a conflict is where both have.
"""

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from minutebook.companies.models import CompanyAddress
from minutebook.contacts.models import Address, Contact
from minutebook.practice.models import ClientLink, Connection
from minutebook.sync.fields import differing, is_same, ours, theirs
from minutebook.sync.models import Comparison, Outgoing

_AT_ONCE = 500


def compare_changed(connection: Connection) -> int:
    """Compare every pair of which a side has changed since it was compared; return how many differ newly."""
    newly = 0
    while pairs := list(_uncompared(connection)[:_AT_ONCE]):
        with transaction.atomic():
            for link in pairs:
                before = _comparison_of(link)
                was_open = before.open_count if before else 0
                newly += compare(link).open_count > was_open
    return newly


def compare(link: ClientLink) -> Comparison:
    """Compare one pair now. Contact, its addresses and client must be at hand as they stand."""
    found = _comparison_of(link) or Comparison(firm_id=link.firm_id, tenant_id=link.tenant_id, link=link)
    mine, yours = (
        ours(link.contact, place=place_of(link.contact)),
        theirs(link.client, kind=link.contact.kind),
    )
    apart = differing(mine, yours)
    found.agreed = found.agreed | {code: value for code, value in mine.items() if code not in apart}
    found.left = {code: pair for code, pair in found.left.items() if apart.get(code) == pair}
    outgoing = _on_their_way(link)
    still_open = {code: pair for code, pair in apart.items() if code not in {*found.left, *outgoing}}
    if still_open != found.differences:
        found.snoozed_until = None  # something new
        found.found_at = found.found_at if found.differences and still_open else timezone.now()
    found.differences, found.open_count = still_open, len(still_open)
    found.has_conflict = any(is_conflict(found, code) for code in still_open)
    found.compared_at = timezone.now()
    found.save()
    return found


def is_conflict(comparison: Comparison, code: str) -> bool:
    """Tell whether both sides have changed a field since they last agreed on it."""
    if code not in comparison.agreed:
        return False
    agreed = comparison.agreed[code]
    return not any(is_same(code, agreed, value) for value in comparison.differences[code])


def place_of(contact: Contact) -> Address | None:
    """Return the principal place of business in a company's registers, if they are kept here."""
    if contact.kind != Contact.Kind.COMPANY or contact.address_id:
        return None
    current = CompanyAddress.objects.filter(
        company__contact=contact, use=CompanyAddress.Use.PRINCIPAL_PLACE, until__isnull=True
    )
    entry = current.select_related("address").order_by("-since", "-pk").first()
    return entry.address if entry else None


def full_link(pk: int) -> ClientLink:
    """Return a link with all that comparing asks for."""
    return _full().get(pk=pk)


def _full() -> models.QuerySet[ClientLink]:
    return ClientLink.objects.select_related(
        "client", "contact__address", "contact__postal_address", "comparison"
    )


def _uncompared(connection: Connection) -> models.QuerySet[ClientLink]:
    changed = Q(contact__changed_at__gt=F("comparison__compared_at")) | Q(
        client__changed_at__gt=F("comparison__compared_at")
    )
    return (
        _full()
        .filter(Q(comparison__isnull=True) | changed, tenant_id=connection.tenant_id)
        .exclude(client__details={})  # read before details were kept: there is nothing to compare yet
        .order_by("pk")
    )


def _comparison_of(link: ClientLink) -> Comparison | None:
    return getattr(link, "comparison", None)


def _on_their_way(link: ClientLink) -> set[str]:
    pending = Outgoing.objects.filter(client=link.client_id, contact=link.contact_id)
    rows = pending.filter(state__in=Outgoing.PENDING, kind=Outgoing.Kind.UPDATE)
    return {code for fields in rows.values_list("fields", flat=True) for code in fields}
