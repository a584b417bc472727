"""The combined figures as tables for people who count on: each a question, to be written as a file.

Method: sums of published totals, months as they were published. Source: the publications. Unit: that of
the measure. In `synthetic`, "yes" says that an invented figure is in the row.
"""

from __future__ import annotations

from collections.abc import Collection

import ibis
import ibis.expr.types as ir

from opencasework.observatory.engines import table
from opencasework.observatory.measures.coverage import covered


def months_published() -> ir.Table:
    """Which months is there a row of, anywhere? In order."""
    found: ir.Table = _everywhere().select("period").distinct().order_by("period")
    return found


def by_month_place_and_issue(months: Collection[str] = ()) -> ir.Table:
    """How many of each measure and issue had each area each month, or in some months, over all bodies?

    The uncertainties of the offices of an area add as squares, rounded up to a whole case.
    """
    rows, publications = _everywhere(months), table("publications")
    rows = rows.filter(rows.body == "_T")
    keys = ("period", "area_code", "category", "measure")
    counts = rows.group_by(*keys).agg(
        value=rows.value.sum(),
        uncertainty=(rows.uncertainty * rows.uncertainty).sum().sqrt().ceil(),
        synthetic=_yes_or_no(rows.synthetic.any()),
    )
    names = publications.group_by("area_code").agg(area_name=publications.area_name.min())
    columns = ("period", "area_code", "area_name", "category", "measure", "value", "uncertainty", "synthetic")
    return counts.join(names, "area_code").select(*columns).order_by(*keys)


def by_month_and_issue() -> ir.Table:
    """How many of each measure and issue were there each month in all constituencies, and in how many?"""
    rows = table("monthly")
    rows = rows.filter(rows.body == "_T")
    keys = ("period", "category", "measure")
    counts = rows.group_by(*keys).agg(value=rows.value.sum(), synthetic=_yes_or_no(rows.synthetic.any()))
    columns = (*keys, "value", "offices", "population", "synthetic")
    return counts.join(covered(), "period").select(*columns).order_by(*keys)


def everything_by_month(months: Collection[str] = ()) -> ir.Table:
    """Every published row of every office by calendar month, or of some months, public bodies included."""
    rows = _everywhere(months)
    said = rows.mutate(synthetic=_yes_or_no(rows.synthetic))
    ordered = said.order_by("period", "area_code", "category", "body", "measure", "publication")
    return ordered.select(
        "period", "area_code", "category", "body", "measure", "value", "uncertainty", "synthetic"
    )


def _everywhere(months: Collection[str] = ()) -> ir.Table:
    """The rows of all areas, or those of some months."""
    there = [table(name) for name in ("monthly", "elsewhere")]
    if months:
        there = [each.filter(each.period.isin(sorted(months))) for each in there]
    return ibis.union(*there, distinct=False)


def _yes_or_no(synthetic: ir.BooleanValue) -> ir.Value:
    return ibis.ifelse(synthetic, "yes", "no")
