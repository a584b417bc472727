"""Store, commit, and only then say so to anybody: how a raw message becomes one that cannot be lost."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import transaction
from django.utils import timezone

from opencasework.office.inbox.models import (
    Arrival,
    Copy,
    Erased,
    Mailbox,
    MailboxCursor,
    Message,
    blobs,
)
from opencasework.office.inbox.reading import limits
from opencasework.office.kit.steps import step

BATCH = 50  # messages in one commit
BATCH_BYTES = 32_000_000  # and no more than this in memory
TOO_LARGE = (
    f"This mail is larger than {limits.KEPT_BYTES // 1_000_000} MB, so only its headers are kept here. "
    "It is still in the mailbox: open it there, in a mail program."
)
# What mail programs add for themselves where they store a message. It begins with a character that can be
# looked for, which makes it ten times as fast as one that begins with ^.
STORAGE_HEADER = re.compile(
    rb"\n(?:Status|X-Status|X-UIDL?|X-Keywords|X-IMAP(?:base)?|Content-Length|Lines|X-Mozilla-[\w-]+|X-GM-THRID"
    rb"|X-Gmail-Labels):[^\n]*(?:\n[ \t][^\n]*)*",
    re.IGNORECASE,
)
# What its writer's mail program wrote; everything else may be added or changed on the way.
WRITTEN_HEADER = re.compile(
    rb"\n(From|To|Cc|Subject|Date|Message-ID|In-Reply-To|References|Content-Type|MIME-Version):"
    rb"([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE,
)
TOKEN_IN_TRACES = re.compile(rb"(?i)\n(?:Delivered-To|X-Original-To|Envelope-To):[^\n]*\+([0-9a-f]{32})@")
LINE_ENDS = re.compile(rb"(?:\r?\n)*")
EMPTY_LINE = re.compile(rb"\r?\n\r?\n")
PIECE = 64_000  # bytes; small enough for the memory that is at hand already
QUOTED_FROM = re.compile(rb"^>+From ", re.MULTILINE)
LONE_CR = re.compile(rb"\r(?!\n)")


class Renumbered(Exception):
    """The folder was renumbered or renamed while it was collected: the next look begins from what is now."""


@dataclass(frozen=True)
class Found:
    """A message on a server or in a file, about to be kept."""

    raw: bytes
    size: int  # bytes there; more than `raw` where only the headers were fetched
    source: str = ""
    uid: int | None = None
    received_at: datetime | None = None

    @property
    def is_whole(self) -> bool:
        return self.size <= len(self.raw)

    @cached_property
    def marks(self) -> tuple[str, str | None]:
        return marks(self.raw)

    @property
    def fingerprint(self) -> str:
        return self.marks[0]

    @property
    def same_mark(self) -> str | None:
        return self.marks[1] if self.is_whole else None


@dataclass
class Counts:
    """What a collection or an ingestion came to."""

    new: int = 0
    known: int = 0
    unreadable: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.new + other.new, self.known + other.known, self.unreadable + other.unreadable)

    def __str__(self) -> str:
        return f"{self.new} new, {self.known} known, {self.unreadable} unreadable"


def fingerprint(raw: bytes) -> str:
    """The SHA-256 of what a message says, the same for its copies in a mailbox, a Maildir and an mbox file.

    Those end lines differently, add their own status headers, and mbox puts > before a line with "From ".
    """
    return marks(raw)[0]


def same_mark(raw: bytes) -> str | None:
    """The SHA-256 of what the writer of a message wrote, without the traces of the way it came.

    Two copies of one mail to two of our addresses have one. None for a mail without an id and a date of its
    writer's. A reply address of ours among the traces counts: a copy may have come to a case's.
    """
    return marks(raw)[1]


def marks(raw: bytes) -> tuple[str, str | None]:
    """Both the `fingerprint` and the `same_mark`, for one look at its body, which may be megabytes."""
    start, end = _without_empty_lines(raw)
    empty_line = EMPTY_LINE.search(raw, start, end)
    head = b"\n" + raw[start : empty_line.start() if empty_line else end].replace(b"\r\n", b"\n")
    whole = hashlib.sha256((STORAGE_HEADER.sub(b"", head) + b"\n")[1:])
    written = _written_in(head) if empty_line else b""
    same = hashlib.sha256(written) if written else None
    if empty_line:
        whole.update(b"\n\n")
        for piece in _body(raw, empty_line.end(), end):
            whole.update(piece)
            if same:
                same.update(piece)
    return whole.hexdigest(), same.hexdigest() if same else None


def _written_in(head: bytes) -> bytes:
    """The headers its writer's mail program wrote, in one order; empty where an id or a date is missing."""
    written: dict[bytes, bytes] = {}
    for field in WRITTEN_HEADER.finditer(head):
        name = field[1].lower()
        written[name] = written.get(name, b"") + b" ".join(field[2].split()) + b"\n"
    if not (written.get(b"message-id", b"").strip() and written.get(b"date")):
        return b""
    tokens = sorted({each.lower() for each in TOKEN_IN_TRACES.findall(head)})
    lines = [name + b":" + written[name] for name in sorted(written)]
    return b"".join([*lines, *(b"+" + token for token in tokens), b"\n"])


def _without_empty_lines(raw: bytes) -> tuple[int, int]:
    """Where a message begins and ends, the empty lines around it left out."""
    first = LINE_ENDS.match(raw)
    start, end = first.end() if first else 0, len(raw)
    while end > start and raw[end - 1 : end] == b"\n":
        end -= 2 if raw[end - 2 : end] == b"\r\n" and end - 2 >= start else 1
    return start, end


def _body(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """The body as its fingerprint sees it, in pieces: it may be megabytes of somebody's file."""
    # Between the first ">" and the last: those are found at once, and no file in base64 has one.
    first, last = raw.find(b">", start, end), raw.rfind(b">", start, end)
    if first >= 0 and raw.find(b">From ", first, last + len(b">From ")) >= 0:
        yield QUOTED_FROM.sub(b"From ", raw[start:end].replace(b"\r\n", b"\n"))
        return
    while start < end:
        stop = min(start + PIECE, end)
        if raw[stop - 1 : stop + 1] == b"\r\n" and stop < end:
            stop += 1  # a line's end stays in one piece
        piece = raw[start:stop]
        # To leave out every CR takes half as long as to look for pairs.
        yield piece.replace(b"\r\n", b"\n") if LONE_CR.search(piece) else piece.translate(None, b"\r")
        start = stop


def known_fingerprints(prints: Iterable[str]) -> set[str]:
    """Which of these messages we have, or had and erased."""
    wanted = list(prints)
    found = {
        mark
        for kept in (Message, Copy, Erased)
        for mark in kept.objects.filter(fingerprint__in=wanted)
        .order_by()
        .values_list("fingerprint", flat=True)
    }
    return {mark for mark in found if mark}


def record_copies(copies: Iterable[tuple[str, Found]], mailbox: Mailbox | None = None) -> None:
    """Say of which message each of these is another copy: of the one with its mark."""
    found = {mark: (sha256, each) for sha256, each in copies if (mark := each.same_mark)}
    firsts = Message.objects.filter(same_mark__in=list(found)).order_by()
    rows: list[Copy] = []
    for message in firsts.only("pk", "same_mark"):
        sha256, each = found[message.same_mark or ""]
        at = each.received_at or timezone.now()
        rows.append(
            Copy(message=message, mailbox=mailbox, sha256=sha256, fingerprint=each.fingerprint, arrived_at=at)
        )
    Copy.objects.bulk_create(rows, ignore_conflicts=True)


def keep(
    found: Sequence[Found], *, cursor: MailboxCursor | None = None, no_further_than: int | None = None
) -> Counts:
    """Keep a batch in one transaction, its bytes on the disk before. Keeping it again changes nothing.

    With a `cursor` the batch is from its folder under its UIDVALIDITY, and the cursor moves along, but not
    past the UID `no_further_than`: what comes after it was left out and must be asked for again.
    """
    hashes = blobs().put_many([each.raw for each in found])
    step()
    with transaction.atomic():
        known = known_fingerprints(each.fingerprint for each in found)
        # The same message twice in a batch is one.
        new = {
            each.fingerprint: (sha256, each)
            for sha256, each in zip(hashes, found, strict=True)
            if each.fingerprint not in known
        }
        mailbox = cursor.mailbox if cursor else None
        Message.objects.bulk_create(
            [message_row(sha256, each, mailbox) for sha256, each in new.values()],
            ignore_conflicts=True,  # on PostgreSQL another process may have kept it since we looked
        )
        written = set(Message.objects.filter(fingerprint__in=list(new)).values_list("fingerprint", flat=True))
        copies = [each for mark, each in new.items() if mark not in written]
        record_copies(copies, mailbox)
        step()
        if cursor:
            record_arrivals(list(zip(hashes, found, strict=True)), cursor, no_further_than)
        else:
            Arrival.objects.bulk_create(arrival_row(sha256, each) for sha256, each in new.values())
        step()
    step()
    return Counts(new=len(written), known=len(found) - len(written))


def message_row(sha256: str, found: Found, mailbox: Mailbox | None = None) -> Message:
    """A message about to be kept, not read yet."""
    return Message(
        sha256=sha256,
        fingerprint=found.fingerprint,
        same_mark=found.same_mark,
        size=found.size,
        state=Message.State.RAW,
        mailbox=mailbox,
        received_at=found.received_at or timezone.now(),
        unreadable_reason="" if found.is_whole else TOO_LARGE,
    )


def arrival_row(sha256: str, found: Found, cursor: MailboxCursor | None = None) -> Arrival:
    """Where a message was found."""
    return Arrival(
        mailbox=cursor.mailbox if cursor else None,
        folder=cursor.folder if cursor else "",
        uid_validity=cursor.uid_validity if cursor else None,
        uid=found.uid,
        source=found.source,
        sha256=sha256,
        size=found.size,
        internal_date=found.received_at,
    )


def record_arrivals(
    found: Sequence[tuple[str, Found]], cursor: MailboxCursor, no_further_than: int | None
) -> None:
    """Record where each was found. A rebuilt mailbox gives new numbers to what we have: those are renamed.

    Raises `Renumbered` when another process has found the folder renumbered meanwhile.
    """
    # Locked: of two processes at once the second must see what the first has recorded.
    as_it_was = MailboxCursor.objects.filter(folder=cursor.folder, uid_validity=cursor.uid_validity)
    if not as_it_was.select_for_update().filter(pk=cursor.pk).exists():
        raise Renumbered(f"The folder {cursor.folder} was renumbered just now. We look again by ourselves.")
    here = Arrival.objects.filter(mailbox=cursor.mailbox, folder=cursor.folder)
    uids = [each.uid for _, each in found]
    recorded = set(here.filter(uid_validity=cursor.uid_validity, uid__in=uids).values_list("uid", flat=True))
    outdated = defaultdict(list)
    hashes = {sha256 for sha256, _ in found}
    for arrival in here.filter(sha256__in=hashes).exclude(uid_validity=cursor.uid_validity).order_by("pk"):
        outdated[arrival.sha256].append(arrival)
    fresh: list[Arrival] = []
    for sha256, each in found:
        if each.uid in recorded:
            continue
        if outdated[sha256]:
            arrival = outdated[sha256].pop(0)
            arrival.uid_validity, arrival.uid = cursor.uid_validity, each.uid
            arrival.internal_date = each.received_at
            arrival.save(update_fields=["uid_validity", "uid", "internal_date"])
        else:
            fresh.append(arrival_row(sha256, each, cursor))
    Arrival.objects.bulk_create(fresh, ignore_conflicts=True)
    last_uid = max(each.uid or 0 for _, each in found)
    if no_further_than is not None:
        last_uid = min(last_uid, no_further_than)
    MailboxCursor.objects.filter(
        pk=cursor.pk, uid_validity=cursor.uid_validity, last_uid__lt=last_uid
    ).update(last_uid=last_uid)
