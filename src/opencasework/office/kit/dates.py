"""Dates as people say them: "fri", "10 wd", "27 nov", "4 weeks"; and said back in full."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from opencasework.office.kit.working_days import is_working_day, working_days_after, working_days_between

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
FAR_MONTHS = 6  # a day this far ahead whose year nobody gave may as well be one that has just been
OLDEST = 110  # years that somebody may have lived
FARTHEST_YEARS = 120  # a date of birth is the oldest we meet
HOW = "Write it like “fri”, “10 wd”, “4 weeks” or “27 Nov”."
HOW_LOOKING_BACK = "Write it like “fri”, “yesterday”, “3 days ago” or “3 Nov”."

_SPAN = re.compile(r"(?:in )?(\d{1,4}) ?(wd|working days?|d|days?|w|wks?|weeks?|m|months?)")
_AGO = re.compile(r"(\d{1,3}) ?(d|days?|w|wks?|weeks?) ago")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})\.?,?(?: (\d{4}|\d{2}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}|\d{2}))?")
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WEEKDAY_BEFORE = re.compile(rf"(?:{'|'.join(day[:3] + '[a-z]*' for day in DAYS)}),? (?=\d)")


class NoSuchDay(Exception):
    """A day no calendar has, such as 31 April."""


def parse(text: str, *, today: date, nation: str = "en", looking_back: bool = False) -> date:
    """The day that `text` means when it is said on `today`.

    A weekday is the next one, never today; a day and month without a year is the next one, today included.
    `looking_back` takes the last one instead: "fri" in an account of what happened. Working days keep the
    bank holidays of `nation`. Raises ValueError with a sentence for anything else.
    """
    words = " ".join(text.lower().split())[:60]
    how = HOW_LOOKING_BACK if looking_back else HOW
    for reading in (_named, _ago, _span, _numbers, _day_and_month):
        try:
            day = reading(words, today, nation)
        except NoSuchDay as error:
            raise ValueError(f"There is no “{words}”. {how}") from error
        if day is not None:
            if looking_back and day > today:
                day = _the_last(words, day, today)
            if abs(day.year - today.year) > FARTHEST_YEARS:
                raise ValueError(f"“{text.strip()}” is too far away. Check the year.")
            return day
    raise ValueError(f"“{text.strip()[:60]}” is not a date we understand. {how}")


def _named(words: str, today: date, _nation: str) -> date | None:
    if words in {"today", "tomorrow", "yesterday"}:
        return today + timedelta(days={"today": 0, "tomorrow": 1, "yesterday": -1}[words])
    name = words.removeprefix("on ").removeprefix("next ").removeprefix("last ")
    if len(name) >= 2:
        for number, day in enumerate(DAYS):
            if day.startswith(name):
                return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


def _the_last(words: str, day: date, today: date) -> date:
    """The last such day rather than the next, where the words left it open which."""
    name = words.removeprefix("on ").removeprefix("last ")
    if any(weekday.startswith(name) for weekday in DAYS):
        return day - timedelta(days=7)
    has_year = re.search(r"\d{4}|\d[/.-]\d{1,2}[/.-]\d{2}$|[a-z] \d{2}$", words)
    if has_year or _SPAN.fullmatch(words) or words == "tomorrow":
        return day
    for years in range(1, 9):  # 29 February may be eight years away
        try:
            earlier = day.replace(year=day.year - years)
        except ValueError:
            continue
        if earlier <= today:
            return earlier
    return day


def _ago(words: str, today: date, _nation: str) -> date | None:
    match = _AGO.fullmatch(words)
    if match is None:
        return None
    return today - timedelta(days=int(match.group(1)) * (7 if match.group(2).startswith("w") else 1))


def _span(words: str, today: date, nation: str) -> date | None:
    match = _SPAN.fullmatch(words)
    if match is None:
        return None
    count, unit = int(match.group(1)), match.group(2)
    if unit.startswith("wd") or unit.startswith("working"):
        if count > 1000:
            raise ValueError(f"{count} working days is too far away. Give the date itself.")
        return working_days_after(today, count, nation=nation)
    if unit.startswith("m"):
        return months_later(today, count)
    return today + timedelta(days=count * (7 if unit.startswith("w") else 1))


def months_later(start: date, months: int) -> date:
    """The same day some months later, or the last of the month where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(start.day, 28))


def _numbers(words: str, today: date, _nation: str) -> date | None:
    if match := _ISO.fullmatch(words):
        return _exact(int(match.group(3)), int(match.group(2)), int(match.group(1)))
    if match := _NUMBERS.fullmatch(words):
        return _dated(int(match.group(1)), int(match.group(2)), match.group(3), today)
    return None


def _day_and_month(words: str, today: date, _nation: str) -> date | None:
    words = _WEEKDAY_BEFORE.sub("", words, count=1)
    if match := _DAY_MONTH.fullmatch(words):
        day, name, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(words):
        name, day, year = match.groups()
    else:
        return None
    months = [number for number, month in enumerate(MONTHS, start=1) if month.startswith(name)]
    return _dated(int(day), months[0], year, today) if len(months) == 1 else None


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    if year is not None:
        return _exact(day, month, int(year) if len(year) == 4 else 2000 + int(year))
    for candidate in range(today.year, today.year + 9):  # 29 February may be eight years away
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise NoSuchDay


def _exact(day: int, month: int, year: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NoSuchDay from error


def says_its_year(text: str, *, today: date) -> bool:
    """Whether a date that can be read means the same day whenever it is said."""
    years_before = date(today.year - 3, today.month, 1)
    return parse(text, today=today) == parse(text, today=years_before)


def lived(text: str, day: date, *, today: date) -> date:
    """The day of a life that is meant by `text`, read as `day`: of two digits the year is never to come.
    Raises ValueError with a sentence where either century would do.
    """
    if re.search(r"\d{4}", text) or not says_its_year(text, today=today):
        return day
    if day > today:
        return day.replace(year=day.year - 100)
    earlier = day.year - 100
    if today.year - earlier <= OLDEST:
        raise ValueError(f"Give all four digits of the year: “{text}” may be {earlier} or {day.year}.")
    return day


def leaves_year_open(text: str) -> bool:
    """Whether it names a day and its month, and no year: "27 Nov" does, "fri" and "4 weeks" do not."""
    words = _WEEKDAY_BEFORE.sub("", " ".join(text.lower().split()), count=1)
    match = _NUMBERS.fullmatch(words) or _DAY_MONTH.fullmatch(words) or _MONTH_DAY.fullmatch(words)
    return match is not None and match.group(3) is None and not _SPAN.fullmatch(words)


def say(day: date) -> str:
    """A date in full: Monday 7 December 2026."""
    return f"{DAYS[day.weekday()].capitalize()} {day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def short(day: date, *, today: date) -> str:
    """A date as lists show it: Thu 19 Nov, with the year when it is not this one."""
    text = f"{DAYS[day.weekday()][:3].capitalize()} {day.day} {MONTHS[day.month - 1][:3].capitalize()}"
    return text if day.year == today.year else f"{text} {day.year}"


def day_off(day: date, *, nation: str = "en") -> str:
    """Why nobody is at their desk on that day: “at the weekend”, “a bank holiday”; else empty."""
    if is_working_day(day, nation):
        return ""
    return "at the weekend" if day.weekday() > 4 else "a bank holiday"


def too_far(day: date, *, today: date) -> str:
    """Why nothing is put off until a day that is more than a year away; empty for one that is not."""
    if day <= months_later(today, 12):
        return ""
    return f"{say(day)} is more than a year away. Choose a day within a year: it can be put off again then."


def understood(day: date, *, today: date, nation: str = "en") -> str:
    """What a field says back: the date in full, and how far off it is."""
    if day == today:
        return f"{say(day)}, today"
    if day < today:
        days = (today - day).days
        return f"{say(day)}, {days} day{'' if days == 1 else 's'} ago"
    count = working_days_between(today, day, nation=nation) if (day - today).days < 400 else 0
    far = f"{count} working day{'' if count == 1 else 's'}" if count else ""
    return ", ".join(filter(None, [say(day), day_off(day, nation=nation), far]))


def lateness(day: date, *, today: date) -> str:
    """“4 days late”; empty when the day has not passed."""
    days = (today - day).days
    return f"{days} day{'' if days == 1 else 's'} late" if days > 0 else ""


class SpokenDateField(forms.CharField):
    """A form field for a date as people say it. `nation` says whose bank holidays count.

    `not_before` and `not_after` give the day to compare with and the sentence for a date beyond it; a field
    with `not_after` asks about the past, so "fri" is last Friday there. One that `needs_year` takes no day
    whose year is left to guess, and none of a year to come ("99" is 1999); one `within_a_year` none after
    that; one that `asks_far_year` none of those that lie half a year ahead or more, so that "27 Nov" on the
    28th is not silently next year's.
    """

    def __init__(
        self,
        *,
        nation: str = "en",
        not_before: tuple[Callable[[], date], str] | None = None,
        not_after: tuple[Callable[[], date], str] | None = None,
        needs_year: bool = False,
        asks_far_year: bool = False,
        within_a_year: bool = False,
        **options: Any,
    ) -> None:
        self.within_a_year = within_a_year
        self.needs_year, self.asks_far_year = needs_year, asks_far_year
        self.nation, self.not_before, self.not_after = nation, not_before, not_after
        options.setdefault("help_text", "Like “fri”, “10 wd” or “27 Nov”.")
        options.setdefault("max_length", 60)
        options.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return say(value) if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        """The date, or None where the field is empty and need not be filled."""
        text = super().clean(value)
        if not text:
            return None
        try:
            today, back = timezone.localdate(), self.not_after is not None
            day = parse(text, today=today, nation=self.nation, looking_back=back)
            if back and self.needs_year:
                day = lived(text, day, today=today)
        except ValueError as error:
            raise ValidationError(str(error), code="date") from error
        if self.not_before and day < self.not_before[0]():
            raise ValidationError(self.not_before[1], code="too_early")
        if self.not_after and day > self.not_after[0]():
            raise ValidationError(self.not_after[1], code="too_late")
        if self.within_a_year and (said := too_far(day, today=today)):
            raise ValidationError(said, code="too_far")
        if self.needs_year and not says_its_year(text, today=today):
            raise ValidationError("Give the year as well, like 3 May 1981.", code="no_year")
        if self.asks_far_year and leaves_year_open(text) and day >= months_later(today, FAR_MONTHS):
            said = f"“{text}” would be {say(day)}. If you mean that day, give its year as well."
            raise ValidationError(said, code="far_year")
        return day
