"""Which mailboxes bring no mail just now, in sentences for everybody: nobody misses mail that stays away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import QuerySet
from django.utils import timezone

from opencasework.office.inbox.models import Mailbox, Message
from opencasework.office.kit import dates
from opencasework.office.kit.questions import instances_of
from opencasework.office.kit.working_days import working_days_between
from opencasework.office.places.models import Office

# A mailbox is looked into every minute, and one that fails every fifteen.
SILENT_AFTER = timedelta(minutes=30)
NEW_FOR = timedelta(minutes=10)
HISTORY = timedelta(days=120)


@dataclass(frozen=True)
class Trouble:
    """One mailbox that brings no mail, or less than it should."""

    mailbox: Mailbox
    since: datetime | None
    sentence: str
    only_in_part: bool = False  # other folders of it are collected

    def __str__(self) -> str:
        return f"Since {when(self.since)}: {self.sentence}" if self.since else self.sentence


def troubles(*, nation: str | None = None) -> list[Trouble]:
    """Every mailbox in trouble, the longest first. One query while all is well; `nation` spares a second."""
    now = timezone.now()
    found = [
        trouble for box in instances_of(_collected, lasting=True) if (trouble := _trouble(box, now, nation))
    ]
    return sorted(found, key=lambda trouble: trouble.since or trouble.mailbox.added_at)


def _collected() -> QuerySet[Mailbox]:
    return Mailbox.objects.filter(enabled=True)


def _trouble(box: Mailbox, now: datetime, nation: str | None) -> Trouble | None:
    if box.needs_consent:
        return Trouble(
            box,
            None,
            f"Nobody has signed in to it with {box.get_sign_in_display().partition(',')[0]} yet. An office "
            "manager does that under Settings, Mailboxes.",
        )
    last = box.last_succeeded_at
    if box.last_error:
        in_part = last is not None and not box.failures and box.failing_since is not None
        return Trouble(box, box.failing_since, box.last_error, only_in_part=in_part)
    if last is None:
        if now - box.added_at < NEW_FOR:
            return None
        return Trouble(
            box,
            box.added_at,
            "It has never been collected. Ask whoever runs the office's computer to start it.",
        )
    if abs(now - last) > SILENT_AFTER:  # later than now by a clock that has been put back since
        return Trouble(
            box,
            min(last, now),
            "Nobody has looked into it. Ask whoever runs the office's computer to start the worker.",
        )
    return _quiet(box, now, nation)


def _quiet(box: Mailbox, now: datetime, nation: str | None) -> Trouble | None:
    """A mailbox that works and yet brings nothing: a rule that moves mail away, or an address nobody uses."""
    since = box.last_received_at or box.added_at
    first, today = timezone.localdate(since), timezone.localdate(now)
    if not box.quiet_days or (today - first).days <= box.quiet_days:
        return None
    days = working_days_between(first, today, nation=nation or Office.nation_here()) - 1
    if days < box.quiet_days:
        return None
    whole_days = "1 whole working day" if days == 1 else f"{days} whole working days"
    return Trouble(
        box,
        since,
        f"We can look into it, but nothing has arrived for {whole_days}. Send a mail to it and see "
        "whether it comes; a rule or another program may take mail away.",
    )


def longest_silence(box: Mailbox) -> int | None:
    """The most whole working days without mail of the last months; None where there is too little to say."""
    start = timezone.now() - HISTORY
    received = Message.objects.filter(mailbox=box, received_at__gte=start).order_by("received_at")
    days = sorted(
        {timezone.localdate(at) for at in received.values_list("received_at", flat=True).iterator()}
    )
    if len(days) < 10:
        return None
    nation = Office.nation_here()
    return max(max(0, working_days_between(one, other, nation=nation) - 1) for one, other in pairwise(days))


def when(moment: datetime | None) -> str:
    """“14:05 today”, “14:05 on Monday 23 November”, “never”."""
    if moment is None:
        return "never"
    at = timezone.localtime(moment)
    if at.date() == timezone.localdate():
        return f"{at:%H:%M} today"
    return f"{at:%H:%M} on {dates.say(at.date())}"
