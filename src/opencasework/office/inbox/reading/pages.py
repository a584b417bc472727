"""The pages of a PDF as pictures. Runs in the child, with the doors shut as `pictures` has it.

PDFium as it comes with pypdfium2 knows neither JavaScript nor XFA; what a page would fetch, it cannot.
"""

import io
import time
from collections.abc import Callable, Iterator

import pypdfium2
from PIL import Image, ImageChops
from pypdfium2 import PdfiumError
from pypdfium2.raw import FPDF_ERR_PASSWORD

from . import limits, pictures

FAINTEST_TINT = 32  # of 255: how far two of red, green and blue must part to be a colour
LARGEST_PRINTED_PAGE = 300_000  # bytes; beyond it a photograph costs less


def preview(content: bytes, *, look: Callable[[Image.Image], None] = pictures.look_away) -> Iterator[bytes]:
    """As `pictures.preview`, of a PDF."""
    try:
        document = pypdfium2.PdfDocument(content)
        total = len(document)
        document.init_forms()  # what somebody filled in is what counts
    except PdfiumError as error:
        locked = getattr(error, "err_code", None) == FPDF_ERR_PASSWORD
        yield pictures.facts("pdf", reason="It is password-protected." if locked else pictures.BROKEN)
        return
    until = time.process_time() + limits.PREVIEW_CPU_SECONDS * 0.8
    for number in range(min(total, limits.PREVIEW_PAGES)):
        try:
            page = _page(document, number)
        except pictures.CannotShow as error:
            if number == 0:
                yield pictures.facts("pdf", total=total, reason=str(error))
            return
        if number == 0:
            yield pictures.facts("pdf", total=total)
            yield pictures.webp(page, limits.THUMBNAIL_PIXELS)
        look(page)
        yield _printed(page)
        if time.process_time() > until:
            return
    if total == 0:
        yield pictures.facts("pdf", reason="It has no pages.")


def _page(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    try:
        page = document[number]
        longest = max(page.get_size())
        if not 1 <= longest <= limits.PDF_PAGE_POINTS:
            raise pictures.CannotShow("Its pages have no usable size.")
        bitmap = page.render(scale=limits.PAGE_PIXELS / longest, may_draw_forms=True)
        picture: Image.Image = bitmap.to_pil().convert("RGB")
        page.close()
    except (PdfiumError, ValueError, MemoryError, OverflowError) as error:
        raise pictures.CannotShow(pictures.BROKEN) from error
    return picture


def _printed(image: Image.Image) -> bytes:
    """A page as it leaves us: black on white in 16 greys, which is sharp and small; else as a photograph."""
    red, green, blue = image.split()
    apart = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
    if max((value for value, count in enumerate(apart.histogram()) if count), default=0) < FAINTEST_TINT:
        greys = green.point([round(value / 17) for value in range(256)])
        page = Image.frombytes("P", greys.size, greys.tobytes())
        page.putpalette(bytes(level * 17 for level in range(16) for _ in range(3)))
        out = io.BytesIO()
        page.save(out, "PNG", bits=4, compress_level=6)
        if out.tell() < LARGEST_PRINTED_PAGE:
            return out.getvalue()
    return pictures.webp(image, limits.PAGE_PIXELS)
