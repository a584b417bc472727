"""What stands in the messages of a case and in their files, to be read for reference numbers."""

from __future__ import annotations

from collections.abc import Iterable

from opencasework.office.cases.models import Case
from opencasework.office.cases.numbers import TEXTS_AT_ONCE, Text
from opencasework.office.inbox.models import Attachment, FileText, Message, MessagePart, blobs
from opencasework.office.inbox.reading.reader import Reader
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
GONE = "It is missing or damaged on our side, so it cannot be read."
CUT = "It is longer than what is read of a file: only its beginning was."


def texts_of(case: Case) -> Iterable[Text]:
    """The messages of a case, the newest first, each with the text of its PDFs, Word and plain files.

    A file is taken apart in the child, once: what stood in it is kept. A scan without text has none. Of a
    message about several cases only the part about this one is read: who sees this may not know of those.
    """
    parts = MessagePart.objects.filter(case=case).select_related("message")
    for part in parts.iterator(chunk_size=TEXTS_AT_ONCE):
        yield Text(f"part of a message of {part.message.received_at:%-d %B}", part.text)
    messages = Message.objects.filter(case=case, parts=None).newest_first().prefetch_related("attachments")
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
                yield Text(named, known.text, f"{named}: {known.unread}" if known.unread else "")
    if waiting:
        yield Text("", "", _still_waiting(waiting))


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
    text, unread = _read(file)
    if unread == GONE:  # perhaps it is there again tomorrow, from a backup
        return FileText(source=file.sha256, unread=GONE)
    if len(text) > LONGEST_TEXT:
        text, unread = text[:LONGEST_TEXT], CUT
    return FileText.objects.get_or_create(
        source=file.sha256, defaults={"text": text, "unread": unread[:300]}
    )[0]


def _may_have_words(file: Attachment) -> bool:
    return file.content_type in TYPES or file.filename.lower().rpartition(".")[2] in ENDINGS


def _read(file: Attachment) -> tuple[str, str]:
    """What stands in the file, and a sentence about what of it was not read."""
    try:
        content = blobs().read(file.sha256)
    except (FileNotFoundError, BlobDamaged):
        return "", GONE
    with Reader() as reader:
        if is_pdf(content):
            facts, _pdf = reader.bind([content])
            return facts["text"], " ".join(reason for _index, reason in facts["problems"])
        if kind_of(content) in {ZIP, OLE}:
            words = reader.words(content)
            return words["text"], words["problem"]
    return content.decode(errors="replace").replace("\0", ""), ""
