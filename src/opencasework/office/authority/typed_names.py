"""Whose name stands below a signature: that of the person who was asked, or clearly somebody else's.

Gentle on purpose, as people sign in another order, with initials, a short or a maiden name, or in the script
they write: one word in common is enough, and what cannot be compared is not doubted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from opencasework.office.constituents import names
from opencasework.office.constituents.models import ActingFor, Person

SHORTEST_SLIP = 5  # letters: “Mary” and “Mark” are two names


def is_another(typed: str, person: Person) -> bool:
    """Whether the typed name shares no word with any name that the person goes by."""
    known = _names_of(person)
    return not any(_may_be_one(names.parts(typed), names.parts(each)) for each in known)


def is_same(typed: str, person: Person) -> bool:
    """Whether it is a name of the person, in whatever order and spelling."""
    key = names.key(typed)
    return any(names.alike(key, names.key(each)) or key == names.key(each) for each in _names_of(person))


def acting_under(typed: str, acting: Iterable[ActingFor]) -> ActingFor | None:
    """Of those who act for somebody the one whose name was typed."""
    return next((each for each in acting if is_same(typed, each.by)), None)


def _names_of(person: Person) -> list[str]:
    others = (each.name for each in person.other_names.all())
    return [name for name in (person.full_name, person.address_as, *others) if name]


def _may_be_one(one: list[str], other: list[str]) -> bool:
    if not one or not other or not _scripts(one) & _scripts(other):
        return True  # nothing to compare
    if any(_is_shared(part, part_of_other) for part in one for part_of_other in other):
        return True
    if "".join(one) in {"".join(other), "".join(reversed(other))}:
        return True
    if not all(_is_latin(part) for part in (*one, *other)) and _stands_within(one, other):
        return True
    # Initials alone: nobody can sign with fewer letters.
    shorter = next((each for each in (one, other) if all(len(part) == 1 for part in each)), None)
    first = {part[0] for part in (other if shorter is one else one)}
    return shorter is not None and any(part in first for part in shorter)


def _is_shared(one: str, other: str) -> bool:
    if len(one) == 1 and _is_latin(one):
        return False
    shorter = min(len(one), len(other))
    return names.one_name(one) == names.one_name(other) or (
        shorter >= SHORTEST_SLIP and names.is_slip(one, other)
    )


def _stands_within(one: list[str], other: list[str]) -> bool:
    """In scripts without spaces between names: whether a part of one stands in the other."""
    pairs = ((one, "".join(other)), (other, "".join(one)))
    return any(len(part) > 1 and part in whole for parts, whole in pairs for part in parts)


def _scripts(parts: list[str]) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for part in parts for letter in part if letter.isalpha()}


def _is_latin(part: str) -> bool:
    return _scripts([part]) == {"LATIN"}
