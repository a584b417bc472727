"""The messages and files of a case: a card of its page, or a page of its own."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opencasework.office.cases import covering
from opencasework.office.cases.views import visible_case
from opencasework.office.inbox.models import Message, MessagePart
from opencasework.office.staff.permissions import StaffRequest

IN_CARD, ON_PAGE = 8, 50  # messages


@require_safe
def case_messages(request: StaffRequest, pk: int) -> HttpResponse:
    """What came in and went out by mail or was written down, the newest first, with its files."""
    case = visible_case(request, pk)
    # By number, not as a sub-query: the database would otherwise go through every message there is.
    split = MessagePart.objects.filter(case=case).values_list("message", flat=True)
    found = (
        Message.objects.visible_to(request.user)
        .filter(Q(case=case) | Q(pk__in=list(split)))
        .newest_first()
        .without_texts()
        .prefetch_related("attachments")
    )
    page = Paginator(found, IN_CARD if request.htmx else ON_PAGE).get_page(request.GET.get("page"))
    cover = covering.of(case, request.user)
    context = {"case": case, "cover": cover, "page": page, "count": page.paginator.count, "rail": "cases"}
    return render(request, "inbox/_messages.html" if request.htmx else "inbox/messages.html", context)
