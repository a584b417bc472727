"""What stands in a message and can be pointed at: telephone numbers, reference numbers, days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from opencasework.office.inbox.models import Message
from opencasework.office.kit import references
from opencasework.office.kit.dates import NoSuchDay, parse

TEXT_LOOKED_AT = 20_000  # characters
MOST_FACTS = 6  # of a kind
TELEPHONE = re.compile(
    r"(?<![\w+])(?![0-3]?[0-9][.-][01]?[0-9][.-])"  # 01.12.2026 10.30 is a day and an hour
    r"(?:(?:\+44|0044)[ .-]?(?:\(0\)[ .-]?|0)?|\(?0)[1-9](?:(?:[ .-]|\)[ -]?)?[0-9]){8,9}\b"
)
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
_DAY_NAMED = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu(?:rs?)?|fri)"
DAY = re.compile(
    r"\b(?:(?P<day>[0-3]?[0-9])(?:st|nd|rd|th|af|ail|ydd|ed|eg|fed)?(?: of| o)? "
    rf"(?P<month>{_MONTH}|{'|'.join(WELSH_MONTHS)})\b(?:,? (?P<year>20[0-9]{{2}})\b)?"
    rf"|(?P<month_before>{_MONTH})\.? (?P<day_after>[0-3]?[0-9])"
    r"(?:(?:st|nd|rd|th)\b(?:,? (?P<year_after>20[0-9]{2})\b)?|,? (?P<only_year>20[0-9]{2})\b)"
    r"|(?<![0-9/.-])(?P<numbers>[0-3]?[0-9]/[01]?[0-9]/(?:20)?[0-9]{2}|[0-3]?[0-9]\.[01]?[0-9]\.(?:20)?[0-9]{2}"
    r"|[0-3]?[0-9]-[01]?[0-9]-20[0-9]{2}|20[0-9]{2}-[01][0-9]-[0-3][0-9])\b(?![-/.]?[0-9])"  # no sort code
    rf"|(?P<week_before>a week )?(?:on|by|this|next|until) (?P<named>{_DAY_NAMED})\b(?P<week_after> week\b)?"
    r"|(?P<near>tomorrow|tonight)\b)",
    re.IGNORECASE,
)
AROUND = 30  # characters before and after a day that say what it is


@dataclass(frozen=True)
class Day:
    """A day that a message names."""

    on: date
    words: str  # as it stands there
    reason: str  # with the words around it
    is_ahead: bool  # when it arrived


@dataclass(frozen=True)
class Number:
    """A reference number that a message gives."""

    kind: str
    kind_name: str
    value: str


def words_of(message: Message) -> str:
    """What they wrote: subject and text, as much as is looked at."""
    return f"{message.subject}\n{message.text[:TEXT_LOOKED_AT]}"


def days_in(message: Message) -> list[Day]:
    """The days a message names, those ahead of it first and the nearest first."""
    arrived = timezone.localdate(message.received_at)
    text = " ".join(f"{message.subject}. {message.new_text[:TEXT_LOOKED_AT]}".split())
    found: dict[date, Day] = {}
    for match, on in _read(text, arrived):
        around = text[max(0, match.start() - AROUND) : match.end() + AROUND]
        around = around.partition(" ")[2] if match.start() > AROUND else around
        around = around.rpartition(" ")[0] if match.end() + AROUND < len(text) else around
        found.setdefault(on, Day(on, match[0], f"“…{around.strip()}…”", is_ahead=on >= arrived))
    order = sorted(found.values(), key=lambda day: (not day.is_ahead, abs((day.on - arrived).days)))
    return order[:MOST_FACTS]


def _read(text: str, arrived: date) -> Iterator[tuple[re.Match[str], date]]:
    for match in DAY.finditer(text):
        if match["near"]:
            yield match, arrived + timedelta(days=match["near"].lower() == "tomorrow")
            continue
        words = match["numbers"] or match["named"]
        if not words:
            month = (match["month"] or match["month_before"]).lower()
            year = match["year"] or match["year_after"] or match["only_year"]
            day = match["day"] or match["day_after"]
            words = " ".join(filter(None, [day, WELSH_MONTHS.get(month, month[:3]), year]))
        try:
            on = parse(words, today=arrived)
            # “Friday week” and “a week on Friday” are seven days after the next one.
            yield match, on + timedelta(days=7 if match["week_before"] or match["week_after"] else 0)
        except (NoSuchDay, ValueError):
            continue


def numbers_in(message: Message) -> list[Number]:
    """The reference numbers a message gives, as far as we know their kinds."""
    kinds = references.kinds()
    return [
        Number(code, kinds[code].name, value)
        for code, value in references.found_in(words_of(message))[:MOST_FACTS]
        if code in kinds
    ]
