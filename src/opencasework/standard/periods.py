"""Months, quarters and years: what a row may be counted over."""

import re
from collections.abc import Collection
from datetime import date, timedelta

PERIOD = re.compile(r"(19|20)[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?")


def months_of(period: str) -> list[str]:
    """The months of a well-formed period ('2026-10', '2026-Q4', '2026'), in order, as 'YYYY-MM'."""
    if len(period) == 4:
        return [f"{period}-{month:02}" for month in range(1, 13)]
    if "Q" in period:
        last = int(period[-1]) * 3
        return [f"{period[:4]}-{month:02}" for month in range(last - 2, last + 1)]
    return [period]


def is_within(period: str, longer: str) -> bool:
    """Whether every month of `period` is one of the `longer` period, which has more."""
    return set(months_of(period)) < set(months_of(longer))


def parts_of(period: str, shown: Collection[str]) -> list[str]:
    """The periods among `shown` that `period` is the sum of: its months or, where not all are, quarters.

    In order, none twice; empty when they do not make up the whole of it. Of a month always empty.
    """
    if len(period) == 4:
        quarters = [f"{period}-Q{number}" for number in range(1, 5)]
        found = [parts_of(each, shown) or ([each] if each in shown else []) for each in quarters]
        return [part for parts in found for part in parts] if all(found) else []
    months = months_of(period)
    return months if months != [period] and all(month in shown for month in months) else []


def missing_of(period: str, shown: Collection[str]) -> str:
    """The first month of `period` that is in none of the other periods `shown`."""
    inside = {month for each in shown if is_within(each, period) for month in months_of(each)}
    return min(set(months_of(period)) - inside)


def first_month(period: str) -> str:
    """The first month of a period."""
    return months_of(period)[0]


def last_month(period: str) -> str:
    """The last month of a period."""
    return months_of(period)[-1]


def months_between(first: str, last: str) -> int:
    """How many months there are from `first` to `last` ('YYYY-MM'), both counted."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:]) + 1


def months_to(last: str) -> list[str]:
    """The twelve months that end with `last` ('YYYY-MM'), in order."""
    number = int(last[:4]) * 12 + int(last[5:]) - 1
    return [f"{each // 12:04}-{each % 12 + 1:02}" for each in range(number - 11, number + 1)]


def day_after(period: str) -> date:
    """The first day that is no more in a period."""
    return (date.fromisoformat(f"{last_month(period)}-28") + timedelta(days=4)).replace(day=1)
