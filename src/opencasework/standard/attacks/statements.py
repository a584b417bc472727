"""What a single published value tells about the true count behind it, for whoever knows the method."""

from opencasework.standard.attacks.bounds import NO_LIMIT
from opencasework.standard.attacks.view import BASE, ROUNDING, SMALL
from opencasework.standard.observations import Observation

ERROR = BASE - 1  # cases; the most that rounding to base 5 changes a count
RANDOM_ROUNDING = "ocd-rr5"  # every cell and every total rounded to base 5 by itself
SUPPRESSION = "suppression"
JUDGED = ROUNDING | {RANDOM_ROUNDING, SUPPRESSION, "none"}  # the methods the suite knows how to attack

# How wide the interval of a small count has to stay, in cases: what the method alone leaves.
NEEDED_WIDTH = {RANDOM_ROUNDING: 3, SUPPRESSION: 3}
MOST_NEEDED_WIDTH = 4


def needed_width(method: str) -> int:
    """How many cases wide the interval of a small count has to stay under a method."""
    return NEEDED_WIDTH.get(method, MOST_NEEDED_WIDTH)


def interval(
    method: str, row: Observation | None, *, is_cell: bool, zeros_tell: bool = False
) -> tuple[int, int]:
    """The least and greatest true count behind `row`, a value nothing published is a part of.

    `row` is None where nothing is published. `is_cell` says that it is a cell of the cube, not a total shown
    by itself. `zeros_tell`: zeros are shown here and left out there, so a 0 that is shown was counted.
    """
    if method not in JUDGED:
        return 0, NO_LIMIT
    rounded = method in ROUNDING or method == RANDOM_ROUNDING
    if row is None:
        return (0, ERROR) if rounded else (0, 0)
    if row.value is None:
        return (SMALL[0], SMALL[-1]) if row.status == "c" else (0, NO_LIMIT)
    if not rounded:
        return row.value, row.value
    value, stated = row.value, row.uncertainty
    if method == RANDOM_ROUNDING or not is_cell:
        error = 0 if value % BASE else ERROR
        least, greatest = value - error, value + error
    elif value == 0:
        least, greatest = (1 if zeros_tell else 0), ERROR
    elif value == BASE:
        least, greatest = 1, BASE
    else:  # published as it is, unless it says that it is not; a small count is never believed to be wrong
        error = 0 if value in SMALL else stated or 0
        stated = None
        least, greatest = value - error, value + error
    if stated is not None and stated < ERROR:  # a bound is a gift to the attacker
        least, greatest = max(least, value - stated), min(greatest, value + stated)
    return max(0, least), max(0, greatest)
