"""A5, A6 and A12 against the function that publishes: ours stands, and three careless ones fall."""

import secrets
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from opencasework.standard.attacks import publishers
from opencasework.standard.attacks.tests.showing import BODIES, CATEGORIES, KEY, rounded, true_counts
from opencasework.standard.observations import Cell
from opencasework.standard.publication import add_months, read
from opencasework.standard.tests.publishing import OFFICE, TODAY

MONTHS = ("2026-08", "2026-09", "2026-10")
MEASURES = ("cases_opened", "cases_closed")
COUNTS = true_counts(MONTHS, categories=CATEGORIES[:3], bodies=BODIES[:3], measures=MEASURES)
BY_MONTH = {
    month: {cell: count for cell, count in COUNTS.items() if cell.period == month} for month in MONTHS
}


def office(months, key):
    """Our own publisher: `publication.add_months` into a new folder."""
    from datetime import UTC, datetime

    with tempfile.TemporaryDirectory() as folder:
        add_months(
            Path(folder) / "out",
            office=OFFICE,
            months=months,
            body_titles={body: body for body in BODIES},
            key=key,
            status="published",
            prepared_by="Ben Example",
            signed_by="Ana Example",
            created=datetime(2026, 11, 12, 9, tzinfo=UTC),
            synthetic=True,
            measures=MEASURES,
            today=TODAY,
        )
        rows = read(Path(folder) / "out").observations
    return {month: "\n".join(row.line for row in rows if row.period == month).encode() for month in months}


def by_the_reference(months, key):
    shown = rounded({cell: count for counts in months.values() for cell, count in counts.items()}, key=key)
    return {
        month: str(sorted(map(str, (c for c in shown if c.period == month)))).encode() for month in months
    }


def with_fresh_draws(months, key):
    return by_the_reference(months, secrets.token_bytes(32))


def without_a_key(months, key):
    return by_the_reference(months, b"the same for everybody")


def with_a_running_total(months, key):
    so_far = sum(sum(counts.values()) for counts in months.values())
    return {month: shown + str(so_far).encode() for month, shown in by_the_reference(months, key).items()}


def test_fifty_publications_of_one_month_are_one_edition():
    one = {MONTHS[0]: BY_MONTH[MONTHS[0]]}

    assert publishers.averaging(office, one, key=KEY, times=publishers.TIMES) == []


def test_fresh_draws_are_found_by_publishing_again():
    (found,) = publishers.averaging(with_fresh_draws, BY_MONTH, key=KEY)

    assert found.attack == "A5"
    assert "Their average tends to the true counts" in found.sentence


@given(st.data())
@settings(max_examples=8, deadline=None)
def test_one_case_in_the_last_month_changes_no_earlier_month(data):
    cell = data.draw(st.sampled_from(sorted(BY_MONTH[MONTHS[-1]], key=str)))
    other = data.draw(st.sampled_from(sorted(BY_MONTH[MONTHS[-1]], key=str)))
    changed = dict(BY_MONTH[MONTHS[-1]])
    act = data.draw(st.sampled_from(["add", "remove", "move"]))
    if act in ("remove", "move"):
        changed[cell] = max(0, changed[cell] - 1)
    if act in ("add", "move"):
        changed[other] += 1

    assert publishers.neighbour(office, BY_MONTH, changed, key=KEY) == []


def test_a_number_that_runs_over_all_months_betrays_the_neighbour():
    one_more = dict(BY_MONTH[MONTHS[-1]])
    one_more[next(iter(one_more))] += 1

    (found,) = publishers.neighbour(with_a_running_total, BY_MONTH, one_more, key=KEY)

    assert found.attack == "A6"
    assert "2026-08, 2026-09" in found.sentence


def test_other_keys_draw_otherwise():
    keys = [bytes([number]) * 32 for number in range(3)]
    months = {
        MONTHS[0]: {
            Cell(MONTHS[0], OFFICE.area_code, category, "_O", "cases_opened"): 2 for category in CATEGORIES
        }
    }

    assert publishers.keyed(office, months, keys=keys) == []
    (found,) = publishers.keyed(without_a_key, months, keys=keys)

    assert found.attack == "A12"
