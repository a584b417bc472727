"""How much there is of everything, in one query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.row import Day

Sets = Callable[[StaffMember, Day], dict[str, QuerySet[Any]]]
REMEMBERED = 256  # questions: of each colleague who works at this minute a few


def on_visible_cases(rows: QuerySet[Any], staff: StaffMember, *, case: str = "case") -> QuerySet[Any]:
    """The rows whose case (at the end of `case`) this colleague may know of.

    Asked row by row: a list of all visible cases would be made for a handful of rows.
    """
    return rows.filter(Exists(Case.objects.visible_to(staff).filter(pk=OuterRef(case))))


def counted(sets: Sets, staff: StaffMember, day: Day) -> dict[str, int]:
    """The size of each of the sets that this colleague has on this day, by its name.

    Every page asks for some thirty sizes: to put that question into SQL takes a hundred times as long as to
    answer it. So it is put once a minute and asked each time. `sets` therefore asks the database nothing
    itself, and goes by nothing but the colleague, their role, the day and the time to the minute.
    """
    minute = timezone.now().replace(second=0, microsecond=0)
    names, sql, values = _question(sets, staff, staff.role, day, minute)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return dict(zip(names, cursor.fetchone(), strict=True))


@lru_cache(maxsize=REMEMBERED)
def _question(
    sets: Sets, staff: StaffMember, role: str, day: Day, minute: datetime
) -> tuple[tuple[str, ...], str, tuple[Any, ...]]:
    wanted = sets(staff, day)
    sql, values = _sizes(staff, wanted).query.sql_with_params()
    return tuple(wanted), sql, tuple(values)


def _sizes(staff: StaffMember, sets: dict[str, QuerySet[Any]]) -> QuerySet[Any, Any]:
    sizes = {
        name: Coalesce(
            Subquery(
                rows.order_by().annotate(all=Value(1)).values("all").annotate(size=Count("pk")).values("size")
            ),
            0,
        )
        for name, rows in sets.items()
    }
    return StaffMember.objects.filter(pk=staff.pk).annotate(**sizes).values_list(*sizes)
