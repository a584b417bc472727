"""The screens of publishing: the months, a preview as the public will see it, prepare, sign."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_POST, require_safe

from opencasework.office.figures.actions import gather
from opencasework.office.places.models import Office
from opencasework.office.publishing import actions, periods
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.periods import in_words
from opencasework.office.publishing.preview import Preview, preview
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may
from opencasework.office.tags.models import Category
from opencasework.standard.files import is_inside

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".xml": "application/atom+xml; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}


@staff_who_may(May.SEE_FIGURES)
def publications(request: StaffRequest) -> HttpResponse:
    """The last twelve full months, newest first, and how far each has got."""
    known = {
        publication.month: publication
        for publication in Publication.objects.select_related("prepared_by", "signed_by")
    }
    out = [month for month, publication in known.items() if publication.state != Publication.State.DRAFT]
    months = periods.recent(timezone.localdate(), out=out)
    signed = [month for month, publication in known.items() if publication.is_published]
    months += periods.whole_years(signed)
    months = sorted(
        {*months, *known}, key=lambda period: (periods.last_month(period), -len(period)), reverse=True
    )
    rows = [(month, in_words(month), known.get(month)) for month in months]
    context = {
        "rail": "publications",
        "rows": rows,
        "to_sign": [
            (publication, publication.first_hand == request.user)
            for _month, _words, publication in rows
            if publication and publication.state == Publication.State.DRAFT
        ],
        "may_prepare": may(request.user, May.PREPARE_FIGURES),
        "may_sign": may(request.user, May.SIGN_FIGURES),
        "observatory_url": settings.OBSERVATORY_URL,
    }
    return render(request, "publishing/publications.html", context)


@staff_who_may(May.SEE_FIGURES)
def publication(request: StaffRequest, month: str) -> HttpResponse:
    """One month as the public will see it, with what protects the people in it."""
    return _month_page(request, month)


@require_safe
@staff_who_may(May.SEE_FIGURES)
def public_file(request: StaffRequest, month: str, name: str) -> HttpResponse:
    """A file of the draft or the publication, exactly as the public sees or will see it."""
    found = get_object_or_404(Publication, month=month)
    folder = Path(found.folder).resolve()
    file = (folder / name).resolve()
    if not is_inside(name) or not file.is_relative_to(folder) or not file.is_file():
        raise Http404
    kind = KINDS.get(file.suffix, "application/octet-stream")
    return HttpResponse(file.read_bytes(), content_type=kind)


@require_POST
@staff_who_may(May.PREPARE_FIGURES)
def draft(request: StaffRequest, month: str) -> HttpResponse:
    """POST writes the draft of the month; the draft is the thing."""
    gather()
    try:
        actions.prepare(month, by=request.user)
    except actions.CannotPublish as error:
        return _month_page(request, month, problem=str(error))
    messages.success(request, f"The draft of {in_words(month)} is ready. Somebody else signs it.")
    return redirect("publication", month=month)


@require_POST
@staff_who_may(May.PREPARE_FIGURES)
def dropping(request: StaffRequest, month: str) -> HttpResponse:
    """POST throws the draft of the month away."""
    try:
        actions.drop_draft(month, by=request.user)
    except actions.CannotPublish as error:
        return _month_page(request, month, problem=str(error))
    messages.success(request, f"The draft of {in_words(month)} is dropped.")
    return redirect("publications")


@require_POST
@staff_who_may(May.SIGN_FIGURES)
def signature(request: StaffRequest, month: str) -> HttpResponse:
    """POST signs the month; the signature is the thing."""
    gather()
    try:
        actions.sign(month, by=request.user, seen=request.POST.get("seen"))
    except actions.CannotPublish as error:
        return _month_page(request, month, problem=str(error))
    messages.success(request, f"{capfirst(in_words(month))} is published.")
    return redirect("publication", month=month)


@require_POST
@staff_who_may(May.SIGN_FIGURES)
def withdrawal(request: StaffRequest, month: str) -> HttpResponse:
    """POST withdraws the month; the withdrawal is the thing."""
    try:
        actions.withdraw(month, by=request.user, why=request.POST.get("why", ""))
    except actions.CannotPublish as error:
        return _month_page(request, month, problem=str(error))
    words = capfirst(in_words(month))
    messages.success(request, f"{words} is withdrawn, which its ledger and its page show.")
    return redirect("publication", month=month)


def _month_page(request: StaffRequest, month: str, *, problem: str = "") -> HttpResponse:
    if not periods.is_period(month):
        raise Http404
    people = ("prepared_by", "signed_by", "withdrawn_by")
    found = Publication.objects.filter(month=month).select_related(*people).first()
    shown: Preview | None = preview(month, found) if found and not found.is_withdrawn else None
    by_itself = found is not None and found.prepared_by is None
    mine = found is not None and found.first_hand == request.user
    is_draft = found is not None and found.state == Publication.State.DRAFT
    prepares = may(request.user, May.PREPARE_FIGURES)
    signed = Publication.objects.published().values_list("month", flat=True)
    context = {
        "rail": "publications",
        "month": month,
        "adds_tables": month in periods.whole_years(signed),
        "words": in_words(month),
        "publication": found,
        "preview": shown,
        "problem": problem,
        "asked_to_sign": "sign" in request.GET,
        "is_draft": is_draft,
        "may_prepare": may(request.user, May.PREPARE_FIGURES) and (found is None or is_draft),
        "may_sign": may(request.user, May.SIGN_FIGURES) and is_draft and not mine,
        "may_withdraw": may(request.user, May.SIGN_FIGURES) and found is not None and found.is_published,
        # A name that was folded is not published, so not everybody who sees figures reads it here.
        "folded": found.notes.get("folded", []) if found and prepares else [],
        "unmapped": _unmapped(found) if prepares else [],
        "no_floor": Office.here().is_demo,
        "prepared_by_me": mine and not by_itself,
        "dropped_by_me": mine and by_itself,
    }
    return render(request, "publishing/publication.html", context, status=422 if problem else 200)


def _unmapped(publication: Publication | None) -> list[tuple[str, int]]:
    """The office's own codes that the standard does not know, in words, and how often they counted."""
    codes = publication.notes.get("unmapped", {}) if publication else {}
    labels = dict(Category.objects.filter(code__in=codes).values_list("code", "label"))
    return [(labels.get(code, code) or "No topic", number) for code, number in codes.items()]
