"""Files people add: what they are, told by their first bytes, and how many and how large they may be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opencasework.office.inbox.reading.characters import safe_filename
from opencasework.office.inbox.webform.models import WebDraft, WebDraftFile
from opencasework.office.kit.first_bytes import OLE, ZIP, kind_of

LARGEST_MEGABYTES = 12
LARGEST_FILE = LARGEST_MEGABYTES * 1024 * 1024  # bytes; a photograph of a phone is well under it
ALL_MEGABYTES = 30
MOST_FILES = 10
ENDINGS = ".pdf,.jpg,.jpeg,.png,.heic,.heif,.webp,.gif,.tif,.tiff,.docx,.doc,.odt,.rtf,.txt,image/*"
# Two kinds of container hold many things; of those only letters are taken, and by their name.
ZIPPED = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}


def content_type(name: str, content: bytes) -> str:
    """The media type of a file we take, or "" for one we do not. Its name alone proves nothing."""
    kind = kind_of(content)
    ending = f".{name.lower().rpartition('.')[2]}"
    if kind == ZIP:
        return ZIPPED.get(ending, "")
    if kind == OLE:
        return "application/msword" if ending == ".doc" else ""
    return kind or ("text/plain" if ending == ".txt" and _is_text(content) else "")


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return not any(byte < 9 for byte in content)
    return True


@dataclass(frozen=True)
class Uploaded:
    """What became of some chosen files: those kept, and a sentence for each that was not."""

    kept: list[str]
    problems: list[str]


def problem_with(name: str, size: int, content: bytes) -> str:
    """Why this file is not taken, in a sentence; empty when it is."""
    if size == 0:
        return _(
            "“%(name)s” is empty, so there was nothing to keep. Choose it again, or take a new photograph."
        ) % {"name": name}
    if size > LARGEST_FILE:
        return _(
            "“%(name)s” is larger than %(megabytes)s MB, so it was not kept. "
            "Send a smaller copy, or bring or post it to the office."
        ) % {"name": name, "megabytes": LARGEST_MEGABYTES}
    if not content_type(name, content):
        return _(
            "“%(name)s” is not a photograph, a PDF or a letter from a word processor, so it was not kept. "
            "Take a photograph of it, or bring or post it to the office."
        ) % {"name": name}
    return ""


def add_files(draft: WebDraft, chosen: Iterable[UploadedFile[bytes]]) -> Uploaded:
    """Keep the chosen files with the draft, each that can be; the same file twice is kept once.

    Raises `Gone`.
    """
    kept: list[str] = []
    problems: list[str] = []
    have = {file.sha256: file.size for file in draft.files.defer("content")}
    left_out: list[str] = []
    for upload in chosen:
        name = safe_filename(upload.name or "") or _("photograph")
        size = upload.size or 0
        has_room = len(have) < MOST_FILES and sum(have.values()) + size <= ALL_MEGABYTES * 1024 * 1024
        if not has_room and size <= LARGEST_FILE:  # a larger one fits no message, also not another
            left_out.append(name)
            continue
        upload.seek(0)
        content = upload.read() if size <= LARGEST_FILE else b""
        problem = problem_with(name, size, content)
        if problem:
            problems.append(problem)
            continue
        add_content(draft, name, content, content_type(name, content))
        have[hashlib.sha256(content).hexdigest()] = size
        kept.append(name)
    if left_out:
        problems.append(_too_many(left_out))
    return Uploaded(kept, problems)


def _too_many(left_out: list[str]) -> str:
    names = ", ".join(f"“{name}”" for name in left_out[:3])
    return ngettext(
        "You can add %(files)s files, of %(megabytes)s MB in all. This one was not kept: %(names)s. "
        "You can send another message with it, or bring or post it.",
        "You can add %(files)s files, of %(megabytes)s MB in all. %(count)s were not kept, such as "
        "%(names)s. "
        "You can send another message with them, or bring or post them.",
        len(left_out),
    ) % {"files": MOST_FILES, "megabytes": ALL_MEGABYTES, "count": len(left_out), "names": names}


@transaction.atomic
def add_content(draft: WebDraft, name: str, content: bytes, kind: str) -> None:
    """Keep one file with the draft. Keeping the same again changes nothing. Raises `Gone`."""
    draft.change()
    WebDraftFile.objects.get_or_create(
        draft=draft,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={"name": name, "content_type": kind, "size": len(content), "content": content},
    )


@transaction.atomic
def remove_file(draft: WebDraft, pk: int) -> None:
    """Remove one file of the draft. Raises `Gone`."""
    draft.change()
    draft.files.filter(pk=pk).delete()
