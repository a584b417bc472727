"""The form to print: one page, large and plain, with a code by which its scan finds the case."""

from __future__ import annotations

import io

from django.template.loader import render_to_string
from django.utils import translation

from opencasework.office.authority import wording
from opencasework.office.authority.models import Ask
from opencasework.office.kit import undrawn
from opencasework.office.kit.pdf import printed
from opencasework.office.places.models import Office


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


def form_html(ask: Ask, *, language: str, with_code: bool = True) -> str:
    """The page in English or Welsh; without its code it is quicker, and good for reading its words."""
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
                "qr": qr_svg(ask.qr_text) if with_code else "",
            },
        )


def form_pdf(ask: Ask, *, language: str) -> bytes:
    """The form as a PDF. Raises PdfUnavailable."""
    return printed(form_html(ask, language=language))


def boxes_in(ask: Ask) -> list[str]:
    """The scripts of which some characters would be boxes on the form and in the sealed statement."""
    return undrawn.in_page(form_html(ask, language=ask.language, with_code=False))
