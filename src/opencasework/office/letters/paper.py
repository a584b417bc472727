"""A letter on paper: the page that is printed, and the PDF of it."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from opencasework.office.constituents.languages import ENGLISH, WELSH
from opencasework.office.kit import undrawn
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.kit.pdf import PdfUnavailable, printed
from opencasework.office.letters import filling, masking, signing, suggesting
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Letter
from opencasework.office.letters.stationery import Stationery
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember

OUR_REFERENCE = {ENGLISH: "Our reference", WELSH: "Ein cyfeirnod"}
RIGHT_TO_LEFT = ("ar", "fa", "he", "ps", "ur", "ckb", "yi", "prs")  # written from the right, by language
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


def masked(letter: Letter, staff: StaffMember) -> str:
    """The text for the screen: numbers that a passer-by should not read have only their ends."""
    return masking.in_text(letter.text, masking.masks_of(letter, staff))


def body_html(html: str, *, signature: str = "") -> SafeString:
    """Cleaned rich text as it stands on the sheet: without suggestions, its gaps told apart.

    `signature` is our own HTML, put after the first greeting.
    """
    standing = with_signature(suggesting.reject(html), signature)
    marked = filling.GAP.sub(lambda gap: f'<mark class="letter-gap">{gap.group()}</mark>', standing)
    return mark_safe(marked)  # cleaned by rich, which wrote it anew


def with_signature(html: str, signature: str) -> SafeString:
    """HTML of ours with more of it after its first greeting; unchanged where it has none."""
    for paragraph in re.finditer(r"<p>(.*?)</p>", html):
        if signing.is_greeting(strip_tags(paragraph.group(1))):
            html = html[: paragraph.end()] + signature + html[paragraph.end() :]
            break
    return mark_safe(html)  # both parts are


def place_of_signature() -> str:
    """What shows on the screen where the signature will stand."""
    return render_to_string("letters/_signature.html", {"office": Office.here()})


def on_screen(letter: Letter, staff: StaffMember) -> dict[str, object]:
    """The words of the sheet for the screen: rich text or paragraphs, masked."""
    masks = masking.masks_of(letter, staff)
    return {
        "paragraphs": paragraphs(masking.in_text(letter.text, masks)),
        "body_html": _body(masking.in_html(letter.html, masks), {"office": Office.here()}),
    }


def _body(html: str, shown: dict[str, object]) -> str:
    """The rich text of a letter with the place of its signature; empty for a plain one."""
    return body_html(html, signature=render_to_string("letters/_signature.html", shown)) if html else ""


def dated(letter: Letter) -> date:
    """The date on the sheet: the day it left, or today while it is a draft."""
    return letter.sent_on or timezone.localdate()


def sheet(letter: Letter) -> dict[str, object]:
    """What the sheet shows, on the screen and on paper."""
    office, carries = Office.here(), Stationery.here()
    return {
        "office": office,
        "stationery": carries,
        "strapline": carries.said("strapline", letter.language),
        "foot": carries.said("footer", letter.language),
        "letter": letter,
        "paragraphs": paragraphs(letter.text),
        "body_html": _body(letter.html, {"office": office}),
        "dated": in_words(dated(letter), letter.language),
        "our_reference": OUR_REFERENCE.get(letter.language, OUR_REFERENCE[ENGLISH]),
        "direction": "rtl" if letter.language in RIGHT_TO_LEFT else "ltr",
        "signature_place": signing.stands(letter),
    }


def printed_sheet(letter: Letter) -> dict[str, object]:
    """The same for a PDF, with the pictures themselves: nothing is fetched while it is made."""
    shown = sheet(letter)
    carries = Stationery.here()
    pictures: dict[str, object] = {"on_paper": True, "logo": _data(carries.logo_sha256)}
    if signing.may_carry(letter):
        pictures["signature"] = _data(carries.signature_sha256)
    return shown | pictures | {"body_html": _body(letter.html, pictures)}


def _data(sha256: str) -> str:
    """A picture of ours as a data: address; empty where there is none."""
    if not sha256:
        return ""
    content = BlobStore(settings.HOME.blobs).read(sha256)
    return f"data:image/png;base64,{b64encode(content).decode()}"


def pdf(letter: Letter) -> bytes:
    """The letter as a PDF. What has left is made once and kept as it was.

    Raises PdfUnavailable with a sentence where the libraries are missing.
    """
    blobs = BlobStore(settings.HOME.blobs)
    if letter.pdf_sha256 and letter.state == Letter.State.SENT:
        return blobs.read(letter.pdf_sha256)
    made = on_paper(letter)
    if letter.state == Letter.State.SENT:
        kept = blobs.put(made)
        Letter.objects.filter(pk=letter.pk, pdf_sha256="").update(pdf_sha256=kept)
    return made


def on_paper(letter: Letter) -> bytes:
    """The letter as a PDF that is kept nowhere: of a draft, or of a copy with less in it than what left."""
    return printed(render_to_string("letters/print.html", printed_sheet(letter)))


def boxes_in(letter: Letter) -> str:
    """That some characters would be boxes in its PDF, of which scripts, and the way on; empty where none."""
    page = render_to_string("letters/print.html", sheet(letter) | {"on_paper": True})
    instead = "Save it as a Word file, or print the page from the browser, and look at it before it leaves."
    return undrawn.sentence(undrawn.in_page(page), of="this letter", instead=instead)


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
