"""The bounds are exact: those of trying every combination, and those known from a table worked by hand."""

import csv
import itertools
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import OptimizeResult

from opencasework.standard.attacks.bounds import Impossible, System, bounds
from opencasework.standard.attacks.tests.suppressed import REFERENCE


def bounds_by_trying(system):
    """The least and greatest values among all combinations that satisfy every row, or None."""
    ranges = [range(low, high + 1) for low, high in zip(system.lower, system.upper, strict=True)]
    points = np.array(list(itertools.product(*ranges)))
    sums = points @ system.matrix().toarray().T
    fits = ((sums >= system.row_lower) & (sums <= system.row_upper)).all(axis=1)
    points = points[fits]
    return (points.min(axis=0).tolist(), points.max(axis=0).tolist()) if len(points) else None


@st.composite
def systems(draw):
    """Up to five numbers of up to five values, in up to five sums."""
    system = System()
    count = draw(st.integers(1, 5))
    for _ in range(count):
        low = draw(st.integers(0, 3))
        system.add(low, low + draw(st.integers(0, 4)))
    for _ in range(draw(st.integers(0, 5))):
        columns = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=count, unique=True))
        values = [draw(st.sampled_from([1, 1, 1, -1, 2])) for _ in columns]
        low = draw(st.integers(-4, 12))
        system.require(columns, values, low, low + draw(st.integers(0, 5)))
    return system


@given(systems())
@settings(max_examples=150, deadline=None)
def test_the_bounds_are_those_found_by_trying_every_combination(system):
    expected = bounds_by_trying(system)

    try:
        found = bounds(system)
    except Impossible:
        assert expected is None
    else:
        assert (found.lower.tolist(), found.upper.tolist()) == expected


def table(cells, *, reach=4):
    """A system of the 0-to-4 cells of a table whose row and column sums are known exactly."""
    system = System()
    index = {place: system.add(0, reach) for place in cells}
    for axis in (0, 1):
        sums = defaultdict(list)
        for place in cells:
            sums[place[axis]].append(place)
        for places in sums.values():
            total = sum(cells[place] for place in places)
            system.require([index[place] for place in places], [1] * len(places), total, total)
    return system


def test_a_two_by_two_table_is_bounded_as_by_hand():
    # t    3-t | 3      one freedom: t from 1, or the last would be negative, to 3
    # 4-t  t-1 | 3
    found = bounds(table({(0, 0): 1, (0, 1): 2, (1, 0): 3, (1, 1): 0}))

    assert found.lower.tolist() == [1, 0, 1, 0]
    assert found.upper.tolist() == [3, 2, 3, 2]


@pytest.mark.parametrize("seed", range(3))
def test_a_table_with_all_margins_is_bounded_as_by_trying(seed):
    chance = np.random.default_rng(seed)
    system = table(
        {(row, column): int(chance.integers(0, 4)) for row in range(2) for column in range(3)}, reach=3
    )

    found = bounds(system)

    assert (found.lower.tolist(), found.upper.tolist()) == bounds_by_trying(system)


def test_numbers_that_no_sum_touches_need_no_programme():
    system = System()
    for _ in range(1_000):
        system.add(0, 4)
    system.require([0, 1], [1, 1], 0, 8)

    found = bounds(system)

    assert (found.work.blocks, found.work.linear, found.work.integer) == (0, 0, 0)
    assert set(found.upper - found.lower) == {4}


def test_a_bound_that_only_whole_numbers_have_is_found():
    system = System()
    x, y, z = system.add(0, 5), system.add(0, 5), system.add(0, 5)
    system.require([x, y], [2, 2], 5, 7)  # x + y is 3, where fractions would have 2.5 to 3.5
    system.require([y, z], [2, -2], -1, 1)

    found = bounds(system)

    assert found.lower.tolist() == [0, 0, 0]
    assert found.upper.tolist() == [3, 3, 3]


def test_what_cannot_be_true_is_disbelieved_in_its_own_block_only():
    system = System()
    first, second, third, fourth = (system.add(0, 4) for _ in range(4))
    system.require([first, second], [1, 1], 12, 12, label="flow")
    system.require([third, fourth], [1, 1], 8, 8, label="flow")

    found = bounds(system, assumed=("flow",))

    assert found.disbelieved == {"flow"}
    assert found.upper.tolist() == [4, 4, 4, 4]
    assert found.lower.tolist() == [0, 0, 4, 4]


def test_contradictions_that_are_no_assumptions_are_impossible():
    system = System()
    system.require([system.add(0, 4), system.add(0, 4)], [1, 1], 12, 12)

    with pytest.raises(Impossible):
        bounds(system)


def test_six_in_ten_suppressed_cells_of_the_reference_table_are_recovered_exactly():
    """Category by body by month with all two-way totals: what was measured before this suite was written."""
    with (REFERENCE / "smallcount_input.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    system, small, sums = System(), [], defaultdict(list)
    for number, line in enumerate(lines):
        count = int(line["n"])
        is_small = 0 < count < 5
        system.add(1 if is_small else count, 4 if is_small else count)
        small += [number] if is_small else []
        for dimensions in (("category", "body"), ("category", "month"), ("body", "month")):
            sums[dimensions, *(line[name] for name in dimensions)].append(number)
    for members in sums.values():
        total = sum(int(lines[member]["n"]) for member in members)
        system.require(members, [1] * len(members), total, total)

    found = bounds(system)

    widths = (found.upper - found.lower)[small]
    assert len(small) == 141
    assert (widths == 0).sum() == 85  # 60 %
    assert (widths <= 1).sum() == 127  # 90 %


def test_a_bound_that_nobody_settled_in_time_is_believed_only_as_far_as_it_is_proved(monkeypatch):
    monkeypatch.setattr(
        "opencasework.standard.attacks.bounds.milp",
        lambda *_, **__: OptimizeResult(x=None, status=1, mip_dual_bound=None),
    )
    system = System()
    x, y, z = system.add(0, 5), system.add(0, 5), system.add(0, 5)
    system.require([x, y], [2, 2], 5, 7)
    system.require([y, z], [2, -2], -1, 1)

    found = bounds(system)

    assert found.work.undecided
    assert (found.sure_upper - found.sure_lower).max() < 3  # what trying every combination would find
    assert (found.lower <= 0).all()
    assert (found.upper >= 3).all()
