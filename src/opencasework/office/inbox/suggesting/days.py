"""The days that a message names: “14 December”, “the 14th”, “a week on Friday”, “the end of the month”.

A day is meant from the day on which the message arrived. Whether “on the 3rd” is behind or ahead of it, the
words around it say: who rang on the 3rd has done so, and the bailiffs who come on the 3rd have not been yet.
"""

# ruff: noqa: E501  (the patterns read better across)

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from opencasework.office.inbox.models import Message
from opencasework.office.kit.dates import DAYS, NoSuchDay, parse

TEXT_LOOKED_AT = 20_000  # characters
MOST_DAYS = 6
AROUND = 30  # characters before and after a day that say what it is
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# As they stand after a number, changed at the front or not.
WELSH_MONTHS = {
    "ionawr": "jan", "chwefror": "feb", "mawrth": "mar", "fawrth": "mar", "ebrill": "apr", "mai": "may",
    "fai": "may", "mehefin": "jun", "fehefin": "jun", "gorffennaf": "jul", "orffennaf": "jul", "awst": "aug",
    "medi": "sep", "fedi": "sep", "hydref": "oct", "tachwedd": "nov", "dachwedd": "nov", "rhagfyr": "dec",
    "ragfyr": "dec",
}  # fmt: skip
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu(?:rs?)?|fri)"
_WELSH_DAYS = {
    "llun": 0, "lun": 0, "mawrth": 1, "fawrth": 1, "mercher": 2, "fercher": 2, "iau": 3, "gwener": 4,
    "wener": 4, "sadwrn": 5, "sul": 6,
}  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14, "twenty-one": 21, "twenty eight": 28,
    "twenty-eight": 28, "thirty": 30,
}  # fmt: skip
_COUNT = rf"(?:{'|'.join(_NUMBERS)}|[1-9][0-9]?)"
_ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth",
]  # fmt: skip
_ORDINAL = "|".join(_ORDINALS)
_FEASTS = {"christmas eve": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26),
           "christmas": (12, 25), "new year's eve": (12, 31), "new year's day": (1, 1), "new year": (1, 1)}  # fmt: skip
_LEADING = r"(?:on|by|before|until|till|from|for|this|next|coming|last|due|of|not later than)"
DAY = re.compile(
    r"\b(?:(?P<day>[0-3]?[0-9])(?:st|nd|rd|th|af|ail|ydd|ed|eg|fed)?(?: of| o)? "
    rf"(?P<month>{_MONTH}|{'|'.join(WELSH_MONTHS)})\b(?:,? (?P<year>20[0-9]{{2}})\b)?"
    rf"|(?P<month_before>{_MONTH})\.? (?:the )?(?P<day_after>[0-3]?[0-9])"
    r"(?:(?:st|nd|rd|th)\b(?:,? (?P<year_after>20[0-9]{2})\b)?|,? (?P<only_year>20[0-9]{2})\b)"
    rf"|(?P<ordinal>{_ORDINAL}) of (?P<month_of>{_MONTH})\b"
    r"|(?<![0-9/.-])(?P<numbers>[0-3]?[0-9]/[01]?[0-9]/(?:20)?[0-9]{2}|[0-3]?[0-9]\.[01]?[0-9]\.(?:20)?[0-9]{2}"
    r"|[0-3]?[0-9]-[01]?[0-9]-20[0-9]{2}|20[0-9]{2}-[01][0-9]-[0-3][0-9])\b(?![-/.]?[0-9])"  # no sort code
    # “the 14th”, “Friday the 14th”; but “the 14th floor” is no day.
    rf"|(?:{_WEEKDAY},? )?(?:the )(?P<nth>[0-3]?[0-9])(?:st|nd|rd|th)\b(?: (?:of )?(?P<which>this|next|last) month)?"
    r"(?! (?:of|floor|time|year|century|birthday|anniversary|hole|amendment|day|week|form|grade|place|edition)\b)"
    rf"|{_WEEKDAY},? (?P<nth_named>[0-3]?[0-9])(?:st|nd|rd|th)\b"
    rf"|(?P<later>a week|a fortnight|two weeks|three weeks)(?: on| from| this| next)? "
    rf"(?P<later_than>{_WEEKDAY}|tomorrow|today)\b"
    rf"|(?:{_LEADING} )?(?P<named_week>{_WEEKDAY}|tomorrow|today) (?P<then>week|fortnight)\b"
    rf"|(?P<how>on|by|before|until|till|from|for|this|next|coming|last) (?P<named>{_WEEKDAY})\b(?!,? (?:the )?[0-3]?[0-9](?:st|nd|rd|th| [a-z]))"
    rf"|(?P<start>within|in) (?:the next )?(?P<count>{_COUNT}) (?P<unit>days?|weeks?|months?)\b(?:['’]s?)?(?P<ago> ago\b)?"
    r"|in (?:a )?(?P<fortnight>fortnight)\b"
    rf"|end of (?:(?:the|this) (?P<period>month|week|year)|next (?P<next_period>month|week)|(?P<end_month>{_MONTH}))\b"
    rf"|(?:by|before|until|till|on|at) (?P<feast>{'|'.join(sorted(_FEASTS, key=len, reverse=True))})\b"
    rf"|dd?ydd (?P<dydd>{'|'.join(_WELSH_DAYS)})\b|(?P<yfory>yfory)\b"
    r"|(?P<after_next>the day after tomorrow)\b|(?P<near>tomorrow|tonight)\b)",
    re.IGNORECASE,
)
# What says that something has happened, and what that it has not; the word nearest to the day decides.
_BEHIND = re.compile(
    r"\b(?:was|were|had|since|ago|rang|called|phoned|wrote|sent|came|got|received|went|told|said|did|been|happened|"
    r"saw|spoke|visited|left|moved|fell|died|passed away|collapsed|broke|burst|began|attended|complained|lost|met|"
    r"gave|took|made|paid|applied|posted|emailed|submitted|"
    r"dated|letter of|email of|refused|cancelled|stopped|started|arrived|turned up|missed|last)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|won't|is|are|am|be|due|by|until|till|before|deadline|hearing|must|have to|has to|need|needs|"
    r"going|next|fly|flies|leave|leaves|travel|expires?|ends?|runs? out|starts?|coming|comes|come|appointment|"
    r"court|tribunal|operation|move|moving|evict|bailiffs?|funeral|interview|can|could|would|shall|'ll|unless|"
    r"booked|listed|scheduled|told me to|got to|'s on|given us)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?;\n]")
_WEEKDAY_BEFORE = re.compile(rf"\b{_WEEKDAY},? (?:the )?$", re.IGNORECASE)
_LEAD = re.compile(r"(?:on|at|by|before|until|till|from|for|due|of|not later than|the) ", re.IGNORECASE)


@dataclass(frozen=True)
class Day:
    """A day that a message names."""

    on: date
    words: str  # as it stands there
    reason: str  # with the words around it
    is_ahead: bool  # when it arrived


def days_in(message: Message) -> list[Day]:
    """The days a message names, those ahead of it first and the nearest first."""
    arrived = timezone.localdate(message.received_at)
    text = " ".join(f"{message.subject}. {message.new_text[:TEXT_LOOKED_AT]}".replace("’", "'").split())
    found: dict[date, Day] = {}
    for match, on in _read(text, arrived):
        around = text[max(0, match.start() - AROUND) : match.end() + AROUND]
        around = around.partition(" ")[2] if match.start() > AROUND else around
        around = around.rpartition(" ")[0] if match.end() + AROUND < len(text) else around
        found.setdefault(on, Day(on, match[0], f"“…{around.strip()}…”", is_ahead=on >= arrived))
    order = sorted(found.values(), key=lambda day: (not day.is_ahead, abs((day.on - arrived).days)))
    return order[:MOST_DAYS]


def places_in(text: str, arrived: date) -> list[tuple[int, int]]:
    """Where in a text days are named, without the “on” or “by” before them."""
    plain = re.sub(r"\s", " ", text[:TEXT_LOOKED_AT]).replace("’", "'")  # every place stays where it is
    found = []
    for match, _ in _read(plain, arrived):
        lead = _LEAD.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        weekday = _WEEKDAY_BEFORE.search(plain, max(0, start - 14), start)  # “Thursday 26 November”
        found.append((weekday.start() if weekday else start, match.end()))
    return found


def _read(text: str, arrived: date) -> Iterator[tuple[re.Match[str], date]]:
    for match in DAY.finditer(text):
        try:
            on = _meant(match, text, arrived)
        except (NoSuchDay, ValueError, OverflowError):
            continue
        if on is not None:
            yield match, on


def _meant(match: re.Match[str], text: str, arrived: date) -> date | None:
    """The day these words mean, or none. Raises ValueError for one that no calendar has."""
    said = {name: value.lower() for name, value in match.groupdict().items() if value}
    if "near" in said or "yfory" in said:
        return arrived + timedelta(days="yfory" in said or said["near"] == "tomorrow")
    if "after_next" in said:
        return arrived + timedelta(days=2)
    if "nth" in said or "nth_named" in said:
        return _nth(int(said.get("nth") or said["nth_named"]), said.get("which", ""), match, text, arrived)
    if "later" in said:
        weeks = {"a week": 1, "three weeks": 3}.get(said["later"], 2)
        return _from(said["later_than"], arrived) + timedelta(weeks=weeks)
    if "then" in said:
        return _from(said["named_week"], arrived) + timedelta(weeks=1 + (said["then"] == "fortnight"))
    if "named" in said:
        return _weekday(said["named"], said["how"], match, text, arrived)
    if "dydd" in said:
        return arrived + timedelta(days=(_WELSH_DAYS[said["dydd"]] - arrived.weekday() - 1) % 7 + 1)
    if "count" in said or "fortnight" in said:
        return _after(said, arrived)
    if "feast" in said:
        month, day = _FEASTS[said["feast"]]
        return date(arrived.year + ((month, day) < (arrived.month, arrived.day)), month, day)
    if {"period", "next_period", "end_month"} & said.keys():
        return _end(said, arrived)
    return parse(_plain(said), today=arrived)


def _plain(said: dict[str, str]) -> str:
    """A day and a month, as a date field takes them."""
    if "numbers" in said:
        return said["numbers"]
    month = said.get("month") or said.get("month_before") or said["month_of"]
    day = said.get("day") or said.get("day_after") or str(_ORDINALS.index(said["ordinal"]) + 1)
    year = said.get("year") or said.get("year_after") or said.get("only_year", "")
    return " ".join(filter(None, [day, WELSH_MONTHS.get(month, month[:3]), year]))


def _is_behind(match: re.Match[str], text: str) -> bool:
    """Whether the sentence tells of what has happened: its word nearest to the day decides, those before first."""
    before = _SENTENCE.split(text[max(0, match.start() - 80) : match.start()])[-1]
    after = _SENTENCE.split(text[match.end() : match.end() + 60])[0]
    behind, ahead = ([each.end() for each in words.finditer(before)] for words in (_BEHIND, _AHEAD))
    if behind or ahead:
        return max(behind, default=-1) > max(ahead, default=-1)
    behind, ahead = ([each.start() for each in words.finditer(after)] for words in (_BEHIND, _AHEAD))
    return bool(behind) and min(behind) < min(ahead, default=len(after) + 1)


def _nth(day: int, which: str, match: re.Match[str], text: str, arrived: date) -> date | None:
    """“the 14th”: of this month or the next one with such a day; of the last where it is behind."""
    months = {"this": [0], "next": [1], "last": [-1]}.get(which)
    is_behind = _is_behind(match, text)
    for away in months or ([0, -1, -2] if is_behind else [0, 1, 2]):
        year, month = divmod(arrived.year * 12 + arrived.month - 1 + away, 12)
        if not 1 <= day <= calendar.monthrange(year, month + 1)[1]:
            continue
        on = date(year, month + 1, day)
        if months or (on <= arrived if is_behind else on >= arrived):
            return on
    return None


def _from(word: str, arrived: date) -> date:
    return parse(word, today=arrived)


def _weekday(named: str, how: str, match: re.Match[str], text: str, arrived: date) -> date:
    """The coming one; “next Friday” is the one of next week, and “last Friday”, or one that has been, the last."""
    on = parse(named, today=arrived)
    if how == "last" or (how in ("on", "from", "until") and _is_behind(match, text)):
        return on - timedelta(weeks=2 if on - timedelta(weeks=1) == arrived else 1)
    if how == "next":
        monday = arrived - timedelta(days=arrived.weekday()) + timedelta(weeks=1)
        return monday + timedelta(days=on.weekday())
    return on


def _after(said: dict[str, str], arrived: date) -> date | None:
    """“in two weeks”, “within 28 days”, “in a fortnight”."""
    if "ago" in said:
        return None
    if "fortnight" in said:
        return arrived + timedelta(weeks=2)
    count = _NUMBERS.get(said["count"]) or int(said["count"])
    return parse(f"{count} {said['unit']}", today=arrived)


def _end(said: dict[str, str], arrived: date) -> date:
    """“the end of the month”, “end of next week”, “end of January”."""
    period = said.get("period") or said.get("next_period", "")
    if period == "week":
        friday = arrived - timedelta(days=arrived.weekday()) + timedelta(days=DAYS.index("friday"))
        return friday + timedelta(weeks=("next_period" in said) + (arrived > friday))
    if period == "year":
        return date(arrived.year, 12, 31)
    if period:
        year, month = divmod(arrived.year * 12 + arrived.month - 1 + ("next_period" in said), 12)
    else:
        first = parse(f"1 {said['end_month'][:3]}", today=arrived.replace(day=1))
        year, month = first.year, first.month - 1
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
