"""Opening hours as people write them, and whether a line is open now."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencasework.office.bodies.hours import MIDNIGHT, Hours, NotHours, parse

THURSDAY = datetime(2026, 11, 26, 10, 30)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Mon-Fri 9-17", "Mon-Fri 9:00-17:00"),
        ("weekdays 9-5", "Mon-Fri 9:00-17:00"),
        ("Monday to Friday: 9am – 5.30pm", "Mon-Fri 9:00-17:30"),
        ("mon, wed 9-12, 13-16", "Mon 9:00-12:00, 13:00-16:00; Wed 9:00-12:00, 13:00-16:00"),
        ("Mon-Thu 8:30-17:00 and Fri 8:30-16:00", "Mon-Thu 8:30-17:00; Fri 8:30-16:00"),
        ("Mon-Fri 1-5", "Mon-Fri 13:00-17:00"),
        ("Mon 9-12, 1-5", "Mon 9:00-12:00, 13:00-17:00"),
        ("Mon 1-5pm", "Mon 13:00-17:00"),
        ("Mon 2:30 to 4", "Mon 14:30-16:00"),
        ("Mon 1am-5am", "Mon 01:00-05:00"),
        ("Mon 01:00-05:00", "Mon 01:00-05:00"),
        ("24 hours daily", None),
        ("daily 24 hours", "Mon-Sun 0:00-24:00"),
        ("Sat-Mon 10-12", "Mon 10:00-12:00; Sat-Sun 10:00-12:00"),
        ("9-17", None),
        ("Mon", None),
        ("Mon 25-26", None),
        ("Mon 9-17, 16-18", None),
        ("Mon 9:75-10", None),
        ("by appointment", None),
        ("", None),
    ],
)
def test_hours_are_kept_in_one_spelling_or_refused_with_a_sentence(said, kept):
    if kept is None:
        with pytest.raises(NotHours, match="Write them like"):
            parse(said)
    else:
        assert str(parse(said)) == kept


_spans = st.lists(st.integers(0, MIDNIGHT), min_size=0, max_size=6, unique=True).map(
    lambda times: tuple(zip(*[iter(sorted(times))] * 2, strict=False))
)


@given(st.tuples(*[_spans] * 7).filter(any))
def test_what_is_kept_reads_back_as_the_same_hours(week):
    assert parse(str(Hours(week))) == Hours(week)


@given(st.text(max_size=60))
def test_any_words_are_hours_or_are_refused(words):
    try:
        assert parse(str(parse(words))) == parse(words)
    except NotHours as problem:
        assert str(problem)  # noqa: PT017  either way is right


@pytest.mark.parametrize(
    ("hours", "moment", "words"),
    [
        ("Mon-Fri 9-17", THURSDAY, "Open now, until 17:00"),
        ("Mon-Fri 9-17", THURSDAY.replace(hour=17, minute=0), "Closed now, opens tomorrow at 9:00"),
        ("Mon-Fri 9-12, 13-17", THURSDAY.replace(hour=12, minute=30), "Closed now, opens today at 13:00"),
        ("Mon 9-17", THURSDAY, "Closed now, opens on Monday at 9:00"),
        ("daily 24 hours", datetime(2026, 12, 25, 4), "Open now all day"),
        ("Fri 9-17", datetime(2026, 12, 24, 10), "Closed now, opens on Friday 8 January at 9:00"),
    ],
)
def test_a_line_says_whether_it_is_open_and_when_it_opens(hours, moment, words):
    assert parse(hours).at(moment, nation="en").words == words


def test_the_holidays_are_those_of_the_nation():
    st_andrews_day = datetime(2026, 11, 30, 10)

    assert parse("Mon-Fri 9-17").at(st_andrews_day, nation="en").is_open
    assert not parse("Mon-Fri 9-17").at(st_andrews_day, nation="sc").is_open
