"""The firm's own particulars: what heads its letters, which day it is there, how its people sign in."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from minutebook.activity.changes import changed, seen
from minutebook.activity.models import record
from minutebook.firms.models import Firm, User

PARTICULARS = ("name", "time_zone", "address", "phone", "email", "two_step_required")


@transaction.atomic
def change_particulars(firm: Firm, given: Mapping[str, Any], *, by: User) -> bool:
    """Keep what was given; return whether anything changed."""
    firm = Firm.objects.select_for_update().get(pk=firm.pk)
    before = seen(firm, *PARTICULARS)
    for name in PARTICULARS:
        setattr(firm, name, given[name])
    after = seen(firm, *PARTICULARS)
    if not any(changed(before, after)):
        return False
    firm.save(update_fields=PARTICULARS)
    names = ", ".join(changed(before, after)[1]).lower()
    record("firm.changed", firm, sentence=f"Firm: {names} changed", by=by, before=before, after=after)
    return True
