"""Weaknesses planted in the counts and their ledger: each is caught, and without it the year passes."""

import pytest

from opencasework.standard.attacks import audit
from opencasework.standard.attacks.tests import showing
from opencasework.standard.attacks.tests.planting import (
    BODY,
    CASES,
    CATEGORY,
    YEAR,
    attacks,
    changed,
    exactly,
    of,
    sentences,
)
from opencasework.standard.attacks.tests.showing import (
    BODIES,
    CATEGORIES,
    STOCK,
    history,
    release,
    row,
    write,
)
from opencasework.standard.codelists import TOTAL
from opencasework.standard.observations import Cell


def test_an_extra_exact_margin_is_caught(tmp_path, rows, counts):
    total = of(rows, period=YEAR[-1], category=TOTAL, body=BODY, measure="cases_opened")
    assert exactly(counts, total) != total.value
    weak = [
        changed(one, value=exactly(counts, one), uncertainty=None) if one is total else one for one in rows
    ]

    report = audit([write(tmp_path / "weak", weak)])

    assert "A3" in attacks(report)
    assert "not the sum of the published cells" in sentences(report)


def test_exact_margins_of_a_month_lay_cells_open(tmp_path, rows, counts):
    def is_margin(one):
        return (one.period, one.measure) == (YEAR[-1], "cases_opened") and TOTAL in (one.category, one.body)

    weak = [
        changed(one, value=exactly(counts, one), uncertainty=None) if is_margin(one) else one for one in rows
    ]

    report = audit([write(tmp_path / "weak", weak)], truth=counts)

    assert {"A1", "A3"} <= attacks(report)
    assert report.narrowest < 4


def test_a_fresh_redraw_of_a_withdrawn_month_is_caught(tmp_path, counts):
    first, second = (
        history(counts, measures=CASES),
        history(counts, measures=CASES, key=b"another key of thirty-two bytes."),
    )
    month = YEAR[0]
    again = [one for one in first if one.period != month] + [one for one in second if one.period == month]
    ledger = [release(period, first) for period in YEAR]
    ledger += [
        release(month, first, withdraws=f"{month}-counts-1"),
        release(month, again, number=2),
    ]
    old, new = write(tmp_path / "old", first), write(tmp_path / "new", again, releases=ledger)

    assert audit([new]).passed
    report = audit([old, new])

    assert {"A1", "A5"} <= attacks(report)
    assert "A4" not in attacks(report)  # it was withdrawn, visibly
    assert "drawn anew" in sentences(report)


def test_an_unfrozen_month_is_caught(tmp_path, sound, counts):
    late = Cell(YEAR[0], showing.AREA, CATEGORY, BODY, "cases_opened")
    recounted = {**counts, late: counts[late] + 7}

    report = audit([sound, write(tmp_path / "later", history(recounted, measures=CASES))])

    assert "A4" in attacks(report)
    assert f"{YEAR[0]} was shown with different numbers" in sentences(report)


def test_rows_changed_under_a_ledger_are_caught(tmp_path, rows):
    ledger = [release(period, rows) for period in YEAR]
    last = rows[-1]
    weak = [changed(one, value=one.value + 5) if one is last else one for one in rows]

    report = audit([write(tmp_path / "weak", weak, releases=ledger)])

    assert "A4" in attacks(report)
    assert "not those in its ledger" in sentences(report)


@pytest.mark.parametrize("stated", [2, 4])
def test_a_sum_that_states_an_error_below_five_is_caught(stated, tmp_path, rows):
    weak = [
        changed(one, uncertainty=stated)
        if (one.period, one.category, one.body, one.measure) == (YEAR[-1], TOTAL, BODY, "cases_opened")
        else one
        for one in rows
    ]

    report = audit([write(tmp_path / "weak", weak)])

    assert attacks(report) >= {"A1"}
    assert "a bound is a gift" in sentences(report)


def test_a_total_that_is_one_rounded_number_may_state_four(tmp_path, rows):
    alone = [changed(one, uncertainty=4) if one.measure == STOCK else one for one in rows]

    report = audit([write(tmp_path / "alone", alone)])

    assert any(one.measure == STOCK for one in rows)
    assert report.passed


def test_an_error_bound_on_a_cell_tighter_than_the_method_is_caught(tmp_path, rows):
    five = next(one for one in rows if one.value == 5 and one.category != TOTAL and one.body != TOTAL)
    weak = [changed(one, uncertainty=2) if one is five else one for one in rows]

    report = audit([write(tmp_path / "weak", weak)])

    assert "A1" in attacks(report)
    assert report.narrowest == 2


def test_the_number_open_by_cell_is_caught(tmp_path, counts):
    by_cell = [one for one in history(counts, measures=CASES[:2]) if one.measure != STOCK]
    for cell, count in counts.items():
        if cell.measure == STOCK and count >= 5:
            by_cell.append(row(cell.period, cell.category, cell.body, STOCK, count, uncertainty=0))

    report = audit([write(tmp_path / "weak", by_cell)])

    assert {"A1", "A3"} <= attacks(report)
    assert report.exact > 0
    assert f"{STOCK} is shown by category and body" in sentences(report)


def test_a_small_count_shown_as_it_is_is_caught(tmp_path, rows):
    five = next(one for one in rows if one.value == 5 and one.category != TOTAL and one.body != TOTAL)
    weak = [changed(one, value=3) if one is five else one for one in rows]

    report = audit([write(tmp_path / "weak", weak)])

    assert "A1" in attacks(report)
    assert report.exact >= 1


def test_a_zero_that_is_written_down_among_silences_is_caught(tmp_path, rows):
    weak = [*rows, row(YEAR[0], CATEGORY, "GB-GOR-D55", "cases_opened", 0, uncertainty=4)]

    report = audit([write(tmp_path / "weak", weak)])

    assert "A1" in attacks(report)


def test_a_part_shown_larger_than_its_whole_is_caught(tmp_path, answered):
    """Replies in time shown as 5 where all replies are shown as 0: then both are 1 to 4."""
    places = {
        (one.category, one.body)
        for one in answered
        if one.measure == "replies_received" and one.period == YEAR[0]
    }
    category, body = next((c, b) for c in CATEGORIES[:4] for b in BODIES[1:4] if (c, b) not in places)
    extra = [row(YEAR[0], category, body, "replies_in_20wd", 5, uncertainty=4)]
    totals = {
        (one.category, one.body): one
        for one in answered
        if one.measure == "replies_in_20wd" and one.period == YEAR[0]
    }
    raised = {
        totals[place] for place in ((category, TOTAL), (TOTAL, body), (TOTAL, TOTAL)) if place in totals
    }
    weak = [changed(one, value=one.value + 5) if one in raised else one for one in answered] + extra

    report = audit([write(tmp_path / "weak", weak)])

    assert "A1" in attacks(report)


def test_a_yearly_table_that_does_not_add_up_to_the_months_is_caught(tmp_path, rows):
    opened = sum(
        one.value for one in rows if (one.category, one.body, one.measure) == (TOTAL, TOTAL, "cases_opened")
    )
    by_channel = [
        row("2026", TOTAL, TOTAL, "cases_opened", count, uncertainty=5, channel=channel)
        for channel, count in (("email", opened - 40), ("letter", 40))
    ]
    sound, weak = [*rows, *by_channel], [*rows, by_channel[0], changed_channel(by_channel[1], 43)]

    assert audit([write(tmp_path / "sound", sound)]).passed
    report = audit([write(tmp_path / "weak", weak)])

    assert "A3" in attacks(report)


def changed_channel(one, value):
    return row(one.period, one.category, one.body, one.measure, value, uncertainty=5, channel=one.channel)


def withdrawn_and_shown_anew(folder, first, again):
    """The year in which the first month was withdrawn, and is shown with the rows `again` has of it."""
    month = YEAR[0]
    rows = [one for one in first if one.period != month] + [one for one in again if one.period == month]
    ledger = [
        *(release(period, first) for period in YEAR),
        release(month, first, withdraws=f"{month}-counts-1"),
        release(month, rows, number=2),
    ]
    return write(folder, rows, releases=ledger)


def test_a_fresh_redraw_is_not_hidden_behind_one_large_count_that_changed(tmp_path, counts):
    first = history(counts, measures=CASES)
    late = next(cell for cell, count in counts.items() if cell.period == YEAR[0] and count > 6)
    again = history(
        {**counts, late: counts[late] + 7}, measures=CASES, key=b"another key of thirty-two bytes."
    )

    report = audit([write(tmp_path / "old", first), withdrawn_and_shown_anew(tmp_path / "new", first, again)])

    assert "A5" in attacks(report)


def test_the_report_tells_what_a_kept_copy_of_a_withdrawn_month_shows(tmp_path, counts):
    first = history(counts, measures=CASES)
    again = history(counts, measures=CASES, key=b"another key of thirty-two bytes.")

    report = audit([write(tmp_path / "old", first), withdrawn_and_shown_anew(tmp_path / "new", first, again)])

    assert f"{YEAR[0]} was withdrawn, and a kept copy" in " ".join(report.notes)


def test_a_kept_copy_is_set_beside_what_is_out_and_not_beside_another_copy(tmp_path, counts):
    month = YEAR[0]
    first, second, third = (
        history(counts, measures=CASES, key=f"key {place} of exactly thirty-two byte".encode())
        for place in range(3)
    )

    def of_the_month(rows):
        return [one for one in rows if one.period == month]

    rest = [one for one in first if one.period != month]
    ledger = [
        *(release(period, first) for period in YEAR),
        release(month, first, withdraws=f"{month}-counts-1"),
        release(month, of_the_month(second), number=2),
        release(month, of_the_month(second), number=2, withdraws=f"{month}-counts-2"),
        release(month, of_the_month(third), number=3),
    ]
    old = write(tmp_path / "old", first)
    between = write(tmp_path / "between", rest + of_the_month(second), releases=ledger[:-2])
    now = write(tmp_path / "now", rest + of_the_month(third), releases=ledger)
    gone = write(tmp_path / "gone", rest, releases=ledger[:-1])

    with_it = audit([old, between, now]).notes
    without = audit([old, between, gone]).notes

    def differing(these, those):
        these, those = ({one.key: one.value for one in of_the_month(rows)} for rows in (these, those))
        return sum(these.get(key) != those.get(key) for key in these.keys() | those.keys())

    assert [note.split(": ")[1].split()[0] for note in with_it if "differ from" in note] == [
        str(differing(first, third)), str(differing(second, third)),
    ]  # fmt: skip
    assert not [note for note in without if "differ from" in note]
    assert len([note for note in without if "is attacked with the rest" in note]) == 2
