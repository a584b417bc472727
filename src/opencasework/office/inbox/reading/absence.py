"""When somebody who is away says they are back, from the words of their automatic reply."""

from __future__ import annotations

import re
from datetime import date, timedelta

LOOKED_AT = 5_000  # characters
LONGEST = timedelta(days=550)  # from the day it was written
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan ionawr", "february feb chwefror", "march mar mawrth", "april apr ebrill", "may mai",
            "june jun mehefin", "july jul gorffennaf", "august aug awst", "september sep sept medi",
            "october oct hydref", "november nov tachwedd", "december dec rhagfyr",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY = re.compile(
    rf"(?i)\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|ain|af|fed|eg)?(?:\s{{1,3}}o[f']?)?\s{{1,3}}(?P<month>{_MONTH})\b\.?"
    rf"(?:,?\s{{1,3}}(?P<year>\d{{4}}))?"
    rf"|(?P<month2>{_MONTH})\.?\s{{1,3}}(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s{{1,3}}(?P<year2>\d{{4}}))?"
    rf"|(?P<year3>\d{{4}})-(?P<month3>\d{{2}})-(?P<day3>\d{{2}})"
    rf"|(?P<day4>\d{{1,2}})[/.](?P<month4>\d{{1,2}})[/.](?P<year4>\d{{4}}|\d{{2}})\b)"
)
BACK = re.compile(r"(?i)\b(?:back|return(?:ing|s)?|resum\w{1,5}|yn ôl|dychwel\w{0,5})\b")
AWAY = re.compile(r"(?i)\b(?:until|till?|through|to|tan|hyd)\b")
ABSENCE = re.compile(
    r"(?i)out of (?:the )?office|on (?:annual |sick |maternity |paternity |parental )?leave|annual leave"
    r"|on holiday|away (?:from|until|on)|not in the office|i am (?:currently )?away"
    r"|allan o'r swyddfa|ar wyliau|i ffwrdd"
)
NEAR = 60  # characters between the word and the day


def is_absence(subject: str, text: str) -> bool:
    """Whether an automatic reply says that its writer is away."""
    return bool(ABSENCE.search(subject) or ABSENCE.search(text[:LOOKED_AT]))


def returns(text: str, *, written_on: date) -> tuple[str, date] | None:
    """The day somebody is back ("back_on") or until which they are away ("away_until"); None without one.

    A day without a year is the next one. "I am back on" counts before "I am away until".
    """
    beginning = text[:LOOKED_AT]
    for name, words in (("back_on", BACK), ("away_until", AWAY)):
        for word in words.finditer(beginning):
            found = DAY.search(beginning, word.end(), word.end() + NEAR)
            day = _day(found, written_on) if found else None
            if day is not None:
                return name, day
    return None


def _day(found: re.Match[str], written_on: date) -> date | None:
    part = {name.rstrip("234"): value for name, value in found.groupdict().items() if value}
    month = MONTHS.get(part["month"].lower()) or int(part["month"])
    year = int(part["year"]) if "year" in part else written_on.year
    year += 2000 if year < 100 else 0
    try:
        day = date(year, month, int(part["day"]))
        if "year" not in part and day < written_on:
            day = date(year + 1, month, int(part["day"]))
    except ValueError:
        return None
    return day if timedelta(0) <= day - written_on <= LONGEST else None
