"""Raw messages to read ones: parsed in the child, threaded, put on their case where that is beyond doubt."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import BigIntegerField, Case, Q, When
from django.utils import timezone

from opencasework.office.inbox import acknowledging, filing, returned
from opencasework.office.inbox.keeping import (
    BATCH,
    BATCH_BYTES,
    Counts,
    Found,
    arrival_row,
    known_fingerprints,
    message_row,
    record_arrivals,
    record_copies,
)
from opencasework.office.inbox.models import Attachment, Mailbox, MailboxCursor, Message, blobs
from opencasework.office.inbox.reading.authentication import names_another, sender_check
from opencasework.office.inbox.reading.message import ONLY_BEGINNING
from opencasework.office.inbox.reading.reader import Reader, Readers, Reading
from opencasework.office.inbox.reading.structure import nothing_read
from opencasework.office.kit.blobs import BlobDamaged, BlobStore
from opencasework.office.kit.rows import insert_each, update_each
from opencasework.office.kit.steps import step

Waiting = TypeVar("Waiting")
Done = TypeVar("Done")
BATCHES_AHEAD = 2  # one put on the disk while another is read
LONGEST_ID = 250
CLUES = 50  # addresses and references in which a reply token is looked for
ADOPTED_AT_ONCE = 200  # a database reads only so long a sentence
REFERENCES_LOOKED_UP = 20  # the newest; a thread's members name each other many times over
SAID_BY_MACHINES = ("list_name", "back_on", "away_until", "calendar")  # kept among the details
# Every field that reading sets.
READ_FIELDS = [
    "state", "message_id", "in_reply_to", "references", "thread", "from_name", "from_address", "to", "cc",
    "subject", "sent_at", "received_at", "text", "reply_text", "has_html", "language", "sender_check",
    "protection", "auto_reply", "machine", "bulk", "unreadable_reason", "details", *filing.FIELDS,
]  # fmt: skip


@dataclass
class Processed:
    """What a run came to."""

    read: int = 0
    unreadable: int = 0
    filed: int = 0

    def count(self, messages: Sequence[Message]) -> None:
        """Add messages that have been read."""
        self.unreadable += sum(message.state == Message.State.UNREADABLE for message in messages)
        self.read += sum(message.state == Message.State.READ for message in messages)
        self.filed += sum(message.case_id is not None for message in messages)


@dataclass(frozen=True)
class _Read:
    """A message and what it says, its attachments already on the disk."""

    message: Message
    reading: Reading
    hashes: list[str]


@dataclass(frozen=True)
class NewBatch:
    """Messages from files or from a server, read and not yet in the database."""

    found: Sequence[Found]
    hashes: list[str]
    batch: list[_Read]

    @property
    def rows(self) -> list[tuple[str, Found]]:
        """Each with the hash its bytes are kept under."""
        return list(zip(self.hashes, self.found, strict=True))


def process_raw(*, limit: int | None = None, progress: Callable[[int], None] | None = None) -> Processed:
    """Read every message that waits, the oldest first; at most `limit` of them.

    Any number of processes may do this at once and any may die: the one that commits first has read it.
    """
    done = Processed()
    with Readers(Reader) as readers:
        for batch in worked_ahead(partial(_read_batch, readers=readers, store=blobs()), _batches(limit)):
            step()
            _commit(batch, done)
            step()
            if progress:
                progress(len(batch))
    return done


def worked_ahead(
    work: Callable[[Waiting], Done], batches: Iterable[Waiting], *, ahead: int = BATCHES_AHEAD
) -> Iterator[Done]:
    """What `work` makes of each batch, in order. While one is committed here, the next are in work."""
    with ThreadPoolExecutor(max_workers=ahead) as threads:
        in_work: deque[Future[Done]] = deque()
        for batch in batches:
            in_work.append(threads.submit(work, batch))
            if len(in_work) > ahead:
                yield in_work.popleft().result()
        while in_work:
            yield in_work.popleft().result()


def _batches(limit: int | None) -> Iterator[list[Message]]:
    after = 0
    left = limit
    while left is None or left > 0:
        size = BATCH if left is None else min(BATCH, left)
        raw = list(
            Message.objects.filter(state=Message.State.RAW, pk__gt=after)
            .select_related("mailbox")
            .order_by("pk")[:size]
        )
        if not raw:
            return
        after = raw[-1].pk
        left = None if left is None else left - len(raw)
        yield from _no_larger_than(raw, BATCH_BYTES)


def _no_larger_than(messages: Sequence[Message], most: int) -> Iterator[list[Message]]:
    batch: list[Message] = []
    for message in messages:
        if batch and sum(each.size for each in batch) + message.size > most:
            yield batch
            batch = []
        batch.append(message)
    if batch:
        yield batch


def _read_batch(messages: Sequence[Message], *, readers: Readers, store: BlobStore) -> list[_Read]:
    """Read messages in the children and put their attachments on the disk. Touches no database."""
    readings = readers.each(partial(_reading, store), messages)
    return _store_files(list(zip(messages, readings, strict=True)), store)


def _reading(store: BlobStore, reader: Reader, message: Message) -> Reading:
    try:
        raw = store.read(message.sha256 or "")
    except FileNotFoundError:
        return Reading(nothing_read("The stored message is missing. Restore it from a backup."))
    except BlobDamaged as damage:
        return Reading(nothing_read(str(damage)))
    return reader.read_headers(raw) if message.unreadable_reason else reader.read(raw, in_full=False)


def _store_files(readings: Sequence[tuple[Message, Reading]], store: BlobStore) -> list[_Read]:
    hashes = iter(store.put_many(content for _, reading in readings for content in reading.contents))
    return [
        _Read(message, Reading(reading.facts), list(islice(hashes, len(reading.contents))))
        for message, reading in readings
    ]


def _commit(batch: Sequence[_Read], done: Processed) -> None:
    """Write what was read, in one transaction with what follows from it."""
    now = timezone.now()
    for each in batch:
        _fill_in(each.message, each.reading, now=now)
    with transaction.atomic():
        # On SQLite a writer is alone; on PostgreSQL the rows are locked: of two readers one finds none left.
        pks = [each.message.pk for each in batch]
        still_raw = set(
            Message.objects.select_for_update()
            .filter(pk__in=pks, state=Message.State.RAW)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        mine = [each for each in batch if each.message.pk in still_raw]
        messages = [each.message for each in mine]
        _place(mine, _parents(messages))
        step()
        _save(messages)
        step()
    done.count(messages)


def _save(messages: Sequence[Message]) -> None:
    """Save what reading has set, in one statement. The rows are there and held, so that each is an update."""
    Message.objects.bulk_create(
        messages, update_conflicts=True, unique_fields=["pk"], update_fields=READ_FIELDS
    )


# --- read before it is in the database -------------------------------------------------------------------


def read_found(
    found: Sequence[Found], *, readers: Readers, store: BlobStore, mailbox: Mailbox | None = None
) -> NewBatch:
    """Keep the bytes of messages from files or from a server, then read them. Touches no database."""
    hashes = store.put_many(each.raw for each in found)
    step()
    now = timezone.now()
    messages = [message_row(sha256, each, mailbox) for sha256, each in zip(hashes, found, strict=True)]
    readings = readers.each(_reading_of, found)
    batch = _store_files(list(zip(messages, readings, strict=True)), store)
    for each in batch:
        _fill_in(each.message, each.reading, now=now)
    return NewBatch(found, hashes, batch)


def _reading_of(reader: Reader, found: Found) -> Reading:
    return reader.read(found.raw, in_full=False) if found.is_whole else reader.read_headers(found.raw)


def commit_found(
    new: NewBatch, *, cursor: MailboxCursor | None = None, no_further_than: int | None = None
) -> tuple[Counts, list[Message]]:
    """Write messages as they were read, in one transaction: the raw bytes are on the disk already.

    Those from a server come with the `cursor` of their folder, as for `keeping.keep`. Returns how many were
    new or known, and the new ones. Raises IntegrityError when another process kept one of them in the same
    moment, and `Renumbered`; then none of them is written.
    """
    mailbox = cursor.mailbox if cursor else None
    with transaction.atomic():
        mine, copies = _new_among(new)
        batch = list(mine.values())
        messages = [each.message for each in batch]
        parents = _parents(messages)
        _join(messages, parents)  # what answers a mail we have is written with its thread at once
        threads = [message.thread_id for message in messages]
        insert_each(messages)
        record_copies(copies, mailbox)
        if cursor:
            record_arrivals(new.rows, cursor, no_further_than)
        else:
            insert_each([arrival_row(*row) for row in new.rows if row[1].fingerprint in mine])
        step()
        _place(batch, parents)
        joined = [each for each, before in zip(messages, threads, strict=True) if each.thread_id != before]
        update_each(joined, ["thread"])
        placed = [each for each in messages if each.proposal or each.case_id]
        update_each(placed, filing.FIELDS)
        step()
    step()
    return Counts(new=len(mine), known=len(new.batch) - len(mine)), messages


def _new_among(new: NewBatch) -> tuple[dict[str, _Read], list[tuple[str, Found]]]:
    """The messages we do not have, by fingerprint, and those that are copies of one that we have."""
    known = known_fingerprints(each.fingerprint for each in new.found)
    marks = Message.objects.filter(same_mark__in=[mark for each in new.found if (mark := each.same_mark)])
    taken = set(marks.order_by().values_list("same_mark", flat=True))
    mine: dict[str, _Read] = {}
    copies: dict[str, tuple[str, Found]] = {}
    for row, each in zip(new.rows, new.batch, strict=True):
        mark, same = row[1].fingerprint, row[1].same_mark
        if mark in known or mark in mine:
            continue
        if same and same in taken:
            copies[mark] = row
            continue
        mine[mark] = each
        taken.add(same)
    return mine, list(copies.values())


def _place(batch: Sequence[_Read], parents: Mapping[str, Message]) -> None:
    """Give saved messages their thread, their attachments and perhaps their case. Saves none of them."""
    messages = [each.message for each in batch]
    _join(messages, parents)
    _adopt_orphans(messages)
    insert_each([row for each in batch for row in _attachments(each)])
    reports = {each.message.pk: found for each in batch if (found := each.reading.facts["report"])}
    returned.heard_from(messages)
    others = returned.take_in(messages, reports)
    filing.place(others, {each.message.pk: _clues(each.reading) for each in batch})
    acknowledging.queue(messages)


def _fill_in(message: Message, reading: Reading, *, now: datetime) -> None:
    facts = reading.facts
    sent_at = datetime.fromisoformat(facts["date"]) if facts["date"] else None
    message.unreadable_reason = (message.unreadable_reason or facts["unreadable"])[:300]
    unreadable = bool(message.unreadable_reason)
    message.state = Message.State.UNREADABLE if unreadable else Message.State.READ
    message.message_id = facts["message_id"][:LONGEST_ID]
    message.in_reply_to = facts["in_reply_to"][:LONGEST_ID]
    message.references = [each[:LONGEST_ID] for each in facts["references"]]
    message.from_name = facts["sender"]["name"][:300]
    message.from_address = facts["sender"]["address"].lower()[:320]
    message.to = facts["to"]
    message.cc = facts["cc"]
    message.subject = facts["subject"][:998]
    message.sent_at = sent_at
    if message.mailbox is None and sent_at and sent_at < now + timedelta(days=1):
        message.received_at = sent_at  # a file has no other date
    message.text = facts["text"]
    message.reply_text = facts["reply_text"]
    message.has_html = bool(facts["html"])
    message.language = facts["language"]
    message.protection = facts["protection"]
    message.auto_reply = facts["auto_reply"]
    message.machine = facts["machine"]
    told = {name: facts[name] for name in SAID_BY_MACHINES if facts[name]}  # type: ignore[literal-required]
    if told:
        message.details = {**message.details, **told}
    message.bulk = facts["bulk"]
    if set(facts["problems"]) - {ONLY_BEGINNING}:
        message.details = {**message.details, "damaged": True}
    message.sender_check = sender_check(
        facts["authentication_results"],
        trusted=message.mailbox.authserv_id if message.mailbox else "",
        from_address=message.from_address,
        # A name that is the address of somebody else is a second sender.
        senders=facts["senders"] + names_another(facts["sender"]),
    ).value


def _attachments(read: _Read) -> Iterator[Attachment]:
    for position, (facts, sha256) in enumerate(
        zip(read.reading.facts["attachments"], read.hashes, strict=True)
    ):
        yield Attachment(
            message=read.message,
            position=position,
            filename=facts["filename"][:200],
            content_type=facts["content_type"][:170],
            size=facts["size"],
            sha256=sha256,
            content_id=facts["content_id"],
            inline=facts["inline"],
        )


def _clues(reading: Reading) -> list[str]:
    """Where a reply token may stand: the addresses a mail was sent to, and the mails it answers."""
    facts = reading.facts
    # Every 32 hexadecimal digits in them are asked for, so a mail made of such digits gets only these.
    return [
        *(each["address"] for each in facts["to"][:CLUES]),
        *(each["address"] for each in facts["cc"][:CLUES]),
        *facts["delivered_to"][:CLUES],
        facts["in_reply_to"],
        *facts["references"][-CLUES:],
    ]


def _named(message: Message) -> list[str]:
    """The ids of earlier mails a message names, the nearest first."""
    ids = [
        message.in_reply_to,
        *reversed(message.references[-REFERENCES_LOOKED_UP:]),
        *message.references[:1],
    ]
    return [each for each in dict.fromkeys(ids) if each and each != message.message_id]


def _parents(messages: Sequence[Message]) -> dict[str, Message]:
    """The mails these name, by id: of those we have, and of these themselves."""
    wanted = {each for message in messages for each in _named(message)}
    found: dict[str, Message] = {}
    known = (
        Message.objects.filter(message_id__in=wanted).only("pk", "message_id", "thread_id").order_by("-pk")
    )
    for message in known if wanted else ():
        found[message.message_id] = message  # of two with one id the older
    for message in messages:
        if message.message_id in wanted:
            found.setdefault(message.message_id, message)
    return found


def _join(messages: Sequence[Message], parents: Mapping[str, Message]) -> None:
    """Say which thread each belongs to. Only for showing: anybody may name anybody's mail.

    Of those whose parent is not saved yet, nothing is said.
    """
    for message in messages:
        parent = next((parents[each] for each in _named(message) if each in parents), None)
        root = (parent.thread_id or parent.pk) if parent else None
        message.thread_id = root if root != message.pk else None


def _adopt_orphans(messages: Sequence[Message]) -> None:
    """An answer may be read before what it answers."""
    by_id = {message.message_id: message for message in messages if message.message_id}
    # Asked for "no thread" as well, SQLite would rather look through all that have none.
    answers = Message.objects.filter(in_reply_to__in=by_id).order_by()
    orphans = [row for row in answers.values_list("pk", "in_reply_to", "thread") if row[2] is None]
    roots: dict[int, int] = {}  # by orphan, the first message of the thread it joins
    for pk, answered, _ in orphans:
        root = by_id[answered].thread_id or by_id[answered].pk
        if pk == root:
            continue
        roots.update({other: root for other, its_root in roots.items() if its_root == pk})
        roots[pk] = root
        for message in messages:
            if pk in (message.pk, message.thread_id):
                message.thread_id = root
    orphans_and_roots = list(roots.items())
    for start in range(0, len(orphans_and_roots), ADOPTED_AT_ONCE):
        some = dict(orphans_and_roots[start : start + ADOPTED_AT_ONCE])
        becomes = [When(Q(pk=pk) | Q(thread=pk), then=root) for pk, root in some.items()]
        in_them = Message.objects.filter(Q(pk__in=some) | Q(thread__in=some))
        in_them.update(thread=Case(*becomes, output_field=BigIntegerField()))
