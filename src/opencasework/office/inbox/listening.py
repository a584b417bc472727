"""Listening to mailboxes all day: each in a thread of its own, told by the server when something arrives.

A server that offers IDLE says so within a second. Every minute each folder is looked into all the same,
which is also what happens where there is no IDLE, and once a night everything on the server is compared
with what is here.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BufferedReader

from django.db import close_old_connections, connections
from django.utils import timezone
from imapclient import IMAPClient

from opencasework.office.inbox.collecting import Doubts, Visit, look_into, remember_visit, seen_now
from opencasework.office.inbox.connecting import CannotCollect, Interrupted, connection
from opencasework.office.inbox.faring import remember_failure, remember_surprise, waits
from opencasework.office.inbox.models import Mailbox

log = logging.getLogger(__name__)

POLL_SECONDS = 60.0
SLICE_SECONDS = 1.0  # so soon does a listener notice that it is no longer wanted
# Servers end an IDLE after 29 minutes, routers forget a quiet line earlier: we never keep one so long.
RECONNECT_SECONDS = 20 * 60.0
LASTED_SECONDS = 60.0  # a server that hangs up sooner, again and again, is asked less and less often
LOOK_FOR_MAILBOXES_SECONDS = 3.0
ENDING_SECONDS = 10.0  # what is under way is finished; after this it is left to the next start
RECONCILE_HOUR = 2  # at night, when nobody waits for mail


def listen_to_all(wanted: Callable[[], bool]) -> None:
    """Listen to every enabled mailbox for as long as `wanted()` says so; new ones within seconds."""
    listeners: dict[int, threading.Thread] = {}
    while wanted():
        close_old_connections()
        try:
            enabled = list(Mailbox.objects.filter(enabled=True).values_list("pk", flat=True))
        except Exception as error:  # the database may be away for a moment; listeners say so themselves
            log.warning("Mailboxes cannot be listed (%s)", type(error).__name__)
            enabled = []
        for pk in enabled:
            if pk not in listeners or not listeners[pk].is_alive():
                # A daemon: one that waits for a server which does not answer must not keep the worker.
                listeners[pk] = threading.Thread(target=listen, args=(pk, wanted), daemon=True)
                listeners[pk].start()
        _pause(LOOK_FOR_MAILBOXES_SECONDS, wanted)
    give_up_at = time.monotonic() + ENDING_SECONDS
    for thread in listeners.values():
        thread.join(timeout=max(0.0, give_up_at - time.monotonic()))
    connections.close_all()


def listen(pk: int, wanted: Callable[[], bool]) -> None:
    """Listen to one mailbox until it is paused or removed, or nobody wants it any longer."""
    doubts = Doubts()
    while wanted():
        close_old_connections()
        mailbox = None
        try:
            mailbox = Mailbox.objects.filter(pk=pk, enabled=True).first()
            if mailbox is None:
                break
            if waits(mailbox):
                _pause(SLICE_SECONDS * 3, wanted)
            else:
                _listen_over_one_connection(mailbox, doubts, wanted)
                _pause(SLICE_SECONDS, wanted)  # a server that hangs up at once is not asked without a break
        except Exception as error:  # never the end of a listener
            _say_so(mailbox, error)
            _pause(POLL_SECONDS, wanted)
    connections.close_all()


def _say_so(mailbox: Mailbox | None, error: Exception) -> None:
    try:
        if mailbox is None:
            raise error
        remember_surprise(mailbox, error)
    except Exception as unsaid:  # the database is away; the log names the kind, never the content
        log.warning("Listening to a mailbox failed (%s)", type(unsaid).__name__)


def _listen_over_one_connection(mailbox: Mailbox, doubts: Doubts, wanted: Callable[[], bool]) -> None:
    visit = Visit(doubts)
    connected_at = time.monotonic()
    try:
        with connection(mailbox) as server:
            while True:
                visit = Visit(doubts)
                thorough = reconciling_is_due(mailbox)
                look_into(mailbox, server, visit, thorough=thorough, wanted=wanted)
                if not wanted():
                    return
                remember_visit(mailbox, visit, received=bool(visit.counts.new), thorough=thorough)
                can_idle = server.has_capability("IDLE") and visit.collected
                doubts.apart.clear()  # the next look asks for them again
                if not can_idle or time.monotonic() - connected_at > RECONNECT_SECONDS:
                    break
                _wait_for_mail(server, visit, wanted)
                if not wanted() or _has_changed(mailbox):
                    return
    except Interrupted as problem:
        if doubts.learn_from(visit) or time.monotonic() - connected_at > LASTED_SECONDS:
            return  # it brought us further, or was an ordinary end, so the next connection may at once
        remember_failure(mailbox, problem, received=False)
    except CannotCollect as problem:
        remember_failure(mailbox, problem, received=bool(visit.counts.new))
    else:
        if not can_idle:
            _pause(POLL_SECONDS, wanted, until=lambda: _has_changed(mailbox))


def _wait_for_mail(server: IMAPClient, visit: Visit, wanted: Callable[[], bool]) -> None:
    """Return when the server says that something has arrived, at the latest when it is time to look again."""
    folder = visit.collected[0]
    # Opened anew: what the server said while we were busy would not be said again.
    if seen_now(server.select_folder(folder, readonly=True)) != visit.last_uids[folder]:
        return
    server.idle()
    if _has_said_something(server):
        server.idle_done()
        return
    until = time.monotonic() + POLL_SECONDS
    while wanted() and time.monotonic() < until:
        asked_at = time.monotonic()
        said = server.idle_check(timeout=SLICE_SECONDS)
        if any(len(each) > 1 and each[1] == b"EXISTS" for each in said):
            break
        if not said and time.monotonic() - asked_at < SLICE_SECONDS / 2:
            raise Interrupted("The mail server hung up. We connect again by ourselves.")
    server.idle_done()


def _has_said_something(server: IMAPClient) -> bool:
    """Whether news came in one piece with the answer to IDLE, as it does when mail arrives in that moment.

    It lies in the buffer of imaplib then; `idle_check` waits for the socket and would not see it.
    """
    connection = server.socket()
    timeout = connection.gettimeout()
    connection.settimeout(0)
    try:
        return bool(_buffer(server).peek(1))
    except ssl.SSLWantReadError:
        return False
    finally:
        connection.settimeout(timeout)


def _buffer(server: IMAPClient) -> BufferedReader:
    imap = server._imap  # neither library says in another way whether something waits to be read
    # Its name from Python 3.14 on, and before.
    found: BufferedReader = imap._file if hasattr(imap, "_file") else imap.file
    return found


def reconciling_is_due(mailbox: Mailbox) -> bool:
    """Whether the comparison of last night has not been made. A new mailbox has nothing to compare."""
    now = timezone.localtime()
    was = mailbox.reconciled_at or mailbox.added_at
    return was < last_reconciling(now) or was > now  # later than now by a clock that has been put back since


def last_reconciling(now: datetime) -> datetime:
    """The latest moment up to `now` at which everything was to be compared."""
    tonight = now.replace(hour=RECONCILE_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)


def _has_changed(mailbox: Mailbox) -> bool:
    """Whether somebody has paused, removed or changed it since we signed in."""
    now = Mailbox.objects.filter(pk=mailbox.pk, enabled=True).values(*Mailbox.SIGNING_IN).first()
    return bool(now != mailbox.how_we_sign_in())


def _pause(seconds: float, wanted: Callable[[], bool], until: Callable[[], bool] = lambda: False) -> None:
    """Sleep in slices, so that nobody waits for us at the end."""
    end = time.monotonic() + seconds
    while wanted() and time.monotonic() < end and not until():
        time.sleep(min(SLICE_SECONDS, max(0.0, end - time.monotonic())))
