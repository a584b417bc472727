"""What the page of a body shows of the letters to it: enquiries still open, and how fast it answers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from opencasework.office.bodies.models import Body
from opencasework.office.letters.models import Enquiry
from opencasework.office.letters.panels import FOLLOWED, Shown
from opencasework.office.letters.speed import speed, with_parts
from opencasework.office.staff.permissions import StaffRequest

MOST = 50  # open enquiries on the page
PARTS = {"open": "letters/_open_at_body.html", "speed": "letters/_speed.html"}


@require_safe
def body_answers(request: StaffRequest, pk: int) -> HttpResponse:
    """Open enquiries and speed of a body with its parts; `part` names one of them, for a card of its page."""
    body = get_object_or_404(Body, pk=pk)
    part = request.GET.get("part", "") if request.htmx else ""
    context: dict[str, object] = {"body": body, "rail": "bodies"}
    if part != "speed":
        unanswered = Enquiry.objects.visible_to(request.user).unanswered().filter(body__in=with_parts(body))
        found = unanswered.select_related("body", "letter", "case").prefetch_related("replies", *FOLLOWED)
        context["enquiries"] = [Shown(enquiry) for enquiry in found.order_by("due_on", "pk")[:MOST]]
    if part != "open":
        context["speed"] = speed(body, staff=request.user, today=timezone.localdate())
    return render(request, PARTS.get(part, "letters/answers.html"), context)
