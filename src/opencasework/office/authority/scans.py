"""Scans of signed forms: what they may be, told by their first bytes and by opening them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from opencasework.office.kit.first_bytes import HEIC, PDF, kind_of


@dataclass(frozen=True)
class ScanType:
    """A kind of file a scan may be."""

    name: str
    media_type: str
    suffixes: tuple[str, ...]


TYPES = (
    ScanType("PDF", PDF, (".pdf",)),
    ScanType("JPEG", "image/jpeg", (".jpg", ".jpeg", ".jpe")),
    ScanType("PNG", "image/png", (".png",)),
    ScanType("TIFF", "image/tiff", (".tif", ".tiff")),
    ScanType("WebP", "image/webp", (".webp",)),
    ScanType("HEIC", HEIC, (".heic", ".heif")),
)

# Asked with what a file holds: why it cannot be used, as a sentence; empty where it can. Files of strangers
# are opened in the child of the inbox, which stands above this folder.
OPENS: list[Callable[[bytes], str]] = []


def why_unusable(content: bytes) -> str:
    """Why this PDF or picture cannot be opened, as a sentence; empty where it can."""
    return next((reason for ask in OPENS if (reason := ask(content))), "")


def scan_type(name: str, beginning: bytes) -> ScanType:
    """The type of a scan by its name and first bytes. Raises ValueError with a sentence if they disagree."""
    suffix = PurePath(name).suffix.lower()
    kind = kind_of(beginning)
    told = next((each for each in TYPES if each.media_type == kind), None)
    named = next((each for each in TYPES if suffix in each.suffixes), None)
    if told is None and named is None:
        raise ValueError(
            "A scan is a PDF or a picture: JPEG, PNG, TIFF, WebP or HEIC. "
            "Save it as one of these and choose it again."
        )
    if told is None:
        raise ValueError(f"This file is called {suffix} but is not one. Choose the scan again.")
    if named is not told:
        called = f"is called {suffix}" if suffix else "has no ending"
        raise ValueError(
            f"This file {called} but is a {told.name}. "
            f"Rename it to {told.suffixes[0]} or choose the scan again."
        )
    return told
