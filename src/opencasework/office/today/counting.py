"""How much there is of everything, in one query."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from opencasework.office.cases.models import Case
from opencasework.office.staff.models import StaffMember


def on_visible_cases(rows: QuerySet[Any], staff: StaffMember, *, case: str = "case") -> QuerySet[Any]:
    """The rows whose case (at the end of `case`) this colleague may know of.

    Asked row by row: a list of all visible cases would be made for a handful of rows.
    """
    return rows.filter(Exists(Case.objects.visible_to(staff).filter(pk=OuterRef(case))))


def count_all(staff: StaffMember, **sets: QuerySet[Any]) -> dict[str, int]:
    """The size of each of the sets, by its name."""
    sizes = {
        name: Coalesce(
            Subquery(
                rows.order_by().annotate(all=Value(1)).values("all").annotate(size=Count("pk")).values("size")
            ),
            0,
        )
        for name, rows in sets.items()
    }
    names = list(sizes)
    found = StaffMember.objects.filter(pk=staff.pk).annotate(**sizes).values_list(*names).get()
    return dict(zip(names, found, strict=True))
