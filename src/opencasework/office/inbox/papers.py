"""Letters on paper: their scans and photographs kept as they came, and one PDF made of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from opencasework.office.cases.models import Channel
from opencasework.office.inbox.models import Attachment, Message, MessageQuerySet, blobs
from opencasework.office.inbox.reading.characters import safe_filename
from opencasework.office.inbox.reading.reader import Reader
from opencasework.office.kit.first_bytes import HEIC, PDF, kind_of

SCANS = {PDF, HEIC, "image/jpeg", "image/png", "image/tiff", "image/webp"}
ACCEPT = (
    "application/pdf,image/jpeg,image/png,image/tiff,image/webp,image/heic,image/heif,"
    ".pdf,.jpg,.jpeg,.png,.tif,.tiff,.webp,.heic,.heif"
)


def scan_kind(beginning: bytes) -> str:
    """The media type of a scan or photograph by its first bytes; empty for what is neither."""
    kind = kind_of(beginning)
    return kind if kind in SCANS else ""


@dataclass(frozen=True)
class Scan:
    """A file somebody brought: its name, only for showing, and its content."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Paper:
    """A letter whose files are on the disk, about to become a message."""

    text: str
    pages: int
    problems: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)  # the PDF first, not saved yet

    def details(self) -> dict[str, object]:
        """For `Message.details`."""
        return {"pages": self.pages} | ({"problems": self.problems} if self.problems else {})

    def attach_to(self, message: Message) -> None:
        """Save its files with a message that has been saved."""
        for position, file in enumerate(self.files):
            file.message, file.position = message, position
        Attachment.objects.bulk_create(self.files)


def take_in(scans: Sequence[Scan]) -> Paper:
    """Keep the scans, and make one PDF of them in the child. Touches no database.

    What cannot be used is kept all the same, with a sentence that says so.
    """
    if not scans:
        return Paper("", 0)
    with Reader() as reader:
        facts, pdf = reader.bind([each.content for each in scans])
    hashes = blobs().put_many([*([pdf] if pdf else []), *(each.content for each in scans)])
    files = []
    if pdf:
        whole = hashes.pop(0)
        files.append(Attachment(filename="Letter.pdf", content_type=PDF, size=len(pdf), sha256=whole))
        if hashes == [whole]:  # one PDF that stayed as it came: it is its own original
            files[0].filename = shown_name(scans[0].name)
            return Paper(facts["text"], facts["pages"], [], files)
    for scan, sha256 in zip(scans, hashes, strict=True):
        kind = scan_kind(scan.content) or "application/octet-stream"
        files.append(
            Attachment(
                filename=shown_name(scan.name),
                content_type=kind,
                size=len(scan.content),
                sha256=sha256,
                is_original=True,
            )
        )
    problems = [f"{shown_name(scans[at].name)}: {reason}" for at, reason in facts["problems"]]
    return Paper(facts["text"], facts["pages"], problems, files)


def letters_with(marks: Collection[str]) -> MessageQuerySet:
    """The letters that have one of these files, by its SHA-256: as it came, or as the letter's PDF."""
    files = Attachment.objects.filter(sha256__in=marks).values("message")
    return Message.objects.filter(Q(fingerprint__in=marks) | Q(pk__in=files, channel=Channel.LETTER))


def why_unusable(content: bytes) -> str:
    """Why this PDF or picture cannot be opened, as a sentence; empty where the child can open it."""
    with Reader() as reader:
        facts, _ = reader.bind([content])
    if facts["problems"]:
        return str(facts["problems"][0][1])
    return "" if facts["pages"] else "It has no pages. Scan or photograph it again."


def shown_name(name: str) -> str:
    """A file's name as files of mail are named: fit for a page and a database, its ending stays."""
    return safe_filename(name) or "A file without a name"
