"""The tables of a whole year: by level-2 category, by channel, by outcome.

They are made once, when the twelve months are out, and they may not say more than the months do. So each
group of parts (the level-2 categories of one level-1 category; the channels; the outcomes) adds up to what
the published months say of it, T, and not to the truth. Another small integer programme chooses the parts:

    minimise    sum of |p_j - n_j|  +  2 sum of |p_j - b_j| over small parts
    subject to  sum of p_j = T,    p_j = 0 where n_j = 0,    p_j = 0 or p_j >= 5,    p_j whole

where b_j is a keyed draw of 0 or 5 for a part of 1 to 4, as in `kr5`. What T differs from the truth is borne
by the parts, by large ones first; which of them is drawn with the key, so that a part of any size is
uncertain.

Sources: Castro 2006 (the nearest table that keeps given totals: minimum-distance controlled perturbation,
EJOR 171, 39-52); Salazar-Gonzalez 2005 (rounding and perturbation as one integer programme, Operations
Research 53, 819-829). That a part is 0 or 5 and more, the keyed draw and who bears the difference are ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from opencasework.standard.disclosure.cells import BASE, is_small
from opencasework.standard.disclosure.keyed import Draws, check_key
from opencasework.standard.disclosure.scr5 import METHOD

FARTHEST = 60  # cases; twelve months rounded together are never nearly as far from the truth
_DRAW = 2.0  # weight of the keyed draw of a small part, against a case of deviation


def round_parts(
    parts: Mapping[str, int], *, total: int, key: bytes, name: tuple[str, ...], farthest: int = FARTHEST
) -> dict[str, int]:
    """Return published counts of `parts` (true counts by code) that add up to `total`, without those of 0.

    `total` is the sum of the published months, 0 or at least 5. `name` says which group it is: the year, the
    area, the measure, the group. Raises ValueError when a count is negative, when `total` is 1 to 4, or when
    the parts cannot be those of the total: they add up to more than `farthest` cases more or less.
    """
    check_key(key)
    counts = {code: parts[code] for code in sorted(parts) if parts[code]}
    if any(count < 0 for count in counts.values()):
        raise ValueError(f"A part of {' '.join(name)} is negative; a count cannot be.")
    if is_small(total) or total < 0:
        raise ValueError(f"The total of {' '.join(name)} is {total}; give the sum of the published months.")
    if not total:
        return {}
    if not counts:
        raise ValueError(f"The months of {' '.join(name)} say {total}, but every part is 0; count the parts.")
    if abs(total - sum(counts.values())) > farthest:
        raise ValueError(f"The parts of {' '.join(name)} are not those of its months; count the same cases.")
    draws = Draws(key, METHOD, *name)
    small = {code: BASE if draws.happens(n, BASE) else 0 for code, n in counts.items() if is_small(n)}
    chosen = _solve(counts, small, total, [draws.waiting_time() for _ in counts])
    return {code: count for code, count in zip(counts, chosen, strict=True) if count}


def _solve(
    counts: Mapping[str, int], small: Mapping[str, int], total: int, waiting: list[float]
) -> list[int]:
    """The programme above. Columns: p, whether p is shown, |p - n|, |p - b|, each for every part."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    size = len(counts)
    true = np.array(list(counts.values()), dtype=float)
    drawn = np.array([small.get(code, counts[code]) for code in counts], dtype=float)
    eye, zero = np.eye(size), np.zeros((size, size))
    rows = [
        (np.hstack([eye, -total * eye, zero, zero]), -np.inf, np.zeros(size)),  # not shown: 0
        (np.hstack([eye, -BASE * eye, zero, zero]), np.zeros(size), np.inf),  # shown: 5 or more
        (np.hstack([eye, zero, eye, zero]), true, np.inf),
        (np.hstack([-eye, zero, eye, zero]), -true, np.inf),
        (np.hstack([eye, zero, zero, eye]), drawn, np.inf),
        (np.hstack([-eye, zero, zero, eye]), -drawn, np.inf),
        (np.hstack([np.ones((1, size)), np.zeros((1, 3 * size))]), total, total),
    ]
    # Of several ways to bear the difference one is drawn: a thousandth of a case decides between equals.
    bearing = 1 + np.array(waiting) / 1000
    is_small_part = np.array([code in small for code in counts])
    cost = np.concatenate([np.zeros(2 * size), bearing, np.where(is_small_part, _DRAW, 0.0)])
    answer = milp(
        cost,
        constraints=[LinearConstraint(*row) for row in rows],
        integrality=np.concatenate([np.ones(2 * size), np.zeros(2 * size)]),
        bounds=Bounds(0, np.concatenate([np.full(size, total), np.ones(size), np.full(2 * size, np.inf)])),
        options={"mip_rel_gap": 0},
    )
    if answer.x is None:
        raise RuntimeError(f"The integer programme found no answer ({answer.message}).")
    return [round(value) for value in answer.x[:size]]
