"""What a file is by its first bytes. Its name, and what its sender says of it, prove nothing."""

from __future__ import annotations

ENOUGH = 12  # bytes to know a kind by
PDF, HEIC = "application/pdf", "image/heic"
ZIP, OLE = "application/zip", "application/x-ole-storage"  # containers, of office files among others
BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"PK\x03\x04", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
)
HEIC_BRANDS = set(b"heic heix heim heis hevc hevx hevm hevs heif mif1 msf1".split())


def kind_of(content: bytes) -> str:
    """The media type of what begins so; empty for what we do not know."""
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return HEIC
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for beginning, kind in BEGINNINGS if content.startswith(beginning)), "")


def is_pdf(content: bytes) -> bool:
    """Whether it begins as a PDF does, or nearly: programs that write PDFs are not particular."""
    return b"%PDF-" in content[:1024]
