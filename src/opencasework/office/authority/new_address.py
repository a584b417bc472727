"""The address somebody gives as they sign: whether it is another than ours, and how it is kept."""

from __future__ import annotations

from datetime import date

from opencasework.office.constituents.models import Person
from opencasework.office.kit import postcodes


def is_new(given: str, person: Person) -> bool:
    """Whether it is another address than the one the person lives at, however it is set out, and with or
    without its postcode.
    """
    address = person.address
    ours = {_compact(str(address)), _compact(address.lines)} if address else set()
    return bool(_compact(given)) and _compact(given) not in ours


def may_be_taken(given: str, person: Person, *, on: date) -> bool:
    """Whether it is another address than ours, and ours is not one they have lived at only since that day."""
    address = person.address
    is_older = address is None or address.since is None or address.since <= on
    return is_older and is_new(given, person)


def read(given: str) -> tuple[str, str]:
    """The lines of an address without its postcode, and the postcode: the last that stands in it, if any."""
    found = list(postcodes.IN_TEXT.finditer(given))
    for match in reversed(found):
        try:
            postcode = postcodes.normalise(match.group(0))
        except ValueError:
            continue
        return _lines(given[: match.start()] + given[match.end() :]), postcode
    return _lines(given), ""


def _lines(text: str) -> str:
    lines = (line.strip(" ,") for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _compact(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
