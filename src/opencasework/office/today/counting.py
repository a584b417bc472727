"""How much there is of everything, in one query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from opencasework.office.cases.models import Case
from opencasework.office.kit.questions import rows_of
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.row import Day

Sets = Callable[[StaffMember, Day], dict[str, QuerySet[Any]]]


def on_visible_cases(rows: QuerySet[Any], staff: StaffMember, *, case: str = "case") -> QuerySet[Any]:
    """The rows whose case (at the end of `case`) this colleague may know of.

    Asked row by row: a list of all visible cases would be made for a handful of rows.
    """
    return rows.filter(Exists(Case.objects.visible_to(staff).filter(pk=OuterRef(case))))


def counted(sets: Sets, staff: StaffMember, day: Day) -> dict[str, int]:
    """The size of each of the sets that this colleague has on this day, by its name.

    `sets` asks the database nothing itself, and goes by nothing but the colleague, the day and the time to
    the minute: see `kit.questions`.
    """
    (sizes,) = rows_of(_sizes, sets, staff, day)
    return sizes


def _sizes(sets: Sets, staff: StaffMember, day: Day) -> QuerySet[Any, Any]:
    sizes = {
        name: Coalesce(
            Subquery(
                rows.order_by().annotate(all=Value(1)).values("all").annotate(size=Count("pk")).values("size")
            ),
            0,
        )
        for name, rows in sets(staff, day).items()
    }
    return StaffMember.objects.filter(pk=staff.pk).annotate(**sizes).values_list(*sizes)
