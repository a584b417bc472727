"""Facts in bulk, as `gather` leaves them when their cases have long gone."""

from __future__ import annotations

from datetime import date
from itertools import count

from django.utils import timezone

from opencasework.office.demo.year_before import already_out
from opencasework.office.figures.models import Fact, Measure, OpenAtEnd
from opencasework.office.staff.models import StaffMember
from opencasework.standard.periods import last_month

_lines = count(-1, -1)  # below every real line, which would otherwise seem to be counted already


def counted(
    number: int,
    period: str,
    *,
    category: str = "HOU-DAMP",
    body: str = "",
    measure: str = Measure.CASES_OPENED,
    **more: object,
) -> None:
    """So many facts of one kind in a month (YYYY-MM)."""
    on = date.fromisoformat(f"{period}-15")
    Fact.objects.bulk_create(
        Fact(
            event_id=next(_lines), measure=measure, on=on, period=period, category=category, body=body, **more
        )
        for _ in range(number)
    )


def a_busy_office(*periods: str) -> None:
    """Months in which enough was taken on for each to be published by itself."""
    for period in periods:
        counted(64, period)


def out_already(*months: str, by: StaffMember) -> None:
    """Months that were signed before the test begins, in one write and without their pages."""
    OpenAtEnd.objects.filter(period__in=map(last_month, months)).delete()  # they came before it was published
    already_out(months, prepared_by=None, signed_by=by, now=timezone.now())
