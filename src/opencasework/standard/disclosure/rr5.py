"""Method `ocd-rr5`, keyed random rounding to base 5 of every cell and every total, large ones too.

    n = 5q + r becomes 5q + 5 with probability r/5, otherwise 5q

by a keyed draw for each cell and each margin by itself, so E[published] = n everywhere and nothing exact is
left. The price: totals are not sums. A total may then betray its parts (shown as 5 over nine cells shown as
5 it forces nine 1s), so the release is judged by linear programming before it is let out: for each cell the
least and the greatest count that agree with everything published are found (each true value lies within 4 of
what is shown), and when one is known to within less than 3 the whole month is drawn again with the next
nonce.

Source: Stats NZ, 2013 Census confidentiality rules (random rounding to base 3); the judgement after Fischetti
and Salazar-Gonzalez 2003 (audit by bounds).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opencasework.standard.codelists import TOTAL
from opencasework.standard.disclosure.cells import BASE, CellT, check_counts
from opencasework.standard.disclosure.keyed import check_key, nearby_multiple

METHOD = "ocd-rr5"
NARROWEST = 3  # cases between the least and the greatest an attacker may find for a cell
_MOST_NONCES = 50

Place = tuple[str, str]  # category, body; `_T` for a total


@dataclass(frozen=True)
class Release:
    """What is published of one measure, totals included, and the nonce of the draw that passed."""

    values: dict[Place, int]
    nonce: int


def protect(counts: Mapping[CellT, int], *, key: bytes) -> Release:
    """Round every cell and total of one measure and month of one area.

    Raises ValueError when a count is negative, the cells are of several measures, months or areas, or no draw
    of 50 passes; publish with `ocd-scr5` then, or fold small bodies first.
    """
    check_key(key)
    check_counts(dict(counts))
    kinds = {(cell.period, cell.area_code, cell.measure) for cell in counts}
    if len(kinds) != 1:
        raise ValueError("The counts are not of one measure, month and area; protect each by itself.")
    (kind,) = kinds
    true: dict[Place, int] = {}
    for cell, count in counts.items():
        for place in ((cell.category, cell.body), *_margins((cell.category, cell.body))):
            true[place] = true.get(place, 0) + count
    for nonce in range(_MOST_NONCES):
        values = {
            place: nearby_multiple(n, key, METHOD, *kind, *place, str(nonce)) for place, n in true.items()
        }
        if narrowest(values) >= NARROWEST:
            return Release(values, nonce)
    raise ValueError(f"None of {_MOST_NONCES} draws of {kind[2]} in {kind[0]} hides every cell; use scr5.")


def _margins(place: Place) -> tuple[Place, Place, Place]:
    category, body = place
    return (category, TOTAL), (TOTAL, body), (TOTAL, TOTAL)


def narrowest(values: Mapping[Place, int]) -> int:
    """The width of the narrowest interval an attacker finds for an inner cell, from all of `values`.

    Two linear programmes for each cell (scipy, HiGHS): the least and the greatest count for which counts
    within 4 of every published cell add up to counts within 4 of every published total.
    """
    import numpy as np
    from scipy.optimize import linprog

    inner = [place for place in values if TOTAL not in place]
    margins = [place for place in values if TOTAL in place]
    lines = np.array([[margin in _margins(place) for place in inner] for margin in margins], dtype=float)
    shown = np.array([values[margin] for margin in margins], dtype=float)
    reach = BASE - 1
    bounds = [(max(0, values[place] - reach), values[place] + reach) for place in inner]
    width = 2 * reach
    for at in range(len(inner)):
        aim = np.zeros(len(inner))
        aim[at] = 1
        ends = [
            linprog(
                sign * aim,
                A_ub=np.vstack([lines, -lines]),
                b_ub=np.concatenate([shown + reach, reach - shown]),
                bounds=bounds,
            ).fun
            for sign in (1, -1)
        ]
        width = min(width, int(np.floor(-ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6)))
    return width
