"""Whether a colleague may know of the case that a row is of."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from opencasework.office.cases.models.case import Case
from opencasework.office.staff.models import StaffMember


def seen_by(staff: StaffMember, *, case: str = "case") -> Exists:
    """That this colleague may know of the case at the end of `case`, as a condition of a query.

    Asked row by row: a list of all visible cases, a hundred thousand, would be made for a handful of rows.
    """
    return Exists(Case.objects.visible_to(staff).filter(pk=OuterRef(case)))
