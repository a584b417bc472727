"""Scans and photographs of a letter to one PDF of upright A4 pages, and the text that stands in them.

Runs in the child only: pictures and PDFs of strangers are taken apart here. What is drawn anew holds nothing
of where and with what a photograph was taken.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
from collections.abc import Iterator

import pypdfium2 as pdfium
from PIL import Image, ImageOps

from opencasework.office.kit.first_bytes import HEIC, is_pdf, kind_of

from . import heic, limits
from .structure import PaperFacts

A4 = (595.28, 841.89)  # points
PIXELS_A_POINT = 200 / 72  # 200 to the inch: small print stays readable, a page stays under 1 MB
JPEG_QUALITY = 82
LENGTH = struct.Struct("!Q")
PICTURES = ["JPEG", "PNG", "TIFF", "WEBP"]
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

LOCKED = "It is protected by a password, so its pages cannot be read. Ask for a copy without one."
BROKEN = "It is damaged or was cut short. Scan or photograph it again."
HEIC_PHOTO = (
    f"{heic.UNREADABLE} Save it as JPEG and bring that instead; an iPhone "
    "takes JPEG under Settings, Camera, Formats, Most Compatible."
)
TOO_LARGE = (
    "The picture is too large: we read up to {} million points. Photograph it again with a smaller setting."
)
TOO_LONG = "A letter may have {} pages. Split it, or add the rest as a second letter."


# Loaded now, because later the child can open no file: Pillow's formats, and the text of PDFium.
Image.init()
codecs.lookup("utf-16-le")


class Unusable(Exception):
    """One file cannot become pages; the message is a sentence for whoever brought it."""


def unpacked(question: bytes) -> Iterator[bytes]:
    """The files of a question, each with its length before it (`reader.packed`)."""
    at = 0
    while at < len(question):
        size = LENGTH.unpack_from(question, at)[0]
        at += LENGTH.size
        yield question[at : at + size]
        at += size


def bind(files: list[bytes]) -> tuple[PaperFacts, bytes]:
    """One PDF of all files in their order. A file that cannot be used is named with its reason."""
    facts: PaperFacts = {"pages": 0, "text": "", "problems": []}
    texts: list[str] = []
    with pdfium.PdfDocument.new() as bound:
        for index, content in enumerate(files):
            try:
                texts += _pages_of_pdf(bound, content) if is_pdf(content) else _photo(bound, content)
            except Unusable as problem:
                facts["problems"].append([index, str(problem)])
            except MemoryError:
                facts["problems"].append([index, TOO_LARGE.format(limits.PICTURE_POINTS // 1_000_000)])
            except Exception:  # whatever a library makes of a stranger's file, the others still count
                facts["problems"].append([index, BROKEN])
        facts["pages"] = len(bound)
        facts["text"] = "\n\n".join(text for text in texts if text)[: limits.PAPER_CHARACTERS]
        if not len(bound):
            return facts, b""
        if len(files) == 1 and is_pdf(files[0]):
            return facts, files[0]  # a PDF by itself stays as it came, byte for byte
        out = io.BytesIO()
        bound.save(out)
    return facts, out.getvalue()


def _room_for(bound: pdfium.PdfDocument, more: int) -> None:
    if len(bound) + more > limits.PAPER_PAGES:
        raise Unusable(TOO_LONG.format(limits.PAPER_PAGES))


def _pages_of_pdf(bound: pdfium.PdfDocument, content: bytes) -> list[str]:
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise Unusable(LOCKED if "password" in str(error).lower() else BROKEN) from error
    with pdf:
        _room_for(bound, len(pdf))
        if pdf.get_formtype():
            pdf.init_forms()
        texts = []
        for page in pdf:
            texts.append(_text_of(page))
            if pdf.formenv:
                page.flatten()  # what was filled in becomes part of the page
        bound.import_pages(pdf)
    return texts


def _text_of(page: pdfium.PdfPage) -> str:
    text: str = page.get_textpage().get_text_range(errors="ignore")
    return NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _photo(bound: pdfium.PdfDocument, content: bytes) -> list[str]:
    if kind_of(content) == HEIC:
        return _heic(bound, content)
    Image.MAX_IMAGE_PIXELS = None  # asked below, before anything is unpacked
    with Image.open(io.BytesIO(content), formats=PICTURES) as picture:
        frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
        _room_for(bound, frames)
        points = 0
        for number in range(frames):
            picture.seek(number)
            points += picture.width * picture.height
            if points > limits.PAPER_POINTS:
                raise Unusable(TOO_LARGE.format(limits.PAPER_POINTS // 1_000_000))
            _draw(bound, picture)
    return []


def _heic(bound: pdfium.PdfDocument, content: bytes) -> list[str]:
    """The photograph that a telephone of today takes, with its first picture alone."""
    _room_for(bound, 1)
    try:
        with Image.open(io.BytesIO(content), formats=[heic.FORMAT]) as picture:
            _draw(bound, picture)
    except (Unusable, MemoryError):
        raise
    except Exception as error:  # every decoder has its own ways to fail
        raise Unusable(HEIC_PHOTO) from error
    return []


def _draw(bound: pdfium.PdfDocument, picture: Image.Image) -> None:
    """Add a page with the picture as large as A4 lets it be, the long way up where the picture is."""
    if picture.width * picture.height > limits.PICTURE_POINTS:
        raise Unusable(TOO_LARGE.format(limits.PICTURE_POINTS // 1_000_000))
    longest = int(A4[1] * PIXELS_A_POINT)
    picture.draft("RGB", (longest, longest))  # a JPEG is unpacked no larger than needed
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2)
    clean = Image.new("RGB", upright.size, "white")  # and nothing else of the file
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        clean.paste(layer, mask=layer)
    else:
        clean.paste(upright.convert("RGB"))
    encoded = io.BytesIO()
    clean.save(encoded, "JPEG", quality=JPEG_QUALITY, optimize=True)
    wide, high = A4 if clean.height >= clean.width else A4[::-1]
    scale = min(wide / clean.width, high / clean.height)
    size = (clean.width * scale, clean.height * scale)
    page = bound.new_page(wide, high)
    image = pdfium.PdfImage.new(bound)
    image.load_jpeg(encoded, inline=True)
    matrix = pdfium.PdfMatrix().scale(*size)
    image.set_matrix(matrix.translate((wide - size[0]) / 2, (high - size[1]) / 2))
    page.insert_obj(image)
    page.gen_content()
