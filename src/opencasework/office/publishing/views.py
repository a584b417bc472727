"""The screens of publishing: the months, a preview as the public will see it, prepare, sign."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from opencasework.office.figures.tables import months_to
from opencasework.office.publishing import actions
from opencasework.office.publishing.models import Publication, in_words
from opencasework.office.publishing.preview import Preview, preview
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may


@staff_who_may(May.SEE_FIGURES)
def publications(request: StaffRequest) -> HttpResponse:
    """The last twelve full months, newest first, and how far each has got."""
    known = {
        publication.month: publication
        for publication in Publication.objects.select_related("prepared_by", "signed_by")
    }
    months = _recent_months()
    months += sorted(set(known) - set(months), reverse=True)
    rows = [(month, in_words(month), known.get(month)) for month in months]
    context = {
        "rail": "publications",
        "rows": rows,
        "to_sign": [
            publication
            for _month, _words, publication in rows
            if publication and not publication.is_published
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


@require_POST
@staff_who_may(May.PREPARE_FIGURES)
def draft(request: StaffRequest, month: str) -> HttpResponse:
    """POST writes the draft of the month; the draft is the thing."""
    try:
        actions.prepare(month, by=request.user)
    except actions.CannotPublish as error:
        return _month_page(request, month, problem=str(error))
    messages.success(request, f"The draft of {in_words(month)} is ready. Somebody else signs it.")
    return redirect("publication", month=month)


@require_POST
@staff_who_may(May.SIGN_FIGURES)
def signature(request: StaffRequest, month: str) -> HttpResponse:
    """POST signs the month; the signature is the thing."""
    try:
        actions.sign(month, by=request.user)
    except actions.CannotPublish as error:
        return _month_page(request, month, problem=str(error))
    messages.success(request, f"{in_words(month)} is published.")
    return redirect("publication", month=month)


def _month_page(request: StaffRequest, month: str, *, problem: str = "") -> HttpResponse:
    if not actions.MONTH.fullmatch(month):
        raise Http404
    found = Publication.objects.filter(month=month).select_related("prepared_by", "signed_by").first()
    shown: Preview | None = preview(month, found) if found else None
    prepared_by_me = found is not None and found.prepared_by == request.user
    context = {
        "rail": "publications",
        "month": month,
        "words": in_words(month),
        "publication": found,
        "preview": shown,
        "problem": problem,
        "asked_to_sign": "sign" in request.GET,
        "may_prepare": may(request.user, May.PREPARE_FIGURES) and not (found and found.is_published),
        "may_sign": may(request.user, May.SIGN_FIGURES) and not prepared_by_me,
        "prepared_by_me": prepared_by_me,
    }
    return render(request, "publishing/publication.html", context, status=422 if problem else 200)


def _recent_months() -> list[str]:
    return months_to(actions.last_full_month(timezone.localdate()))[::-1]
