"""One measure of one month as a problem of rounding: its small cells, and what is carried over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Place = tuple[str, str]  # category, body
TEN = 10  # publications that are made side by side
Errors = tuple[int, ...]  # published less true, in cases, of one cell or sum in each of the ten
NONE: Errors = (0,) * TEN


@dataclass(frozen=True)
class Sum:
    """A sum of cells that is to stay near the truth: which small cells are in it, and how it errs so far."""

    cells: Sequence[int]
    before: Errors


@dataclass(frozen=True)
class SmallCells:
    """The small cells of a month and measure, in order of their places.

    `counts` are the true counts (1 to 4); `open_in` says in which of the ten a cell may become 5, which is at
    least twice its count; `carried` has the errors of earlier months of the year, of other places too.
    """

    places: Sequence[Place]
    counts: Sequence[int]
    open_in: Sequence[Sequence[bool]]
    carried: Mapping[Place, Errors]

    def sums(self) -> Iterator[Sum]:
        """Each category, each body and the total, of the month and of the year so far; each cell of the year.

        A sum over one small cell errs in the month as that cell does, which cannot be helped.
        """
        members: dict[Place, list[int]] = {}
        for at, place in enumerate(self.places):
            for name in _sums_of(place):
                members.setdefault(name, []).append(at)
        before: dict[Place, Errors] = {}
        for place, errors in self.carried.items():
            for name in _sums_of(place):
                so_far = before.get(name, NONE)
                before[name] = tuple(a + b for a, b in zip(so_far, errors, strict=True))
        for name, cells in members.items():
            if len(cells) > 1:
                yield Sum(cells, NONE)
            yield Sum(cells, before.get(name, NONE))
        for at, place in enumerate(self.places):
            yield Sum([at], self.carried.get(place, NONE))


def _sums_of(place: Place) -> tuple[Place, ...]:
    category, body = place
    return (category, ""), ("", body), ("", "")
