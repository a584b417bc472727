"""Unbiased controlled rounding of a two-way table: cells, rows, columns and total to whole neighbours.

The numbers of the table are flows on the edges of a network: a source feeds the rows, a row's cells carry its
flow to the columns, the columns drain into a sink, and one edge, the total, runs back. What enters a node
leaves it, so a node never has exactly one edge whose flow is not whole: walking along such edges one comes
round to a cycle. Push flow round it until an edge becomes whole, forwards or backwards by a draw with the
odds that leave every flow right on average. Each push settles an edge for good; when none is left the table
is whole.

    E[rounded] = given, for every cell                 each push is a martingale step
    floor(sum) <= rounded sum <= ceil(sum)             for every row, every column and the total

Source: L. H. Cox, "A constructive procedure for unbiased controlled rounding", JASA 82 (1987) 520-524; in the
form of dependent rounding, R. Gandhi et al., J. ACM 53 (2006) 324-360.
"""

from __future__ import annotations

from collections.abc import Sequence

from opencasework.standard.disclosure.keyed import Draws

ONE = 1 << 20  # the flows are whole numbers of this part of one, so that no sum is ever inexact
Step = tuple[int, int]  # an edge, and 1 where the walk goes along it, -1 where against it


class _Network:
    """The edges with their flows, and which of them are not whole yet."""

    def __init__(self, flows: Sequence[int], rows: Sequence[int], columns: Sequence[int]) -> None:
        row_count, column_count = max(rows) + 1, max(columns) + 1
        source, sink = row_count + column_count, row_count + column_count + 1
        row_sums, column_sums = [0] * row_count, [0] * column_count
        for flow, row, column in zip(flows, rows, columns, strict=True):
            row_sums[row] += flow
            column_sums[column] += flow
        self.flow = [*flows, *row_sums, *column_sums, sum(flows)]
        self.start = [*rows, *[source] * row_count, *range(row_count, source), sink]
        self.end = [
            *(row_count + column for column in columns),
            *range(row_count),
            *[sink] * column_count,
            source,
        ]
        self.open: list[list[int]] = [[] for _ in range(sink + 1)]  # by node: its edges that are not whole
        for edge, flow in enumerate(self.flow):
            if flow % ONE:
                self.open[self.start[edge]].append(edge)
                self.open[self.end[edge]].append(edge)

    def cycle_from(self, node: int) -> list[Step]:
        """Walk from `node` over edges that are not whole until a node comes twice; return the way round."""
        steps: list[Step] = []
        first_seen = {node: 0}
        came_by = -1
        while True:
            edges = self.open[node]
            came_by = edges[0] if edges[0] != came_by else edges[1]
            forwards = self.start[came_by] == node
            node = self.end[came_by] if forwards else self.start[came_by]
            steps.append((came_by, 1 if forwards else -1))
            if node in first_seen:
                return steps[first_seen[node] :]
            first_seen[node] = len(steps)

    def push(self, cycle: Sequence[Step], draws: Draws) -> None:
        """Push flow round the cycle, one way or the other, as far as it goes."""
        up = min(-self.flow[edge] % ONE if way > 0 else self.flow[edge] % ONE for edge, way in cycle)
        down = min(self.flow[edge] % ONE if way > 0 else -self.flow[edge] % ONE for edge, way in cycle)
        # up with probability down / (up + down): the mean change is 0.
        change = up if draws.happens(down, up + down) else -down
        for edge, way in cycle:
            self.flow[edge] += way * change
            if self.flow[edge] % ONE == 0:
                self.open[self.start[edge]].remove(edge)
                self.open[self.end[edge]].remove(edge)


def round_table(
    shares: Sequence[float], rows: Sequence[int], columns: Sequence[int], *, draws: Draws
) -> list[int]:
    """Round the cells of a table, given as shares of 0 to 1 with the row and the column of each, to 0 and 1.

    A cell becomes 1 with probability its share (to within 2**-20), and no row, column or total is then
    further than 1 from its sum of shares. An empty table gives an empty list.
    """
    if not shares:
        return []
    network = _Network([min(max(round(share * ONE), 0), ONE) for share in shares], rows, columns)
    for node, edges in enumerate(network.open):
        while edges:
            network.push(network.cycle_from(node), draws)
    return [flow // ONE for flow in network.flow[: len(shares)]]
