"""What folders above look at before a letter leaves, and what they do when one has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from opencasework.office.letters.fields import Way
    from opencasework.office.letters.models import Letter
    from opencasework.office.staff.models import StaffMember


@dataclass(frozen=True)
class Check:
    """One thing looked at before a letter leaves. What is not `ok` and `must` be keeps it here."""

    ok: bool
    text: str
    must: bool = True
    ways: tuple[Way, ...] = ()  # where a missing fact is filled in
    press: tuple[str, str] | None = None  # what one press puts right: the words of the button, its address


# Called inside the transaction that changed a draft, with the letter as it stood and as it is.
WHEN_EDITED: list[Callable[[Letter, Letter, StaffMember], None]] = []
MORE_CHECKS: list[Callable[[Letter, date], list[Check]]] = []  # on a day
# Of these, who else's authority a letter needs: asked before it is printed, too.
AUTHORITY_CHECKS: list[Callable[[Letter, date], list[Check]]] = []
# Asked before one that was marked as posted is a draft again: why it cannot be, a sentence, or nothing.
STAYS_GONE: list[Callable[[Letter], str]] = []
# Asked before the clock of an enquiry is started: whether something else says how it goes with this letter.
NO_CLOCK: list[Callable[[Letter], bool]] = []
# Called inside the transaction of the departure, with the moment and whoever sent it.
WHEN_LEFT: list[Callable[[Letter, datetime, StaffMember | None], None]] = []
# Called inside the transaction that learns that a letter never arrived, with its `sent_at` as it was.
WHEN_CAME_BACK: list[Callable[[Letter], None]] = []
# Called inside the transaction that takes a departure back.
WHEN_CALLED_BACK: list[Callable[[Letter], None]] = []
