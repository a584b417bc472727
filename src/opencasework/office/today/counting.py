"""Counting what is on cases that a colleague may know of."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from opencasework.office.cases.models import seen_by
from opencasework.office.staff.models import StaffMember


def on_visible_cases(rows: QuerySet[Any], staff: StaffMember, *, case: str = "case") -> QuerySet[Any]:
    """The rows whose case (at the end of `case`) this colleague may know of."""
    return rows.filter(seen_by(staff, case=case))
