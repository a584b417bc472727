"""Due dates, on every day of 2024 to 2030 in all four nations, against a plain walk from day to day.

For 2026 and 2027 the walk goes by the table below, written down by hand from gov.uk/bank-holidays and the
proclamations; for the other years by the `holidays` package, asked here in its own way.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencasework.office.bodies.models import Body
from opencasework.office.kit.working_days import bank_holidays, working_days_after, working_days_between
from opencasework.office.places.models import Nation

TABLE = """
2026-01-01 en wa sc ni
2026-01-02 sc
2026-03-17 ni
2026-04-03 en wa sc ni
2026-04-06 en wa ni
2026-05-04 en wa sc ni
2026-05-25 en wa sc ni
2026-06-15 sc
2026-07-13 ni
2026-08-03 sc
2026-08-31 en wa ni
2026-11-30 sc
2026-12-25 en wa sc ni
2026-12-28 en wa sc ni
2027-01-01 en wa sc ni
2027-01-04 sc
2027-03-17 ni
2027-03-26 en wa sc ni
2027-03-29 en wa ni
2027-05-03 en wa sc ni
2027-05-31 en wa sc ni
2027-07-12 ni
2027-08-02 sc
2027-08-30 en wa ni
2027-11-30 sc
2027-12-27 en wa sc ni
2027-12-28 en wa sc ni
"""
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
DAYS = (1, 5, 10, 15, 20)  # working days that bodies, their parents and offices give
# Twenty working days after the day of receipt.
WORKED = [
    ("2026-03-20", "en", "2026-04-21"), ("2026-03-20", "sc", "2026-04-20"),
    ("2026-12-07", "en", "2027-01-07"), ("2026-12-07", "sc", "2027-01-08"),
    ("2026-07-01", "en", "2026-07-29"), ("2026-07-01", "ni", "2026-07-30"),
    ("2025-12-15", "en", "2026-01-15"), ("2025-12-15", "sc", "2026-01-16"),
    ("2026-02-02", "en", "2026-03-02"), ("2026-02-02", "sc", "2026-03-02"),
]  # fmt: skip


def tabled(nation: str, year: int) -> set[date]:
    lines = [line.split() for line in TABLE.split("\n") if line]
    days = [date.fromisoformat(day) for day, *nations in lines if nation in nations]
    return {day for day in days if day.year == year}


@cache
def closed(nation: str, year: int) -> frozenset[date]:
    """The weekdays of a year on which nobody is at their desk."""
    if year in (2026, 2027):
        return frozenset(tabled(nation, year))
    subdivision = {"en": "ENG", "wa": "WLS", "sc": "SCT", "ni": "NIR"}[nation]
    return frozenset(day for day in holidays.GB(subdiv=subdivision, years=year) if day.weekday() < 5)


@cache
def counted(nation: str) -> dict[date, int]:
    """For each day how many working days have been since the first, that day included."""
    found, day, so_far = {}, FIRST, 0
    while day < date(2031, 12, 31):
        so_far += day.weekday() < 5 and day not in closed(nation, day.year)
        found[day] = so_far
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize("nation", Nation.values)
@pytest.mark.parametrize("year", [2026, 2027])
def test_the_bank_holidays_are_those_of_the_table(nation, year):
    assert {day for day in bank_holidays(nation, year) if day.weekday() < 5} == tabled(nation, year)


@pytest.mark.parametrize("nation", Nation.values)
def test_every_day_of_seven_years_has_the_due_date_of_a_plain_walk(nation):
    so_far = counted(nation)
    wrong = []
    first_with: dict[int, date] = {}  # the first day by which so many working days have been
    for day, count in so_far.items():
        first_with.setdefault(count, day)

    for number in range((LAST - FIRST).days + 1):
        sent = FIRST + timedelta(days=number)
        for days in DAYS:
            expected = first_with[so_far[sent] + days]
            if working_days_after(sent, days, nation=nation) != expected:
                wrong.append((sent, days, expected))

    assert wrong == []


@pytest.mark.parametrize(("received", "nation", "due"), WORKED)
def test_the_worked_examples(received, nation, due):
    assert working_days_after(date.fromisoformat(received), 20, nation=nation).isoformat() == due


@pytest.mark.parametrize(
    ("of_body", "keeps"), [("uk", "en"), ("gb", "en"), ("ew", "en"), ("sc", "sc"), ("ni", "ni"), ("wa", "wa")]
)
def test_a_body_of_several_nations_keeps_the_holidays_of_england(of_body, keeps):
    assert Body(nation=of_body).holiday_nation == keeps


@given(st.dates(FIRST, LAST), st.integers(1, 60), st.sampled_from(Nation.values))
def test_counting_forward_and_counting_between_agree_and_the_day_of_sending_is_not_counted(
    sent, days, nation
):
    due = working_days_after(sent, days, nation=nation)

    assert due > sent
    assert due.weekday() < 5
    assert due not in bank_holidays(nation, due.year)
    assert working_days_between(sent, due, nation=nation) == days
