"""One measure of one month as a problem of rounding: its small cells, their margins, what is carried over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from opencasework.standard.disclosure.cells import BASE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

Place = tuple[str, str]  # category, body


@dataclass(frozen=True)
class SmallCells:
    """The small cells of a month and measure, in order of their places.

    `counts` are the true counts (1 to 4), `shares` the probability each cell has of becoming 5 before
    anything is carried over, `settled` the deviations, in cases, of cells that have no choice in this month,
    `carried` those of earlier months of the year. A deviation is published less true.
    """

    places: Sequence[Place]
    counts: Sequence[int]
    shares: Sequence[float]
    settled: Mapping[Place, int]
    carried: Mapping[Place, int]

    @cached_property
    def rows(self) -> list[int]:
        """The number of each cell's category."""
        return _numbers([category for category, _ in self.places])

    @cached_property
    def columns(self) -> list[int]:
        """The number of each cell's body."""
        return _numbers([body for _, body in self.places])

    @cached_property
    def margins(self) -> Numbers:
        """One line for each margin over two cells or more: 1 where a cell belongs to it.

        Categories, bodies and the total; a margin over one small cell errs as that cell does.
        """
        import numpy as np

        row_count, column_count = max(self.rows) + 1, max(self.columns) + 1
        lines = np.zeros((row_count + column_count + 1, len(self.places)))
        cells = np.arange(len(self.places))
        lines[self.rows, cells] = 1
        lines[row_count + np.array(self.columns), cells] = 1
        lines[-1] = 1
        return lines

    def over_margins(self, deviations: Mapping[Place, int]) -> Numbers:
        """What deviations add up to in each of the `margins`, those of cells that are not small included."""
        import numpy as np

        categories: dict[str, int] = {}
        bodies: dict[str, int] = {}
        for (category, body), deviation in deviations.items():
            categories[category] = categories.get(category, 0) + deviation
            bodies[body] = bodies.get(body, 0) + deviation
        by_category = [categories.get(name, 0) for name in _names([place[0] for place in self.places])]
        by_body = [bodies.get(name, 0) for name in _names([place[1] for place in self.places])]
        return np.array([*by_category, *by_body, sum(deviations.values())], dtype=float)

    def over_cells(self, deviations: Mapping[Place, int]) -> Numbers:
        """The deviation of each small cell."""
        import numpy as np

        return np.array([deviations.get(place, 0) for place in self.places], dtype=float)

    def deviations(self, chosen: Sequence[int]) -> dict[Place, int]:
        """The month's deviations when the cells with 1 in `chosen` become 5 and the others 0."""
        return dict(self.settled) | {
            place: BASE * up - count
            for place, count, up in zip(self.places, self.counts, chosen, strict=True)
        }


def _names(values: Sequence[str]) -> list[str]:
    return sorted(set(values))


def _numbers(values: Sequence[str]) -> list[int]:
    number = {name: at for at, name in enumerate(_names(values))}
    return [number[value] for value in values]
