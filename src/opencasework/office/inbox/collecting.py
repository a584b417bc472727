"""Collecting mail over IMAP, each message exactly once, whatever crashes.

The order is everything: the bytes on our disk, the rows committed, and only then a flag on the server, which
is cosmetic. Fetching never marks a message as read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connections, transaction
from django.utils import timezone
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, IMAPClientReadOnlyError

from opencasework.office.inbox.arriving import keep_arrived, read_as_they_come
from opencasework.office.inbox.connecting import (
    CannotCollect,
    FolderRefused,
    Interrupted,
    connection,
    folder_refused,
)
from opencasework.office.inbox.faring import remember_failure, remember_success, remember_surprise, waits
from opencasework.office.inbox.following import follow, known
from opencasework.office.inbox.keeping import BATCH, BATCH_BYTES, Counts, Found, Renumbered
from opencasework.office.inbox.models import Mailbox, MailboxCursor
from opencasework.office.inbox.numbered_anew import forget_numbers_given_anew, received_at
from opencasework.office.inbox.reading import limits
from opencasework.office.kit.steps import step

log = logging.getLogger(__name__)

KEPT_FLAG = b"$Casework"
# Of a message too large to be fetched in one; a server may be slow, and memory is short.
PIECE_BYTES = 8_000_000
EMPTY_BYTES = 2  # up to which a message may be one without anything in it
AT_ONCE = 8  # mailboxes; a slow one never holds up the next


def always() -> bool:
    return True


@dataclass(frozen=True)
class Collected:
    """What came of one mailbox."""

    mailbox: Mailbox
    counts: Counts = field(default_factory=Counts)
    error: str = ""


@dataclass
class Doubts:
    """Messages over which a server breaks off, so that one it cannot read never stops the others."""

    singly: set[tuple[str, int]] = field(default_factory=set)  # folder and UID: fetched one at a time
    apart: set[tuple[str, int]] = field(default_factory=set)  # left out for now

    def learn_from(self, visit: Visit) -> bool:
        """Whether a visit that was interrupted shows what to do otherwise next time."""
        if visit.counts.new or visit.counts.known:
            return True
        if len(visit.fetching) > 1:
            self.singly |= visit.fetching
        else:
            self.apart |= visit.fetching
        return bool(visit.fetching)


@dataclass
class Visit:
    """One look into a mailbox over one connection, as far as it has come."""

    doubts: Doubts = field(default_factory=Doubts)
    fetching: set[tuple[str, int]] = field(default_factory=set)  # what the server was asked for last
    counts: Counts = field(default_factory=Counts)
    collected: list[str] = field(default_factory=list)  # folders
    problems: list[str] = field(default_factory=list)  # sentences about folders
    missed: int = 0  # found by a thorough look and should have been here before
    last_uids: dict[str, tuple[int, int]] = field(
        default_factory=dict
    )  # folder: UIDNEXT and count as we saw them


def collect_all(*, thorough: bool = False) -> list[Collected]:
    """Collect every enabled mailbox once, several beside each other.

    One that fails says so on itself and stops none of the others. One whose sign-in was refused is left
    alone until its time has come, so that asking often does not lock the account.
    """
    boxes = list(Mailbox.objects.filter(enabled=True))
    if len(boxes) <= 1:
        return [_in_its_turn(box, thorough=thorough) for box in boxes]

    def beside(box: Mailbox) -> Collected:
        try:
            return _in_its_turn(box, thorough=thorough)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(beside, boxes))


def _in_its_turn(mailbox: Mailbox, *, thorough: bool) -> Collected:
    if mailbox.refused and waits(mailbox):
        return Collected(mailbox, error=mailbox.last_error)
    try:
        return collect(mailbox, thorough=thorough)
    except Exception as error:  # the other mailboxes, and what is said about them, must not suffer
        return Collected(mailbox, error=remember_surprise(mailbox, error))


def collect(mailbox: Mailbox, *, thorough: bool = False) -> Collected:
    """Collect what is new in a mailbox; `thorough` looks for everything on the server that we do not have.

    A connection that breaks is opened again for as long as each brings us further.
    """
    counts, doubts = Counts(), Doubts()
    while True:
        visit = Visit(doubts)
        try:
            with connection(mailbox) as server:
                look_into(mailbox, server, visit, thorough=thorough)
        except Interrupted as problem:
            counts += visit.counts
            if doubts.learn_from(visit):
                continue
            remember_failure(mailbox, problem, received=bool(counts.new))
            return Collected(mailbox, counts, error=str(problem))
        except CannotCollect as problem:
            counts += visit.counts
            remember_failure(mailbox, problem, received=bool(counts.new))
            return Collected(mailbox, counts, error=str(problem))
        counts += visit.counts
        error = remember_visit(mailbox, visit, received=bool(counts.new), thorough=thorough)
        return Collected(mailbox, counts, error=error)


def remember_visit(mailbox: Mailbox, visit: Visit, *, received: bool, thorough: bool = False) -> str:
    """Note on the mailbox how a visit went that came to its end. Returns what is wrong with its folders."""
    error = " ".join(visit.problems)
    if visit.problems and not visit.collected:
        remember_failure(mailbox, FolderRefused(error), received=received)
    else:
        remember_success(mailbox, error, received=received, missed=visit.missed if thorough else None)
    return error


def look_into(
    mailbox: Mailbox,
    server: IMAPClient,
    visit: Visit,
    *,
    thorough: bool = False,
    wanted: Callable[[], bool] = always,
) -> None:
    """Collect every folder over this connection, noting in `visit` how far it came.

    A folder that is refused says so on itself and stops none of the others.
    """
    for folder in list(mailbox.folders):
        cursor, _ = MailboxCursor.objects.get_or_create(mailbox=mailbox, folder=folder)
        cursor.mailbox = mailbox  # the same one, so that a folder that is followed is known to both
        try:
            _look_into_folder(cursor, server, visit, thorough=thorough, wanted=wanted)
        except (FolderRefused, Renumbered) as problem:
            visit.problems.append(str(problem))
            MailboxCursor.objects.filter(pk=cursor.pk).update(last_error=str(problem)[:500])
        else:
            visit.collected.append(cursor.folder)
            MailboxCursor.objects.filter(pk=cursor.pk).update(last_error="", last_collected_at=timezone.now())


def _look_into_folder(
    cursor: MailboxCursor,
    server: IMAPClient,
    visit: Visit,
    *,
    thorough: bool,
    wanted: Callable[[], bool],
) -> None:
    selected, writable = _open(cursor, server)
    step()
    visit.last_uids[cursor.folder] = uid_next, _ = seen_now(selected)
    forget_numbers_given_anew(server, cursor, uid_next=uid_next)
    uids = _wanted(server, cursor, thorough=thorough)
    if thorough:
        visit.missed += sum(1 for uid in uids if uid <= cursor.last_uid)
    left = [uid for uid in uids if (cursor.folder, uid) in visit.doubts.apart]
    broken: list[Exception] = []

    def handed_over() -> Iterator[list[Found]]:
        try:
            for batch in _batches(server, cursor.folder, uids, visit):
                if not wanted():
                    return
                visit.fetching = {(cursor.folder, each.uid) for each in batch}
                found, failed = _fetch(server, batch)
                visit.fetching = set()
                left.extend(failed)
                step()
                if found:
                    yield found
        except Exception as error:  # said below: what was handed over before is kept all the same
            broken.append(error)

    with closing(read_as_they_come(handed_over(), cursor.mailbox)) as batches:
        for arrived in batches:
            # Never past one that was left out: the next look asks for it again, whatever happens to us.
            until = min(left) - 1 if left else None
            visit.counts += keep_arrived(arrived, cursor=cursor, no_further_than=until)
            if writable and not broken:
                _flag(server, [each.uid for each in arrived.found if each.uid is not None])
            step()
    if broken:
        raise broken[0]
    if not wanted():
        return
    if left:
        raise FolderRefused(
            f"{cursor.mailbox.host} does not hand over {len(left)} of the messages in {cursor.folder}. "
            "Look at them in another mail program; the others are here."
        )


def seen_now(selected: dict[bytes, object]) -> tuple[int, int]:
    """What changes when mail arrives in the folder just opened."""
    return int(str(selected.get(b"UIDNEXT") or 0)), int(str(selected.get(b"EXISTS") or 0))


def _open(cursor: MailboxCursor, server: IMAPClient) -> tuple[dict[bytes, object], bool]:
    """Open a folder, and whether we may flag in it. One that was renamed on the server is followed."""
    try:
        selected, writable = _select(server, cursor.folder)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        problem = folder_refused(cursor.mailbox, server, cursor.folder, error)
        if not isinstance(problem, FolderRefused) or not follow(cursor, server):
            raise problem from error
        selected, writable = _select(server, cursor.folder)
    uid_validity = int(str(selected.get(b"UIDVALIDITY") or 0))
    if cursor.uid_validity != uid_validity:
        # Another folder of the same name perhaps, and ours is called something else now.
        if cursor.uid_validity and follow(cursor, server, replaced=True):
            return _open(cursor, server)
        _begin_again(cursor, uid_validity)
        selected, writable = _select(server, cursor.folder)  # following looked into others
    return selected, writable


def _select(server: IMAPClient, folder: str) -> tuple[dict[bytes, object], bool]:
    try:
        return server.select_folder(folder), True
    except IMAPClientReadOnlyError:  # one we may only read; some servers open it all the same, some refuse
        pass
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        log.info("A folder is tried for reading only (%s)", type(error).__name__)
    return server.select_folder(folder, readonly=True), False


def _begin_again(cursor: MailboxCursor, uid_validity: int) -> None:
    """When the server has renumbered a folder it is collected from the beginning."""
    with transaction.atomic():
        MailboxCursor.objects.filter(pk=cursor.pk).update(uid_validity=uid_validity, last_uid=0)
    cursor.uid_validity, cursor.last_uid = uid_validity, 0


def _wanted(server: IMAPClient, cursor: MailboxCursor, *, thorough: bool) -> list[int]:
    if thorough or not cursor.last_uid:
        on_server = set(server.search(["ALL"]))
    else:
        # "n:*" always names the last message, even when it is older than n.
        newer = server.search(["UID", f"{cursor.last_uid + 1}:*"])
        on_server = {uid for uid in newer if uid > cursor.last_uid}
    if not on_server:
        return []
    here = known(cursor).order_by()
    if not thorough:
        here = here.filter(uid__gt=cursor.last_uid)
    return sorted(on_server.difference(here.values_list("uid", flat=True).iterator()))


@dataclass(frozen=True)
class _Listed:
    """What the server says about a message before we fetch it."""

    uid: int
    size: int
    received_at: datetime


def _chunks(folder: str, uids: Sequence[int], doubts: Doubts) -> Iterator[list[int]]:
    chunk: list[int] = []
    for uid in uids:
        if (folder, uid) in doubts.apart:
            continue
        if (folder, uid) in doubts.singly:
            if chunk:
                yield chunk
            chunk = []
            yield [uid]
            continue
        chunk.append(uid)
        if len(chunk) == BATCH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _batches(server: IMAPClient, folder: str, uids: Sequence[int], visit: Visit) -> Iterator[list[_Listed]]:
    for chunk in _chunks(folder, uids, visit.doubts):
        visit.fetching = {(folder, uid) for uid in chunk}
        listed = server.fetch(chunk, ["RFC822.SIZE", "INTERNALDATE"])
        visit.fetching = set()
        batch: list[_Listed] = []
        total = 0
        for uid in sorted(listed):
            size = int(listed[uid].get(b"RFC822.SIZE", 0))
            fetched = size if size <= limits.KEPT_BYTES else limits.HEADER_BLOCK_BYTES
            if batch and total + fetched > BATCH_BYTES:
                yield batch
                batch, total = [], 0
            batch.append(_Listed(uid, size, received_at(listed[uid]) or timezone.now()))
            total += fetched
        if batch:
            yield batch


def _fetch(server: IMAPClient, batch: Sequence[_Listed]) -> tuple[list[Found], list[int]]:
    """The messages themselves, or the headers of one beyond the limit, and which the server keeps back.

    One deleted meanwhile is left out. One that the server cannot hand over stops none of the others.
    """
    whole = [each.uid for each in batch if each.size <= limits.MESSAGE_BYTES]
    pieces = [each.uid for each in batch if limits.MESSAGE_BYTES < each.size <= limits.KEPT_BYTES]
    large = [each.uid for each in batch if each.size > limits.KEPT_BYTES]
    raws: dict[int, bytes] = {}
    failed: list[int] = []
    for uids, what, key in ((whole, "BODY.PEEK[]", b"BODY[]"), (large, "BODY.PEEK[HEADER]", b"BODY[HEADER]")):
        answers, kept_back = _one_by_one_if_need_be(server, uids, what)
        failed += kept_back
        for uid, answer in answers.items():
            if key in answer:
                raws[uid] = answer[key] or b""  # an empty message is one too
    nothing = [each.uid for each in batch if each.size > EMPTY_BYTES and raws.get(each.uid) == b""]
    for uid in nothing:  # some servers hand that over of what is deleted in this moment
        del raws[uid]
    failed += _still_there(server, nothing)
    for uid in pieces:
        try:
            raw = _in_pieces(server, uid)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            failed.append(uid)
        else:
            raws |= {} if raw is None else {uid: raw}
    found = [
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
    return found, failed


def _still_there(server: IMAPClient, uids: list[int]) -> list[int]:
    if not uids:
        return []
    server.noop()  # lets the server tell what was deleted
    return sorted(server.search(["UID", ",".join(map(str, uids))]))


def _in_pieces(server: IMAPClient, uid: int) -> bytes | None:
    """A message of many megabytes, byte for byte; None where it was deleted meanwhile."""
    raw = bytearray()
    while True:
        answer = server.fetch([uid], [f"BODY.PEEK[]<{len(raw)}.{PIECE_BYTES}>"]).get(uid, {})
        piece = answer.get(f"BODY[]<{len(raw)}>".encode())
        if piece is None:
            return None
        raw += piece
        if len(piece) < PIECE_BYTES:
            return bytes(raw)


def _one_by_one_if_need_be(
    server: IMAPClient, uids: list[int], what: str
) -> tuple[dict[int, dict[bytes, bytes]], list[int]]:
    """What the server hands over, and which it keeps back."""
    answers: dict[int, dict[bytes, bytes]] = {}
    failed: list[int] = []
    if not uids:
        return answers, failed
    try:
        return server.fetch(uids, [what]), failed
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        log.warning("A mail server does not hand over %s messages at once", len(uids))
    for uid in uids:
        try:
            answers |= server.fetch([uid], [what])
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            failed.append(uid)
    return answers, failed


def _flag(server: IMAPClient, uids: Sequence[int]) -> None:
    """Show in other mail programs what has been collected. Nothing depends on it."""
    try:
        server.add_flags(uids, [KEPT_FLAG], silent=True)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        log.info("A mail server does not keep our flag")
