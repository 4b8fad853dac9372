"""Every night a worker looks whether activity is still as it was written."""

import logging
from datetime import datetime, timedelta

from django.tasks import task
from django.utils import timezone

from minutebook.activity.verify import chains_due, check_firm

logger = logging.getLogger(__name__)

_EVERY = timedelta(hours=23)  # a little less than a day, so that it does not wander through the clock
_AGAIN = timedelta(hours=1)  # after which a look that did not end is begun anew


def verify_due(now: datetime) -> int:
    """Have every chain looked at that was not within a day; return how many."""
    due = chains_due(now, last_before=now - _EVERY, told_before=now - _AGAIN)
    for firm_id in due:
        verify_in_background.enqueue(firm_id)
    return len(due)


@task(queue_name="default")
def verify_in_background(firm_id: int) -> None:
    """Look at one firm's chain; what is wrong is kept for its activity page, and logged."""
    verdict = check_firm(firm_id, now=timezone.now())
    if not verdict.is_whole:
        logger.error("The activity of firm %s does not hold together: %s", firm_id, verdict.problem)
