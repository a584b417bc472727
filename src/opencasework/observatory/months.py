"""Months as the standard writes them: '2026-10'."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import cache

MONTHS_OF_A_YEAR = 12


@cache
def month_after(month: str, steps: int = 1) -> str:
    """The month `steps` later than `month`; a negative number counts back."""
    year, number = (int(part) for part in month.split("-"))
    years, left = divmod(year * MONTHS_OF_A_YEAR + number - 1 + steps, MONTHS_OF_A_YEAR)
    return f"{years:04d}-{left + 1:02d}"


def months_up_to(last: str, count: int) -> list[str]:
    """`count` months in order, of which `last` is the last."""
    return [month_after(last, step) for step in range(1 - count, 1)]


def days_of(month: str) -> int:
    """How many days '2026-10' has: 31."""
    year, number = (int(part) for part in month.split("-"))
    return monthrange(year, number)[1]


def month_name(month: str) -> str:
    """'2026-10' in words: 'October 2026'."""
    return _first_day(month).strftime("%B %Y")


def short_month_name(month: str) -> str:
    """'2026-10' for an axis: 'Oct 2026'."""
    return _first_day(month).strftime("%b %Y")


def last_complete_month(today: date) -> str:
    """The month before the one `today` lies in."""
    return month_after(f"{today:%Y-%m}", -1)


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
