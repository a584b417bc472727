"""Small counts of a month: never shown, repeatable, tied to the key; and the draw of cells one by one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencasework.standard import disclosure
from opencasework.standard.codelists import TOTAL
from opencasework.standard.disclosure import kr5
from opencasework.standard.observations import Cell, observe_month

KEY = b"a key for tests, 32 bytes long.."
OTHER_KEY = b"quite another key, also 32 bytes"
CATEGORIES = ["benefits", "housing", "immigration", "tax", "health", "education"]
BODIES = ["_N", "_O", "GB-GOR-D10", "GB-GOR-D8", "GB-NHS-RAX"]
MEASURES = ["cases_opened", "cases_closed"]

cells = st.builds(
    Cell,
    period=st.just("2026-10"),
    area_code=st.just("E14999999"),
    category=st.sampled_from(CATEGORIES),
    body=st.sampled_from(BODIES),
    measure=st.sampled_from(MEASURES),
)
tables = st.dictionaries(cells, st.integers(min_value=0, max_value=30), max_size=60)
keys = st.binary(min_size=16, max_size=64)


def numbered_cell(number):
    return Cell("2026-10", "E14999999", "benefits", f"GB-COH-{number:08}", "cases_opened")


@given(tables, keys)
def test_a_published_count_is_never_one_to_four(counts, key):
    protected = disclosure.protect(counts, key=key)

    assert all(value >= disclosure.BASE for value in protected.values())


@given(tables, keys)
def test_a_count_of_five_or_more_is_untouched(counts, key):
    protected = disclosure.protect(counts, key=key)

    assert all(protected[cell] == count for cell, count in counts.items() if count >= disclosure.BASE)


@given(tables, keys)
def test_nothing_is_published_where_nothing_was_counted(counts, key):
    protected = disclosure.protect(counts, key=key)

    assert not [cell for cell, count in counts.items() if count == 0 and cell in protected]


@given(tables, keys)
def test_the_same_key_draws_the_same(counts, key):
    assert disclosure.protect(counts, key=key) == disclosure.protect(dict(reversed(counts.items())), key=key)


@given(tables, keys)
def test_every_total_is_the_sum_of_what_is_published(counts, key):
    protected = disclosure.protect(counts, key=key)

    rows = observe_month(protected, month="2026-10", area_code="E14999999", measures=MEASURES)

    inner = [row for row in rows if TOTAL not in (row.category, row.body)]
    for total in (row for row in rows if TOTAL in (row.category, row.body)):
        parts = [
            row.value
            for row in inner
            if row.measure == total.measure
            and total.category in (TOTAL, row.category)
            and total.body in (TOTAL, row.body)
        ]
        assert total.value == sum(parts)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_draw_is_right_on_average(count):
    draws = 10_000

    published = [disclosure.round_count(count, numbered_cell(number), key=KEY) for number in range(draws)]

    standard_error = math.sqrt(count * (5 - count) / draws)
    assert abs(sum(published) / draws - count) < 3 * standard_error


def test_another_key_draws_otherwise():
    counts = {numbered_cell(number): 2 for number in range(200)}

    one, other = disclosure.protect(counts, key=KEY), disclosure.protect(counts, key=OTHER_KEY)

    differing = set(one) ^ set(other)
    # Two fair draws of probability 2/5 differ with probability 12/25: 96 of 200, give or take 7.
    assert 96 - 4 * 7 < len(differing) < 96 + 4 * 7


def test_the_draw_of_a_cell_depends_on_its_month():
    october = [numbered_cell(number) for number in range(50)]
    november = [
        Cell("2026-11", *(cell.area_code, cell.category, cell.body, cell.measure)) for cell in october
    ]

    assert [disclosure.round_count(2, cell, key=KEY) for cell in october] != [
        disclosure.round_count(2, cell, key=KEY) for cell in november
    ]


@given(st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=200))
def test_the_stated_error_of_a_total_drawn_cell_by_cell_is_cautious(counts):
    # On average count/5 of the cells come out as 5, and each is charged 20.
    charged = sum(20 * count / 5 for count in counts)

    assert charged >= sum(count * (5 - count) for count in counts)


def test_a_true_five_states_the_error_of_a_rounded_one():
    assert disclosure.cell_uncertainty(5) == 4
    assert disclosure.cell_uncertainty(6) == 0


@given(st.integers(min_value=0, max_value=1_000))
def test_no_total_states_an_error_below_five(fives):
    assert kr5.total_uncertainty(fives) >= disclosure.total_uncertainty() == 5


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="at least 16"):
        disclosure.round_count(1, numbered_cell(1), key=b"secret")


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="cannot be negative"):
        disclosure.round_count(-1, numbered_cell(1), key=KEY)


def test_the_key_cannot_be_read_from_its_name():
    name = disclosure.key_id(KEY)

    assert len(name) == 16
    assert KEY.hex()[:16] != name
    assert name != disclosure.key_id(OTHER_KEY)


@pytest.mark.parametrize(
    ("category", "published"), [("benefits", [0, 5, 5, 5, 5, 5, 6]), ("housing", [0, 0, 0, 0, 0, 5, 6])]
)
def test_the_draws_are_those_of_the_text_of_the_standard(category, published):
    key = bytes(range(32))
    cell = Cell("2026-10", "E14999999", category, "GB-GOR-D10", "cases_opened")

    assert [disclosure.round_count(count, cell, key=key) for count in range(7)] == published
    assert disclosure.key_id(key) == "2b6b3c5a3ac50d89"
