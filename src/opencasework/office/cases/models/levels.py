"""Which cases a colleague sees: those that are theirs, and by how sensitive a case is those of their role."""

from __future__ import annotations

from django.db.models import Q

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


def worked_on_by(staff: StaffMember) -> Q:
    """The cases that they have or are named on.

    Whoever had a case that was merged sees it by the one that stands for it, like everybody else.
    """
    # A sub-query, not a join: a join would list a case once per person it is shared with.
    return Q(owner=staff, merged_into=None) | Q(pk__in=staff.named_cases.order_by().values("pk"))


def managed_by(staff: StaffMember) -> Q:
    """Those, and what this colleague's role sees beside them."""
    theirs = worked_on_by(staff)
    if not may(staff, May.SEE_ALL_CASES):
        return theirs
    return theirs | Q(need_to_know=False, sensitivity__in=levels_of(staff))
