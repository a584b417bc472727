"""Who has to give authority about a person: themselves, unless the people on record say otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from opencasework.office.constituents.models import Person


@dataclass(frozen=True)
class Giver:
    """Somebody whose authority counts for a person, and why."""

    person: Person
    because: str


def givers_for(person: Person, *, on: date) -> list[Giver]:
    """Whose authority counts for this person on this day; any one of them is enough. Perhaps nobody's.

    Asked of `constituents.acting`, which knows children, attorneys and carers; without it, the person.
    """
    acting = _acting()
    if acting is None:
        return [Giver(person, "")]
    return [Giver(each.person, str(each.because)) for each in acting.who_must_give_authority(person, on=on)]


def why_nobody(person: Person, *, on: date) -> str:
    """Why nobody on record may give authority for this person, and what to do; empty where somebody may."""
    if givers_for(person, on=on):
        return ""
    known = getattr(_acting(), "why_nobody", None)
    said = str(known(person, on=on)) if known else ""
    return said or f"Nobody on record may give authority for {person}. Write down first who speaks for them."


def _acting() -> Any:
    try:
        return import_module("opencasework.office.constituents.acting")
    except ImportError:
        return None
