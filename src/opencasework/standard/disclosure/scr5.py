"""Method `ocd-scr5`, additive controlled small-count rounding to base 5: what offices publish.

The inner cells of a month (level-1 category by body, one area, one measure) are rounded together:

    n = 0 stays 0        n in 1..4 becomes 0 or 5        n >= 5 stays n

and every total, of the month, a quarter or the year, is the sum of the rounded cells. So the tables add up,
and a margin tells nothing that the cells do not. Three steps for each measure:

1. Shares. A cell of n starts with the share x = n/5. What earlier months of the year left over in its cell,
   its category, its body and the total, D, is given back a little at a time: y = x - A D, where the matrix A
   minimises |D_m + (A D)_m|^2 over the year's margins, |(A D)_m|^2 over the month's and |A D|^2 / x(1 - x)
   over cells, and each line of it is scaled so that y stays between 0 and 1 in nearly all cases. A depends
   on the month's true counts and not on a draw (but for `replies_in_20wd`, below), and D is 0 on average, so
   y is n/5 on average: the carrying over by itself adds no bias, but where a share is cut off at 0 or 1.
2. A keyed draw (`circulation`) turns shares into 0 and 5: each cell 5 with probability y, each margin of the
   month to a neighbouring multiple.
3. A small integer programme (`programme`, HiGHS) mends what is still further than 4 cases off, in the month
   or in the year so far, at the least departure from the draw.

What is right on average. Of the first month of a year each cell: step 3 has nothing to mend. In later months
all small cells together are (mean error 0.003 cases), but a single one need not be: what step 3 mends falls
on some cells more than on others. Over 1,000 keys the mean of a cell of the reference table is off by 0.28
(root mean square), in one cell of nine by more than 0.5, at most by 0.81; of a full invented year by 0.39, at
most by 1.14. Without step 3 no lean is found, but sums of a year go 9 cases astray. Each margin is within
some 5 cases of the truth, over the month and over the year. docs/standard/disclosure.md has the measurements.

`replies_in_20wd` is drawn inside `replies_received`: where that became 0 it is 0, where it became 5 it is 5
with probability (its count / the count of all replies), which is n/5 on average again; so the part never
exceeds the whole, which nobody would have believed. Which of its cells are left to draw, and their shares,
thus follow the draw of the whole, and A with them: what is carried over leans a little there.

`cases_open_at_end` is published as one number, rounded up or down to a multiple of 5 by one keyed draw: by
cell it would betray flows (open = open before + opened - closed).

Sources: Langsrud and Heldal 2018 (small count rounding, R package SmallCountRounding); Cox 1987 (unbiased
controlled rounding); Causey, Cox and Ernst 1985 (controlled rounding and selection over time).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opencasework.standard.codelists import TOTAL
from opencasework.standard.disclosure.cells import BASE, CellT, check_counts, is_small
from opencasework.standard.disclosure.circulation import round_table
from opencasework.standard.disclosure.keyed import Draws, check_key, nearby_multiple
from opencasework.standard.disclosure.month import Place, SmallCells
from opencasework.standard.disclosure.programme import settle

METHOD = "ocd-scr5"
GRAND_TOTAL_ONLY = frozenset({"cases_open_at_end"})
PART_OF = {"replies_in_20wd": "replies_received"}
_USUAL_DEVIATION = 2.1  # cases; root mean square of what a margin carries over
_ROOM = 2.0  # usual deviations that shares leave room for before they would pass 0 or 1

Carried = Mapping[tuple[str, str, str], int]  # category, body, measure: published less true, so far this year


def protect(counts: Mapping[CellT, int], *, key: bytes, carried: Carried | None = None) -> dict[CellT, int]:
    """Return the protected counts of one month of one area, without the cells that became or were 0.

    A row saying 0 would tell that something had been counted there, so 0 is published by silence. `carried`
    holds the deviations of the year's earlier months (`carry_over`). Measures published as a grand total only
    come back as one cell of category and body `_T`. Raises ValueError when a count is negative, `key` has
    fewer than 16 bytes, the cells are of more than one month or area, or a part is larger than its whole.
    """
    check_key(key)
    check_counts(dict(counts))
    if len({(cell.period, cell.area_code) for cell in counts}) > 1:
        raise ValueError("The counts are of several months or areas; protect each by itself.")
    measures = sorted({cell.measure for cell in counts}, key=lambda measure: (measure in PART_OF, measure))
    tables: dict[str, dict[Place, int]] = {measure: {} for measure in measures}
    names: dict[tuple[str, str, str], CellT] = {}
    for cell in sorted(counts, key=lambda cell: (cell.category, cell.body)):
        tables[cell.measure][cell.category, cell.body] = counts[cell]
        names[cell.category, cell.body, cell.measure] = cell
    protected: dict[CellT, int] = {}
    rounded: dict[str, dict[Place, int]] = {}
    for measure in measures:
        some_cell = next(cell for cell in names.values() if cell.measure == measure)
        name = (METHOD, some_cell.period, some_cell.area_code, measure)
        if measure in GRAND_TOTAL_ONLY:
            total = nearby_multiple(sum(tables[measure].values()), key, *name, TOTAL)
            protected[_grand_total(some_cell)] = total
            continue
        deviations = {(c, b): off for (c, b, of), off in (carried or {}).items() if of == measure}
        cells = _small_cells(tables, rounded, measure, deviations)
        off_by = cells.deviations(_round(cells, key, name))
        rounded[measure] = {place: n + off_by.get(place, 0) for place, n in tables[measure].items()}
        protected |= {names[*place, measure]: n for place, n in rounded[measure].items() if n}
    return protected


def carry_over(
    true: Mapping[CellT, int], published: Mapping[CellT, int], carried: Carried | None = None
) -> dict[tuple[str, str, str], int]:
    """Add a month's deviations, published less true, to those `carried` so far."""
    sums = dict(carried or {})
    for cell in {**true, **published}:
        if cell.measure not in GRAND_TOTAL_ONLY:
            name = (cell.category, cell.body, cell.measure)
            sums[name] = sums.get(name, 0) + published.get(cell, 0) - true.get(cell, 0)
    return {name: off for name, off in sums.items() if off}


def _small_cells(
    tables: Mapping[str, Mapping[Place, int]],
    rounded: Mapping[str, Mapping[Place, int]],
    measure: str,
    carried: Mapping[Place, int],
) -> SmallCells:
    """The cells of a measure that have a choice, with the share each starts from."""
    whole = PART_OF.get(measure, "")
    places, counts, shares, settled = [], [], [], {}
    for place, count in tables[measure].items():
        if whole in tables and count > tables[whole].get(place, 0):
            raise ValueError(
                f"{measure} of {place} is more than its {whole}; count both from the same replies."
            )
        if not is_small(count):
            continue
        share = count / BASE
        if whole in tables and is_small(tables[whole][place]):
            if not rounded[whole][place]:
                settled[place] = -count
                continue
            share = count / tables[whole][place]
            if share == 1:
                settled[place] = BASE - count
                continue
        places.append(place)
        counts.append(count)
        shares.append(share)
    return SmallCells(places, counts, shares, settled, carried)


def _round(cells: SmallCells, key: bytes, name: tuple[str, ...]) -> list[int]:
    if not cells.places:
        return []
    shares = _shares(cells)
    drawn = round_table(shares, cells.rows, cells.columns, draws=Draws(key, *name, "draw"))
    return settle(cells, drawn, shares, draws=Draws(key, *name, "mend"))


def _shares(cells: SmallCells) -> Sequence[float]:
    """Step 1: the shares after giving back a part of what was carried over."""
    if not cells.carried:
        return cells.shares
    import numpy as np

    share = np.array(cells.shares)
    lines = cells.margins
    weights = np.diag(1 + 0.25 / (share * (1 - share))) + 2 * lines.T @ lines
    gains = -np.linalg.solve(weights, np.hstack([np.eye(len(share)), lines.T]))
    usual = np.sqrt((gains**2).sum(axis=1)) * _USUAL_DEVIATION / BASE
    gains *= np.minimum(1, np.minimum(share, 1 - share) / (_ROOM * usual))[:, None]
    left_over = np.concatenate([cells.over_cells(cells.carried), cells.over_margins(cells.carried)]) / BASE
    return [float(value) for value in np.clip(share + gains @ left_over, 0, 1)]


def _grand_total(cell: CellT) -> CellT:
    """The cell of the same kind, period, area and measure that stands for everything."""
    kind = type(cell)
    return kind(cell.period, cell.area_code, TOTAL, TOTAL, cell.measure)  # type: ignore[call-arg]


def cell_uncertainty(published: int) -> int:
    """The largest possible error of a published inner cell, in cases.

    Worked out from the published number alone: a true 5 has to look like a 5 that was 1.
    """
    return BASE - 1 if published <= BASE else 0


def total_uncertainty() -> int:
    """A cautious root-mean-square error, in cases, of any sum of cells within one year: 5.

    Measured it is 2 to 3, however many cells are published as 5. It is the same for every sum, so it tells
    nothing, and never less than 5, because a tighter bound would help whoever tries to undo the rounding.
    """
    return BASE
