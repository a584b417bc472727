"""Telephone numbers and days are found however people write them, and not where there are none."""

from datetime import UTC, date, datetime

import pytest

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting import TELEPHONE
from opencasework.office.inbox.suggesting.facts import days_in

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "07700 900123",
        "(01914) 960 123",
        "+44 (0)7700 900123",
        "+44 7700 900123",
        "0044 7700 900123",
        "07700.900.123",
        "077 00 90 01 23",
    ],
)
def test_a_telephone_number_is_found_as_it_is_written(written):
    assert [match[0] for match in TELEPHONE.finditer(f"Ring me on {written}, or my wife.")] == [written]


@pytest.mark.parametrize(
    "text", ["on 01.12.2026 10.30", "on 01-12-2026 10-30", "sort code 20-12-26", "1212-0001-0000-0000"]
)
def test_a_day_with_an_hour_is_no_telephone_number(text):
    assert not TELEPHONE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "The hearing is on 14 December",
        "The hearing is on Dec 14th",
        "The hearing is on December 14, 2026",
        "The hearing is 14/12/2026",
        "The hearing is 14.12.26 at 10am",
        "The hearing is 14-12-2026",
        "Court date 2026-12-14.",
        "Mae'r gwrandawiad ar 14eg o Ragfyr",
        "Mae'r gwrandawiad ar 14 Rhagfyr 2026",
    ],
)
def test_a_day_is_found_as_it_is_written(text):
    assert _days(text) == [date(2026, 12, 14)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("We fly on Friday", 27),
        ("We fly this Fri", 27),
        ("They come next tues", 1),
        ("We fly a week on Friday", 4),
        ("We fly on Friday week", 4),
    ],
)
def test_a_day_of_the_week_is_the_one_they_mean(text, day):
    assert [on.day for on in _days(text)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "sort code 20-12-26",
        "10.12.20.1",
        "2026-1212-0001-0000",
        "in March 20 people came",
        "my friend on Monaco",
    ],
)
def test_what_is_no_day_is_none(text):
    assert _days(text) == []


def _days(text):
    message = Message(subject="Help", text=text, reply_text=text, received_at=TUESDAY)
    return [day.on for day in days_in(message)]
