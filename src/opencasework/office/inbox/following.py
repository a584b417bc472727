"""Following a folder that somebody renamed on the server, so that nobody here has to notice."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from opencasework.office.inbox.models import Arrival, Mailbox, MailboxCursor

log = logging.getLogger(__name__)

COMPARED = 20  # messages that must be the same ones
# Servers count the size of a message in two ways.
SIZES_DIFFER = 0.05


def follow(cursor: MailboxCursor, server: IMAPClient, *, replaced: bool = False) -> bool:
    """Find the folder under its new name and go on there. Whether one was found beyond doubt.

    `replaced`: another folder has the old name now, and stays chosen beside ours.
    """
    if not cursor.uid_validity:
        return False
    mailbox = cursor.mailbox
    others = [
        str(name)
        for flags, _, name in server.list_folders()
        if b"\\Noselect" not in flags and name != cursor.folder and name not in mailbox.folders
    ]
    candidates = [name for name in others if _is_it(cursor, server, name)]
    if len(candidates) != 1:
        return False
    _rename(cursor, candidates[0], replaced=replaced)
    log.warning("A folder of a mailbox was renamed on the server; it is collected under its new name")
    return True


def _is_it(cursor: MailboxCursor, server: IMAPClient, name: str) -> bool:
    """Whether its messages are ours. Its number proves little: some servers give every folder the same."""
    try:
        status = server.folder_status(name, ["UIDVALIDITY", "UIDNEXT"])
        if int(status[b"UIDVALIDITY"]) != cursor.uid_validity or int(status[b"UIDNEXT"]) <= cursor.last_uid:
            return False
        known = _last_known(cursor)
        if not known or _collected_before(cursor, name):
            return False
        server.select_folder(name, readonly=True)
        there = server.fetch([uid for uid, _ in known], ["RFC822.SIZE"])
    except IMAPClientAbortError:
        raise
    except (IMAPClientError, KeyError):
        return False
    same = [uid for uid, size in known if uid in there and alike(size, int(there[uid][b"RFC822.SIZE"]))]
    return bool(same) and len(same) == sum(1 for uid, _ in known if uid in there)


def _collected_before(cursor: MailboxCursor, name: str) -> bool:
    there = Arrival.objects.filter(mailbox=cursor.mailbox, folder=name, uid_validity=cursor.uid_validity)
    return there.exists()


def alike(ours: int, theirs: int) -> bool:
    """Whether two sizes of a message, in bytes, may be of one and the same."""
    return abs(ours - theirs) <= max(ours, theirs) * SIZES_DIFFER


def known(cursor: MailboxCursor) -> QuerySet[Arrival]:
    """What was collected from the folder under the numbers that it has now, the newest first."""
    here = Arrival.objects.filter(
        mailbox=cursor.mailbox, folder=cursor.folder, uid_validity=cursor.uid_validity, uid__isnull=False
    )
    return here.order_by("-uid")


def _last_known(cursor: MailboxCursor) -> Sequence[tuple[int, int]]:
    return [(int(uid or 0), size) for uid, size in known(cursor).values_list("uid", "size")[:COMPARED]]


@transaction.atomic
def _rename(cursor: MailboxCursor, name: str, *, replaced: bool) -> None:
    mailbox, old = cursor.mailbox, cursor.folder
    folders = Mailbox.objects.select_for_update().get(pk=mailbox.pk).folders
    # One from before somebody took that folder out: it would begin where nothing is.
    MailboxCursor.objects.filter(mailbox=mailbox, folder=name).delete()
    Arrival.objects.filter(mailbox=mailbox, folder=old, uid_validity=cursor.uid_validity).update(folder=name)
    MailboxCursor.objects.filter(pk=cursor.pk).update(folder=name)
    renamed = [name if each == old else each for each in folders]
    mailbox.folders = [*renamed, old] if replaced else renamed
    Mailbox.objects.filter(pk=mailbox.pk).update(folders=mailbox.folders)
    cursor.folder = name
