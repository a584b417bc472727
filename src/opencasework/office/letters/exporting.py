"""A letter as a Word file: by the office's Word template while its words stand, else laid out by us.

It never has the picture of the signature: anybody can change its words. The PDF has it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from opencasework.office.kit.blobs import BlobStore
from opencasework.office.letters import actions, drafting, filling, paper, rich, suggesting
from opencasework.office.letters.models import Letter
from opencasework.office.letters.stationery import Stationery
from opencasework.office.letters.views import found_letter
from opencasework.office.letters.word import workshop
from opencasework.office.letters.wording import DOCX
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import StaffRequest


def from_template(letter: Letter) -> bytes | None:
    """The office's Word template filled in, where it says exactly what the letter says; else None."""
    if letter.wording is None or not letter.wording.docx_sha256:
        return None
    day = timezone.localdate(letter.drafted_at)
    facts = drafting.facts_of(letter, by=letter.drafted_by, today=day)
    try:
        made, html = drafting.word_file(letter.wording, facts)
    except (filling.TemplateProblem, FileNotFoundError):
        return None
    return made if rich.to_text(rich.clean(html)) == rich.tidy(letter.text) else None


def docx(letter: Letter) -> bytes:
    """The letter as a Word file. Raises workshop.WordProblem."""
    return from_template(letter) or laid_out(letter)


def laid_out(letter: Letter) -> bytes:
    """The letter in our own layout, with letterhead, address and date. Raises workshop.WordProblem."""
    office, carries = Office.here(), Stationery.here()
    reference = f"{paper.sheet(letter)['our_reference']} {letter.case.reference}"
    html = suggesting.reject(letter.html) if letter.html else rich.from_text(letter.text)
    sheet: dict[str, Any] = {
        "title": letter.subject,
        "author": office.title,
        "office": office.title,
        "office_lines": [line for line in _office_lines(office, carries, letter.language) if line],
        "to_lines": letter.postal_lines,
        "right_lines": [str(paper.sheet(letter)["dated"]), reference],
        "html": html,
        "language": f"{letter.language}-GB" if letter.language in ("en", "cy") else letter.language,
        "large": letter.large_print,
        "colour": carries.hex,
        "footer": carries.said("footer", letter.language),
    }
    blobs = BlobStore(settings.HOME.blobs)
    logo = blobs.read(carries.logo_sha256) if carries.logo_sha256 else b""
    return workshop.write(sheet, logo=logo)


def _office_lines(office: Office, carries: Stationery, language: str) -> list[str]:
    standing = f"{office.get_member_kind_display()}, {office.area_name}"
    strapline = carries.said("strapline", language)
    return [standing, strapline, " · ".join(office.address.splitlines()), office.phone]


@require_safe
def letter_docx(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter as a Word file, behind the same gate as its PDF."""
    found = found_letter(request, pk)
    try:
        if found.state != Letter.State.SENT:  # a page that is printed can be posted: the same gate
            actions.insist_printable(found, on=timezone.localdate())
        content = docx(found)
    except (actions.NotSendable, workshop.WordProblem) as problem:
        messages.error(request, str(problem))
        return redirect(found)
    response = HttpResponse(content, content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{found.case.reference}-letter-{found.pk}.docx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
