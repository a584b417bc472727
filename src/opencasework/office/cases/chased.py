"""What the strip of a case says of the chaser of a late reply. The folders above know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Chased:
    """Where the chaser of an enquiry stands."""

    words: str  # a sentence
    has_left: bool = False  # it went, and the next step is not due yet: there is nothing to do but wait


# A folder above answers here for an enquiry whose reply is late on a day.
STANDING: list[Callable[[Any, date], Chased]] = []


def of(enquiry: Any, *, on: date) -> Chased | None:
    """Where its chaser stands; None where nobody says."""
    return next((ask(enquiry, on) for ask in STANDING), None)
