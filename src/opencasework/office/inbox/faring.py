"""How a mailbox fares: what worked, what did not since when, and when it is tried again."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from opencasework.office.inbox.connecting import CannotCollect, Locked, Refused
from opencasework.office.inbox.models import Mailbox

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
# Mail providers lock an account after some ten refused passwords in a short time.
FIRST_WAIT_REFUSED = timedelta(minutes=15)
LONGEST_WAIT_REFUSED = timedelta(hours=6)
FIRST_WAIT_LOCKED = timedelta(hours=2)  # most lock for half an hour to a day, from the last try on


def waits(mailbox: Mailbox) -> bool:
    """Whether it failed and its next try has not come.

    No wait is longer than the longest: one that is was set by a clock that has been put back since.
    """
    next_try, now = mailbox.next_try_at, timezone.now()
    return next_try is not None and now < next_try <= now + LONGEST_WAIT_REFUSED


def wait_after(failures: int, *, refused: bool, locked: bool = False) -> timedelta:
    """How long to leave a mailbox alone after so many failures in a row: twice as long each time, to a limit.

    Up to a quarter is taken off by chance, so that a server's clients do not all come back in one moment.
    """
    first, longest = (FIRST_WAIT_REFUSED, LONGEST_WAIT_REFUSED) if refused else (FIRST_WAIT, LONGEST_WAIT)
    first = FIRST_WAIT_LOCKED if locked else first
    # The exponent is bounded: a mailbox that fails for a year would overflow a timedelta.
    wait: timedelta = min(first * 2 ** min(failures - 1, 20), longest)
    return wait * random.uniform(0.75, 1)


def remember_failure(mailbox: Mailbox, problem: CannotCollect, *, received: bool) -> None:
    """Note why nothing came, and when it is tried again."""
    now = timezone.now()
    refused = isinstance(problem, Refused)
    failures = mailbox.failures + 1
    _note(
        mailbox,
        last_error=str(problem)[:500],
        failing_since=mailbox.failing_since or now,
        failures=failures,
        refused=refused,
        next_try_at=now + wait_after(failures, refused=refused, locked=isinstance(problem, Locked)),
        **_received(now, received=received),
    )


def remember_surprise(mailbox: Mailbox, error: Exception) -> str:
    """Note that something went wrong nobody had thought of. Returns the sentence everybody is shown."""
    # The kind, never the content: it may be somebody's mail.
    log.warning("Collecting a mailbox failed (%s)", type(error).__name__)
    problem = CannotCollect(
        f"Something went wrong here while we collected {mailbox.address}. We try again by ourselves; if it "
        f"stays, ask whoever runs the office's computer. (It is called {type(error).__name__}.)"
    )
    remember_failure(mailbox, problem, received=False)
    return str(problem)


def remember_success(mailbox: Mailbox, error: str, *, received: bool, missed: int | None = None) -> None:
    """Note that we were in; `error` says what is wrong with some of its folders, `missed` how many messages a
    thorough look found that should have been here."""
    now = timezone.now()
    _note(
        mailbox,
        last_error=error[:500],
        failing_since=(mailbox.failing_since or now) if error else None,
        failures=0,
        refused=False,
        next_try_at=None,
        last_succeeded_at=now,
        **_received(now, received=received),
        **({} if missed is None else {"reconciled_at": now, "reconciled_missing": missed}),
    )


def _received(now: datetime, *, received: bool) -> dict[str, Any]:
    return {"last_received_at": now} if received else {}


def _note(mailbox: Mailbox, **changes: Any) -> None:
    # Not where a manager has changed how we sign in meanwhile: what failed was the old way.
    Mailbox.objects.filter(pk=mailbox.pk, **mailbox.how_we_sign_in()).update(**changes)
    for name, value in changes.items():
        setattr(mailbox, name, value)
