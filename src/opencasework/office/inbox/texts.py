"""What stands in the messages of a case and in their files, to be read for reference numbers."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from opencasework.office.cases.models import Case
from opencasework.office.cases.numbers import MOST_TEXTS, Text
from opencasework.office.inbox.models import Attachment, FileText, Message, MessagePart, blobs
from opencasework.office.inbox.reading.reader import Reader
from opencasework.office.kit.blobs import BlobDamaged
from opencasework.office.kit.first_bytes import is_pdf

FILES_AT_ONCE = 3  # PDFs that are read while somebody waits; the others the next time the page is opened
LARGEST_FILE = 5_000_000  # bytes
LONGEST_TEXT = 100_000  # characters of one file that are kept


def texts_of(case: Case) -> Iterable[Text]:
    """The messages of a case, the newest first, each with the text of its PDFs and plain files.

    A PDF is taken apart in the child, once: what stood in it is kept. A scan without text has none. Of a
    message about several cases only the part about this one is read: who sees this may not know of those.
    """
    for part in MessagePart.objects.filter(case=case).select_related("message")[:MOST_TEXTS]:
        yield Text(f"part of a message of {part.message.received_at:%-d %B}", part.text)
    messages = Message.objects.filter(case=case, parts=None).newest_first().prefetch_related("attachments")
    left = FILES_AT_ONCE
    for message in messages[:MOST_TEXTS]:
        said = f"{message.get_channel_display().lower()} of {message.received_at:%-d %B}"
        yield Text(said, f"{message.subject}\n{message.text}")
        for file in message.attachments.all():
            known = FileText.objects.filter(source=file.sha256).first()
            if known is None and left and _can_be_read(file):
                left -= 1
                known = _kept(file)
            if known is not None and known.text and not file.is_infected:
                yield Text(f"{file.shown_name}, {said}", known.text)


def text_of_file(file: Attachment) -> str:
    """What stands in a file, read now where nobody has yet; empty for a scan, and for what cannot be read."""
    known = FileText.objects.filter(source=file.sha256).first()
    if known is None and _can_be_read(file):
        known = _kept(file)
    return known.text if known else ""


def _kept(file: Attachment) -> FileText:
    text = _text_of(file)[:LONGEST_TEXT]
    return FileText.objects.get_or_create(source=file.sha256, defaults={"text": text})[0]


def _can_be_read(file: Attachment) -> bool:
    ending = file.filename.lower().rpartition(".")[2]
    return (
        (file.content_type in {"application/pdf", "text/plain"} or ending in {"pdf", "txt"})
        and file.size <= LARGEST_FILE
        and not file.is_infected
    )


def _text_of(file: Attachment) -> str:
    """What stands in the file; empty for one that is missing, or that says nothing."""
    with suppress(FileNotFoundError, BlobDamaged):
        content = blobs().read(file.sha256)
        if not is_pdf(content):
            return content[: LONGEST_TEXT * 4].decode(errors="replace").replace("\0", "")
        with Reader() as reader:
            facts, _pdf = reader.bind([content])
        return facts["text"]
    return ""
