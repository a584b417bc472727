"""When somebody answers the telephone: “Mon-Fri 9-17, Sat 9-12”, and whether that is now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from opencasework.office.kit.working_days import bank_holidays

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOW = "Write them like “Mon-Fri 9-17” or “Mon-Thu 8:30-17:00, Fri 8:30-16:00”."
MIDNIGHT = 24 * 60
NOON = 12 * 60
FIRST_NOON_HOUR, LAST_NOON_HOUR = 1, 5  # a span that begins so, without am or pm, is in the afternoon

_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?"
_SPAN = re.compile(rf"{_CLOCK} ?- ?{_CLOCK}")
_DAY = r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?"
_DAYS = re.compile(rf"{_DAY}(?: ?- ?{_DAY})?")

Span = tuple[int, int]  # minutes since midnight: from, and until


class NotHours(ValueError):
    """The words say no opening hours; the message says how to write them."""


@dataclass(frozen=True)
class Now:
    """Whether a line is open at this moment, in words: “Open now, until 17:00”."""

    is_open: bool
    words: str


@dataclass(frozen=True)
class Hours:
    """The spans of each day of the week, Monday first. A bank holiday of the nation is closed."""

    week: tuple[tuple[Span, ...], ...]

    def __str__(self) -> str:
        """The hours as they are kept and shown: days with the same hours together, “Mon-Fri 9:00-17:00”."""
        said: list[str] = []
        first = 0
        for day in range(1, 8):
            if day < 7 and self.week[day] == self.week[first]:
                continue
            if spans := self.week[first]:
                days = DAYS[first] + (f"-{DAYS[day - 1]}" if day - 1 > first else "")
                said.append(f"{days} " + ", ".join(f"{_kept(a)}-{_kept(b)}" for a, b in spans))
            first = day
        return "; ".join(said)

    def on(self, day: date, nation: str) -> tuple[Span, ...]:
        """When the line is open on this day. One that never closes does not on a bank holiday either."""
        always = all(spans == ((0, MIDNIGHT),) for spans in self.week)
        return () if day in bank_holidays(nation, day.year) and not always else self.week[day.weekday()]

    def at(self, moment: datetime, *, nation: str) -> Now:
        """Whether it is open at this local moment, until when, and else when it opens again."""
        today, minute = moment.date(), moment.hour * 60 + moment.minute
        for start, end in self.on(today, nation):
            if start <= minute < end:
                until = " all day" if (start, end) == (0, MIDNIGHT) else f", until {clock(end)}"
                return Now(is_open=True, words=f"Open now{until}")
        for ahead in range(29):  # longer than Christmas and New Year close a line of one day a week
            day = today + timedelta(days=ahead)
            for start, _end in self.on(day, nation):
                if ahead or start > minute:
                    return Now(
                        is_open=False, words=f"Closed now, opens {_when(day, ahead)} at {clock(start)}"
                    )
        return Now(is_open=False, words="Closed now")


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _kept(minutes: int) -> str:
    """As `clock`, but read again as the same: “1:00” would be the afternoon, “01:00” is the night."""
    return f"0{clock(minutes)}" if FIRST_NOON_HOUR <= minutes // 60 <= LAST_NOON_HOUR else clock(minutes)


def _when(day: date, ahead: int) -> str:
    if ahead < 2:
        return ("today", "tomorrow")[ahead]
    return f"on {NAMES[day.weekday()]}" + (f" {day.day} {day:%B}" if ahead > 6 else "")


def parse(text: str) -> Hours:
    """The hours that `text` says; days it does not name are closed. Raises NotHours with a sentence.

    Days and times are taken as people write them: “Mon-Fri 9am to 5pm, Sat 9-12”, “Mon, Wed 9-12, 13-16”.
    """
    words = re.sub(r"[‐‑–—−]| to | until ", "-", f" {text.lower()} ")
    words = re.sub(r"every day|daily|all week", "mon-sun", words)
    words = re.sub(r"weekdays", "mon-fri", words)
    words = re.sub(r"weekends?", "sat-sun", words)
    words = re.sub(r"24 ?hours|24/7|all day", "0:00-24:00", words)
    week: list[list[Span]] = [[] for _ in DAYS]
    days: list[int] = []
    given: list[int] = []  # the days of the last times, to which further times belong
    for part in re.split(r"[,;\n&]| and ", words):
        rest = part.strip(" :.")
        if not rest:
            continue
        while match := _DAYS.match(rest):
            days += _range(match.group(1), match.group(2))
            rest = rest[match.end() :].strip(" :.")
        if not rest:
            continue
        while match := _SPAN.match(rest):
            given, days = days or given, []
            if not given:
                raise NotHours(f"“{part.strip()}” names no day. {HOW}")
            for day in given:
                week[day].append(_span(match, part))
            rest = rest[match.end() :].strip(" :.")
        if rest:
            raise NotHours(f"“{part.strip()[:40]}” is not understood. {HOW}")
    if days:
        raise NotHours(f"No times are given for {' and '.join(NAMES[day] for day in days)}. {HOW}")
    if not any(week):
        raise NotHours(HOW)
    return Hours(tuple(_in_order(spans, day) for day, spans in enumerate(week)))


def _range(first: str, last: str | None) -> list[int]:
    start = DAYS.index(first.capitalize())
    end = DAYS.index(last.capitalize()) if last else start
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _span(match: re.Match[str], part: str) -> Span:
    hour, minute, half, to_hour, to_minute, to_half = match.groups()
    start = _minutes(hour, minute, half, part)
    end = _minutes(to_hour, to_minute, to_half, part)
    begins_after_lunch = not hour.startswith("0") and FIRST_NOON_HOUR <= int(hour) <= LAST_NOON_HOUR
    if to_half == "pm" and not half and begins_after_lunch and start + NOON < end:
        start += NOON  # “1-5pm”
    elif _is_afternoon(hour, to_hour, half, to_half) and start < end:
        start, end = start + NOON, end + NOON  # “1-5” is said of an office, not of the night
    if end <= start and not half and not to_half and int(to_hour) < 12 and int(hour) < 12:
        end += 12 * 60  # “9-5” is said of an office
    if end <= start:
        raise NotHours(f"“{part.strip()}” ends before it begins. {HOW}")
    return start, end


def _is_afternoon(hour: str, to_hour: str, half: str | None, to_half: str | None) -> bool:
    """Whether both are said as on a clock face and begin after lunch; “01:00” is said by 24 hours."""
    said = not (half or to_half or hour.startswith("0") or to_hour.startswith("0"))
    return said and FIRST_NOON_HOUR <= int(hour) <= LAST_NOON_HOUR and int(to_hour) < 12


def _minutes(hour: str, minute: str | None, half: str | None, part: str) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            raise NotHours(f"There is no such time as in “{part.strip()}”. {HOW}")
        hours = hours % 12 + (12 if half == "pm" else 0)
    if minutes > 59 or hours * 60 + minutes > MIDNIGHT:
        raise NotHours(f"There is no such time as in “{part.strip()}”. {HOW}")
    return hours * 60 + minutes


def _in_order(spans: list[Span], day: int) -> tuple[Span, ...]:
    found = sorted(set(spans))
    for (_, end), (start, _until) in pairwise(found):
        if start < end:
            raise NotHours(f"The times of {NAMES[day]} overlap. {HOW}")
    return tuple(found)
