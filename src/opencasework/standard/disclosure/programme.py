"""The small integer programme: the nearest choice to the drawn one that keeps every margin within 4 cases.

    minimise    sum of excess over all margins  +  0.02 * sum of w_i |z_i - b_i|
    subject to  |d_m + 5 sum of z_i over m - (true counts of m)| <= 4 + excess_m      each margin m
                z_i in {0, 1},  0 <= excess_m <= 1; without an upper limit only where no choice keeps it

`b` is the keyed draw (`circulation`), `z` what is published (5 z_i). The margins are each category, each body
and the total, once for the month alone (d_m = 0) and once for the year so far, where d_m is the deviation
carried over from its earlier months; and each cell over the year so far, whose excess counts squared.
Leaving the draw costs little, but costs: the weights w_i are keyed waiting times, so that of several ways to
mend a margin one is drawn, cells that came out against the odds first. That is what a single cell pays for:
the draw is right on average in every cell, the mended choice over all of them (`scr5` has the figures).

Why 4 and not less. An attacker knows this rule, so he may assume every margin within 4 of the truth. That
narrows no cell: take the publication as the truth in all cells but one, and let this one be anything it can
be (0 to 4 under a 0, 1 to 5 under a 5). Its margins are then off by at most 4, so nothing speaks against it.
A bound of 3 or less would narrow cells.

Solved by HiGHS (Huangfu and Hall 2018) through scipy.optimize.milp; some 50 columns, 7 milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opencasework.standard.disclosure.cells import BASE
from opencasework.standard.disclosure.keyed import Draws
from opencasework.standard.disclosure.month import SmallCells

if TYPE_CHECKING:
    from opencasework.standard.disclosure.month import Numbers

REACH = BASE - 1  # cases; a margin may be this far off before it is mended
_LEAVING_THE_DRAW = 0.02  # of a case of excess


def _excess(deviations: Numbers) -> Numbers:
    import numpy as np

    beyond: Numbers = np.maximum(0.0, np.abs(deviations) - REACH)
    return beyond**2


def settle(cells: SmallCells, drawn: Sequence[int], shares: Sequence[float], *, draws: Draws) -> list[int]:
    """Return 0 or 1 for each of `cells`: as `drawn` where all margins allow, else the programme's answer.

    `shares` are the probabilities the draw was made with.
    """
    import numpy as np

    counts = np.array(cells.counts, dtype=float)
    lines = cells.margins
    month = cells.over_margins(cells.settled) - lines @ counts
    year = month + cells.over_margins(cells.carried)
    cell_year = cells.over_cells(cells.carried) - counts
    chosen = np.array(drawn, dtype=float)
    sums = BASE * (lines @ chosen)
    all_well = not (_excess(month + sums).any() or _excess(year + sums).any())
    if all_well and not _excess(cell_year + BASE * chosen).any():
        return list(drawn)
    waiting = np.array([draws.waiting_time() for _ in drawn])
    leaving = _LEAVING_THE_DRAW * waiting * np.where(chosen == 1, shares, 1 - np.array(shares))
    cost = np.where(chosen == 1, -leaving, leaving)
    cost += _excess(cell_year + BASE) - _excess(cell_year)
    return _solve(cost, np.vstack([lines, lines]), np.concatenate([month, year]))


def _solve(cost: Numbers, lines: Numbers, offsets: Numbers) -> list[int]:
    """Choose 0 or 1 for each column of `lines` at least cost, excess of offsets + 5 lines @ choice in it."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp  # a third of a second, so only when needed

    # A margin over one cell takes two values only: its excess is a cost of that cell.
    single = lines.sum(axis=1) == 1
    cost = cost + lines[single].T @ (_excess(offsets[single] + BASE) - _excess(offsets[single]))
    lines, offsets = lines[~single], offsets[~single]
    # Most margins cannot go too far, whatever is chosen; only the others need a line and a variable.
    high = np.flatnonzero(offsets + BASE * lines.sum(axis=1) > REACH)
    low = np.flatnonzero(offsets < -REACH)
    bounded = np.union1d(high, low)
    cell_count = len(cost)
    matrix = np.zeros((len(high) + len(low), cell_count + len(bounded)))
    matrix[: len(high), :cell_count] = BASE * lines[high]
    matrix[len(high) :, :cell_count] = -BASE * lines[low]
    matrix[np.arange(len(matrix)), cell_count + np.searchsorted(bounded, [*high, *low])] = -1
    for most in (1.0, np.inf):  # one case beyond reach if that can be; otherwise at a price
        answer = milp(
            np.concatenate([cost, np.ones(len(bounded))]),
            constraints=LinearConstraint(
                matrix, -np.inf, [*(REACH - offsets[high]), *(REACH + offsets[low])]
            ),
            integrality=np.concatenate([np.ones(cell_count), np.zeros(len(bounded))]),
            bounds=Bounds(0, np.concatenate([np.ones(cell_count), np.full(len(bounded), most)])),
            options={"mip_rel_gap": 0},
        )
        if answer.x is not None:
            return [round(value) for value in answer.x[:cell_count]]
    raise RuntimeError(f"The integer programme found no answer ({answer.message}).")
