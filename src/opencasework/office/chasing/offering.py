"""What folders above offer on the list of late replies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from opencasework.office.bodies.models import Body
from opencasework.office.staff.models import StaffMember


@dataclass(frozen=True)
class Offer:
    """Several chasers to one body that could go in one letter, and where that is done."""

    body: Body
    step: str
    count: int
    url: str


OFFERS: list[Callable[[StaffMember, date], list[Offer]]] = []  # to whom may write, on a day
