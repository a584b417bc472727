"""Dates as people say them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opencasework.office.kit import dates
from opencasework.office.kit.working_days import (
    bank_holidays,
    is_working_day,
    working_days_after,
    working_days_between,
)

MONDAY = date(2026, 11, 23)
# The same examples on every run, however busy the machine.
steady = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))  # within the years we think a date may lie apart


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("today", date(2026, 11, 23)),
        ("Tomorrow", date(2026, 11, 24)),
        ("fri", date(2026, 11, 27)),
        ("Friday", date(2026, 11, 27)),
        ("mon", date(2026, 11, 30)),
        ("10 wd", date(2026, 12, 7)),
        ("10 working days", date(2026, 12, 7)),
        ("4 weeks", date(2026, 12, 21)),
        ("4w", date(2026, 12, 21)),
        ("3 days", date(2026, 11, 26)),
        ("3 months", date(2027, 2, 23)),
        ("27 nov", date(2026, 11, 27)),
        ("27 Nov 2027", date(2027, 11, 27)),
        ("1st of March", date(2027, 3, 1)),
        ("Nov 27", date(2026, 11, 27)),
        ("Fri 27 November", date(2026, 11, 27)),
        ("27/11", date(2026, 11, 27)),
        ("5/1/27", date(2027, 1, 5)),
        ("2026-12-07", date(2026, 12, 7)),
        ("29 feb", date(2028, 2, 29)),
    ],
)
def test_it_understands(said, meant):
    assert dates.parse(said, today=MONDAY) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("fri", date(2026, 11, 20)),
        ("last friday", date(2026, 11, 20)),
        ("28 oct", date(2026, 10, 28)),
        ("25 dec", date(2025, 12, 25)),
        ("25/12", date(2025, 12, 25)),
        ("3 may 81", date(2081, 5, 3)),
        ("29 feb", date(2024, 2, 29)),
        ("2 weeks ago", date(2026, 11, 9)),
        ("today", MONDAY),
        ("25 dec 2026", date(2026, 12, 25)),
    ],
)
def test_looking_back_it_takes_the_last_such_day(said, meant):
    assert dates.parse(said, today=MONDAY, looking_back=True) == meant


@pytest.mark.parametrize("said", ["", "soon", "31 nov", "99", "32/1/2026", "9999 wd", "12 ju", "5000-01-01"])
def test_it_says_what_it_does_not_understand(said):
    with pytest.raises(ValueError, match=r"\.$"):
        dates.parse(said, today=MONDAY)


def test_three_months_from_the_last_of_november_is_the_last_of_february():
    assert dates.parse("3 months", today=date(2026, 11, 30)) == date(2027, 2, 28)


@steady
@given(day=days, today=days)
def test_a_date_said_in_full_is_understood_as_itself(day, today):
    assert dates.parse(dates.say(day), today=today) == day
    assert dates.parse(day.isoformat(), today=today) == day
    assert dates.parse(day.strftime("%d/%m/%Y"), today=today) == day


@steady
@given(text=st.text(max_size=80), today=days)
def test_whatever_is_typed_is_a_date_or_a_sentence(text, today):
    try:
        answer = dates.parse(text, today=today)
    except ValueError as error:
        answer = str(error)

    assert isinstance(answer, date) or answer.endswith(".")


@steady
@given(count=st.integers(0, 300), today=st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_working_days_said_are_working_days_counted(count, today):
    day = dates.parse(f"{count} wd", today=today)

    assert day == working_days_after(today, count)
    assert working_days_between(today, day) == count


@steady
@given(start=st.dates(date(2015, 1, 1), date(2030, 12, 31)), length=st.integers(-5, 900))
def test_working_days_between_are_those_of_a_plain_walk(start, length):
    end, closed = start + timedelta(days=length), {start + timedelta(days=each) for each in (1, 3, 8)}

    walked = [start + timedelta(days=each) for each in range(1, length + 1)]

    assert working_days_between(start, end, closed=closed, nation="sc") == sum(
        is_working_day(day, "sc") and day not in closed for day in walked
    )


@pytest.mark.parametrize(
    ("received", "nation", "due"),
    [  # calendar: 20 working days after the day of receipt
        (date(2026, 3, 20), "en", date(2026, 4, 21)),
        (date(2026, 3, 20), "sc", date(2026, 4, 20)),
        (date(2026, 12, 7), "en", date(2027, 1, 7)),
        (date(2026, 12, 7), "sc", date(2027, 1, 8)),
        (date(2026, 7, 1), "en", date(2026, 7, 29)),
        (date(2026, 7, 1), "ni", date(2026, 7, 30)),
        (date(2025, 12, 15), "en", date(2026, 1, 15)),
        (date(2025, 12, 15), "sc", date(2026, 1, 16)),
        (date(2026, 2, 2), "en", date(2026, 3, 2)),
    ],
)
def test_twenty_working_days_as_the_calendar_works_them_out(received, nation, due):
    assert working_days_after(received, 20, nation=nation) == due


def test_the_poll_is_the_twenty_fifth_working_day_after_a_dissolution():
    assert working_days_after(date(2024, 5, 30), 25) == date(2024, 7, 4)


@steady
@given(
    start=st.dates(date(2015, 1, 1), date(2035, 12, 31)),
    nation=st.sampled_from(["en", "wa", "sc", "ni"]),
)
def test_the_day_after_any_working_days_is_a_working_day(start, nation):
    due = working_days_after(start, 1, nation=nation)

    assert is_working_day(due, nation)
    assert due - start <= timedelta(days=6)
    assert due not in bank_holidays(nation, due.year)


def test_a_negative_number_of_working_days_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        working_days_after(MONDAY, -1)


@pytest.mark.parametrize(
    ("day", "nation", "says"),
    [
        (date(2026, 12, 25), "en", "Friday 25 December 2026, a bank holiday, 23 working days"),
        (date(2026, 11, 28), "en", "Saturday 28 November 2026, at the weekend, 4 working days"),
        (date(2026, 11, 30), "sc", "Monday 30 November 2026, a bank holiday, 4 working days"),
        (date(2026, 11, 30), "en", "Monday 30 November 2026, 5 working days"),
    ],
)
def test_of_a_day_on_which_nobody_is_there_a_field_says_so(day, nation, says):
    assert dates.understood(day, today=MONDAY, nation=nation) == says


def test_a_field_says_back_what_it_understood():
    assert dates.understood(date(2026, 12, 7), today=MONDAY) == "Monday 7 December 2026, 10 working days"
    assert dates.understood(MONDAY, today=MONDAY) == "Monday 23 November 2026, today"
    assert dates.lateness(date(2026, 11, 19), today=MONDAY) == "4 days late"
    assert dates.short(date(2026, 11, 19), today=MONDAY) == "Thu 19 Nov"
    assert dates.short(date(2027, 1, 4), today=MONDAY) == "Mon 4 Jan 2027"


@pytest.mark.parametrize(
    ("said", "is_open"),
    [("27 nov", True), ("27/11", True), ("Nov 27th", True), ("Fri 27 November", True), ("27 nov 27", False),
     ("27/11/2027", False), ("2027-11-27", False), ("fri", False), ("9 months", False), ("soon", False)],
)  # fmt: skip
def test_a_day_and_its_month_alone_leave_the_year_open(said, is_open):
    assert dates.leaves_year_open(said) == is_open
