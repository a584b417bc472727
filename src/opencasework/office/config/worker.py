"""The worker: everything an office has to do without being asked, in turns.

Work for later is a row; each turn claims what is due. Any process may die at any line, the next turn
finishes what it left.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import close_old_connections, connections
from django.utils import timezone

from opencasework.office.audit.anchoring import keep_watch
from opencasework.office.campaigns.erasing import erase_due as erase_campaigns
from opencasework.office.campaigns.gathering import gather_new as gather_campaigns
from opencasework.office.campaigns.keeping import keep_sent
from opencasework.office.campaigns.recording import catch_up
from opencasework.office.cases import drafts, taking_back
from opencasework.office.cases.glass import mail_notices
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.config import statistics
from opencasework.office.figures.actions import gather
from opencasework.office.inbox import acknowledging, answering, erasing
from opencasework.office.inbox.listening import listen_to_all
from opencasework.office.inbox.previewing import make_previews
from opencasework.office.inbox.processing import process_raw
from opencasework.office.inbox.scanning import scan_due
from opencasework.office.inbox.suggesting.teaching import learn_when_due
from opencasework.office.inbox.texts import read_again
from opencasework.office.inbox.uploads import take_in_waiting
from opencasework.office.inbox.webform.sending import forget_old_drafts
from opencasework.office.letters.outbox import send_ready
from opencasework.office.letters.paper import keep_pdfs
from opencasework.office.publishing.schedule import keep_the_calendar
from opencasework.office.reminders.digest import send_due as send_digests
from opencasework.office.routes.keeping import keep_all as keep_last_days
from opencasework.office.telling import actions as telling

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
LONGEST_PAUSE = timedelta(minutes=15)  # between two tries of a duty that keeps failing


@dataclass
class Duty:
    """Something to do every so often. One that fails waits longer each time, and never stops the others."""

    name: str
    every: timedelta
    act: Callable[[], object]
    next_at: float = 0.0
    failures: int = field(default=0)

    def turn(self, now: float) -> None:
        """Do it if it is due. `now` is a monotonic clock in seconds."""
        if now < self.next_at:
            return
        wait = self.every
        try:
            self.act()
            self.failures = 0
        except (
            Exception
        ) as error:  # a duty must never end the worker; the log names the kind, never the content
            self.failures += 1
            wait = min(self.every * 2**self.failures, LONGEST_PAUSE)
            log.warning("%s failed (%s); next try in %s", self.name, type(error).__name__, wait)
        self.next_at = now + wait.total_seconds()


def lanes() -> list[list[Duty]]:
    """What this office does by itself, besides listening to its mailboxes. Lanes run beside each other, so
    that a hundred thousand messages to read never hold up a letter."""
    return [
        [
            Duty("Sending mail", timedelta(seconds=2), lambda: send_ready(timezone.now())),
            Duty("Sending answers", timedelta(seconds=2), answering.send_ready),
            Duty("Telling of openings", timedelta(seconds=5), mail_notices),
            Duty("Keeping PDFs", timedelta(seconds=30), keep_pdfs),
        ],
        [
            Duty("Reading mail", timedelta(seconds=2), process_raw),
            Duty("Gathering campaigns", timedelta(seconds=3), gather_campaigns),
        ],
        [Duty("Bringing in files", timedelta(seconds=1), take_in_waiting)],  # somebody is waiting for it
        [
            Duty("Scanning files", timedelta(seconds=5), scan_due),
            Duty("Making previews", timedelta(seconds=5), make_previews),
            Duty("Reading files once more", timedelta(minutes=5), read_again),
        ],
        [
            Duty("Keeping last days", timedelta(minutes=30), keep_last_days),
            Duty("Sending digests", timedelta(minutes=1), lambda: send_digests(timezone.now())),
            Duty("Drafting chasers", timedelta(minutes=30), lambda: draft_due_chasers(timezone.localdate())),
            Duty(
                "Drafting words that are due",
                timedelta(minutes=30),
                lambda: telling.draft_due(timezone.localdate()),
            ),
            Duty("Ending words that were said", timedelta(seconds=20), telling.settle),
            Duty("Learning from what was filed", timedelta(minutes=5), learn_when_due),
            Duty("Catching up with campaigns", timedelta(seconds=30), catch_up),
            Duty("Keeping what campaigns were sent", timedelta(seconds=20), keep_sent),
            Duty("Gathering figures", timedelta(seconds=60), gather),
            Duty("Preparing figures on their day", timedelta(hours=1), keep_the_calendar),
            Duty("Watching the record", timedelta(minutes=10), keep_watch),
            Duty("Forgetting drafts of the web form", timedelta(minutes=10), forget_old_drafts),
            Duty("Erasing what is not ours to keep", timedelta(minutes=30), erasing.erase_due),
            Duty("Erasing old campaign mail", timedelta(minutes=30), erase_campaigns),
            Duty("Forgetting whom we answered", timedelta(hours=6), acknowledging.forget_old),
            Duty("Forgetting drafts of colleagues", timedelta(minutes=10), drafts.forget_old),
            Duty("Forgetting numbers that were removed", timedelta(minutes=10), taking_back.forget_removed),
            Duty("Looking how the tables have grown", timedelta(hours=6), statistics.look),
        ],
    ]


def run(*, wanted: Callable[[], bool]) -> None:
    """Take turns for as long as `wanted()` says so; what is under way is finished."""
    threads = [threading.Thread(target=_take_turns, args=(lane, wanted)) for lane in lanes()]
    threads.append(threading.Thread(target=listen_to_all, args=(wanted,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _take_turns(lane: list[Duty], wanted: Callable[[], bool]) -> None:
    while wanted():
        close_old_connections()
        for duty in lane:
            if wanted():
                duty.turn(time.monotonic())
        time.sleep(PAUSE_SECONDS)
    connections.close_all()
