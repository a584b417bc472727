"""Mail from a server, read while the next is fetched, so that it is written once and can be seen at once.

Nothing of this is needed to keep it: what cannot be read along the way is kept unread, exactly as it came,
and `processing.process_raw` reads it afterwards.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from opencasework.office.inbox.keeping import Counts, Found, Renumbered, keep
from opencasework.office.inbox.models import Mailbox, MailboxCursor, Message, blobs
from opencasework.office.inbox.processing import NewBatch, commit_found, read_found, worked_ahead
from opencasework.office.inbox.reading.reader import Reader, Readers
from opencasework.office.kit.steps import step

log = logging.getLogger(__name__)

# Held by the one mailbox that is read along the way: whoever reads has children, and those take memory.
reading_along = threading.Lock()


@dataclass(frozen=True)
class Arrived:
    """A batch from a server, and what it says where that was read along the way."""

    found: Sequence[Found]
    read: NewBatch | None = None


def read_as_they_come(batches: Iterable[Sequence[Found]], mailbox: Mailbox) -> Generator[Arrived, None, None]:
    """Each batch, read while the next is fetched; unread while another mailbox is read."""
    if not reading_along.acquire(blocking=False):
        yield from map(Arrived, batches)
        return
    try:
        with Readers(Reader) as readers:
            yield from worked_ahead(partial(_read, readers=readers, mailbox=mailbox), batches, ahead=1)
    finally:
        reading_along.release()


def _read(found: Sequence[Found], *, readers: Readers, mailbox: Mailbox) -> Arrived:
    try:
        return Arrived(found, read_found(found, readers=readers, store=blobs(), mailbox=mailbox))
    except OSError:  # a full disk: nothing of it can be kept
        raise
    except Exception as error:  # whatever it is, the mail is kept; the log names the kind, never the content
        log.warning("Mail is kept unread for now (%s)", type(error).__name__)
        return Arrived(found)


def keep_arrived(arrived: Arrived, *, cursor: MailboxCursor, no_further_than: int | None) -> Counts:
    """Keep a batch as `keeping.keep` does, with what it says where that was read.

    Raises `Renumbered` when another process has found the folder renumbered meanwhile.
    """
    if arrived.read is not None:
        step()
        try:
            counts, messages = commit_found(arrived.read, cursor=cursor, no_further_than=no_further_than)
        except Renumbered:
            raise
        except Exception as error:  # another process kept one of them in this moment, or it cannot be placed
            log.info("Mail is kept unread for now (%s)", type(error).__name__)
        else:
            counts.unreadable = sum(message.state == Message.State.UNREADABLE for message in messages)
            return counts
    return keep(arrived.found, cursor=cursor, no_further_than=no_further_than)
