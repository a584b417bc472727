"""Counting what is on cases that a colleague may know of."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from opencasework.office.cases.models import Case
from opencasework.office.staff.models import StaffMember


def on_visible_cases(rows: QuerySet[Any], staff: StaffMember, *, case: str = "case") -> QuerySet[Any]:
    """The rows whose case (at the end of `case`) this colleague may know of.

    Asked row by row: a list of all visible cases would be made for a handful of rows.
    """
    return rows.filter(Exists(Case.objects.visible_to(staff).filter(pk=OuterRef(case))))
