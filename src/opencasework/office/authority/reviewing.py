"""Authority at the weekly review: what went without it, what ends soon, what a body waits for."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from opencasework.office.authority.models import Authority, Demand
from opencasework.office.authority.review import overridden
from opencasework.office.kit.numbers import row_number
from opencasework.office.staff.permissions import May, StaffRequest, may

WEEKS = 8  # one can look back


@require_GET
def review(request: StaffRequest) -> HttpResponse:
    """The last seven days, or an earlier week."""
    today = timezone.localdate()
    back = min(row_number(request.GET.get("back")) or 0, WEEKS)
    until = today - timedelta(days=7 * back)
    since = until - timedelta(days=6)
    expiring = Authority.objects.visible_to(request.user).expiring(on=today).filter(case__closed_at=None)
    running = Demand.objects.visible_to(request.user).running().select_related("case", "body")
    context = {
        "rail": "cases",
        "since": since,
        "until": until,
        "earlier": back + 1 if back < WEEKS else 0,
        "later": back - 1 if back > 1 else "",
        "back": back,
        "overridden": overridden(since, until).visible_to(request.user),
        "expiring": [
            (each, *each.state(on=today))
            for each in expiring.select_related("case", "person").order_by("expires_on", "pk")
        ],
        "may_manage": may(request.user, May.MANAGE_OFFICE),
        "demands": [(each, *each.state(on=today)) for each in running],
    }
    return render(request, "authority/review.html", context)
