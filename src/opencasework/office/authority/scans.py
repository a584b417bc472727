"""Scans of signed forms: what they may be, told by their first bytes, never by their name alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True)
class ScanType:
    """A kind of file a scan may be."""

    name: str
    media_type: str
    suffixes: tuple[str, ...]
    beginnings: tuple[bytes, ...]


TYPES = (
    ScanType("PDF", "application/pdf", (".pdf",), (b"%PDF-",)),
    ScanType("JPEG", "image/jpeg", (".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    ScanType("PNG", "image/png", (".png",), (b"\x89PNG\r\n\x1a\n",)),
    ScanType("TIFF", "image/tiff", (".tif", ".tiff"), (b"II*\x00", b"MM\x00*")),
)


def scan_type(name: str, beginning: bytes) -> ScanType:
    """The type of a scan by its name and first bytes. Raises ValueError with a sentence if they disagree."""
    suffix = PurePath(name).suffix.lower()
    told = next((kind for kind in TYPES if beginning.startswith(kind.beginnings)), None)
    named = next((kind for kind in TYPES if suffix in kind.suffixes), None)
    if told is None and named is None:
        raise ValueError("A scan is a PDF, JPEG, PNG or TIFF. Save it as one of these and choose it again.")
    if told is None:
        raise ValueError(f"This file is called {suffix} but is not one. Choose the scan again.")
    if named is not told:
        called = f"is called {suffix}" if suffix else "has no ending"
        raise ValueError(
            f"This file {called} but is a {told.name}. "
            f"Rename it to {told.suffixes[0]} or choose the scan again."
        )
    return told
