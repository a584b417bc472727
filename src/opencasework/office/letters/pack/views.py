"""The papers of a letter: chosen, put in order, bound, looked at, and kept as they left."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from opencasework.office.kit.blobs import BlobDamaged
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.pdf import PdfUnavailable
from opencasework.office.letters.actions import NotSendable, insist_printable
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack import choosing, making
from opencasework.office.letters.pack.documents import blobs, documents_of
from opencasework.office.letters.pack.models import Enclosure, Pack, PackFile
from opencasework.office.letters.pack.panel import shown
from opencasework.office.letters.views import found_letter
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may


def _page(request: StaffRequest, letter: Letter, *, problem: str = "", status: int = 200) -> HttpResponse:
    may_change = letter.is_draft and may(request.user, May.WRITE_CASES)
    there = set(letter.enclosures.values_list("source", flat=True))
    left = documents_of(letter.case, request.user) if may_change else []
    context = {
        "letter": letter,
        "case": letter.case,
        "problem": problem,
        "papers": shown(letter),
        "documents": [each for each in left if each.source not in there],
        "overs": Pack.Over.choices,
        "may_change": may_change,
        "rail": "letters",
    }
    return render(request, "letters/pack/papers.html", context, status=status)


@require_safe
def papers(request: StaffRequest, pk: int) -> HttpResponse:
    """What goes out with the letter, and which documents of the case could."""
    return _page(request, found_letter(request, pk))


@staff_who_may(May.WRITE_CASES)
def papers_choice(request: StaffRequest, pk: int) -> HttpResponse:
    """Add documents, take one out, move it, say what it is called; bind the papers."""
    letter = found_letter(request, pk)
    if request.method != "POST":
        return redirect("letter-papers", pk)
    act, _, which = request.POST.get("act", "").partition(":")
    number = row_number(which) or 0
    try:
        if act == "add":
            _add(request, letter)
        else:
            if act in {"save", "bind", "up", "down", "out"}:
                _describe(request, letter)
            if act in {"up", "down"}:
                choosing.move(letter, number, by=request.user, up=act == "up")
            elif act == "out" and (out := choosing.take_out(letter, number, by=request.user)):
                undo_url = reverse("letter-papers-back", args=[pk, out.source])
                messages.success(request, _what_becomes_of(out, letter), extra_tags=f"undo:{undo_url}")
            elif act == "bind":
                _bind(request, found_letter(request, pk))
            elif act == "save":
                messages.success(request, "Saved.")
    except (choosing.CannotChoose, making.PackProblem, NotSendable, PdfUnavailable) as problem:
        return _page(request, found_letter(request, pk), problem=str(problem), status=422)
    return redirect("letter-papers", pk)


@require_POST
@staff_who_may(May.WRITE_CASES)
def papers_back(request: StaffRequest, pk: int, source: str) -> HttpResponse:
    """Let the document that was taken out last go along again, where it stood and as it was called."""
    letter = found_letter(request, pk)
    try:
        if "over" in request.POST:  # from the form of the papers, with what was typed into it
            _describe(request, letter)
        there = documents_of(letter.case, request.user)
        title = choosing.put_back(letter, there, source=source, by=request.user)
    except choosing.CannotChoose as problem:
        return _page(request, letter, problem=str(problem), status=422)
    if title:
        messages.success(request, f"Taken back: “{title}” goes along.")
    return redirect("letter-papers", pk)


def _add(request: StaffRequest, letter: Letter) -> None:
    wanted = set(request.POST.getlist("document"))
    documents = [each for each in documents_of(letter.case, request.user) if each.source in wanted]
    if not documents:
        raise choosing.CannotChoose("Tick the documents that are to go out with the letter.")
    number = choosing.add(letter, documents, by=request.user)
    messages.success(request, "1 document added." if number == 1 else f"{number} documents added.")


def _what_becomes_of(out: Enclosure, letter: Letter) -> str:
    if any(piece.sha256 == out.sha256 for piece in making.pieces_of(letter)):
        return f"“{out.title}” still goes along: a signed authority does, unless you tick to leave it out."
    return f"“{out.title}” stays here."


def _describe(request: StaffRequest, letter: Letter) -> None:
    titles = {
        number: str(value)
        for name, value in request.POST.items()
        if name.startswith("title-") and (number := row_number(name.removeprefix("title-")))
    }
    choosing.describe(
        letter,
        titles=titles,
        apart={number for each in request.POST.getlist("apart") if (number := row_number(each))},
        over=request.POST.get("over", ""),
        without_authority="without_authority" in request.POST,
        by=request.user,
    )


def _bind(request: StaffRequest, letter: Letter) -> None:
    insist_printable(letter, on=timezone.localdate())  # what is bound can be posted: the same gate
    pack = making.made(letter)
    pages = f" {pack.pages} pages." if pack.pages else ""
    messages.success(request, f"The papers are ready.{pages}")


@require_safe
def papers_file(request: StaffRequest, pk: int, file: int) -> HttpResponse:
    """One file of the papers, as it leaves or as it left."""
    letter = found_letter(request, pk)
    found = get_object_or_404(PackFile, pk=file, letter=letter)
    if letter.state != Letter.State.SENT:
        try:
            insist_printable(letter, on=timezone.localdate())
        except NotSendable as problem:
            return _page(request, letter, problem=str(problem), status=422)
    try:
        content = blobs().read(found.sha256)
    except (FileNotFoundError, BlobDamaged) as error:
        raise Http404("The stored file is missing or damaged. Restore it from a backup.") from error
    headers = {
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    is_ours = found.pages > 0
    kind: Any = found.media_type if is_ours else "application/octet-stream"
    return HttpResponse(content, content_type=kind, headers=headers)
