"""Letters on paper: their scans and photographs kept as they came, and one PDF made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from opencasework.office.inbox.models import Attachment, Message, blobs
from opencasework.office.inbox.reading.reader import Reader

PDF = "application/pdf"
# What begins so, wherever in the first bytes it may: the file's own name proves nothing.
BEGINNINGS = (
    (0, b"%PDF-", PDF),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyphe", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypmsf1", "image/heic"),
)
ACCEPT = "application/pdf,image/jpeg,image/png,image/tiff,image/webp,.pdf,.jpg,.jpeg,.png,.tif,.tiff,.webp"
ENOUGH = 12  # bytes to know a scan by


def kind_of(beginning: bytes) -> str:
    """The media type of a scan or photograph by its first bytes; empty for what is neither."""
    return next((kind for at, mark, kind in BEGINNINGS if beginning[at:].startswith(mark)), "")


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
        kind = kind_of(scan.content[:ENOUGH]) or "application/octet-stream"
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


def shown_name(name: str) -> str:
    """A file's name without what could break a page or a database."""
    return "".join(letter for letter in name if letter.isprintable())[:200] or "A file without a name"
