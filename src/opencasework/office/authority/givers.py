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
    """Whose authority counts for this person on this day; any one of them is enough.

    Asked of `constituents.acting`, which knows children, attorneys and carers; without it, the person.
    """
    ask: Any = None
    try:
        ask = import_module("opencasework.office.constituents.acting").who_must_give_authority
    except (ImportError, AttributeError):
        return [Giver(person, "")]
    found = [Giver(each.person, str(each.because)) for each in ask(person, on=on)]
    return found or [Giver(person, "")]
