"""What the voters' page says, in English and in Welsh: `words.csv`, a line for each sentence.

The Welsh is ours and waits for a reader whose first language it is; the names of topics are the standard's.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

from opencasework.standard.periods import months_of

MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ),
    "cy": (
        "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref",
        "Tachwedd", "Rhagfyr",
    ),
}  # fmt: skip


@cache
def words(language: str) -> Mapping[str, str]:
    """Every sentence of the page by its key; some hold placeholders such as {office}."""
    text = resources.files(__package__).joinpath("words.csv").read_text(encoding="utf-8")
    return {row["key"]: row[language] for row in csv.DictReader(text.splitlines())}


def period_name(period: str, language: str) -> str:
    """A period in words: October 2026, October to December 2026, 2026."""
    months, names = months_of(period), MONTHS[language]
    if len(months) == 12:
        return period
    last = f"{names[int(months[-1][5:]) - 1]} {months[-1][:4]}"
    if len(months) == 1:
        return last
    return f"{names[int(months[0][5:]) - 1]} {'to' if language == 'en' else 'i'} {last}"


def day_name(day: date, language: str) -> str:
    """A day in words: 11 November 2026."""
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"
