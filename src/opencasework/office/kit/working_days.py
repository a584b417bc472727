"""Counting in working days: Monday to Friday, without the bank holidays of the nation concerned."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

import holidays

# ISO 3166-2 subdivisions as `holidays` names them. `GB` alone would leave out Easter Monday and August.
_SUBDIVISIONS = {"en": "ENG", "wa": "WLS", "sc": "SCT", "ni": "NIR"}
ANYWHERE = "anywhere"  # for what counts no day that is a bank holiday in any of the four


@lru_cache(maxsize=256)
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """The bank holidays of one year, substitute days included.

    `nation` is en, wa, sc or ni; a body of the whole kingdom (uk, gb, ew) keeps England's. Of ANYWHERE, those
    of all four. Source: the `holidays` package, which follows gov.uk/bank-holidays.
    """
    if nation == ANYWHERE:
        return frozenset().union(*(bank_holidays(each, year) for each in _SUBDIVISIONS))
    subdivision = _SUBDIVISIONS.get(nation, "ENG")
    return frozenset(holidays.country_holidays("GB", subdiv=subdivision, years=year))


def is_working_day(day: date, nation: str = "en") -> bool:
    """Whether people are at their desks in `nation` on `day`."""
    return day.weekday() < 5 and day not in bank_holidays(nation, day.year)


def working_days_after(start: date, days: int, *, nation: str = "en") -> date:
    """Return the date `days` working days after `start`; `start` itself is not counted.

    Raises ValueError when `days` is negative.
    """
    if days < 0:
        raise ValueError(f"{days} working days: give a number that is not negative.")
    day = start
    while days:
        day += timedelta(days=1)
        if is_working_day(day, nation):
            days -= 1
    return day


def working_days_between(start: date, end: date, *, closed: Collection[date] = (), nation: str = "en") -> int:
    """How many working days lie after `start` up to and including `end`; 0 when `end` is not later."""
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, 7)
    count = weeks * 5 + sum((start + timedelta(days=day)).weekday() < 5 for day in range(1, rest + 1))
    off = set(closed).union(*(bank_holidays(nation, year) for year in range(start.year, end.year + 1)))
    return count - sum(start < day <= end and day.weekday() < 5 for day in off)
