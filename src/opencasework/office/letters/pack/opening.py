"""A document of whatever kind as a PDF that can be joined. Runs in the child only."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Name
from PIL import Image, ImageOps

from opencasework.office.kit.first_bytes import HEIC, PDF
from opencasework.office.letters.pack import limits

A4 = (595.28, 841.89)  # points
PICTURES = {"image/jpeg", "image/png", "image/webp", "image/tiff", "image/gif", HEIC}
WORTH_IT = 60_000  # bytes; a smaller picture inside a PDF stays as it is

LOCKED = "It is protected by a password."
BROKEN = "It is damaged or was cut short."
EMPTY = "It has no pages."
HEIC_PHOTO = "It is a HEIC photograph that cannot be read here. Save it as JPEG."
NOT_PAGES = "It is no PDF and no picture."
TOO_LARGE = "The picture has {} million points; up to {} million can be opened."

Image.MAX_IMAGE_PIXELS = None  # asked below, before anything is unpacked


class CannotJoin(Exception):
    """This document cannot become pages of a pack; the message is a short sentence that says why."""


def opened(source: str, target: str, kind: str, level: tuple[int, int], *, shrink: bool) -> tuple[int, str]:
    """Write the document as a PDF to `target`; how many pages it has, and what was done to it.

    `level` is how fine pictures are kept, those inside a PDF only with `shrink`. Raises CannotJoin.
    """
    if kind == PDF:
        return _pdf(source, target, level, shrink=shrink)
    if kind in PICTURES:
        return _picture(source, target, kind, level)
    raise CannotJoin(NOT_PAGES)


# --- PDFs -------------------------------------------------------------------------------------------------


def _pdf(source: str, target: str, level: tuple[int, int], *, shrink: bool) -> tuple[int, str]:
    try:
        pdf = pikepdf.open(source)
    except pikepdf.PasswordError as error:
        raise CannotJoin(LOCKED) from error
    except pikepdf.PdfError as error:
        raise CannotJoin(BROKEN) from error
    with pdf:
        if not len(pdf.pages):
            raise CannotJoin(EMPTY)
        if Name.AcroForm in pdf.Root:
            pdf.generate_appearance_streams()
        pdf.flatten_annotations()  # what was filled in, or signed, becomes part of the page
        for page in pdf.pages:
            for gone in (Name.Annots, Name.AA):  # what is left are links and things that act
                if gone in page.obj:
                    del page.obj[gone]
        smaller = _shrink(pdf, level) if shrink else 0
        pages = len(pdf.pages)
        # A new file with nothing but the pages: no scripts, no files inside, nothing that opens by itself.
        with pikepdf.new() as clean:
            clean.pages.extend(pdf.pages)
            clean.remove_unreferenced_resources()
            clean.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return pages, "Its pictures were made smaller." if smaller else ""


def _shrink(pdf: pikepdf.Pdf, level: tuple[int, int]) -> int:
    """Make its large pictures smaller; how many were."""
    pictures = [
        each
        for each in pdf.objects
        if isinstance(each, pikepdf.Stream) and each.get(Name.Subtype) == Name.Image
    ]
    masks = {each.SMask.objgen for each in pictures if Name.SMask in each}
    return sum(_smaller(each, level) for each in pictures if each.objgen not in masks)


def _smaller(picture: pikepdf.Stream, level: tuple[int, int]) -> bool:
    """Write a picture anew with fewer points where that saves something. Any that is odd stays as it is."""
    size = int(picture.get(Name.Width, 0)) * int(picture.get(Name.Height, 0))
    before = len(picture.read_raw_bytes())
    odd = picture.get(Name.ImageMask, False) or int(picture.get(Name.BitsPerComponent, 8)) == 1
    if odd or before < WORTH_IT or not 0 < size <= limits.PICTURE_POINTS:
        return False
    try:
        drawn = pikepdf.PdfImage(picture).as_pil_image()
        # A JPEG is unpacked no larger than needed.
        drawn.draft(drawn.mode, (_longest(level), _longest(level)))
        drawn = drawn if drawn.mode in {"L", "RGB"} else drawn.convert("RGB")
    except Exception:  # a colour space or a filter nobody can read: it stays as it is
        return False
    content = _jpeg(drawn, level)
    if len(content) > before * 0.9:
        return False
    width, height = Image.open(io.BytesIO(content)).size
    picture.write(content, filter=Name.DCTDecode)
    picture.Width, picture.Height, picture.BitsPerComponent = width, height, 8
    picture.ColorSpace = Name.DeviceGray if drawn.mode == "L" else Name.DeviceRGB
    for gone in (Name.Decode, Name.DecodeParms, Name.Intent):
        if gone in picture:
            del picture[gone]
    return True


# --- pictures ---------------------------------------------------------------------------------------------


def _picture(source: str, target: str, kind: str, level: tuple[int, int]) -> tuple[int, str]:
    if kind == HEIC:
        try:
            from pi_heif import register_heif_opener
        except (ImportError, OSError) as error:
            raise CannotJoin(HEIC_PHOTO) from error
        register_heif_opener()
    try:
        picture = Image.open(source)
    except (OSError, SyntaxError, ValueError) as error:
        raise CannotJoin(HEIC_PHOTO if kind == HEIC else BROKEN) from error
    with picture, pikepdf.new() as pdf:
        frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
        smaller, said = False, ""
        for number in range(min(frames, limits.PAGES)):
            picture.seek(number)
            points = picture.width * picture.height
            if points > limits.PICTURE_POINTS:
                raise CannotJoin(TOO_LARGE.format(points // 1_000_000, limits.PICTURE_POINTS // 1_000_000))
            said = f"{points / 1_000_000:.0f} million points"
            smaller = _add_page(pdf, picture, level) or smaller
        pages = len(pdf.pages)
        pdf.save(target)
    return pages, _said(said, smaller=smaller)


def _said(points: str, *, smaller: bool) -> str:
    return f"A picture of {points}, made smaller to fit a page." if smaller else ""


def _add_page(pdf: pikepdf.Pdf, picture: Image.Image, level: tuple[int, int]) -> bool:
    """Add an A4 page with the picture as large as it can be; whether it lost points by it."""
    longest = _longest(level)
    before = max(picture.size)
    picture.draft("RGB", (longest, longest))  # a JPEG is unpacked no larger than needed
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2)
    clean = Image.new("RGB", upright.size, "white")  # and nothing else of the file: not where it was taken
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        clean.paste(layer, mask=layer)
    else:
        clean.paste(upright.convert("RGB"))
    wide, high = A4 if clean.height >= clean.width else A4[::-1]
    # A small picture is not blown up beyond 72 points to the inch.
    scale = min(wide / clean.width, high / clean.height, 1.0 if before < wide else 10.0)
    size = (clean.width * scale, clean.height * scale)
    drawn = pikepdf.Stream(
        pdf,
        _jpeg(clean, level),
        Type=Name.XObject, Subtype=Name.Image, Width=clean.width, Height=clean.height,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip
    page = pdf.add_blank_page(page_size=(wide, high))
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=drawn))
    at = ((wide - size[0]) / 2, (high - size[1]) / 2)
    words = f"q {size[0]:.2f} 0 0 {size[1]:.2f} {at[0]:.2f} {at[1]:.2f} cm /Im0 Do Q"
    page.obj.Contents = pdf.make_stream(words.encode())
    return before > longest


def _longest(level: tuple[int, int]) -> int:
    """Points along the longer side of an A4 page."""
    return int(A4[1] / 72 * level[0])


def _jpeg(picture: Image.Image, level: tuple[int, int]) -> bytes:
    longest = _longest(level)
    if max(picture.size) > longest:
        picture = picture.copy()
        picture.thumbnail((longest, longest), Image.Resampling.BICUBIC, reducing_gap=2)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=level[1])
    return out.getvalue()
