"""The form to print: large and plain, with a code on each page by which its scan finds the case."""

from __future__ import annotations

import io

from django.template.loader import render_to_string
from django.utils import translation

from opencasework.office.authority import wording
from opencasework.office.authority.models import Ask
from opencasework.office.kit import undrawn
from opencasework.office.kit.pdf import page_count, printed
from opencasework.office.places.models import Office

MOST_PAGES = 10  # with a code each, as the print sheet has places for; a longer form has the first alone


def qr_svg(text: str) -> str:
    """A QR code as SVG. A third of it may be creased, stained or in shadow, and it is still read."""
    import qrcode  # with what draws it larger than most of the office, and few print a form
    from qrcode.constants import ERROR_CORRECT_H
    from qrcode.image.svg import SvgPathImage

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_H, border=4)
    code.add_data(text)
    drawn = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(drawn)
    return drawn.getvalue().decode().partition("?>")[2]


def form_html(ask: Ask, *, language: str, with_code: bool = True, pages: int = 1) -> str:
    """The form in English or Welsh, with a code on each of its pages; without codes it is quicker, and good
    for reading its words.
    """
    office = Office.here()
    with translation.override(language):
        bodies = [body.name for body in ask.bodies.all()]
        return render_to_string(
            "authority/printed/form.html",
            {
                "ask": ask,
                "office": office,
                "language": language[:2],
                "parts": wording.parts(ask, office, bodies=bodies, any_body=ask.covers_any_body),
                "qr": qr_svg(ask.qr_of_page(1, pages) if pages > 1 else ask.qr_text) if with_code else "",
                "more": [(number, qr_svg(ask.qr_of_page(number, pages))) for number in range(2, pages + 1)],
            },
        )


def form_pdf(ask: Ask, *, language: str) -> bytes:
    """The form as a PDF. Raises PdfUnavailable.

    How many pages it has shows once it is printed; a form of several is printed again with a code on each.
    """
    pages, counted = 0, 1
    while pages < counted <= MOST_PAGES:  # the codes take room, which may make it one page more
        pages = counted
        pdf = printed(form_html(ask, language=language, pages=pages))
        counted = page_count(pdf)
    return pdf


def boxes_in(ask: Ask) -> list[str]:
    """The scripts of which some characters would be boxes on the form and in the sealed statement."""
    return undrawn.in_page(form_html(ask, language=ask.language, with_code=False))
