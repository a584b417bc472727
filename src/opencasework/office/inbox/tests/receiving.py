"""Letting a mail arrive in a test, as it would from a server: kept, read, filed or proposed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from opencasework.office.inbox.keeping import Found, keep
from opencasework.office.inbox.models import Arrival, Mailbox, MailboxCursor, Message
from opencasework.office.inbox.processing import process_raw
from opencasework.office.inbox.reading import message
from opencasework.office.inbox.reading.reader import Reading
from opencasework.office.inbox.samples import sample_messages
from tests.services import dovecot

from .factories import MailboxFactory

PROVIDER = "mx.member.example"
SIXTY = sample_messages(1, date(2026, 11, 20))


def sha256s(raws: Iterable[bytes]) -> Counter[str]:
    """How often each mail is among these, by its hash."""
    return Counter(hashlib.sha256(raw).hexdigest() for raw in raws)


def arrived() -> Counter[str]:
    """How often each mail has arrived, by its hash."""
    return Counter(Arrival.objects.values_list("sha256", flat=True))


def deliver(account: dovecot.Mailbox, raws: Iterable[bytes]) -> None:
    """Put mails into an account on the server."""
    for raw in raws:
        account.deliver(raw)


def receive(raw: bytes) -> Message:
    """The message as it stands once the office has collected and read it."""
    receive_all([raw])
    return Message.objects.latest("pk")


def receive_all(raws: list[bytes]) -> None:
    """Let several arrive at once."""
    mailbox = Mailbox.objects.first() or MailboxFactory(authserv_id=PROVIDER)
    cursor, _ = MailboxCursor.objects.get_or_create(mailbox=mailbox, folder="INBOX", uid_validity=1)
    first = Arrival.objects.count() + 1
    at = datetime(2026, 11, 3, 10, tzinfo=UTC)
    keep(
        [
            Found(raw=raw, size=len(raw), uid=uid, received_at=at + timedelta(minutes=uid % 60))
            for uid, raw in enumerate(raws, start=first)
        ],
        cursor=cursor,
    )
    process_raw()


def mail(
    sender: str,
    *,
    to: str = "office@member.example",
    confirmed: bool = False,
    subject: str = "Hello",
    **headers: str,
) -> bytes:
    """A short raw mail. `confirmed`: our provider vouches for the sender's domain."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Date: Tue, 3 Nov 2026 09:00:00 +0000"]
    if confirmed:
        domain = sender.rpartition("@")[2].rstrip(">")
        lines.insert(0, f"Authentication-Results: {PROVIDER}; dmarc=pass header.from={domain}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", "We have looked into it.", ""]).encode()


class ReaderInThisProcess:
    """Reads mail known to be harmless without a child, for tests that read very often."""

    def __enter__(self) -> ReaderInThisProcess:
        return self

    def __exit__(self, *problem: object) -> None:
        return None

    def read(self, raw: bytes, *, in_full: bool = True) -> Reading:
        """As `Reader.read` does."""
        return Reading(*message.read(raw, in_full=in_full))

    def read_headers(self, raw: bytes) -> Reading:
        """As `Reader.read_headers` does."""
        return Reading(message.read_headers(raw))
