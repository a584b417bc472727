"""A letter on paper: the page that is printed, and the PDF of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from opencasework.office.kit.blobs import BlobStore
from opencasework.office.kit.pdf import PdfUnavailable, printed
from opencasework.office.letters import filling
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Letter
from opencasework.office.places.models import Office

KEPT_UNASKED = timedelta(days=2)  # after that a PDF is made when somebody asks for it


@dataclass(frozen=True)
class Piece:
    """A run of a paragraph: words, or a gap that has to be filled."""

    text: str
    is_gap: bool


def paragraphs(text: str) -> list[list[Piece]]:
    """The text cut at its empty lines, with its gaps told apart; line breaks within are kept."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return [[Piece(run, is_gap=bool(filling.GAP.fullmatch(run))) for run in _runs(block)] for block in blocks]


def _runs(block: str) -> list[str]:
    return [run for run in re.split(f"({filling.GAP.pattern})", block) if run]


def masked(letter: Letter) -> str:
    """The text for the screen: numbers that a passer-by should not read have only their ends."""
    text = letter.text
    for number in letter.case.references.all():
        if number.is_masked:
            text = text.replace(number.value, number.masked)
    return text


def dated(letter: Letter) -> date:
    """The date on the sheet: the day it left, or today while it is a draft."""
    return letter.sent_on or timezone.localdate()


def sheet(letter: Letter) -> dict[str, object]:
    """What the sheet shows, on the screen and on paper."""
    return {
        "office": Office.here(),
        "letter": letter,
        "paragraphs": paragraphs(letter.text),
        "dated": in_words(dated(letter)),
    }


def pdf(letter: Letter) -> bytes:
    """The letter as a PDF. What has left is made once and kept as it was.

    Raises PdfUnavailable with a sentence where the libraries are missing.
    """
    blobs = BlobStore(settings.HOME.blobs)
    if letter.pdf_sha256:
        return blobs.read(letter.pdf_sha256)
    made = printed(render_to_string("letters/print.html", sheet(letter)))
    if letter.state == Letter.State.SENT:
        kept = blobs.put(made)
        Letter.objects.filter(pk=letter.pk, pdf_sha256="").update(pdf_sha256=kept)
    return made


def keep_pdfs(*, at_most: int = 20) -> int:
    """Make and keep the PDF of letters that left lately. Returns how many; none where PDFs cannot be made."""
    letters = Letter.objects.filter(
        state=Letter.State.SENT, pdf_sha256="", sent_at__gte=timezone.now() - KEPT_UNASKED
    ).order_by("sent_at", "pk")
    kept = 0
    for letter in letters.select_related("case", "to_body", "to_person", "to_contact")[:at_most]:
        try:
            pdf(letter)
        except PdfUnavailable:
            return kept
        kept += 1
    return kept
