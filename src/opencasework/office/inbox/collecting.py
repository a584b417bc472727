"""Collecting mail over IMAP, each message exactly once, whatever crashes.

The order is everything: the bytes on our disk, the rows committed, and only then a flag on the server, which
is cosmetic. Fetching never marks a message as read.
"""

from __future__ import annotations

import imaplib
import logging
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from opencasework.office.inbox.keeping import BATCH, BATCH_BYTES, Counts, Found, keep
from opencasework.office.inbox.models import Arrival, Mailbox, MailboxCursor
from opencasework.office.inbox.reading import limits
from opencasework.office.kit.secrets import SecretUnreadable
from opencasework.office.kit.steps import step

log = logging.getLogger(__name__)

TIMEOUT = SocketTimeout(connect=15, read=60)  # seconds
KEPT_FLAG = b"$Casework"


class CannotCollect(Exception):
    """A mailbox cannot be collected; the message is a sentence that says why and what to do."""


@dataclass(frozen=True)
class Collected:
    """What came of one mailbox."""

    mailbox: Mailbox
    counts: Counts = field(default_factory=Counts)
    error: str = ""


def collect_all(*, thorough: bool = False) -> list[Collected]:
    """Collect every enabled mailbox once. One that fails says so on itself and stops none of the others."""
    return [collect(mailbox, thorough=thorough) for mailbox in Mailbox.objects.filter(enabled=True)]


def collect(mailbox: Mailbox, *, thorough: bool = False) -> Collected:
    """Collect what is new in a mailbox; `thorough` looks for everything on the server that we do not have."""
    counts = Counts()
    try:
        with _problems_as_sentences(mailbox), _connection(mailbox) as server:
            for batch_counts in _collect(mailbox, server, thorough=thorough):
                counts += batch_counts
    except CannotCollect as problem:
        _remember(mailbox, counts, error=str(problem))
        return Collected(mailbox, counts, error=str(problem))
    _remember(mailbox, counts, error="")
    return Collected(mailbox, counts)


def check(mailbox: Mailbox) -> None:
    """Sign in and open the folder, as collecting would. Raises `CannotCollect` with a sentence."""
    with _problems_as_sentences(mailbox), _connection(mailbox) as server:
        server.select_folder(mailbox.folder, readonly=True)


def _remember(mailbox: Mailbox, counts: Counts, *, error: str) -> None:
    now = timezone.now()
    changes: dict[str, Any] = {"last_error": error[:500]}
    if not error:
        changes["last_succeeded_at"] = now
    if counts.new:
        changes["last_received_at"] = now
    Mailbox.objects.filter(pk=mailbox.pk).update(**changes)
    for name, value in changes.items():
        setattr(mailbox, name, value)


@contextmanager
def _connection(mailbox: Mailbox) -> Iterator[IMAPClient]:
    server = IMAPClient(
        mailbox.host,
        port=mailbox.port,
        ssl=mailbox.security == Mailbox.Security.SSL,
        timeout=TIMEOUT,
    )
    try:
        if mailbox.security == Mailbox.Security.STARTTLS:
            server.starttls(ssl.create_default_context())
        server.login(mailbox.username, mailbox.password)
        yield server
    finally:
        try:
            server.logout()
        except (IMAPClientError, OSError, imaplib.IMAP4.error):
            log.info("A mail server hung up first")  # all it had to do is done


@contextmanager
def _problems_as_sentences(mailbox: Mailbox) -> Iterator[None]:
    where = f"{mailbox.host}:{mailbox.port}"
    try:
        yield
    except SecretUnreadable as error:
        raise CannotCollect(str(error)) from error
    except LoginError as error:
        raise CannotCollect(
            f"{mailbox.host} refuses the user name or password for {mailbox.address}. Enter them again."
        ) from error
    except socket.gaierror as error:
        raise CannotCollect(
            f"There is no server called {mailbox.host}. Check its name and the network."
        ) from error
    except ssl.SSLError as error:
        raise CannotCollect(
            f"{where} does not offer a secure connection we can trust ({error.reason or 'TLS failed'}). "
            "Check the port, the kind of security and the server's certificate."
        ) from error
    except OSError as error:  # refused, unreachable, timed out, reset
        raise CannotCollect(
            f"{where} does not answer. Check the server's name, the port and the network."
        ) from error
    except (IMAPClientError, imaplib.IMAP4.error) as error:
        raise CannotCollect(
            f"{mailbox.host} will not give us the folder {mailbox.folder}. Check its name. "
            f"(It says: {str(error)[:200]})"
        ) from error


def _collect(mailbox: Mailbox, server: IMAPClient, *, thorough: bool) -> Iterator[Counts]:
    selected = server.select_folder(mailbox.folder)
    step()
    cursor = _cursor(mailbox, uid_validity=int(selected[b"UIDVALIDITY"]))
    for batch in _batches(server, _wanted(server, cursor, thorough=thorough)):
        found = _fetch(server, batch)
        step()
        if found:
            yield keep(found, cursor=cursor)
            _flag(server, [each.uid for each in found if each.uid is not None])
            step()


def _cursor(mailbox: Mailbox, *, uid_validity: int) -> MailboxCursor:
    """How far this folder is collected. When the server has renumbered it, from the beginning again."""
    with transaction.atomic():
        cursor, _ = MailboxCursor.objects.get_or_create(mailbox=mailbox, folder=mailbox.folder)
        if cursor.uid_validity != uid_validity:
            cursor.uid_validity, cursor.last_uid = uid_validity, 0
            cursor.save(update_fields=["uid_validity", "last_uid"])
    return cursor


def _wanted(server: IMAPClient, cursor: MailboxCursor, *, thorough: bool) -> list[int]:
    if thorough or not cursor.last_uid:
        on_server = set(server.search(["ALL"]))
        here = Arrival.objects.filter(
            mailbox=cursor.mailbox, folder=cursor.folder, uid_validity=cursor.uid_validity
        )
        return sorted(on_server - set(here.values_list("uid", flat=True)))
    # "n:*" always names the last message, even when it is older than n.
    newer = server.search(["UID", f"{cursor.last_uid + 1}:*"])
    return sorted(uid for uid in newer if uid > cursor.last_uid)


@dataclass(frozen=True)
class _Listed:
    """What the server says about a message before we fetch it."""

    uid: int
    size: int
    received_at: datetime


def _batches(server: IMAPClient, uids: Sequence[int]) -> Iterator[list[_Listed]]:
    for start in range(0, len(uids), BATCH):
        listed = server.fetch(uids[start : start + BATCH], ["RFC822.SIZE", "INTERNALDATE"])
        batch: list[_Listed] = []
        total = 0
        for uid in sorted(listed):
            size = int(listed[uid].get(b"RFC822.SIZE", 0))
            received_at = listed[uid].get(b"INTERNALDATE") or timezone.now()
            if not timezone.is_aware(received_at):  # IMAPClient gives it in this machine's own time
                received_at = received_at.astimezone()
            fetched = size if size <= limits.MESSAGE_BYTES else limits.HEADER_BLOCK_BYTES
            if batch and total + fetched > BATCH_BYTES:
                yield batch
                batch, total = [], 0
            batch.append(_Listed(uid, size, received_at))
            total += fetched
        if batch:
            yield batch


def _fetch(server: IMAPClient, batch: Sequence[_Listed]) -> list[Found]:
    """The messages themselves, or the headers of one beyond the limit. One deleted meanwhile is left out."""
    whole = [each.uid for each in batch if each.size <= limits.MESSAGE_BYTES]
    large = [each.uid for each in batch if each.size > limits.MESSAGE_BYTES]
    raws: dict[int, bytes] = {}
    for uids, what, key in ((whole, "BODY.PEEK[]", b"BODY[]"), (large, "BODY.PEEK[HEADER]", b"BODY[HEADER]")):
        for uid, answer in (server.fetch(uids, [what]) if uids else {}).items():
            if answer.get(key) is not None:
                raws[uid] = answer[key]
    return [
        Found(
            raw=raws[each.uid],
            # Servers round the size they announce; only for what we left there is it the one we know.
            size=each.size if each.uid in large else len(raws[each.uid]),
            uid=each.uid,
            received_at=each.received_at,
        )
        for each in batch
        if each.uid in raws
    ]


def _flag(server: IMAPClient, uids: Sequence[int]) -> None:
    """Show in other mail programs what has been collected. Nothing depends on it."""
    try:
        server.add_flags(uids, [KEPT_FLAG], silent=True)
    except (IMAPClientError, imaplib.IMAP4.error):
        log.info("A mail server does not keep our flag")
