"""Exact bounds of whole numbers that are known only through sums: what an attacker can work out.

    minimise and maximise x_j   subject to   lower <= x <= upper,   row_lower <= A x <= row_upper,   x whole

for every j. Solving 2n integer programmes is slow and nearly always needless, so the answer is closed in from
two sides, exactly:

- from outside, each row alone bounds each of its numbers by what the others leave (bound propagation;
  Savelsbergh 1994). Where the numbers and rows of a connected block form a tree and all coefficients are 1 or
  -1, the result is exact already, since a sum of intervals of whole numbers is one;
- from inside, every solution found proves the values in it, and so does moving one number of it as far as its
  rows have slack ("a witness"). One solution that wants many numbers large at once proves many of them.

Only where the two sides differ is a linear programme solved for one number (HiGHS, by scipy), and only where
its solution is not whole an integer one. Blocks that share no number are solved apart, and numbers that stand
in the same rows with the same limits have the same answer.

Source of the filtering: Gleixner, Berthold, Mueller, Weltge, "Three enhancements for optimization-based bound
tightening", J. Global Optimization 67 (2017).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from opencasework.standard.attacks.moves import Moves

NO_LIMIT = 10**9  # more than any office counts, and small enough that sums of thousands fit into 64 bits
_WHOLE = 1e-6
_MOST_SWEEPS = 200
_INTEGER_SECONDS = (10.0, 60.0)  # of one integer programme, and of a second try; then it is undecided


class Impossible(Exception):
    """No numbers fit: what the attacker assumed cannot all be true."""


@dataclass
class System:
    """Unknown whole numbers, each between two limits, and sums of them between two limits."""

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    _columns: list[int] = field(default_factory=list)
    _values: list[int] = field(default_factory=list)
    _starts: list[int] = field(default_factory=lambda: [0])
    row_lower: list[int] = field(default_factory=list)
    row_upper: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def add(self, lower: int, upper: int) -> int:
        """Add a number between two limits and return its index."""
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    def require(
        self, columns: Sequence[int], values: Sequence[int], lower: int, upper: int, *, label: str = ""
    ) -> None:
        """Require `lower <= sum(values * numbers) <= upper`, a statement of the kind `label`."""
        self._columns.extend(columns)
        self._values.extend(values)
        self._starts.append(len(self._columns))
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.labels.append(label)

    def matrix(self) -> "sparse.csr_array":
        """The rows as a sparse matrix."""
        shape = (len(self.row_lower), len(self.lower))
        data = (np.array(self._values, np.int64), np.array(self._columns, np.int64), np.array(self._starts))
        matrix = sparse.csr_array(data, shape=shape)
        matrix.sum_duplicates()  # sorts too, so that no later operation does so behind our back
        return matrix

    @property
    def numbers(self) -> int:
        """How many numbers there are."""
        return len(self.lower)


@dataclass
class Work:
    """What finding the bounds took."""

    blocks: int = 0  # connected ones that propagation alone did not settle
    linear: int = 0  # programmes
    integer: int = 0
    undecided: int = 0  # bounds that no integer programme settled in time


@dataclass(frozen=True)
class Solution:
    """The narrowest interval of each number, how much work that was, and which rows had to be disbelieved.

    Where a bound was not settled in time it lies between `lower` and `sure_lower`, or `sure_upper` and
    `upper`: values within the sure ones are proved to be possible. Everywhere else the two are the same. Who
    asks whether a number is safe asks the sure ones.
    """

    lower: "np.ndarray"
    upper: "np.ndarray"
    sure_lower: "np.ndarray"
    sure_upper: "np.ndarray"
    work: Work
    disbelieved: frozenset[str] = frozenset()


def bounds(
    system: System,
    *,
    assumed: Sequence[str] = (),
    guess: Sequence[int] = (),
    wanted: Sequence[bool] = (),
) -> Solution:
    """The least and the greatest value each number can have.

    `guess` is one value a number; where a block's guesses satisfy its rows (as a published table satisfies
    what is published of it) they are its first witness, and often the only one needed. `wanted` says of each
    number whether its bounds have to be exact; those of the others may be wider than they could be.

    Where nothing fits, an attacker was wrong to assume something: in such a block the rows with the labels
    `assumed` are disbelieved, the first label first, until something fits. Raises Impossible when nothing
    does even then.
    """
    whole = _Block(
        system.matrix(),
        np.array(system.row_lower, np.int64),
        np.array(system.row_upper, np.int64),
        np.array(system.lower, np.int64),
        np.array(system.upper, np.int64),
    )
    labels = np.array(system.labels, dtype=str)
    found = [whole.lower.copy(), whole.upper.copy(), whole.lower.copy(), whole.upper.copy()]
    work = Work()
    absurd = whole.contradictions() & np.isin(labels, assumed)  # cannot be true whatever the rest says
    disbelieved: set[str] = set(labels[absurd])
    guesses = np.array(guess if len(guess) else system.lower, np.int64)
    asked = np.array(wanted, bool) if len(wanted) else np.ones(system.numbers, bool)
    whole.row_lower[absurd], whole.row_upper[absurd] = -NO_LIMIT * system.numbers, NO_LIMIT * system.numbers
    for columns, rows, block in whole.pieces():
        solved = None
        for number in range(len(assumed) + 1):
            believed = ~np.isin(labels[rows], assumed[:number])
            attempt = _Block(
                block.matrix[believed],
                block.row_lower[believed],
                block.row_upper[believed],
                block.lower.copy(),
                block.upper.copy(),
            )
            try:
                solved = _solve(attempt, work, guesses[columns], asked[columns])
                break
            except Impossible:
                continue
        if solved is None:
            raise Impossible
        disbelieved.update(assumed[:number])
        for all_, its in zip(found, solved, strict=True):
            all_[columns] = its
    lower, upper, sure_lower, sure_upper = found
    return Solution(lower, upper, sure_lower, sure_upper, work, frozenset(disbelieved))


def _solve(
    block: "_Block", work: Work, guess: "np.ndarray", wanted: "np.ndarray"
) -> "tuple[np.ndarray, ...]":
    """The lower, upper, sure lower and sure upper bounds of a block."""
    settled = block.tighten()
    found = (block.lower.copy(), block.upper.copy(), block.lower.copy(), block.upper.copy())
    for columns, _, piece in block.pieces():
        if settled and piece.is_tree():
            continue
        work.blocks += 1
        sure = piece.close_in(work, guess[columns], wanted[columns])
        for all_, its in zip(found, (piece.lower, piece.upper, *sure), strict=True):
            all_[columns] = its
    return found


@dataclass
class _Block:
    matrix: "sparse.csr_array"
    row_lower: "np.ndarray"
    row_upper: "np.ndarray"
    lower: "np.ndarray"
    upper: "np.ndarray"

    def activity(self) -> tuple["np.ndarray", "np.ndarray"]:
        """The least and greatest value of each row within the limits of its numbers."""
        positive, negative = self.matrix.maximum(0), self.matrix.minimum(0)
        least = positive @ self.lower + negative @ self.upper
        greatest = positive @ self.upper + negative @ self.lower
        return least, greatest

    def contradictions(self) -> "np.ndarray":
        """The rows that no numbers within the limits can satisfy."""
        least, greatest = self.activity()
        found: np.ndarray = (least > self.row_upper) | (greatest < self.row_lower)
        return found

    def tighten(self) -> bool:
        """Narrow the limits by each row alone until nothing moves; False when it was cut short."""
        entries = self.matrix.tocoo()
        rows, columns, values = entries.row, entries.col, entries.data
        up = values > 0
        for _ in range(_MOST_SWEEPS):
            if self.contradictions().any():
                raise Impossible
            least, greatest = self.activity()
            low, high = values * self.lower[columns], values * self.upper[columns]
            own_least, own_greatest = np.where(up, low, high), np.where(up, high, low)
            # What the rest of the row leaves for this entry's number, rounded inwards.
            room = self.row_upper[rows] - (least[rows] - own_least)
            need = self.row_lower[rows] - (greatest[rows] - own_greatest)
            size = np.abs(values)
            floor, ceiling = room // size, -(-need // size)
            new_upper, new_lower = self.upper.copy(), self.lower.copy()
            np.minimum.at(new_upper, columns, np.where(up, floor, -ceiling))
            np.maximum.at(new_lower, columns, np.where(up, ceiling, -floor))
            if (new_lower > new_upper).any():
                raise Impossible
            if (new_lower == self.lower).all() and (new_upper == self.upper).all():
                return True
            self.lower, self.upper = new_lower, new_upper
        return False

    def pieces(self) -> list[tuple["np.ndarray", "np.ndarray", "_Block"]]:
        """The connected blocks that are left when settled numbers and rows that say nothing are gone.

        Each with the indices of its numbers and of its rows.
        """
        least, greatest = self.activity()
        speaking = np.flatnonzero((least < self.row_lower) | (greatest > self.row_upper))
        open_ = np.flatnonzero(self.lower < self.upper)
        if not len(speaking):
            return []
        rows = self.matrix[speaking]
        settled = np.where(self.lower == self.upper, self.lower, 0)
        constant = rows @ settled
        rows = rows[:, open_]
        graph = sparse.block_array([[None, rows], [rows.T, None]]).tocsr()
        _, labels = sparse.csgraph.connected_components(graph, directed=False)
        row_labels, column_labels = labels[: len(speaking)], labels[len(speaking) :]
        found = []
        for label in np.unique(row_labels):
            mine, columns = np.flatnonzero(row_labels == label), np.flatnonzero(column_labels == label)
            if not len(columns):
                raise Impossible  # a row of settled numbers alone that would still say something
            low, high = self.row_lower[speaking] - constant, self.row_upper[speaking] - constant
            block = _Block(
                rows[mine][:, columns],
                low[mine],
                high[mine],
                self.lower[open_[columns]],
                self.upper[open_[columns]],
            )
            found.append((open_[columns], speaking[mine], block))
        return found

    def is_tree(self) -> bool:
        """Whether numbers and rows form a tree with coefficients 1 and -1: then propagation was exact."""
        nodes = sum(self.matrix.shape)
        return bool(self.matrix.nnz == nodes - 1 and (np.abs(self.matrix.data) == 1).all())

    def close_in(
        self, work: Work, guess: "np.ndarray", wanted: "np.ndarray"
    ) -> "tuple[np.ndarray, np.ndarray]":
        """Make the limits exact by witnesses, then by programmes for what is left; return the sure limits."""
        closing = _Closing(self, work, wanted)
        closing.run(guess)
        return (
            np.where(closing.doubted_lower, closing.sure_lower, self.lower),
            np.where(closing.doubted_upper, closing.sure_upper, self.upper),
        )


class _Closing:
    """One connected block while its bounds are closed in: `proved_*` from inside, the rest from outside."""

    def __init__(self, block: _Block, work: Work, wanted: "np.ndarray") -> None:
        self.block, self.work, self.wanted = block, work, wanted
        self.moves = Moves(
            block.matrix, (block.row_lower, block.row_upper), (block.lower.copy(), block.upper.copy())
        )
        self.proved_lower = block.upper.copy()  # nothing is proved: the sides are the wrong way round
        self.proved_upper = block.lower.copy()
        # Of bounds that were not settled in time, what was proved by then.
        self.doubted_lower, self.doubted_upper = np.zeros((2, len(block.lower)), bool)
        self.sure_lower, self.sure_upper = block.upper.copy(), block.lower.copy()
        self.twin = _twins(block.matrix.tocsc(), block)
        self.constraint = LinearConstraint(block.matrix, block.row_lower, block.row_upper)
        equal = block.row_lower == block.row_upper
        self.equal, self.equal_to = block.matrix[equal], block.row_lower[equal]
        loose = block.matrix[~equal]
        self.below = sparse.vstack([loose, -loose]).tocsr()
        self.below_by = np.concatenate([block.row_upper[~equal], -block.row_lower[~equal]])

    def run(self, guess: "np.ndarray") -> None:
        if self.fits(guess):
            self.witness(guess)
        else:  # as near to it as can be: most rows keep the slack they have there
            block = self.block
            near = (guess <= block.lower).astype(float) - (guess >= block.upper)
            if (point := self.whole_point(near)) is not None:
                self.witness(point)
        self.sweep()
        for upwards in (True, False):
            while (index := self.next_open(upwards=upwards)) is not None:
                self.settle(index, upwards=upwards)

    def gaps(self, *, upwards: bool) -> "np.ndarray":
        block = self.block
        gaps: np.ndarray = block.upper - self.proved_upper if upwards else self.proved_lower - block.lower
        return np.where(self.wanted, gaps, 0)

    def next_open(self, *, upwards: bool) -> int | None:
        gaps = self.gaps(upwards=upwards)
        index = int(gaps.argmax())
        return index if gaps[index] > 0 else None

    def sweep(self) -> None:
        """Ask for many numbers at their limit at once, as long as that proves a good share of the rest."""
        fruitless = 0
        upwards = True
        while fruitless < 2:
            gaps = self.gaps(upwards=upwards) > 0
            if gaps.any():
                before = gaps.sum()
                # Of numbers that are alike one is enough to ask for.
                asked = np.zeros(len(gaps))
                asked[np.unique(self.twin[gaps])] = -1.0 if upwards else 1.0
                point = self.whole_point(asked)
                if point is None:
                    return
                self.witness(point)
                left = (self.gaps(upwards=upwards) > 0).sum()
                fruitless = 0 if left <= 0.9 * before else fruitless + 1
            else:
                fruitless += 1
            upwards = not upwards

    def whole_point(self, costs: "np.ndarray") -> "np.ndarray | None":
        """A solution in whole numbers, a good one for `costs`. None when none was found in time."""
        found = self.linear(costs)
        low, high = self.block.lower, self.block.upper
        if found is not None:
            point: np.ndarray = np.rint(found).astype(np.int64)
            whole = np.abs(found - point) < _WHOLE
            if whole.all() and self.fits(point):
                return point
            # Most of it is whole nearly always: keep that, and find whole numbers for the rest.
            near = self.integer(costs, np.where(whole, point, low), np.where(whole, point, high))
            if near is not None:
                return near
        return self.integer(costs, low, high)

    def integer(self, costs: "np.ndarray", low: "np.ndarray", high: "np.ndarray") -> "np.ndarray | None":
        """A solution in whole numbers between other limits. None when there is none, or none in time."""
        self.work.integer += 1
        found = milp(
            costs,
            integrality=np.ones(len(costs)),
            bounds=Bounds(low, high),
            constraints=self.constraint,
            options={"time_limit": _INTEGER_SECONDS[0], "mip_rel_gap": 0.05},
        )
        if found.x is None:
            return None
        point = np.rint(found.x).astype(np.int64)
        return point if self.fits(point) else None

    def witness(self, point: "np.ndarray") -> None:
        """Take what a solution proves: its values, and how far each number of it can move."""
        least, most = self.moves.reach(point)
        np.maximum.at(self.proved_upper, self.twin, most)
        np.minimum.at(self.proved_lower, self.twin, least)
        self.proved_upper = self.proved_upper[self.twin]
        self.proved_lower = self.proved_lower[self.twin]

    def settle(self, index: int, *, upwards: bool) -> None:
        """Find one bound by a linear programme, and by an integer one where that gives no whole solution."""
        costs = np.zeros(len(self.block.lower))
        costs[index] = -1.0 if upwards else 1.0
        found = self.linear(costs)
        if found is not None:
            limit = int(np.floor(found[index] + _WHOLE) if upwards else np.ceil(found[index] - _WHOLE))
            self.narrow(index, limit, upwards=upwards)
            point = np.rint(found).astype(np.int64)
            if (np.abs(found - point) < _WHOLE).all() and self.fits(point):
                self.witness(point)
        if self.gaps(upwards=upwards)[index] > 0:
            self.settle_whole(index, costs, upwards=upwards)

    def linear(self, costs: "np.ndarray") -> "np.ndarray | None":
        """A solution with the least costs, whole or not. None when the solver gave up."""
        self.work.linear += 1
        found = linprog(
            costs,
            A_ub=self.below if self.below.shape[0] else None,
            b_ub=self.below_by if self.below.shape[0] else None,
            A_eq=self.equal if self.equal.shape[0] else None,
            b_eq=self.equal_to if self.equal.shape[0] else None,
            bounds=np.column_stack([self.block.lower, self.block.upper]),
            method="highs",
        )
        if found.status == 2:
            raise Impossible
        return None if found.x is None else np.asarray(found.x)

    def settle_whole(self, index: int, costs: "np.ndarray", *, upwards: bool) -> None:
        """Find one bound by an integer programme, in two tries; what neither finds in time is undecided."""
        for seconds in _INTEGER_SECONDS:
            if self.try_whole(index, costs, seconds, upwards=upwards):
                return
        self.work.undecided += 1
        alike = self.twin == self.twin[index]
        proved = self.proved_upper if upwards else self.proved_lower
        (self.doubted_upper if upwards else self.doubted_lower)[alike] = True
        (self.sure_upper if upwards else self.sure_lower)[alike] = proved[alike]
        proved[alike] = self.limit(index, upwards=upwards)  # nothing more is asked about it

    def try_whole(self, index: int, costs: "np.ndarray", seconds: float, *, upwards: bool) -> bool:
        """Whether an integer programme of at most so many seconds settled the bound."""
        self.work.integer += 1
        found = milp(
            costs,
            integrality=np.ones(len(costs)),
            bounds=Bounds(self.block.lower, self.block.upper),
            constraints=self.constraint,
            options={"time_limit": seconds},
        )
        if found.status == 2:
            raise Impossible
        if found.x is not None and self.fits(point := np.rint(found.x).astype(np.int64)):
            self.witness(point)
        if found.status == 0:
            self.narrow(index, round(found.x[index]), upwards=upwards)
        elif found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
            # The costs are 1 or -1 of this number alone, so that the dual bound is one of it.
            bound = -found.mip_dual_bound if upwards else found.mip_dual_bound
            self.narrow(
                index, int(np.floor(bound + _WHOLE) if upwards else np.ceil(bound - _WHOLE)), upwards=upwards
            )
        return bool(self.gaps(upwards=upwards)[index] <= 0)

    def limit(self, index: int, *, upwards: bool) -> int:
        return int(self.block.upper[index] if upwards else self.block.lower[index])

    def narrow(self, index: int, limit: int, *, upwards: bool) -> None:
        alike = self.twin == self.twin[index]
        if upwards:
            self.block.upper[alike] = np.minimum(self.block.upper[alike], limit)
        else:
            self.block.lower[alike] = np.maximum(self.block.lower[alike], limit)

    def fits(self, point: "np.ndarray") -> bool:
        value = self.block.matrix @ point
        return bool(
            (value >= self.block.row_lower).all()
            and (value <= self.block.row_upper).all()
            and (point >= self.block.lower).all()
            and (point <= self.block.upper).all()
        )


def _twins(columns: "sparse.csc_array", block: _Block) -> "np.ndarray":
    """For each number the first that stands in the same rows with the same coefficients and limits."""
    first: dict[tuple[bytes, bytes, int, int], int] = {}
    twin = np.empty(len(block.lower), np.int64)
    for index in range(len(twin)):
        span = slice(columns.indptr[index], columns.indptr[index + 1])
        name = (
            columns.indices[span].tobytes(),
            columns.data[span].tobytes(),
            int(block.lower[index]),
            int(block.upper[index]),
        )
        twin[index] = first.setdefault(name, index)
    return twin
