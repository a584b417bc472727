"""What somebody chooses before a letter has words: its language, large print, and facts only they know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opencasework.office.constituents import languages
from opencasework.office.kit.numbers import row_number
from opencasework.office.letters import fields, filling, recipients
from opencasework.office.letters.fields import Field, Place
from opencasework.office.letters.models import Letter

FILLING = "filling"  # the button that fills in again, rather than keeps
LONGEST_FACT = 4_000  # characters
_PREFIX = "fact-"


def given(asked: Mapping[str, Any]) -> dict[str, str]:
    """The facts somebody typed for this letter, by field; only of fields that are theirs to give."""
    return {
        name: str(asked[_PREFIX + name]).replace("\r\n", "\n")[:LONGEST_FACT]
        for name, field in fields.FIELDS.items()
        if field.place == Place.LETTER and asked.get(_PREFIX + name)
    }


def language_asked(asked: Mapping[str, Any]) -> str:
    """The language wished for, empty where none is or nobody knows it."""
    tag = str(asked.get("language", ""))
    return tag if tag in languages.LANGUAGES else ""


def remember(letter: Letter, asked: Mapping[str, Any]) -> None:
    """Put onto a new letter what its form says of where its words came from."""
    template = letter.template
    number = row_number(str(asked.get("wording", "")))
    letter.wording = template.wordings.filter(pk=number).first() if template and number else None
    letter.language = (
        letter.wording.language if letter.wording else language_asked(asked) or languages.ENGLISH
    )
    letter.large_print = "large_print" in asked


def context(letter: Letter, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a new letter shows beside the words."""
    person = letter.to_person
    choices = letter.template.languages if letter.template else []
    has_none = bool(person) and person.language not in choices if person else False
    return {
        "languages": [(tag, languages.name(tag)) for tag in choices],
        "asks_for": [(field, given(asked).get(field.name, "")) for field in _to_give(letter)],
        "no_wording_in": languages.name(person.language) if person and has_none else "",
        "recipients": recipients.on_case(letter.case) if person else [],
        "ways": fields.ways_to_fill(_elsewhere(letter), letter),
    }


def _to_give(letter: Letter) -> list[Field]:
    """The fields of its wording that only whoever writes knows."""
    if letter.wording is None:
        return []
    try:
        return [field for field in fields.used_in(letter.wording.text) if field.place == Place.LETTER]
    except filling.TemplateProblem:
        return []


def _elsewhere(letter: Letter) -> list[str]:
    """The gaps that are better filled in elsewhere than in the letter."""
    theirs = {filling.gap(field.name) for field in fields.FIELDS.values() if field.place == Place.LETTER}
    return [gap for gap in filling.gaps(f"{letter.subject}\n{letter.text}") if gap not in theirs]
