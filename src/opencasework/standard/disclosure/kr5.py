"""Method `ocd-kr5`, keyed small-count rounding to base 5, cell by cell: what offices published at first.

Months published with it keep it (the ledger says so); new ones are made with `ocd-scr5`. Only the inner cells
(level-1 category by body, one month, one area, one measure) are touched; every total is afterwards the sum of
the protected cells, so the tables add up and a total says nothing that the cells do not.

For an inner cell of true count n:

    n = 0          stays 0
    n in 1..4      becomes 5 with probability n/5, otherwise 0
    n >= 5         stays n

It is unbiased: E[published] = 5 * n/5 = n, with variance n * (5 - n), at most 6. Sums over offices and months
are therefore right on average, which suppression and rounding to the nearest 5 are not.

The draw is one uniform number made by HMAC-SHA256 from the office's key and the cell's name. It does not
depend on n, and the same key and cell always give the same draw: publishing twice reveals nothing by
averaging. Without the key the draw cannot be repeated. A published 5 stands for 1, 2, 3, 4 or 5; a published
0 (which is written by leaving the row out) for 0 to 4.

What it does not do: counts of 5 and more are exact, and measures are rounded independently, so
`cases_open_at_end` set against the month before can narrow a small `cases_opened` where all the other counts
are exact.

Source: small count rounding as used by Statistics Norway (Langsrud and Heldal 2018, R package
SmallCountRounding) and random rounding as used by Stats NZ (2013 Census confidentiality rules), with a keyed
draw in place of a stored one.
"""

import math
from collections.abc import Mapping

from opencasework.standard.disclosure.cells import BASE, CellT, NamedCell
from opencasework.standard.disclosure.keyed import DRAWS, check_key, digest

METHOD = "ocd-kr5"


def round_count(count: int, cell: NamedCell, *, key: bytes) -> int:
    """Return what is published for a true `count` of `cell`: 0, 5, or `count` itself from 5 on.

    Raises ValueError when `count` is negative or `key` has fewer than 16 bytes.
    """
    if count < 0:
        raise ValueError(f"The count of {cell} is {count}; a count cannot be negative.")
    check_key(key)
    if count == 0 or count >= BASE:
        return count
    name = (METHOD, cell.period, cell.area_code, cell.category, cell.body, cell.measure)
    draw = int.from_bytes(digest(key, *name), "big")
    # draw / 2**256 is uniform on [0, 1); whole numbers keep the comparison exact.
    return BASE if draw * BASE < count * DRAWS else 0


def protect(counts: Mapping[CellT, int], *, key: bytes) -> dict[CellT, int]:
    """Return the protected counts, without the cells that became or were 0.

    A row saying 0 would tell that something had been counted there, so 0 is published by silence.
    """
    protected = {cell: round_count(count, cell, key=key) for cell, count in counts.items()}
    return {cell: count for cell, count in protected.items() if count}


def farthest(fives: int) -> int:
    """How far, in cases, a sum with `fives` inner cells published as 5 may be taken to be from the truth.

    No number is sure, because cells published as 0 do not show; chance does not come to five times the error.
    """
    return 5 * total_uncertainty(fives)


def total_uncertainty(fives: int) -> int:
    """A cautious root-mean-square error, in cases, of a total with `fives` inner cells published as 5.

    A cell of true n adds variance n(5 - n) and is published as 5 with probability n/5. Charging 20 for every
    published 5 gives 20 * n/5 = 4n >= n(5 - n) on average, so the sum is not too small on average whatever
    the true counts were, and it is worked out from published numbers alone. Rounded up; never below 5,
    because a tighter bound would help whoever tries to undo the rounding.
    """
    return max(BASE, math.ceil(math.sqrt(4 * BASE * fives)))
