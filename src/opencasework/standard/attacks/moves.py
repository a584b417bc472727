"""How far the numbers of one solution can move, so that one solution proves many values.

A move changes one number and, where a row would stop it, others with it:

- alone, as far as the slack of its rows allows;
- in rows that are equations, with numbers that stand in equations only taking up the difference (a case
  opened more in March is one open more at the end of March and of every month after it);
- in rows that compare two numbers (a part with its whole), together with the other one.

Every move is a vector v with A v = 0 in the equations, so x + s v is a solution for every whole s that the
other rows and the limits leave room for.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

_MOST_EQUATIONS = 400  # more would make the dense inverse slow, and none of our blocks has as many


class Moves:
    """The moves of one block. `matrix` is its rows; limits are those of rows and of numbers."""

    def __init__(
        self,
        matrix: "sparse.csr_array",
        row_limits: tuple["np.ndarray", "np.ndarray"],
        limits: tuple["np.ndarray", "np.ndarray"],
    ) -> None:
        self.matrix = matrix
        self.limits = tuple(np.concatenate(pair) for pair in zip(row_limits, limits, strict=True))
        equal = row_limits[0] == row_limits[1]
        kinds = [sparse.identity(matrix.shape[1], dtype=np.int64, format="csc")]
        kinds += _compensated(matrix, equal)
        if (pairs := _pairs(matrix, equal)) is not None:
            kinds.append(pairs)
        self.moves = sparse.hstack(kinds).tocsc()
        effect = sparse.vstack([matrix @ self.moves, self.moves]).tocsc()
        effect.eliminate_zeros()
        self.effect = effect
        self.sizes = np.abs(effect.data)
        self.rises = effect.data > 0
        entries = self.moves.tocoo()
        self.entries = entries.row, entries.col, entries.data

    def reach(self, point: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
        """The least and the greatest value of each number that some move from a solution attains."""
        value = np.concatenate([self.matrix @ point, point])
        rows, starts = self.effect.indices, self.effect.indptr[:-1]
        above = (self.limits[1] - value)[rows] // self.sizes
        below = (value - self.limits[0])[rows] // self.sizes
        forth = np.minimum.reduceat(np.where(self.rises, above, below), starts)
        back = np.minimum.reduceat(np.where(self.rises, below, above), starts)
        numbers, moves, steps = self.entries
        least, most = point.copy(), point.copy()
        for change in (steps * forth[moves], -steps * back[moves]):
            np.maximum.at(most, numbers, point[numbers] + change)
            np.minimum.at(least, numbers, point[numbers] + change)
        return least, most


def _compensated(matrix: "sparse.csr_array", equal: "np.ndarray") -> list["sparse.csc_array"]:
    """Moves of one number that others make up for in the equations, in up to two ways."""
    equations = matrix[equal].tocsc()
    if not 0 < equations.shape[0] <= _MOST_EQUATIONS:
        return []
    touched = np.diff(equations.indptr) > 0
    free = np.flatnonzero(touched & (np.diff(matrix[~equal].tocsc().indptr) == 0))
    found: list[sparse.csc_array] = []
    # Without the first and without the last: what comes after takes up the difference, or what came before.
    for choice in (free[1:], free[:-1]):
        if len(choice) < equations.shape[0]:
            continue
        match = maximum_bipartite_matching(equations[:, choice].tocsr(), perm_type="column")
        if (match < 0).any():
            continue
        pivots = choice[match]
        square = equations[:, pivots].toarray().astype(float)
        if abs(abs(np.linalg.det(square)) - 1) > 1e-6:
            continue
        others = np.setdiff1d(np.flatnonzero(touched), pivots)
        along = np.rint(-np.linalg.solve(square, equations[:, others].toarray())).astype(np.int64)
        rows = sparse.coo_array(along)
        count = len(others)
        data = np.concatenate([np.ones(count, np.int64), rows.data])
        places = (
            np.concatenate([others, pivots[rows.row]]),
            np.concatenate([np.arange(count), rows.col]),
        )
        found.append(sparse.csc_array((data, places), shape=(matrix.shape[1], count)))
    return found


def _pairs(matrix: "sparse.csr_array", equal: "np.ndarray") -> "sparse.csc_array | None":
    """Moves of two numbers together, where a row compares just these two."""
    rows = np.flatnonzero((np.diff(matrix.indptr) == 2) & ~equal)
    starts = matrix.indptr[rows]
    against = matrix.data[starts] == -matrix.data[starts + 1]
    rows, starts = rows[against], starts[against]
    if not len(rows):
        return None
    numbers = np.concatenate([matrix.indices[starts], matrix.indices[starts + 1]])
    moves = np.tile(np.arange(len(rows)), 2)
    shape = (matrix.shape[1], len(rows))
    return sparse.csc_array((np.ones(2 * len(rows), np.int64), (numbers, moves)), shape=shape)
