"""A way to round small counts that is not in use yet: five publications side by side, one of which is drawn.

    .venv/bin/python -m benchmarks.rounding_side_by_side [--ensembles 20]

Make five publications of a year at once, month after month. A small cell of n is 5 in exactly n of the
five and 0 in the others. The key says which of the five is published; whatever the five look like, a cell
is then 5 with probability n/5 exactly, in every month, and so every sum is right on average. No draw has
to be mended. What is left to choose is which n: so that in each of the five every sum of the month and of
the year so far is near the truth. A sum of s is shared as evenly as can be when each of the five is a
neighbouring multiple of 5; its mean square error is then r(5 - r), r = s mod 5, the least that a method
can have which is right on average.

    minimise  sum of e^2 + 5 max(0, |e| - 4)^2     over the five, all sums of the month and of the year so far

Between two of the five, a and b, the cells that are 5 in one of them only are edges of a network: row to
column, forwards when a gets the 5. Rows hang on a source, columns on a sink, one edge is the total. Each
edge has the convex price of its own sums, so a cycle of negative price betters the choice and none is
left when a and b cannot be bettered. All ten pairs are gone through; then a few cells are drawn anew and
it is done again, as long as it helps.

Five equally likely tables with given means are controlled selection: R. Goodman and L. Kish, JASA 45
(1950) 350-372; B. D. Causey, L. H. Cox and L. R. Ernst, JASA 80 (1985) 903-909. That a two-way table of
one month can always be shared evenly is D. de Werra's theorem on equitable colourings of the edges of
bipartite graphs (1971). (Cited from memory.) Carrying the five on from month to month, and the search,
are ours.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.report import Row, report
from opencasework.standard.disclosure import BASE
from opencasework.standard.disclosure.cells import is_small
from opencasework.standard.observations import Cell
from opencasework.standard.tests import cubes

FIVE = range(5)
PAIRS = list(itertools.combinations(FIVE, 2))
KICKS = 40
_BEYOND = 5  # times the square of what a sum is further off than 4
_PRICE = [off * off + _BEYOND * max(0, off - BASE + 1) ** 2 for off in range(1_000)]

Place = tuple[str, str]  # category, body
Errors = list[int]  # published less true, of one sum in each of the five
Step = tuple[int, int]  # an edge, and 1 where it is gone along, -1 where against it


class Month:
    """One measure of one month in five publications; `year` has the errors of its sums so far and follows."""

    def __init__(self, counts: Mapping[Place, int], year: dict[Place, Errors], chance: random.Random) -> None:
        self.places = sorted(counts)
        self.counts = [counts[place] for place in self.places]
        self.chance = chance
        margins = {margin for category, body in counts for margin in ((category, ""), ("", body))}
        nodes = {margin: at for at, margin in enumerate(sorted(margins))}
        source, sink = len(nodes), len(nodes) + 1
        self.node_count = len(nodes) + 2
        self.ends = [(nodes[category, ""], nodes["", body]) for category, body in self.places]
        self.ends += [(source, at) if category else (at, sink) for (category, _), at in nodes.items()]
        self.ends += [(sink, source)]
        # The errors that an edge has to answer for: a cell's over the year, a margin's over month and year.
        self.errors: list[list[Errors]] = [[year[place]] for place in self.places]
        self.errors += [[[0] * 5, year[name]] for name in [*nodes, ("", "")]]
        first = len(self.places)
        self.ways = [
            (at, first + nodes[category, ""], first + nodes["", body], len(self.ends) - 1)
            for at, (category, body) in enumerate(self.places)
        ]
        self.up = [[False] * 5 for _ in self.places]
        for cell, count in enumerate(self.counts):
            self._shift(cell, [-count] * 5)
            self.draw(cell)

    def _shift(self, cell: int, changes: Sequence[int]) -> None:
        for edge in self.ways[cell]:
            for errors in self.errors[edge]:
                for one in FIVE:
                    errors[one] += changes[one]

    def draw(self, cell: int) -> None:
        """Draw anew in which of the five this cell is 5."""
        chosen = set(self.chance.sample(FIVE, self.counts[cell]))
        self._shift(cell, [BASE * ((one in chosen) - self.up[cell][one]) for one in FIVE])
        self.up[cell] = [one in chosen for one in FIVE]

    def price(self) -> int:
        return sum(_PRICE[abs(off)] for edge in self.errors for errors in edge for off in errors)

    def least(self) -> int:
        """The price when every sum is shared evenly."""
        rests = [-errors[0] % BASE for edge in self.errors for errors in edge]
        return sum(5 * rest * (BASE - rest) for rest in rests)

    def _arcs(self, a: int, b: int) -> Iterator[tuple[int, int, int, Step]]:
        for edge, (start, end) in enumerate(self.ends):
            for way in (1, -1):
                if edge < len(self.up):
                    gets, gives = (a, b) if way == 1 else (b, a)
                    if self.up[edge][gets] or not self.up[edge][gives]:
                        continue
                price = 0
                for errors in self.errors[edge]:
                    of_a, of_b = errors[a], errors[b]
                    price += _PRICE[abs(of_a + way * BASE)] + _PRICE[abs(of_b - way * BASE)]
                    price -= _PRICE[abs(of_a)] + _PRICE[abs(of_b)]
                yield (start, end, price, (edge, way)) if way == 1 else (end, start, price, (edge, way))

    def _cycle(self, a: int, b: int) -> list[Step]:
        """A way round of negative price (Bellman and Ford), or nothing where there is none."""
        arcs = list(self._arcs(a, b))
        self.chance.shuffle(arcs)
        cost = [0] * self.node_count
        came: list[tuple[int, Step] | None] = [None] * self.node_count
        better = True
        while better:
            better = False
            for start, end, price, step in arcs:
                if cost[start] + price < cost[end]:
                    cost[end] = cost[start] + price
                    came[end] = (start, step)
                    better = True
            if better and (cycle := _way_round(came)):
                return cycle
        return []

    def settle(self) -> None:
        """Better two of the five after two until no pair can be bettered."""
        pairs = self.chance.sample(PAIRS, len(PAIRS))
        unchanged = 0
        for a, b in itertools.cycle(pairs):
            unchanged += 1
            while cycle := self._cycle(a, b):
                unchanged = 1
                for edge, way in cycle:
                    for errors in self.errors[edge]:
                        errors[a] += way * BASE
                        errors[b] -= way * BASE
                    if edge < len(self.up):
                        self.up[edge][a], self.up[edge][b] = way == 1, way == -1
            if unchanged >= len(pairs):
                return

    def choose(self, kicks: int) -> None:
        """Settle; then draw a few cells anew and settle again, and keep what is no worse."""
        self.settle()
        best, least = self.price(), self.least()
        for _ in range(kicks):
            if best == least:
                return
            kept = [list(up) for up in self.up], [[list(e) for e in edge] for edge in self.errors]
            few = min(len(self.up), self.chance.choice((2, 3, 4)))
            for cell in self.chance.sample(range(len(self.up)), few):
                self.draw(cell)
            self.settle()
            if (now := self.price()) <= best:
                best = now
                continue
            self.up = kept[0]
            for edge, old in zip(self.errors, kept[1], strict=True):
                for errors, of_old in zip(edge, old, strict=True):
                    errors[:] = of_old


def _way_round(came: Sequence[tuple[int, Step] | None]) -> list[Step]:
    seen: dict[int, int] = {}
    for first in range(len(came)):
        node = first
        while node not in seen and (arc := came[node]):
            seen[node] = first
            node = arc[0]
        if came[node] and seen.get(node) == first:
            steps: list[Step] = []
            at = node
            while (arc := came[at]) and (not steps or at != node):
                steps.append(arc[1])
                at = arc[0]
            return steps
    return []


def five_years(months: cubes.Months, *, seed: int, kicks: int = KICKS) -> list[cubes.Months]:
    """The five publications of these months of one year; drawing one with the key would be the method."""
    year: dict[Place, Errors] = defaultdict(lambda: [0] * 5)
    chance = random.Random(seed)
    made: list[cubes.Months] = [{} for _ in FIVE]
    for month, counts in sorted(months.items()):
        names: dict[Place, Cell] = {(cell.category, cell.body): cell for cell in counts}
        small = {place: counts[cell] for place, cell in names.items() if is_small(counts[cell])}
        of_month = Month(small, year, chance)
        of_month.choose(kicks)
        for one in FIVE:
            made[one][month] = {cell: n for cell, n in counts.items() if n >= BASE}
            for place, up in zip(of_month.places, of_month.up, strict=True):
                if up[one]:
                    made[one][month][names[place]] = BASE
    return made


def beside_today(name: str, months: cubes.Months, ensembles: int) -> Iterator[Row]:
    """The same figures of this way to round and of `ocd-scr5`, of as many publications."""

    def side_by_side() -> list[cubes.Months]:
        return [one for seed in range(ensembles) for one in five_years(months, seed=seed)]

    def today() -> list[cubes.Months]:
        return [cubes.round_all(months, key=b"key %06d of many" % at) for at in range(5 * ensembles)]

    for way, make, years in (("side by side", side_by_side, ensembles), ("ocd-scr5", today, 5 * ensembles)):
        started = time.process_time()
        made = make()
        each = (time.process_time() - started) / (years * len(months))
        off = [cubes.deviations(months, one) for one in made]
        farthest = [max(map(abs, of_one.values())) for of_one in off]
        over_time = [value for of_one in off for (_, _, month), value in of_one.items() if month == "_T"]
        lean = cubes.lean(cubes.cell_means(months, made), keys=len(made))
        yield Row(
            f"{name}, {way}: root mean square of sums, of those over all months; farthest; lean of "
            "single cells; a month takes",
            f"{cubes.root_mean_square(v for of_one in off for v in of_one.values()):.3f}, "
            f"{cubes.root_mean_square(over_time):.3f}; {max(farthest)}, beyond 5 in "
            f"{sum(each_far > 5 for each_far in farthest)} of {len(made)}; {lean:.2f}; {each * 1000:.0f} ms",
            "",
            good=True,
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ensembles", type=int, default=20)
    ensembles = parser.parse_args().ensembles
    tables = {"the reference table": cubes.reference()}
    tables |= {f"an invented year, seed {seed}": cubes.invented(seed=seed) for seed in (1, 2, 3)}
    report([row for name, months in tables.items() for row in beside_today(name, months, ensembles)])


if __name__ == "__main__":
    main()
