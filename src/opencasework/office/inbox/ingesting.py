"""Mail from files: .eml and .msg files, mbox files, Maildirs, folders and zips of them. Safe to repeat."""

from __future__ import annotations

import io
import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.db import IntegrityError

from opencasework.office.inbox.keeping import (
    BATCH,
    BATCH_BYTES,
    QUOTED_FROM,
    Counts,
    Found,
    keep,
    known_fingerprints,
)
from opencasework.office.inbox.models import Message, blobs
from opencasework.office.inbox.processing import (
    NewBatch,
    commit_found,
    read_found,
    worked_ahead,
)
from opencasework.office.inbox.reading import limits
from opencasework.office.inbox.reading.message import has_headers, looks_like_mail
from opencasework.office.inbox.reading.reader import Reader, Readers
from opencasework.office.kit.steps import step

LARGEST_FILE = limits.KEPT_BYTES  # of one message in a file; an mbox may be any size
PIECE = 1_000_000  # bytes of a line or a file read at once
LARGEST_UNPACKED = 20_000_000_000  # bytes in one zip, all told
MOST_IN_ZIP = 500_000
MOST_UNPACKED = 100  # times its size in the zip; mail is never packed so densely
HARMLESS = 1_000_000  # bytes up to which that does not matter
TOO_DENSE = "It unpacks to more than a hundred times its size, as no mail does. It was not unpacked."
MBOX_LINE = re.compile(rb"From \S+.*\d{2}:\d{2}")
HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
MAIL_ENDINGS = {".eml", ".mbox", ".mbx", ".mbs", ".msg", ".emlx"}
IGNORED = {
    ".ds_store", "thumbs.db", "desktop.ini", "maildirfolder", "subscriptions",
    "table_of_contents", "info.plist", "msgfilterrules.dat", "filterlog.html", "popstate.dat",
}  # fmt: skip
PROGRAMS_OWN = {".msf", ".emlxpart", ".plist"}  # what Thunderbird and Apple Mail keep beside the mail
OUTLOOK_STORE = (
    "It is an Outlook data file (.pst or .ost), which we do not read. In Outlook select the messages, "
    "drag them into a folder as .msg files, and give us that folder or a zip of it."
)
ZIP_IN_ZIP = "It is a zip within a zip. Unpack the outer one, and give us what is in it."
ZIP_BROKEN = (
    "It is packed as a zip is, but cannot be unpacked: it is damaged, protected by a password, or a document "
    "of an office program. Bring in a whole zip of mail; add a document to its case instead."
)
ENTRY_BROKEN = (
    "It cannot be unpacked: it is damaged or protected by a password. Whatever else the zip holds was looked "
    "at. Unpack the zip in another program, and give us this file by itself."
)
# What Python raises for a zip, or an entry of one, that is odd in one way or another.
UNPACKING_FAILS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    NotImplementedError, RuntimeError, EOFError, OSError, ValueError, OverflowError,
)  # fmt: skip
MAILDIR_OWN = re.compile(r"(dovecot|courier|maildir)[\w.-]*", re.IGNORECASE)


@dataclass(frozen=True)
class Unreadable:
    """A file, or a place in one, that holds no mail we can take in; `reason` is a sentence."""

    source: str
    reason: str


@dataclass(frozen=True)
class Ingested:
    """What came of it."""

    counts: Counts
    unreadable: list[Unreadable]
    unread: int = 0  # new ones that are kept and still to be read (`process_raw`), which the worker does too


def ingest(
    paths: Iterable[Path],
    *,
    progress: Callable[[int], None] | None = None,
    met: Callable[[Collection[str]], None] | None = None,
    kept: Callable[[Sequence[Message]], None] | None = None,
) -> Ingested:
    """Take in every message under `paths`. What is here already is counted as known.

    `progress` is called with the number of messages seen so far, `met` with the fingerprints of known ones,
    `kept` with the new ones as they are in the database.
    """
    counts = Counts()
    problems: list[Unreadable] = []
    unread = 0
    with Readers(Reader) as readers:
        # Looked at once for what it says while the one before is read; a big one may be megabytes.
        marked = worked_ahead(_marked, _batches(_items(paths), problems), ahead=1)
        batches = (_unknown(batch, counts, met) for batch in marked)
        for new in worked_ahead(partial(read_found, readers=readers, store=blobs()), batches):
            messages = _finish(new, counts, problems)
            unread += sum(message.state == Message.State.RAW for message in messages)
            if kept:
                kept(messages)
            if progress:
                progress(counts.new + counts.known)
    counts.unreadable = len(problems)
    return Ingested(counts, problems, unread)


def _marked(batch: list[Found]) -> list[Found]:
    for each in batch:
        each.marks  # noqa: B018  worked out here, and known from now on
    return batch


def _unknown(
    batch: Sequence[Found], counts: Counts, met: Callable[[Collection[str]], None] | None
) -> list[Found]:
    known = known_fingerprints(each.fingerprint for each in batch)
    if met and known:
        met(known)
    fresh = [each for each in batch if each.fingerprint not in known]
    counts.known += len(batch) - len(fresh)
    return fresh


def _finish(batch: NewBatch, counts: Counts, problems: list[Unreadable]) -> list[Message]:
    """Commit a batch that has been read; a message nobody can read is kept, and counted as a problem."""
    step()
    try:
        committed, messages = commit_found(batch)
    except IntegrityError:
        # Another process kept one of them in this moment: take the way that two can take at once.
        # What waits may be much, so it is not read here, in somebody's upload.
        committed = keep(batch.found)
        prints = [each.fingerprint for each in batch.found]
        messages = list(Message.objects.filter(fingerprint__in=prints, state=Message.State.RAW))
    counts.new += committed.new
    counts.known += committed.known
    sources = {sha256: each.source for sha256, each in batch.rows}
    for message in messages:
        if message.state == Message.State.UNREADABLE:
            problems.append(Unreadable(sources[message.sha256 or ""], message.unreadable_reason))
            counts.new -= 1
    return messages


def _batches(items: Iterable[Found | Unreadable], unreadable: list[Unreadable]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    size = 0
    for item in items:
        if isinstance(item, Unreadable):
            unreadable.append(item)
            continue
        if batch and (len(batch) >= BATCH or size + len(item.raw) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item.raw)
    if batch:
        yield batch


# --- where mail is kept ---------------------------------------------------------------------------------


def _items(paths: Iterable[Path]) -> Iterator[Found | Unreadable]:
    for path in paths:
        if path.is_dir():
            yield from _folder(path)
        elif path.exists():
            yield from _path(path)
        else:
            yield Unreadable(_shown(path), "There is no such file or folder.")


def _folder(folder: Path) -> Iterator[Found | Unreadable]:
    is_maildir = (folder / "cur").is_dir() and (folder / "new").is_dir()
    if (folder / "prefs.js").is_file():  # a profile of Thunderbird: its mail is in two folders of many
        places = [folder / name for name in ("Mail", "ImapMail") if (folder / name).is_dir()]
    else:
        places = sorted(folder.iterdir())
    for path in places:
        if path.is_symlink() and not path.exists():
            continue
        if path.is_dir():
            if path.is_symlink():  # it may lead back here, or anywhere
                yield Unreadable(_shown(path), "It is a link to another folder. Give us that folder itself.")
            elif not (is_maildir and path.name == "tmp"):  # half delivered
                yield from _folder(path)
        elif not _is_housekeeping(path) and not (is_maildir and MAILDIR_OWN.match(path.name)):
            yield from _path(path)


def _is_housekeeping(path: Path) -> bool:
    """A file that a mail program keeps for itself, or an mbox of theirs with nothing in it."""
    if path.name.lower() in IGNORED or path.suffix.lower() in PROGRAMS_OWN:
        return True
    return path.suffix.lower() in {"", ".mbox"} and path.is_file() and not path.stat().st_size


def _path(path: Path) -> Iterator[Found | Unreadable]:
    try:
        if not path.is_file():
            yield Unreadable(
                _shown(path),
                "It is neither a file nor a folder. Save what it gives in a file, and give us that.",
            )
            return
        with path.open("rb") as stream:
            yield from _stream(stream, _shown(path), may_unpack=True)
    except OSError as error:
        yield Unreadable(_shown(path), f"The file cannot be opened: {error.strerror}.")


def _shown(path: Path) -> str:
    """A path as text can hold it: old Maildirs have names in no character set we know."""
    return os.fsencode(path).decode("utf-8", "replace")


def _stream(stream: BinaryIO, source: str, *, may_unpack: bool) -> Iterator[Found | Unreadable]:
    """The messages in one file, whatever its name says it is."""
    start = stream.peek(8)[:8] if isinstance(stream, io.BufferedReader) else b""
    if start.startswith(b"PK\x03\x04") and may_unpack:
        yield from _zip(stream, source)
    elif start.startswith(b"PK\x03\x04"):
        yield Unreadable(source, ZIP_IN_ZIP)
    elif start.startswith(b"!BDN"):
        yield Unreadable(source, OUTLOOK_STORE)
    elif start.startswith(b"From "):
        yield from _mbox(stream, source)
    else:
        yield _single(stream, source)


def _single(stream: BinaryIO, source: str) -> Found | Unreadable:
    raw = stream.read(PIECE)
    if len(raw) == PIECE:  # asked for the largest at once, Python would make room for it
        raw += stream.read(LARGEST_FILE + 1 - PIECE)
    if len(raw) > LARGEST_FILE:
        return Unreadable(source, f"It is larger than {LARGEST_FILE // 1_000_000} MB.")
    if not raw or raw.isspace():
        return Unreadable(source, "It is empty.")
    ending = Path(source).suffix.lower()
    count, _, rest = raw.partition(b"\n")
    if ending == ".emlx" and re.fullmatch(
        rb"\s*\d{1,18}\s*", count
    ):  # Apple Mail: how long the message is, then the message
        raw = rest[: int(count)]
    if looks_like_mail(raw) or (ending in MAIL_ENDINGS and has_headers(raw)):
        return Found(raw=raw, size=len(raw), source=source)
    return Unreadable(source, "It is not a mail: it does not begin with headers such as From and Subject.")


def _mbox(stream: BinaryIO, source: str) -> Iterator[Found | Unreadable]:
    """The messages of an mbox file. Each begins with a line "From …" after an empty one, and then headers.

    Where no header follows, somebody's sentence begins with that word: not all programs put a ">" before it.
    """
    message = _InMbox()
    number = 0
    starts_line = after_empty_line = True
    piece = stream.readline(PIECE)  # a line may have no end, so it is read in pieces
    while piece:
        following = stream.readline(PIECE)
        may_begin = starts_line and after_empty_line and MBOX_LINE.match(piece)
        if may_begin and (HEADER_LINE.match(following) or not (number or message.size)):
            if message.size:
                number += 1
                yield message.read(f"{source}, message {number}")
            message, after_empty_line = _InMbox(), False
        else:
            message.add(piece, starts_line=starts_line)
            after_empty_line = starts_line and not piece.strip(b"\r\n")
        starts_line = piece.endswith(b"\n")
        piece = following
    if message.size:
        yield message.read(f"{source}, message {number + 1}")


class _InMbox:
    """One message of an mbox, as its lines are read. Of one that is too large, nothing is kept."""

    def __init__(self) -> None:
        self.size = 0  # in bytes
        self.raw = bytearray()
        self.last = b""

    def add(self, piece: bytes, *, starts_line: bool) -> None:
        """Take in the next line, or the next piece of a long one."""
        self.size += len(piece)
        self.last = piece if starts_line else b"long"
        if self.size > LARGEST_FILE:
            self.raw = bytearray()
        else:
            self.raw += piece[1:] if starts_line and QUOTED_FROM.match(piece) else piece

    def read(self, source: str) -> Found | Unreadable:
        if self.size > LARGEST_FILE:
            return Unreadable(source, f"It is larger than {LARGEST_FILE // 1_000_000} MB.")
        if self.size > len(self.last) and not self.last.strip(b"\r\n"):
            del self.raw[-len(self.last) :]  # the empty line belongs to the next "From" line
        raw = bytes(self.raw)
        if not has_headers(raw):
            return Unreadable(
                source, "It is not a mail: it does not begin with headers such as From and Subject."
            )
        return Found(raw=raw, size=len(raw), source=source)


def _zip(stream: BinaryIO, source: str) -> Iterator[Found | Unreadable]:
    """What is in a zip, each entry for itself: one that cannot be unpacked keeps none of the others out."""
    try:
        archive = zipfile.ZipFile(stream)
        names = [info for info in archive.infolist() if not info.is_dir()]
    except UNPACKING_FAILS:
        yield Unreadable(source, ZIP_BROKEN)
        return
    if len(names) > MOST_IN_ZIP or sum(info.file_size for info in names) > LARGEST_UNPACKED:
        yield Unreadable(source, "The zip holds more than we unpack. Unpack it and give us the folder.")
        return
    for info in names:
        name = Path(info.filename)
        is_own = name.name.lower() in IGNORED or name.suffix.lower() in PROGRAMS_OWN
        if is_own or info.filename.startswith("__MACOSX/"):
            continue
        shown = f"{source}: {info.filename}"
        if info.file_size > HARMLESS and info.file_size > MOST_UNPACKED * info.compress_size:
            yield Unreadable(shown, TOO_DENSE)
            continue
        try:
            with archive.open(info) as member:
                limited = io.BufferedReader(_Limited(member, info.file_size))
                yield from _stream(limited, shown, may_unpack=False)
        except UNPACKING_FAILS:
            yield Unreadable(shown, ENTRY_BROKEN)


class _Limited(io.RawIOBase):
    """A member of a zip, no longer than the zip said it was."""

    def __init__(self, member: IO[bytes], size: int) -> None:
        self.member = member
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.member.read(min(len(buffer), self.left))
        self.left -= len(data)
        buffer[: len(data)] = data
        return len(data)
