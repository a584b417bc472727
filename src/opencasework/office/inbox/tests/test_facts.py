"""Telephone numbers and days are found however people write them, and not where there are none."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting import TELEPHONE
from opencasework.office.inbox.suggesting.days import days_in

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
    ("text", "day"),
    [
        ("The bailiffs come on the 14th", date(2026, 12, 14)),
        ("Appeal's on the 3rd.", date(2026, 12, 3)),
        ("Our buyer walks on the 30th", date(2026, 11, 30)),
        ("The hearing is Monday the 7th", date(2026, 12, 7)),
        ("We move on the 28th of next month", date(2026, 12, 28)),
        ("They gave me until the first of December", date(2026, 12, 1)),
        ("It stops at the end of the month", date(2026, 11, 30)),
        ("by the end of next month", date(2026, 12, 31)),
        ("out by end of January", date(2027, 1, 31)),
        ("before the end of the week", date(2026, 11, 27)),
        ("We fly next Tuesday", date(2026, 12, 1)),
        ("We fly next Friday", date(2026, 12, 4)),
        ("A week tomorrow is the hearing", date(2026, 12, 2)),
        ("a fortnight on Monday", date(2026, 12, 14)),
        ("travelling on Friday week", date(2026, 12, 4)),
        ("I must appeal within 28 days", date(2026, 12, 22)),
        ("The baby is due in two weeks", date(2026, 12, 8)),
        ("They cut us off in a fortnight", date(2026, 12, 8)),
        ("the day after tomorrow", date(2026, 11, 26)),
        ("I need it by Christmas", date(2026, 12, 25)),
        ("by 5pm on Wed 2nd December", date(2026, 12, 2)),
        ("Mae'r gwrandawiad ddydd Gwener", date(2026, 11, 27)),
    ],
)
def test_a_day_is_counted_from_the_day_the_message_came(text, day):
    assert _days(text) == [day]


@pytest.mark.parametrize(
    "text",
    [
        "I rang on the 3rd and nobody came",
        "I have heard nothing since the 14th",
        "Your letter of the 4th",
        "I saw him on Friday",
        "They came last Tuesday",
        "My mother passed away on Wednesday and the funeral is in Accra",
    ],
)
def test_a_day_that_has_been_is_not_ahead(text):
    message = Message(subject="Help", text=text, reply_text=text, received_at=TUESDAY)

    assert [day.is_ahead for day in days_in(message)] == [False]


@given(text=st.text(alphabet="the 1234nhofdfriayweknxi'-/.,", max_size=300))
def test_no_text_is_too_strange_to_look_for_days_in(text):
    assert all(isinstance(day, date) for day in _days(text))


@pytest.mark.parametrize(
    "text",
    [
        "I live on the 14th floor",
        "For the 4th time I ask",
        "This is the 21st century",
        "They evicted him two weeks ago",
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
