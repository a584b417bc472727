"""From true counts to the rows of a month: rounding, with what the months before it left over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from opencasework.standard import disclosure
from opencasework.standard.codelists import TOTAL
from opencasework.standard.observations import Cell, Observation, observe_month

Months = Mapping[str, Mapping[Cell, int]]


def round_month(
    counts: Mapping[Cell, int],
    *,
    month: str,
    area_code: str,
    measures: Iterable[str],
    key: bytes,
    earlier: Months,
    published: Months,
) -> list[Observation]:
    """The rows that are published for the true `counts` of `month`.

    `earlier` has true counts by month and `published` what was published of them (inner cells). What rounding
    left over in those of the same year before `month` is carried over; one that is not in `published` is
    taken to be published as this function would. The same arguments always give the same rows. Raises
    ValueError as `disclosure.protect` does.
    """
    carried: disclosure.Carried = {}
    for past in sorted(past for past in earlier if past[:4] == month[:4] and past < month):
        carried = _draw(earlier[past], key, carried).left_over(carried, out=published.get(past))
    protected = _draw(counts, key, carried).published
    return observe_month(protected, month=month, area_code=area_code, measures=measures)


def _draw(counts: Mapping[Cell, int], key: bytes, carried: disclosure.Carried) -> disclosure.Drawn[Cell]:
    return _draw_once(frozenset(counts.items()), key, frozenset(carried.items()))


# The earlier months of a year are asked for again with each later one.
@lru_cache(maxsize=32)
def _draw_once(
    counts: frozenset[tuple[Cell, int]],
    key: bytes,
    carried: frozenset[tuple[tuple[str, str, str], disclosure.Errors]],
) -> disclosure.Drawn[Cell]:
    return disclosure.draw(dict(counts), key=key, carried=dict(carried))


def inner_cells(rows: Iterable[Observation]) -> dict[Cell, int]:
    """The inner cells among published rows of a month, with their values."""
    return {
        Cell(row.period, row.area_code, row.category, row.body, row.measure): row.value
        for row in rows
        if row.value is not None
        and TOTAL not in (row.category, row.body)
        and row.channel == row.outcome == TOTAL
    }
