"""Method `ocd-scr5`, additive controlled small-count rounding to base 5: what offices publish.

The inner cells of a month (level-1 category by body, one area, one measure) are rounded together:

    n = 0 stays 0        n in 1..4 becomes 0 or 5        n >= 5 stays n

and every total, of the month, a quarter or the year, is the sum of the rounded cells. So the tables add up,
and a margin tells nothing that the cells do not. Two steps for each measure:

1. Ten publications are made side by side (`side_by_side`). A cell of n is 5 in exactly 2n of them; which, an
   integer programme chooses so that every sum of the month and of the year so far stays within 4 cases of
   the truth, or near that, in each of the ten.
2. One of the ten is published: the same throughout a calendar year, drawn with the key, each as likely as
   another and whatever they look like.

What is right on average: each cell, in each month, and so each sum, exactly. The mean of the ten is the true
count, which is arithmetic and no measurement. (The earlier months that the ten carry over must not depend on
which is drawn: see `Drawn.left_over` for the exception.)

What is kept: nothing but the key and the true counts, as before. The ten histories of a year are made again
from these, month by month.

`replies_in_20wd` is drawn inside `replies_received`: it is published from the same one of the ten, and a cell
can be 5 only in those where its replies are 5 (or were 5 and more). So the part never exceeds the whole,
which nobody would have believed, and it is 5 in exactly 2n of the ten all the same.

`cases_open_at_end` is published as one number, rounded up or down to a multiple of 5 by one keyed draw: by
cell it would betray flows (open = open before + opened - closed).

docs/standard/disclosure.md has the measurements and what an attacker can do with all this.

Sources: see `side_by_side`; Langsrud and Heldal 2018 (small count rounding, R package SmallCountRounding).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from opencasework.standard.codelists import TOTAL
from opencasework.standard.disclosure.cells import BASE, CellT, check_counts, is_small
from opencasework.standard.disclosure.keyed import Draws, check_key, nearby_multiple
from opencasework.standard.disclosure.month import NONE, TEN, Errors, Place, SmallCells
from opencasework.standard.disclosure.side_by_side import choose

METHOD = "ocd-scr5"
GRAND_TOTAL_ONLY = frozenset({"cases_open_at_end"})
PART_OF = {"replies_in_20wd": "replies_received"}

# By category, body and measure: published less true, so far this year, in each of the ten.
Carried = Mapping[tuple[str, str, str], Errors]


@dataclass(frozen=True)
class Drawn(Generic[CellT]):
    """A month in ten publications, and the one that is drawn; without the cells that became or were 0."""

    true: Mapping[CellT, int]
    ten: Sequence[Mapping[CellT, int]]
    published: Mapping[CellT, int]

    def left_over(self, carried: Carried | None = None, *, out: Mapping[CellT, int] | None = None) -> Carried:
        """Add the month's errors to those `carried` so far.

        `out` is what is out of this month, where it may be another than the drawn one: where another method
        or key made it, or the true counts were others. A measure of which that is so has the errors of what
        is out in all ten. That it is told by comparing with what this key draws shows something of the draw,
        so later cells of the year may lean a little: docs/standard/disclosure.md says by how much.
        """
        ten = [dict(one) for one in self.ten]
        if out is not None:
            for measure in {cell.measure for cell in {**self.true, **out}} - GRAND_TOTAL_ONLY:
                standing = _of(measure, out)
                if standing != _of(measure, self.published):
                    ten = [
                        {cell: n for cell, n in one.items() if cell.measure != measure} | standing
                        for one in ten
                    ]
        sums = dict(carried or {})
        for cell in {**self.true, **(out or {})}:
            if cell.measure in GRAND_TOTAL_ONLY:
                continue
            name = (cell.category, cell.body, cell.measure)
            count = self.true.get(cell, 0)
            before = sums.get(name, NONE)
            sums[name] = tuple(b + one.get(cell, 0) - count for b, one in zip(before, ten, strict=True))
        return {name: errors for name, errors in sums.items() if any(errors)}


def _of(measure: str, counts: Mapping[CellT, int]) -> dict[CellT, int]:
    return {cell: n for cell, n in counts.items() if cell.measure == measure and n}


def protect(counts: Mapping[CellT, int], *, key: bytes, carried: Carried | None = None) -> dict[CellT, int]:
    """Return the protected counts of one month of one area, without the cells that became or were 0.

    A row saying 0 would tell that something had been counted there, so 0 is published by silence. `draw` has
    the arguments and errors, and what a later month needs.
    """
    return dict(draw(counts, key=key, carried=carried).published)


def draw(counts: Mapping[CellT, int], *, key: bytes, carried: Carried | None = None) -> Drawn[CellT]:
    """Round one month of one area in ten ways and draw one.

    `carried` holds the errors of the year's earlier months (`Drawn.left_over`). Measures published as a grand
    total only come back as one cell of category and body `_T`, the same in all ten. Raises ValueError when a
    count is negative, `key` has fewer than 16 bytes, the cells are of more than one month or area, or a part
    is larger than its whole.
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
    ten: list[dict[CellT, int]] = [{} for _ in range(TEN)]
    published: dict[CellT, int] = {}
    ups: dict[str, dict[Place, Sequence[bool]]] = {}
    for measure in measures:
        some_cell = next(cell for cell in names.values() if cell.measure == measure)
        period, area = some_cell.period, some_cell.area_code
        name = (METHOD, period, area, measure)
        if measure in GRAND_TOTAL_ONLY:
            total = nearby_multiple(sum(tables[measure].values()), key, *name, TOTAL)
            for one in (*ten, published):
                one[_grand_total(some_cell)] = total
            continue
        before = {(c, b): errors for (c, b, of), errors in (carried or {}).items() if of == measure}
        cells = _small_cells(tables, ups, measure, before)
        chosen = choose(cells, draws=Draws(key, *name, "choose"))
        ups[measure] = dict(zip(cells.places, chosen, strict=True))
        for k, one in enumerate(ten):
            one |= {
                names[*place, measure]: BASE if place in ups[measure] else n
                for place, n in tables[measure].items()
                if n and (place not in ups[measure] or ups[measure][place][k])
            }
        # A part comes from the same one as its whole; the draw is the year's, for each has a history.
        whole = PART_OF.get(measure, measure)
        drawn = Draws(key, METHOD, period[:4], area, whole, "publish").below(TEN)
        published |= _of(measure, ten[drawn])
    return Drawn(counts, ten, published)


def _small_cells(
    tables: Mapping[str, Mapping[Place, int]],
    ups: Mapping[str, Mapping[Place, Sequence[bool]]],
    measure: str,
    carried: Mapping[Place, Errors],
) -> SmallCells:
    """The small cells of a measure; a part of a small whole is open where that is 5."""
    whole = PART_OF.get(measure, "")
    everywhere = [True] * TEN
    for place, count in tables[measure].items():
        if whole in tables and count > tables[whole].get(place, 0):
            raise ValueError(
                f"{measure} of {place} is more than its {whole}; count both from the same replies."
            )
    small = {place: count for place, count in tables[measure].items() if is_small(count)}
    open_in = [ups.get(whole, {}).get(place, everywhere) for place in small]
    return SmallCells(list(small), list(small.values()), open_in, carried)


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
