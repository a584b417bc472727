"""How much there is of everything, in one query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from opencasework.office.kit.questions import rows_of
from opencasework.office.staff.models import StaffMember

SIZE_OF = "size_of_"  # before such a name, in the question: by itself it may be a field of the colleague
Sets = Callable[..., Mapping[str, QuerySet[Any]]]


def counted(sets: Sets, staff: StaffMember, *given: Any) -> dict[str, int]:
    """The size of each of the sets that this colleague has, by its name.

    `sets` is given the colleague and the rest. It asks the database nothing itself, and goes by nothing else
    but the time to the minute: see `kit.questions`.
    """
    (sizes,) = rows_of(_sizes, sets, staff, *given)
    return {name.removeprefix(SIZE_OF): size for name, size in sizes.items()}


def _sizes(sets: Sets, staff: StaffMember, *given: Any) -> QuerySet[Any, Any]:
    sizes = {
        f"{SIZE_OF}{name}": Coalesce(
            Subquery(
                rows.order_by().annotate(all=Value(1)).values("all").annotate(size=Count("pk")).values("size")
            ),
            0,
        )
        for name, rows in sets(staff, *given).items()
    }
    return StaffMember.objects.filter(pk=staff.pk).annotate(**sizes).values_list(*sizes)
