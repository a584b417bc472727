"""How sensitive a case may be for a role to see it."""

from __future__ import annotations

from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import Sensitivity


def levels_of(staff: StaffMember) -> list[Sensitivity]:
    """How sensitive a case that is not theirs may be for this colleague's role to see it."""
    levels = [Sensitivity.PUBLIC, Sensitivity.PERSONAL]
    if may(staff, May.SEE_SENSITIVE):
        levels.append(Sensitivity.SPECIAL_CATEGORY)
    if may(staff, May.SEE_CRIMINAL):
        levels.append(Sensitivity.CRIMINAL_OR_SAFEGUARDING)
    return levels
