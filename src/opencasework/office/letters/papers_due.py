"""Closed cases whose papers were to be destroyed by now, as the office's rule and its closing letters say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from opencasework.office.cases.models import Case, CaseQuerySet
from opencasework.office.kit import dates
from opencasework.office.letters.stationery import Stationery, kept_until
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

SOON_DAYS = 30
ROWS = 60  # on a page


@dataclass(frozen=True)
class Due:
    """A case, and the last day on which its papers are kept."""

    case: Case
    until: date
    is_over: bool
    in_words: str


def due(cases: CaseQuerySet, *, years: int, on: date) -> CaseQuerySet:
    """Of these cases the closed ones whose time ends by this day, the oldest first."""
    # No year is shorter than this many days; a leap day more or less is settled by `kept_until`.
    last = on - timedelta(days=365 * years)
    before = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))
    return cases.closed().filter(closed_at__lt=before).order_by("closed_at", "pk")


@require_safe
@staff_who_may(May.MANAGE_OFFICE)
def papers_due(request: StaffRequest) -> HttpResponse:
    """What was to be destroyed by today, what will be within a month, and what happens next."""
    years, today = Stationery.here().keep_years, timezone.localdate()
    found: list[Due] = []
    if years:
        seen = Case.objects.visible_to(request.user)
        until = today + timedelta(days=SOON_DAYS)
        for case in due(seen, years=years, on=until).select_related("owner"):
            day = kept_until(timezone.localdate(case.closed_at), years=years)
            if day <= until:
                found.append(Due(case, day, day < today, dates.lateness(day, today=today)))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "rail": "settings",
        "years": years,
        "page": page,
        "over": sum(each.is_over for each in found),
        "soon": sum(not each.is_over for each in found),
    }
    return render(request, "letters/papers_due.html", context)
