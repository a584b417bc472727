"""Ten publications of a month side by side, one of which is drawn: which cells are 5 in which of them.

A small cell of n is 5 in exactly 2n of the ten and 0 in the others. The key says which of the ten is
published, each as likely as another. So a cell is 5 with probability n/5, in every month, whatever the ten
look like: nothing leans, neither a cell nor a sum. What is left to choose is *which* 2n, so that in each of
the ten every sum stays near the truth. That is an integer programme; z_ck is 1 where cell c is 5 in the k-th:

    minimise    sum of price(e_mk) over sums m and the ten k  +  (20 / number of cells) * sum of w_ck z_ck
    subject to  sum over k of z_ck = 2 n_c,    z_ck in {0, 1}
                e_mk = d_mk + 5 * sum over c in m of z_ck - sum over c in m of n_c
    price(e)  = 0 up to 4 cases off, 25 for 5, 200 more for each case beyond

The sums are each category, each body and the total, once for the month alone (d = 0) and once for the year so
far, where d_mk is the error carried over from its earlier months *in the k-th publication*; and each cell
over the year so far. Each of the ten has a history of its own. The w are keyed waiting times: of choices as
good as each other one is drawn. An answer may cost a fiftieth more than the least.

A sum whose small cells add up to s has an error of -r or 5 - r, r = s mod 5, when it is a neighbouring
multiple of 5, which costs nothing; 2r of the ten then have the greater. That every row, column and total of
one month can be so at once is D. de Werra's theorem on equitable colourings of the edges of bipartite graphs
(1971). With the year's sums it cannot always be; then some sum is one multiple further: 5 off where r is 0,
which is cheap, else 6 or more, which is dear.

Ten and not five, although five would do for the fifths: ten leave more room; twenty leave no more. Of more
than 40 small cells the first five and the last five are chosen apart, n of each: large tables have the room,
and it takes a quarter of the time.

Several equally likely tables with given means are controlled selection: R. Goodman and L. Kish, JASA 45
(1950) 350-372; B. D. Causey, L. H. Cox and L. R. Ernst, JASA 80 (1985) 903-909. (Cited from memory, as is de
Werra.) Carrying the ten on from month to month is ours. Solved by HiGHS (Huangfu and Hall 2018) through
scipy.optimize.milp.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from opencasework.standard.disclosure.cells import BASE
from opencasework.standard.disclosure.keyed import Draws
from opencasework.standard.disclosure.month import TEN, SmallCells, Sum

REACH = BASE - 1  # cases; a sum may be this far off without a price
CHOSEN_TOGETHER = 40  # small cells
_NEXT, _FURTHER, _KEYED = 25.0, 200.0, 20.0  # price of 5 cases off, of each more; weight of the keyed draw
_CLOSE_ENOUGH = 0.02  # part of the cost
_MOST_NODES = 2_000  # of the search; a limit in seconds would choose otherwise on another machine

Ups = list[list[bool]]  # by cell: whether it is 5 in each of the ten


def choose(cells: SmallCells, *, draws: Draws) -> Ups:
    """Say of each of `cells` in which of the ten publications it is 5: in exactly two for each case."""
    ups: Ups = [[False] * TEN for _ in cells.places]
    sums = list(cells.sums())
    for these in _chosen_together(len(cells.places)):
        others = [k for k in range(TEN) if k not in these]
        problem = _Programme(len(these))
        for count, open_in in zip(cells.counts, cells.open_in, strict=True):
            here, elsewhere = sum(open_in[k] for k in these), sum(open_in[k] for k in others)
            fair = count * len(these) // BASE
            waiting = [_KEYED / len(cells.places) * draws.waiting_time() for _ in these]
            problem.add_cell(
                waiting,
                [open_in[k] for k in these],
                ups=min(max(fair, count * TEN // BASE - elsewhere), here),
            )
        for each in sums:
            off = -sum(cells.counts[at] for at in each.cells)
            for column, k in enumerate(these):
                problem.keep_near(each, column, each.before[k] + off)
        for up, chosen in zip(ups, problem.solve(), strict=True):
            for k, is_up in zip(these, chosen, strict=True):
                up[k] = is_up
    return ups


def _chosen_together(cell_count: int) -> list[range]:
    if cell_count <= CHOSEN_TOGETHER:
        return [range(TEN)]
    return [range(TEN // 2), range(TEN // 2, TEN)]


def _price(error: int) -> float:
    beyond = abs(error) - REACH
    return _NEXT + _FURTHER * (beyond - 1) if beyond > 0 else 0.0


@dataclass
class _Programme:
    """The programme above for `width` of the ten. Its variables are z, cell by cell, and then excesses."""

    width: int
    cost: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)  # of each variable; the least is 0
    ups: list[int] = field(default_factory=list)  # by cell: in how many it is 5
    lines: list[dict[int, int]] = field(default_factory=list)  # factors by variable
    bounds: list[tuple[int, int]] = field(default_factory=list)  # of each line

    def add_cell(self, waiting: Sequence[float], open_in: Sequence[bool], *, ups: int) -> None:
        """Add a cell that is 5 in `ups` of those where it is open. All cells come before the first sum."""
        self.cost += waiting
        self.most += map(float, open_in)
        self.ups.append(ups)

    def keep_near(self, these: Sum, column: int, error: int) -> None:
        """Let the error of a sum in one publication have its price; `error` is that with all its cells 0."""
        variables = [cell * self.width + column for cell in these.cells]
        if len(variables) == 1:
            # It takes two values only: the price is one of that cell.
            self.cost[variables[0]] += _price(error + BASE) - _price(error)
            return
        least = -((error + REACH) // BASE)  # as many of its cells have to be 5 for no price
        most = (REACH - error) // BASE
        line = dict.fromkeys(variables, 1)
        if most < len(variables):
            self._may_pass(line, -1, error + BASE * (most + 1), BASE)
        if least > 0:
            self._may_pass(line, 1, error + BASE * (least - 1), -BASE)
        if len(line) > len(variables):
            self._add_line(line, least, most)

    def _may_pass(self, line: dict[int, int], factor: int, first: int, step: int) -> None:
        """Let a line pass its bound, at the price of the first error beyond it; further is dearer still."""
        for price, most in (
            (_price(first), 1.0),
            (_price(first + step) - _price(first), float("inf")),
        ):
            line[len(self.cost)] = factor
            self.cost.append(price)
            self.most.append(most)

    def _add_line(self, line: dict[int, int], least: int, most: int) -> None:
        self.lines.append(line)
        self.bounds.append((least, most))

    def solve(self) -> Ups:
        """By cell: whether it is 5 in each of these publications."""
        if not self.lines:
            return [self._cheapest(cell) for cell in range(len(self.ups))]
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp  # a third of a second, so only when needed
        from scipy.sparse import csr_array

        for cell, ups in enumerate(self.ups):
            first = cell * self.width
            self._add_line(dict.fromkeys(range(first, first + self.width), 1), ups, ups)
        choices = len(self.ups) * self.width
        factors = [factor for line in self.lines for factor in line.values()]
        columns = [variable for line in self.lines for variable in line]
        starts = np.cumsum([0, *map(len, self.lines)])
        matrix = csr_array((factors, columns, starts), shape=(len(self.lines), len(self.cost)))
        answer = milp(
            self.cost,
            constraints=LinearConstraint(matrix, *zip(*self.bounds, strict=True)),
            integrality=np.arange(len(self.cost)) < choices,
            bounds=Bounds(0, self.most),
            options={"mip_rel_gap": _CLOSE_ENOUGH, "node_limit": _MOST_NODES},
        )
        if answer.x is None:
            raise RuntimeError(f"The integer programme found no answer ({answer.message}).")
        return (answer.x[:choices].reshape(-1, self.width) > 0.5).tolist()  # type: ignore[no-any-return]

    def _cheapest(self, cell: int) -> list[bool]:
        """What the programme would choose for a cell that no sum ties to others."""
        first = cell * self.width
        open_in = [at for at in range(self.width) if self.most[first + at]]
        chosen = sorted(open_in, key=lambda at: self.cost[first + at])[: self.ups[cell]]
        return [at in chosen for at in range(self.width)]
