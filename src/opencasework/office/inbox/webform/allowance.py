"""How much an hour takes from one part of the network and from everybody, counted for all processes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from opencasework.office.inbox.webform.models import WebDraftFile, WebFormUse
from opencasework.office.kit import visitors

# What is counted: the most from one network prefix and from everybody, in an hour. A library, a hostel or a
# mobile network writes from one prefix, so the first is generous; the second is what an office can read.
SENT, BEGUN, MEGABYTES = "sent", "begun", "megabytes"
MOST = {SENT: (20, 300), BEGUN: (60, 2_000), MEGABYTES: (200, 2_000)}
LARGEST_DRAFTS = 5_000_000_000  # bytes; the files of all drafts, which stay for three days
COUNTS_KEPT_FOR = timedelta(hours=24)


def prefix_of(request: HttpRequest) -> str:
    """Whose share is used, as a keyed hash."""
    return visitors.prefix_of(request, purpose="web form")


def take(request: HttpRequest, what: str, *, amount: int = 1) -> bool:
    """Count it for this visitor and for everybody; False, when the hour has no room for it."""
    hour = this_hour()
    from_one, from_all = MOST[what]
    return WebFormUse.take(what, prefix_of(request), hour, amount=amount, most=from_one) and WebFormUse.take(
        what, "", hour, amount=amount, most=from_all
    )


def take_files(request: HttpRequest, size: int) -> bool:
    """Count `size` bytes of files; False, when the hour or the drafts of all have no room for them."""
    if not size:
        return True
    kept = WebDraftFile.objects.aggregate(size=Sum("size"))["size"] or 0
    return kept + size <= LARGEST_DRAFTS and take(request, MEGABYTES, amount=-(-size // 1_000_000))


def this_hour(now: datetime | None = None) -> datetime:
    """When the hour that is counted began."""
    return (now or timezone.now()).replace(minute=0, second=0, microsecond=0)


def next_hour() -> datetime:
    """When there is room again."""
    return timezone.localtime(this_hour() + timedelta(hours=1))


def forget_old_counts(at: datetime) -> int:
    """Remove counts no longer needed; how many they were."""
    return WebFormUse.objects.filter(hour__lt=at - COUNTS_KEPT_FOR).delete()[0]
