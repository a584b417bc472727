"""Whom the words of a search ask for: by a name, an address, an email address or a telephone number.

A word asks for somebody as a part of what is known of them, or as the beginning of one. Which of the words
tell one person from the others is for whoever asks to say: `found_in_others` finds those that do not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from opencasework.office.constituents import names, phones
from opencasework.office.constituents.models import (
    Person,
    PersonAddress,
    PersonEmail,
    PersonName,
    PersonPhone,
    SaidBefore,
)

TABLES = (Person, PersonName, PersonAddress, PersonEmail, PersonPhone)
SHORTEST = 3  # characters of a beginning by which somebody can be told
SHORTEST_NUMBER = 6  # digits that can be the middle or the end of somebody's telephone number
# Of streets, homes and mailboxes: words of an address that are nobody's own.
_ANYBODYS = """
and avenue close com court crescent drive estate flat floor gardens gov green grove hill house lane lower mail
mews net org park place post road row square street terrace the upper walk way www
"""
ANYBODYS = frozenset(_ANYBODYS.split())


class Word(NamedTuple):
    """One word of a search, folded; or, of a kind of its own, an email address or the digits of a number."""

    text: str
    kind: str = "word"  # or "email", "digits"


@dataclass(frozen=True)
class Search:
    """The words somebody searched for."""

    words: frozenset[Word]

    @classmethod
    def of(cls, text: str) -> Search:
        """Read a search: its words one by one, addresses whole as well, and its digits as one number."""
        pieces = [piece.strip("<>()[],;:'\"") for piece in text.casefold().split()]
        emails = {Word(piece, "email") for piece in pieces if "@" in piece}
        digits = "".join(character for character in text if character.isdecimal())
        number = {Word(digits, "digits")} if len(digits) >= SHORTEST else set()
        return cls(frozenset({Word(part) for part in _parts(text)} | emails | number))


@dataclass
class Known:
    """What is known of somebody, by which they could have been searched for."""

    names: set[frozenset[str]] = field(default_factory=set)  # the parts of each
    parts: set[str] = field(default_factory=set)  # of addresses and email addresses
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def add(self, model: str, values: Mapping[str, Any]) -> None:
        """What one row of a person says, as the database or a merge keeps it."""
        if model == Person._meta.label_lower:
            self._name(values["full_name"])
        elif model == PersonName._meta.label_lower:
            self._name(values["name"])
        elif model == PersonAddress._meta.label_lower:
            self._address(values["lines"], values["postcode"] or "")
        elif model == PersonEmail._meta.label_lower:
            self._email(values["address"])
        elif model == PersonPhone._meta.label_lower:
            self.phones.add(phones.compact(values["number"]))

    def add_former(self, what: str, said: str) -> None:
        """What stood on their record before it was changed or taken off."""
        if what == SaidBefore.What.NAME:
            self._name(said)
        elif what == SaidBefore.What.ADDRESS:
            self._address(said, said.rpartition(", ")[2])  # its postcode stands last
        elif what == SaidBefore.What.EMAIL:
            self._email(said)
        elif what == SaidBefore.What.PHONE:
            self.phones.add(phones.compact(said))

    def _address(self, lines: str, postcode: str) -> None:
        self.parts.update(_parts(f"{lines} {postcode} {''.join(postcode.split())}") - ANYBODYS)

    def _email(self, address: str) -> None:
        self.emails.add(address.casefold())
        self.parts.update(_parts(address) - ANYBODYS)

    def _name(self, name: str) -> None:
        if parts := frozenset(names.parts(name)):
            self.names.add(parts)

    def is_asked_for_by(self, search: Search) -> bool:
        return bool(self.names_in(search) or self.words_in(search))

    def names_in(self, search: Search) -> list[frozenset[Word]]:
        """Those of their names of which every part is among the words."""
        whole = (frozenset(map(Word, name)) for name in self.names)
        return [name for name in whole if name <= search.words]

    def words_in(self, search: Search) -> set[Word]:
        """The words that could ask for this person."""
        return {word for word in search.words if self.has(word)}

    def has(self, word: Word) -> bool:
        """Whether this word asks for them."""
        text = word.text
        if word.kind == "email":
            return len(text) >= SHORTEST and any(
                each in text or each.startswith(text) or each.endswith(text) for each in self.emails
            )
        if word.kind == "digits":
            return any(_is_number(text, number) for number in self.phones)
        parts = self.parts.union(*self.names)
        if len(text) < SHORTEST:
            return any(text in name for name in self.names)
        return any(part.startswith(text) for part in parts)


def found_in_others(words: set[Word], *, besides: Collection[int]) -> list[set[Word]]:
    """For everybody on file but some, which of these words ask for them; who has none is left out."""
    found: dict[int, set[Word]] = {}
    for model in TABLES:
        owner = "pk" if model is Person else "person_id"
        rows = model._default_manager.exclude(**{f"{owner}__in": besides})
        columns = [column for column in COLUMNS if any(each.name == column for each in model._meta.fields)]
        for pk, *values in rows.order_by("pk").values_list(owner, *columns).iterator():
            one = Known()
            one.add(model._meta.label_lower, dict(zip(columns, values, strict=True)))
            if asked := {word for word in words if one.has(word)}:
                found.setdefault(pk, set()).update(asked)
    return list(found.values())


COLUMNS = ("full_name", "name", "lines", "postcode", "address", "number")


def _parts(text: str) -> set[str]:
    """The words of a text, folded: letters, marks and digits."""
    kept = (each if unicodedata.category(each)[0] in "LMN" else " " for each in names.fold(text))
    return set("".join(kept).split())


def _is_number(digits: str, number: str) -> bool:
    """Whether these digits begin a number, or are a good part of it; as dialled from abroad too."""
    here = {digits, f"0{digits[2:]}"} if digits.startswith("44") else {digits}
    return any(number.startswith(each) or (len(each) >= SHORTEST_NUMBER and each in number) for each in here)
