"""What stands in a message and can be pointed at: telephone numbers and reference numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opencasework.office.inbox.models import Message
from opencasework.office.kit import references

TEXT_LOOKED_AT = 20_000  # characters
MOST_FACTS = 6  # of a kind
TELEPHONE = re.compile(
    r"(?<![\w+])(?![0-3]?[0-9][.-][01]?[0-9][.-])"  # 01.12.2026 10.30 is a day and an hour
    r"(?:(?:\+44|0044)[ .-]?(?:\(0\)[ .-]?|0)?|\(?0)[1-9](?:(?:[ .-]|\)[ -]?)?[0-9]){8,9}\b"
)


@dataclass(frozen=True)
class Number:
    """A reference number that a message gives."""

    kind: str
    kind_name: str
    value: str


def words_of(message: Message) -> str:
    """What they wrote: subject and text, as much as is looked at."""
    return f"{message.subject}\n{message.text[:TEXT_LOOKED_AT]}"


def numbers_in(message: Message) -> list[Number]:
    """The reference numbers a message gives, as far as we know their kinds."""
    kinds = references.kinds()
    return [
        Number(code, kinds[code].name, value)
        for code, value in references.found_in(words_of(message))[:MOST_FACTS]
        if code in kinds
    ]
