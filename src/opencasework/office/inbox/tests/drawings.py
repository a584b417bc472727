"""Images and PDFs, sound and broken, made here."""

from __future__ import annotations

import io

import pypdf
from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def image(kind="PNG", size=(60, 40), colour=RED, mode="RGB", **options) -> bytes:
    """An image of one colour."""
    file = io.BytesIO()
    Image.new(mode, size, colour if mode == "RGB" else None).save(file, kind, **options)
    return file.getvalue()


def photograph_held_upright() -> bytes:
    """As a telephone saves it: lying down, with a note that it stands, and where it was taken."""
    picture = Image.new("RGB", (80, 40), RED)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "SECRET-PLACE"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def scan(pages: int) -> bytes:
    """A TIFF of several pages."""
    sheets = [Image.new("RGB", (60, 80), (n * 20, 0, 0)) for n in range(pages)]
    file = io.BytesIO()
    sheets[0].save(file, "TIFF", save_all=True, append_images=sheets[1:])
    return file.getvalue()


def animation() -> bytes:
    """A GIF whose first frame is red and whose second is blue."""
    file = io.BytesIO()
    Image.new("RGB", (20, 20), RED).save(
        file, "GIF", save_all=True, append_images=[Image.new("RGB", (20, 20), BLUE)]
    )
    return file.getvalue()


def pdf(pages: int = 1, *, password: str = "", size: tuple[int, int] = (595, 842)) -> bytes:
    """A PDF of empty pages."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(*size)
    if password:
        writer.encrypt(password)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def opened(picture: bytes) -> Image.Image:
    """A picture we made."""
    return Image.open(io.BytesIO(picture))
