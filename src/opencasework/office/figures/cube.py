"""The true counts of a month, by topic and body: what a publication is made from."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count

from opencasework.office.figures.models import Fact


def month_cube(period: str) -> dict[tuple[str, str, str], int]:
    """The counts of a month (YYYY-MM) by measure, first-level category (BEN) and code of the body or "".

    True inner counts, for whoever protects them next; they are not for the public. Restricted cases are
    left out.
    """
    cells: Counter[tuple[str, str, str]] = Counter()
    rows = (
        Fact.objects.publishable().filter(period=period).values_list("measure", "category", "body").order_by()
    )
    for measure, category, body, number in rows.annotate(Count("pk")):
        cells[measure, category.split("-")[0], body] += number
    return dict(cells)
