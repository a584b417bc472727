"""Scans and photographs for tests, made on the spot: no file of anybody's."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image
from weasyprint import HTML

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def photo(width: int = 60, height: int = 80, kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """A picture, red above and white below; `turned` as a telephone writes one it was held sideways for."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width, height // 2))
    if turned:
        picture = picture.rotate(90, expand=True)
    notes = Image.Exif()
    notes[ORIENTATION] = 6 if turned else 1
    notes[MAKER] = "Pocket Telephone"
    notes[GPS] = {1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (3.0, 10.0, 0.0)}
    file = io.BytesIO()
    picture.save(file, kind, **({"exif": notes} if kind == "JPEG" else {}))
    return file.getvalue()


def fax(pages: int) -> bytes:
    """A TIFF of several black-and-white pages."""
    leaves = [Image.new("1", (80, 110), 1) for _ in range(pages)]
    file = io.BytesIO()
    leaves[0].save(file, "TIFF", save_all=True, append_images=leaves[1:])
    return file.getvalue()


@cache
def pdf(*pages: str) -> bytes:
    """A PDF with a text layer, a page for each text."""
    leaves = "".join(f'<p style="break-after: page">{page}</p>' for page in pages[:-1])
    written: bytes = HTML(string=f"{leaves}<p>{pages[-1]}</p>").write_pdf()
    return written


@cache
def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("A secret."))))
    writer.encrypt("open sesame", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
