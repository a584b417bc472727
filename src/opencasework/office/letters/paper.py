"""A letter on paper: the page that is printed, and the PDF of it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from opencasework.office.kit.blobs import BlobStore
from opencasework.office.letters import filling, printing
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Letter
from opencasework.office.places.models import Office

SECONDS_TO_PRINT = 30
KEPT_UNASKED = timedelta(days=2)  # after that a PDF is made when somebody asks for it


class PdfUnavailable(Exception):
    """No PDF can be made; the message says why and what to do."""


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
    made = _print(render_to_string("letters/print.html", sheet(letter)))
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


def _print(page: str) -> bytes:
    command = [sys.executable, "-I", "-m", printing.__name__]
    try:
        done = subprocess.run(
            command, input=page.encode(), capture_output=True, timeout=SECONDS_TO_PRINT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PdfUnavailable(
            "Making the PDF took too long. Print the page from the browser instead."
        ) from error
    if done.returncode == printing.LIBRARIES_MISSING:
        raise PdfUnavailable(
            "PDFs cannot be made on this machine: the Pango library is missing (Debian package "
            "libpangoft2-1.0-0). Install it, or print the page from the browser."
        )
    if done.returncode:
        raise PdfUnavailable("The PDF could not be made. Print the page from the browser instead.")
    return done.stdout
