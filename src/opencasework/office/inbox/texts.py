"""What stands in the messages of a case and in their files, to be read for reference numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.cases.numbers import TEXTS_AT_ONCE, Text
from opencasework.office.inbox.models import Attachment, FileText, Message, MessagePart, blobs
from opencasework.office.inbox.reading.reader import TOO_MUCH, Reader
from opencasework.office.kit.blobs import BlobDamaged
from opencasework.office.kit.first_bytes import OLE, ZIP, is_pdf, kind_of

FILES_AT_ONCE = 3  # that are taken apart while somebody waits; the others the next time the page is opened
LARGEST_FILE = 20_000_000  # bytes
LONGEST_TEXT = 5_000_000  # characters of one file that are kept
TYPES = {
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/plain",
}
ENDINGS = {"pdf", "docx", "docm", "dotx", "doc", "txt"}
# How long a file rests that took too long, perhaps because the office was busy, before the worker reads it
# once more. After the last of them it is left: it is the file then, not the hour.
RESTS = (timedelta(hours=1), timedelta(hours=8), timedelta(days=2))
AGAIN_AT_ONCE = 3  # files of one turn of the worker
GONE = "It is missing or damaged on our side, so it cannot be read."
CUT = "It is longer than what is read of a file: only its beginning was."


def texts_of(case: Case) -> Iterable[Text]:
    """The messages of a case, the newest first, each with the text of its PDFs, Word and plain files.

    A file is taken apart in the child, once: what stood in it is kept. A scan without text has none. Of a
    message about several cases only the part about this one is read, and of one with a form of another case
    nothing: who sees this may not know of those.
    """
    parts = MessagePart.objects.filter(case=case).select_related("message")
    for part in parts.iterator(chunk_size=TEXTS_AT_ONCE):
        yield Text(f"part of a message of {part.message.received_at:%-d %B}", part.text)
    messages = Message.objects.about_alone(case).newest_first().prefetch_related("attachments")
    left, waiting = FILES_AT_ONCE, 0
    for message in messages.iterator(chunk_size=TEXTS_AT_ONCE):
        said = f"{message.get_channel_display().lower()} of {message.received_at:%-d %B}"
        yield Text(said, f"{message.subject}\n{message.text}")
        for file in message.attachments.all():
            if file.is_infected or not _may_have_words(file):
                continue
            named = f"{file.shown_name}, {said}"
            known = FileText.objects.filter(source=file.sha256).first()
            if known is None and file.size > LARGEST_FILE:
                yield Text(named, "", f"{named}: files above {LARGEST_FILE // 1_000_000} MB are not read.")
            elif known is None and not left:
                waiting += 1
            else:
                left -= known is None
                known = known or _kept(file)
                yield Text(named, known.text, f"{named}: {_said(known)}" if known.unread else "")
    if waiting:
        yield Text("", "", _still_waiting(waiting))


def _said(known: FileText) -> str:
    """What of a file was not read, and whether that may change."""
    return f"{known.unread} It is read once more, by itself." if known.again_at else known.unread


def _still_waiting(files: int) -> str:
    more = "One more file is" if files == 1 else f"{files} more files are"
    return f"{more} still to be read. Open this page again."


def text_of_file(file: Attachment) -> str:
    """What stands in a file, read now where nobody has yet; empty for a scan, and for what cannot be read."""
    known = FileText.objects.filter(source=file.sha256).first()
    if known is None and not file.is_infected and _may_have_words(file) and file.size <= LARGEST_FILE:
        known = _kept(file)
    return known.text if known else ""


def _kept(file: Attachment) -> FileText:
    text, unread = _read(file.sha256)
    if unread == GONE:  # perhaps it is there again tomorrow, from a backup
        return FileText(source=file.sha256, unread=GONE)
    again_at = _rests(unread, tries=1)
    return FileText.objects.get_or_create(
        source=file.sha256, defaults={"text": text, "unread": unread, "again_at": again_at}
    )[0]


def _rests(unread: str, *, tries: int) -> datetime | None:
    """Until when a file that took too long rests; None for any other, and after the last time."""
    took_too_long = unread.startswith(TOO_MUCH) and tries <= len(RESTS)
    return timezone.now() + RESTS[tries - 1] if took_too_long else None


def read_again() -> int:
    """Read files once more that took too long. How many can be read now."""
    due = FileText.objects.filter(again_at__lte=timezone.now()).order_by("again_at", "pk")
    return sum(_read_once_more(known) for known in due[:AGAIN_AT_ONCE])


def _read_once_more(known: FileText) -> bool:
    # Counted first: who dies over it has had this try, and of two workers one has it.
    rests = _rests(known.unread, tries=known.tries + 1)
    mine = FileText.objects.filter(pk=known.pk, again_at=known.again_at)
    if not mine.update(tries=known.tries + 1, again_at=rests):
        return False
    files = Attachment.objects.filter(sha256=known.source)
    if not files or any(file.is_infected for file in files):
        return False
    text, unread = _read(known.source)
    if unread == GONE or unread.startswith(TOO_MUCH):
        return False
    # Erased meanwhile it stays erased.
    return bool(FileText.objects.filter(pk=known.pk).update(text=text, unread=unread, again_at=None))


def _may_have_words(file: Attachment) -> bool:
    return file.content_type in TYPES or file.filename.lower().rpartition(".")[2] in ENDINGS


def _read(sha256: str) -> tuple[str, str]:
    """What stands in the file, as far as it is kept, and a sentence about what of it was not read."""
    try:
        text, unread = _taken_apart(blobs().read(sha256))
    except (FileNotFoundError, BlobDamaged):
        return "", GONE
    return (text[:LONGEST_TEXT], CUT) if len(text) > LONGEST_TEXT else (text, unread[:300])


def _taken_apart(content: bytes) -> tuple[str, str]:
    with Reader() as reader:
        if is_pdf(content):
            facts, _pdf = reader.bind([content])
            return facts["text"], " ".join(reason for _index, reason in facts["problems"])
        if kind_of(content) in {ZIP, OLE}:
            words = reader.words(content)
            return words["text"], words["problem"]
    return content.decode(errors="replace").replace("\0", ""), ""
