"""Controlled rounding: right on average, near the truth in every sum, the same every time."""

import csv
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencasework.standard import disclosure
from opencasework.standard.disclosure import side_by_side
from opencasework.standard.observations import Cell
from opencasework.standard.tests.cubes import (
    AREA,
    REFERENCE,
    cell_means,
    deviations,
    invented,
    reference,
    root_mean_square,
    round_all,
    round_ten,
)

KEY = b"a key for tests, 32 bytes long.."
# Worked out by Statistics Norway's software, for the same table.
REFERENCE_FARTHEST, REFERENCE_ROOT_MEAN_SQUARE = 5, 2.0

keys = st.binary(min_size=16, max_size=32)


def key_of(number):
    return b"key %06d for tests" % number


def counts_of_october(measure, numbers):
    return {
        Cell("2026-10", AREA, "benefits", f"GB-COH-{at:08}", measure): number
        for at, number in enumerate(numbers)
    }


def counts_over(ten, month, cell):
    return [one[month].get(cell, 0) for one in ten]


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_every_small_cell_is_right_on_average_over_the_ten(seed):
    """By counting all that can be drawn, not by drawing many."""
    months = reference() if seed is None else invented(seed=seed)

    ten = round_ten(months, key=KEY)

    assert len(ten) == 10
    for month, counts in months.items():
        for cell, count in counts.items():
            assert sum(counts_over(ten, month, cell)) == 10 * count


@given(st.integers(min_value=1, max_value=1_000), keys, st.integers(min_value=1, max_value=8))
@settings(max_examples=25, deadline=None)
def test_whatever_was_carried_over_every_cell_is_right_on_average(seed, key, bodies):
    (month,) = invented(months=1, seed=seed, bodies=bodies).values()
    # Far from what the method itself would leave over.
    carried = {
        (cell.category, cell.body, cell.measure): tuple((at * k) % 23 - 11 for k in range(10))
        for at, cell in enumerate(month)
    }

    drawn = disclosure.draw(month, key=key, carried=carried)

    assert all(sum(one.get(cell, 0) for one in drawn.ten) == 10 * count for cell, count in month.items())


def test_what_is_published_is_one_of_the_ten_and_the_same_one_all_year():
    months = reference()
    ten = round_ten(months, key=KEY)

    published = round_all(months, key=KEY)

    assert published in ten


def test_each_of_the_ten_is_drawn_as_often_as_another():
    (month, *_) = sorted(reference())
    counts = {cell: n for cell, n in reference()[month].items() if 0 < n < 5}
    alone = dict(list(counts.items())[:1])  # a table of one cell, so that it takes no time
    many, drawn = 2_000, [0] * 10

    for number in range(many):
        made = disclosure.draw(alone, key=key_of(number))
        same = [k for k, one in enumerate(made.ten) if one == made.published]
        for k in same:
            drawn[k] += 1 / len(same)

    assert max(abs(each - many / 10) for each in drawn) < 4 * math.sqrt(many * 0.1 * 0.9)


def test_ten_thousand_rounded_cells_are_right_on_average():
    """The same by drawing: three months of a small office, under many keys."""
    months, many = invented(months=3, categories=4, bodies=3, seed=2), 500

    means = cell_means(months, (round_all(months, key=key_of(number)) for number in range(many)))

    assert len(means) * many > 10_000
    for count in range(1, 5):
        of_count = [mean for (_, n), mean in means.items() if n == count]
        assert of_count
        # The cells of one publication are not independent; the keys are.
        assert abs(sum(of_count) / len(of_count)) < 3 * math.sqrt(count * (5 - count) / many)
    # One in 300 single cells passes three standard errors by chance; none of these passes four.
    assert all(abs(mean) < 4 * math.sqrt(n * (5 - n) / many) for (_, n), mean in means.items())


def test_tables_too_large_to_choose_ten_at_once_are_right_on_average_too(monkeypatch):
    monkeypatch.setattr(side_by_side, "CHOSEN_TOGETHER", 5)
    months = invented(months=2, seed=4)

    ten = round_ten(months, key=KEY)

    for month, counts in months.items():
        for cell, count in counts.items():
            assert sum(counts_over(ten, month, cell)[:5]) == 5 * count
            assert sum(counts_over(ten, month, cell)) == 10 * count


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
    carried = {
        (cell.category, cell.body, cell.measure): tuple((at + k) % 5 - 2 for k in range(10))
        for at, cell in enumerate(month)
    }

    once = disclosure.protect(month, key=key, carried=carried)
    again = disclosure.protect(
        dict(reversed(month.items())), key=key, carried=dict(reversed(carried.items()))
    )

    assert once == again


def test_another_office_draws_otherwise():
    (month,) = invented(months=1).values()

    assert disclosure.protect(month, key=KEY) != disclosure.protect(month, key=key_of(1))


@given(st.integers(min_value=1, max_value=1_000))
@settings(max_examples=15, deadline=None)
def test_whoever_knows_the_method_cannot_tell_which_of_five_a_small_count_was(seed):
    """A year that is true as published but for one cell, which is anything it can be, gives the same year."""
    published = round_all(invented(months=3, seed=seed, categories=3, bodies=2), key=KEY)
    first, *_ = sorted(published)
    shown = next((cell for cell, n in published[first].items() if n == 5), None)
    hidden = Cell(first, AREA, "category-unseen", "body-unseen", "cases_opened")

    for cell, possible in ((shown, range(1, 6)), (hidden, range(5))):
        for count in possible if cell else ():
            supposed = {**published, first: {**published[first], cell: count}}
            assert published in (round_all(supposed, key=key_of(number)) for number in range(100))


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


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).map(sorted), min_size=1, max_size=12), keys)
@settings(max_examples=40, deadline=None)
def test_replies_in_time_are_right_on_average_and_within_the_replies_in_each_of_the_ten(pairs, key):
    whole = counts_of_october("replies_received", [pair[1] for pair in pairs])
    part = counts_of_october("replies_in_20wd", [pair[0] for pair in pairs])

    drawn = disclosure.draw({**whole, **part}, key=key)

    assert drawn.published in drawn.ten
    for of_whole, of_part in zip(whole, part, strict=True):
        assert all(one.get(of_part, 0) <= one.get(of_whole, 0) for one in drawn.ten)
        assert sum(one.get(of_part, 0) for one in drawn.ten) == 10 * part[of_part]
        assert sum(one.get(of_whole, 0) for one in drawn.ten) == 10 * whole[of_whole]


def test_replies_in_time_of_more_cells_than_are_chosen_together_fit_into_the_replies(monkeypatch):
    """The replies are chosen ten at once: those in time may find more room in one half than in the other."""
    monkeypatch.setattr(side_by_side, "CHOSEN_TOGETHER", 8)
    whole = counts_of_october("replies_received", [4, 3, 2, 1, 3, 2, 1, 4, *[9] * 8])
    part = counts_of_october("replies_in_20wd", [3, 3, 1, 1, 2, 2, 1, 1, *[1, 2, 3, 4] * 2])

    drawn = disclosure.draw({**whole, **part}, key=KEY)

    for cell, count in {**whole, **part}.items():
        assert sum(one.get(cell, 0) for one in drawn.ten) == 10 * count


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


def test_a_month_that_another_method_made_is_carried_over_as_it_is_out():
    months = invented(months=2, seed=3)
    first, _ = sorted(months)
    drawn = disclosure.draw(months[first], key=KEY)
    out = {cell: 5 * (count > 2) if count < 5 else count for cell, count in months[first].items()}

    as_drawn, as_out = drawn.left_over(out=drawn.published), drawn.left_over(out=out)

    assert as_drawn == drawn.left_over()
    assert as_out == {
        (cell.category, cell.body, cell.measure): (out[cell] - count,) * 10
        for cell, count in months[first].items()
        if out[cell] != count
    }


def test_counts_of_two_months_are_not_rounded_as_one():
    first, second = invented(months=2).values()

    with pytest.raises(ValueError, match="several months or areas"):
        disclosure.protect({**first, **second}, key=KEY)
