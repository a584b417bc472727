"""The span of a publication: months, or longer where an office has few cases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Count
from django.utils.formats import date_format

from opencasework.office.figures.models import Fact, Measure
from opencasework.office.places.models import Office
from opencasework.standard.disclosure.folding import Span, floor_of
from opencasework.standard.periods import (
    PERIOD,
    first_month,
    is_within,
    last_month,
    missing_of,
    months_of,
    months_to,
    parts_of,
)

WAIT_DAYS = 10  # after the end of a month, for what is written down late
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


def is_period(text: str) -> bool:
    """Whether this is a month (2026-10), a quarter (2026-Q4) or a year (2026)."""
    return PERIOD.fullmatch(text) is not None and text >= "2000"


def in_words(period: str) -> str:
    """2026-10 as October 2026, 2026-Q4 as October to December 2026, 2026 as 2026."""
    months = months_of(period)
    if len(months) == 12:
        return f"the year {period}"
    last = date_format(date.fromisoformat(f"{months[-1]}-01"), "F Y")
    if len(months) == 1:
        return last
    return f"{date_format(date.fromisoformat(f'{months[0]}-01'), 'F')} to {last}"


def last_full_month(today: date) -> str:
    """The month before this one, as YYYY-MM."""
    return months_to(f"{today:%Y-%m}")[-2]


def due_month(today: date) -> str:
    """The latest month that has been over for ten days, as YYYY-MM."""
    return last_full_month(today - timedelta(days=WAIT_DAYS))


def grain(last: str) -> Span:
    """What an office publishes after `last` (YYYY-MM), by what it took on in the year that ends with it."""
    taken_on = Fact.objects.publishable().filter(measure=Measure.CASES_OPENED)
    span = months_to(last)
    first = taken_on.order_by("period").values_list("period", flat=True).first() or last
    counted = [month for month in span if month >= first] or [last]
    by_month = taken_on.filter(period__in=counted).order_by().values_list("period").annotate(Count("pk"))
    return floor_of(dict.fromkeys(counted, 0) | dict(by_month))


def period_of(month: str, size: str) -> str:
    """The period of this size in which a month lies."""
    if size == "month":
        return month
    return month[:4] if size == "year" else f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def size_of(period: str) -> Span:
    """ "month", "quarter" or "year"."""
    if len(period) == 4:
        return "year"
    return "quarter" if "Q" in period else "month"


def size_here(last: str, *, out: Collection[str]) -> Span:
    """What this office publishes: of a demonstration always months, so that a small one has some to show.

    Whoever began a quarter or a year with shorter periods, which are `out`, goes on so until it is over: from
    a longer one beside some of its parts the rest could be worked out.
    """
    size: Span = "month" if Office.here().is_demo else grain(last)
    begun = [size_of(each) for each in out if is_within(each, period_of(last, size))]
    return min(begun, key=MONTHS_IN.__getitem__, default=size)


def recent(today: date, *, out: Collection[str]) -> list[str]:
    """The periods of the last year that could be published beside those that are `out`, newest first."""
    last = last_full_month(today)
    size = size_here(last, out=out)
    found = dict.fromkeys(period_of(month, size) for month in reversed(months_to(last)))
    over = [period for period in found if last_month(period) <= last]
    return [period for period in over if not any(overlaps(period, other) for other in out)]


def whole_years(out: Collection[str]) -> list[str]:
    """The calendar years whose months are all `out`, one by one or as quarters, newest first."""
    years = sorted({period[:4] for period in out}, reverse=True)
    return [year for year in years if parts_of(year, out)]


def overlaps(period: str, other: str) -> bool:
    """Whether two different periods share a month."""
    return period != other and not set(months_of(period)).isdisjoint(months_of(other))


__all__ = [
    "due_month",
    "first_month",
    "grain",
    "in_words",
    "is_period",
    "is_within",
    "last_full_month",
    "last_month",
    "missing_of",
    "months_of",
    "overlaps",
    "period_of",
    "recent",
    "size_here",
    "size_of",
    "whole_years",
]
