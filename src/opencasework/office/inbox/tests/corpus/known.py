"""Mail with known answers: what a good mail program shows, written down by hand before our reader saw it."""

from dataclasses import dataclass
from typing import Any

from .known_files import FILES
from .known_lists import LISTS
from .known_people import PEOPLE
from .known_texts import TEXTS


@dataclass(frozen=True)
class Known:
    """A message and what is certain about it, in the words of `casework parse-mail`."""

    raw: bytes
    answers: dict[str, Any]


KNOWN = {
    name: Known(raw, answers)
    for kind in (PEOPLE, TEXTS, FILES, LISTS)
    for name, (raw, answers) in kind.items()
}
