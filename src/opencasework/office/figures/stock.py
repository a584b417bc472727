"""How many issues were open at the end of a month: a stock, which no adding up of what happened tells.

An issue that is taken up again has ended once more than it began, and one moved between casework and policy
has begun twice; so the number is counted from the issues themselves, by the hour they were opened and ended.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Count, Q
from django.utils import timezone

from opencasework.office.cases.models import Case, Issue
from opencasework.office.figures.models import OpenAtEnd
from opencasework.office.tags.models import CASEWORK, Category
from opencasework.standard.periods import day_after, months_to

# A case may be restricted or erased before its month is prepared; so long a month is counted again. What was
# prepared stays (`counting.with_kept_stock`), or ordinary work would undo every draft before it is signed.
RECOUNTED_MONTHS = 3


def count_open(today: date) -> None:
    """Keep the number open at the end of each of the last twelve months that are over.

    The latest are counted again each time, those before once. Restricted cases are in none of them.
    """
    months = months_to(months_to(f"{today:%Y-%m}")[-2])
    known = set(OpenAtEnd.objects.values_list("period", flat=True))
    wanted = [month for month in months if month in months[-RECOUNTED_MONTHS:] or month not in known]
    casework = [category.pk for category in Category.objects.all() if category.kind == CASEWORK]
    issues = Issue.objects.filter(case__kind=CASEWORK, category__in=casework, duplicate_of=None)
    found = issues.exclude(case__in=Case.objects.restricted()).aggregate(
        **{month: Count("pk", filter=_open_at_end_of(month)) for month in wanted}
    )
    OpenAtEnd.objects.bulk_create(
        [OpenAtEnd(period=month, number=number) for month, number in found.items()],
        update_conflicts=True,
        unique_fields=["period"],
        update_fields=["number"],
    )


def _open_at_end_of(month: str) -> Q:
    end = timezone.make_aware(datetime.combine(day_after(month), time()))
    return Q(case__opened_at__lt=end) & (Q(ended_at=None) | Q(ended_at__gte=end))
