"""Cards that other folders put on the page of a case, made with it: asked for apart, each costs a request."""

from __future__ import annotations

from collections.abc import Callable

from opencasework.office.cases.models import Case
from opencasework.office.staff.permissions import StaffRequest

Card = Callable[[Case, StaffRequest], str]
IN_PLACE: dict[str, Card] = {}  # by the name it has on the page


def made(case: Case, request: StaffRequest) -> dict[str, str]:
    """Each of them in HTML, for a case that whoever asks may see, with what its page has fetched."""
    return {name: make(case, request) for name, make in IN_PLACE.items()}
