"""How a letter says a date, in the language it is written in."""

from __future__ import annotations

from datetime import date

from opencasework.office.constituents.languages import ENGLISH, WELSH
from opencasework.office.letters import welsh


def in_words(day: date, language: str = ENGLISH) -> str:
    """A date as a letter writes it: 7 December 2026, or 7 Rhagfyr 2026."""
    return welsh.in_words(day) if language == WELSH else f"{day.day} {day:%B %Y}"
