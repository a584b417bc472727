"""Who has to give authority about a person: themselves, unless the people on record say otherwise."""

from __future__ import annotations

from datetime import date

from opencasework.office.constituents import acting
from opencasework.office.constituents.acting import Giver
from opencasework.office.constituents.models import Person


def givers_for(person: Person, *, on: date) -> list[Giver]:
    """Whose authority counts for this person on this day; any one of them is enough. Perhaps nobody's.

    `constituents.acting` knows children, attorneys and carers.
    """
    return acting.who_must_give_authority(person, on=on)


def why_nobody(person: Person, *, on: date) -> str:
    """Why nobody on record may give authority for this person, and what to do; empty where somebody may."""
    if givers_for(person, on=on):
        return ""
    return acting.why_nobody(person, on=on)
