"""A mailbox that was put back from a backup: its server gives numbers of before to mail that came since.

The folder keeps its UIDVALIDITY then, as a Maildir does that is copied back, whatever RFC 3501 says.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from imapclient import IMAPClient

from opencasework.office.inbox.following import COMPARED, alike, known
from opencasework.office.inbox.models import Arrival, MailboxCursor

log = logging.getLogger(__name__)

AT_A_TIME = 500  # messages compared, once some were found to be others


def received_at(listed: Mapping[bytes, object]) -> datetime | None:
    """When the server received a message, of what it says about it."""
    at = listed.get(b"INTERNALDATE")
    if not isinstance(at, datetime):
        return None
    return at if timezone.is_aware(at) else at.astimezone()  # IMAPClient gives it in this machine's own time


def forget_numbers_given_anew(server: IMAPClient, cursor: MailboxCursor, *, uid_next: int) -> int:
    """Let go of the numbers that stand for other messages by now, so that those are asked for; how many.

    Numbers are given upwards: the newest of the folder just opened are compared, and further down only where
    one of them is another, until none is. What we have keeps its bytes, and is known when it comes again.
    """
    others: list[int] = []
    here = known(cursor)
    newest = list(here[:COMPARED])
    while newest:
        found = _others(server, newest, uid_next)
        others += found
        newest = list(here.filter(uid__lt=newest[-1].uid)[:AT_A_TIME]) if found else []
    if others:
        _forget(cursor, others)
        log.warning("A mailbox was put back from a copy: %s messages of it are compared anew", len(others))
    return len(others)


def _others(server: IMAPClient, some: Iterable[Arrival], uid_next: int) -> list[int]:
    """The numbers of those that are not what we know by them, or are to be given again.

    One that is not there and has a number of before was deleted, and is no other.
    """
    by_uid = {int(each.uid or 0): each for each in some}
    there = server.fetch(list(by_uid), ["RFC822.SIZE", "INTERNALDATE"])
    return [
        uid
        for uid, each in by_uid.items()
        if (not _is_it(each, there[uid]) if uid in there else 0 < uid_next <= uid)
    ]


def _is_it(ours: Arrival, listed: Mapping[bytes, object]) -> bool:
    at = received_at(listed)
    if at and ours.internal_date and at != ours.internal_date:
        return False
    return alike(ours.size, int(str(listed.get(b"RFC822.SIZE") or 0)))


@transaction.atomic
def _forget(cursor: MailboxCursor, uids: list[int]) -> None:
    mine = MailboxCursor.objects.select_for_update().filter(pk=cursor.pk, uid_validity=cursor.uid_validity)
    if not mine.exists():  # renumbered meanwhile: then none of its numbers counts any more
        return
    for at in range(0, len(uids), AT_A_TIME):
        some = known(cursor).filter(uid__in=uids[at : at + AT_A_TIME]).order_by()
        some.update(uid=None, uid_validity=None)
    last = min(cursor.last_uid, min(uids) - 1)
    MailboxCursor.objects.filter(pk=cursor.pk).update(last_uid=last)
    cursor.last_uid = last
