"""Controlled rounding: right on average, near the truth in every sum, the same every time."""

import csv
import math
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencasework.standard import disclosure
from opencasework.standard.disclosure import programme
from opencasework.standard.disclosure.circulation import round_table
from opencasework.standard.disclosure.keyed import Draws
from opencasework.standard.observations import Cell
from opencasework.standard.tests.cubes import (
    AREA,
    REFERENCE,
    cell_means,
    deviations,
    invented,
    lean,
    reference,
    root_mean_square,
    round_all,
)

KEY = b"a key for tests, 32 bytes long.."
# Worked out by Statistics Norway's software, for the same table.
REFERENCE_FARTHEST, REFERENCE_ROOT_MEAN_SQUARE = 5, 2.0

shares = st.lists(st.floats(min_value=0, max_value=1), min_size=1, max_size=40)
keys = st.binary(min_size=16, max_size=32)


def key_of(number):
    return b"key %06d for tests" % number


def counts_of_october(measure, numbers):
    return {
        Cell("2026-10", AREA, "benefits", f"GB-COH-{at:08}", measure): number
        for at, number in enumerate(numbers)
    }


@given(shares, st.integers(min_value=1, max_value=6), keys)
@settings(max_examples=60)
def test_rows_columns_and_total_become_whole_neighbours(cells, width, key):
    rows = [at // width for at in range(len(cells))]
    columns = [at % width for at in range(len(cells))]

    rounded = round_table(cells, rows, columns, draws=Draws(key, "test"))

    assert set(rounded) <= {0, 1}
    groups = [(rows, row) for row in set(rows)] + [(columns, column) for column in set(columns)]
    for numbers, number in [*groups, ([0] * len(cells), 0)]:
        members = [at for at in range(len(cells)) if numbers[at] == number]
        assert abs(sum(rounded[at] for at in members) - sum(cells[at] for at in members)) < 1 + 1e-4


def test_each_cell_of_a_drawn_table_is_right_on_average():
    cells = [0.2, 0.4, 0.8, 0.6, 0.2, 0.6]
    rows, columns = [0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]
    draws, many = Draws(KEY, "average"), 10_000

    sums = [0] * 6
    for _ in range(many):
        sums = [a + b for a, b in zip(sums, round_table(cells, rows, columns, draws=draws), strict=True)]

    for share, total in zip(cells, sums, strict=True):
        assert abs(total / many - share) < 3 * math.sqrt(share * (1 - share) / many)


def mean_errors(months, *, keys):
    return cell_means(months, (round_all(months, key=key_of(number)) for number in range(keys)))


@pytest.fixture(scope="module")
def of_the_reference():
    return mean_errors(reference(), keys=100)


def test_fourteen_thousand_rounded_cells_are_right_on_average(of_the_reference):
    means = list(of_the_reference.values())
    variance = sum(count * (5 - count) / 100 for _, count in of_the_reference) / len(means)

    assert len(means) * 100 > 10_000
    assert abs(sum(means) / len(means)) < 3 * math.sqrt(variance / len(means))
    for count in range(1, 5):
        of_count = [mean for (_, n), mean in of_the_reference.items() if n == count]
        standard_error = math.sqrt(count * (5 - count) / (100 * len(of_count)))
        # By true count, what the programme mends may lean by a tenth of a case one way or the other.
        assert abs(sum(of_count) / len(of_count)) < 3 * standard_error + 0.1


def test_each_cell_of_the_first_month_of_a_year_is_right_on_average():
    (first, *_) = sorted(reference())

    means = mean_errors({first: reference()[first]}, keys=2_000)

    # One in 300 single cells passes three standard errors by chance; of these 25 none passes four.
    assert len(means) > 20
    assert all(abs(mean) < 4 * math.sqrt(n * (5 - n) / 2_000) for (_, n), mean in means.items())


def test_single_cells_of_later_months_lean_and_by_no_more_than_is_said(of_the_reference):
    """Not unbiased cell by cell: what keeps the totals near falls on some cells (disclosure.md)."""
    assert 0.15 < lean(of_the_reference, keys=100) < 0.4
    assert max(map(abs, of_the_reference.values())) < 0.81 + 4 * math.sqrt(6 / 100)


def test_it_is_keeping_the_totals_near_that_makes_cells_lean(monkeypatch):
    monkeypatch.setattr(programme, "REACH", 99)

    found = mean_errors(reference(), keys=100)

    assert lean(found, keys=100) < 0.13


def test_the_reference_is_as_it_is_said_to_be():
    rows = csv.DictReader((REFERENCE / "smallcount_plsrounding_base5_publish.csv").open(encoding="utf-8"))
    margins = [int(row["difference"]) for row in rows if "Total" in row.values()]

    assert len(margins) == 153
    assert max(map(abs, margins)) == REFERENCE_FARTHEST
    assert root_mean_square(margins) == REFERENCE_ROOT_MEAN_SQUARE


def test_sums_of_the_reference_table_are_no_further_off_than_the_reference():
    months = reference()

    found = [list(deviations(months, round_all(months, key=key_of(n))).values()) for n in range(10)]

    assert {len(margins) for margins in found} == {153}
    assert max(abs(off) for margins in found for off in margins) <= REFERENCE_FARTHEST
    # The reference may lean towards the nearest multiple; a method that is right on average may not (below).
    together = root_mean_square(root_mean_square(margins) for margins in found)
    assert together == pytest.approx(REFERENCE_ROOT_MEAN_SQUARE, rel=0.05)


def test_over_many_keys_sums_are_as_near_the_truth_as_an_unbiased_method_can_bring_them():
    months = reference()
    small = {
        month: {cell: n if n < 5 else 0 for cell, n in counts.items()} for month, counts in months.items()
    }
    # A sum of small cells of true s is a multiple of 5; right on average, its variance is r(5 - r) at least.
    rests = [-off % 5 for off in deviations(small, {month: {} for month in months}).values()]
    least = math.sqrt(sum(rest * (5 - rest) for rest in rests) / len(rests))

    found = [
        root_mean_square(deviations(months, round_all(months, key=key_of(n))).values()) for n in range(20)
    ]

    assert least == pytest.approx(2.01, abs=0.005)
    assert root_mean_square(found) < 1.05 * least


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_stays_as_near_the_truth_as_a_month(seed):
    months = invented(seed=seed)

    off = deviations(months, round_all(months, key=KEY))

    of_the_year = [deviation for (_, _, month), deviation in off.items() if month == "_T"]
    assert max(map(abs, of_the_year)) <= 6
    assert max(map(abs, off.values())) <= 6


def test_without_what_is_carried_over_a_year_drifts():
    months = invented(seed=1)
    alone = {month: disclosure.protect(counts, key=KEY) for month, counts in months.items()}

    def of_the_year(published):
        return [off for (_, _, month), off in deviations(months, published).items() if month == "_T"]

    assert root_mean_square(of_the_year(alone)) > 2 * root_mean_square(
        of_the_year(round_all(months, key=KEY))
    )


@given(st.integers(min_value=1, max_value=1_000), keys)
@settings(max_examples=25, deadline=None)
def test_each_cell_is_left_zero_five_or_as_it_was(seed, key):
    months = invented(months=3, seed=seed)

    published = round_all(months, key=key)

    for month, counts in months.items():
        for cell, count in counts.items():
            shown = published[month].get(cell, 0)
            assert shown == count if count == 0 or count >= 5 else shown in (0, 5)


@given(st.integers(min_value=1, max_value=1_000), keys)
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_counts_and_of_the_calls_changes_nothing(seed, key):
    (month,) = invented(months=1, seed=seed).values()
    carried = {(cell.category, cell.body, cell.measure): at % 5 - 2 for at, cell in enumerate(month)}

    once = disclosure.protect(month, key=key, carried=carried)
    again = disclosure.protect(
        dict(reversed(month.items())), key=key, carried=dict(reversed(carried.items()))
    )

    assert once == again


def test_another_office_draws_otherwise():
    (month,) = invented(months=1).values()

    assert disclosure.protect(month, key=KEY) != disclosure.protect(month, key=key_of(1))


@given(st.data(), st.integers(min_value=1, max_value=1_000))
@settings(max_examples=20, deadline=None)
def test_a_case_more_in_a_later_month_changes_no_earlier_one(data, seed):
    months = invented(months=3, seed=seed)
    changed = data.draw(st.sampled_from(sorted(months)))
    cell = data.draw(st.sampled_from(sorted(months[changed], key=str)))
    neighbour = {**months, changed: {**months[changed], cell: months[changed][cell] + 1}}

    one, other = round_all(months, key=KEY), round_all(neighbour, key=KEY)

    assert [one[month] for month in months if month < changed] == [
        other[month] for month in months if month < changed
    ]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted), min_size=1, max_size=12), keys)
@settings(max_examples=40, deadline=None)
def test_no_more_replies_came_in_time_than_came_at_all(pairs, key):
    whole = counts_of_october("replies_received", [pair[1] for pair in pairs])
    part = counts_of_october("replies_in_20wd", [pair[0] for pair in pairs])

    shown = disclosure.protect({**whole, **part}, key=key)

    for of_whole, of_part in zip(whole, part, strict=True):
        assert shown.get(of_part, 0) <= shown.get(of_whole, 0)


def test_replies_in_time_are_right_on_average():
    whole = counts_of_october("replies_received", [4, 3, 4, 2, 1, 4])
    part = counts_of_october("replies_in_20wd", [1, 2, 4, 1, 1, 3])
    many = 400
    sums = defaultdict(int)
    for number in range(many):
        for cell, shown in disclosure.protect({**whole, **part}, key=key_of(number)).items():
            sums[cell] += shown

    off = [sums[cell] / many - n for cell, n in part.items()]

    assert max(map(abs, off)) < 0.5
    assert abs(sum(off)) < 3 * math.sqrt(6 * 6 / many)


def test_more_replies_in_time_than_replies_are_refused():
    counts = {**counts_of_october("replies_received", [2]), **counts_of_october("replies_in_20wd", [3])}

    with pytest.raises(ValueError, match="more than its replies_received"):
        disclosure.protect(counts, key=KEY)


def test_what_is_open_at_the_end_is_one_number():
    counts = counts_of_october("cases_open_at_end", [3, 41, 8])

    (cell,) = shown = disclosure.protect(counts, key=KEY)

    assert (cell.category, cell.body) == ("_T", "_T")
    assert shown[cell] in (50, 55)


def test_what_is_open_at_the_end_is_right_on_average():
    counts = counts_of_october("cases_open_at_end", [3, 41, 8])
    many = 2_000

    shown = [sum(disclosure.protect(counts, key=key_of(number)).values()) for number in range(many)]

    assert abs(sum(shown) / many - 52) < 3 * math.sqrt(2 * 3 / many)


def test_counts_of_two_months_are_not_rounded_as_one():
    first, second = invented(months=2).values()

    with pytest.raises(ValueError, match="several months or areas"):
        disclosure.protect({**first, **second}, key=KEY)
