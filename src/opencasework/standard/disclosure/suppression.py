"""Suppression: small counts left out. For a publisher who is bound to it; our publications never use it.

Leaving out 1 to 4 and publishing exact totals gives most of the hidden counts away: they are the total less
the rest (our attacks recovered 60 % of them exactly). This function therefore leaves totals out as well, and
every cell that a total over two cells would betray would have to be left out too: `pytauargus` finds those.
Sums made of what is left are too low, by up to 90 % where an office has one case a cell. Reading suppressed
publications is the observatory's business: status `c`, no value.

Sources: Cox 1980 (why primary suppression is not enough, JASA 75, 377-385); Fischetti and Salazar-Gonzalez
2001 (the fewest further cells, Management Science 47, 1008-1027). NHS England gave secondary suppression up
in 2018: it is slow and never twice the same (Disclosure control methodology for HES and ECDS).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opencasework.standard.codelists import TOTAL
from opencasework.standard.disclosure.cells import check_counts, is_small
from opencasework.standard.observations import Cell, Observation

METHOD = "suppression"
CONFIDENTIAL = "c"  # the GSS letter


def suppress(
    counts: Mapping[Cell, int], *, month: str, area_code: str, measures: Iterable[str]
) -> list[Observation]:
    """The rows of a month with 1 to 4 left out and marked `c`; every total is marked `c` where a part is.

    A count of 0 has no row, so that a marked row says: something, and fewer than 5.
    """
    check_counts(dict(counts))
    sums: dict[tuple[str, str, str], int | None] = {(TOTAL, TOTAL, measure): 0 for measure in measures}
    rows: dict[tuple[str, str, str], int | None] = {}
    for cell, count in counts.items():
        if not count:
            continue
        shown = None if is_small(count) else count
        rows[cell.category, cell.body, cell.measure] = shown
        for margin in ((TOTAL, TOTAL), (cell.category, TOTAL), (TOTAL, cell.body)):
            so_far = sums.get((*margin, cell.measure), 0)
            sums[*margin, cell.measure] = None if shown is None or so_far is None else so_far + shown
    observations = [_row(month, area_code, place, value) for place, value in {**rows, **sums}.items()]
    return sorted(observations, key=lambda observation: observation.key)


def _row(month: str, area_code: str, place: tuple[str, str, str], value: int | None) -> Observation:
    category, body, measure = place
    status, error = ("", 0) if value is not None else (CONFIDENTIAL, None)
    return Observation(month, area_code, category, body, TOTAL, TOTAL, measure, value, status, error)
