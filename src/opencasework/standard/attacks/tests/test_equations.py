"""What the attacker concludes is true: the counts lie within the bounds, whatever they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencasework.standard.attacks import audit
from opencasework.standard.attacks.bounds import bounds
from opencasework.standard.attacks.equations import ASSUMED, equations
from opencasework.standard.attacks.statements import interval
from opencasework.standard.attacks.tests.showing import (
    BODIES,
    CATEGORIES,
    KEY,
    STOCK,
    history,
    months_from,
    row,
    true_counts,
    write,
)
from opencasework.standard.attacks.view import gather
from opencasework.standard.codelists import TOTAL


def bare(one):
    """A row that states no error, of which an attacker assumes nothing."""
    return row(one.period, one.category, one.body, one.measure, one.value)


@given(
    seed=st.integers(0, 10_000),
    key=st.binary(min_size=16, max_size=32),
    mean=st.sampled_from([0.4, 1.5, 4.0]),
)
@settings(max_examples=15, deadline=None)
def test_the_true_counts_lie_within_the_bounds(tmp_path_factory, seed, key, mean):
    counts = true_counts(
        months_from("2026-01", 3), categories=CATEGORIES[:2], bodies=BODIES[:3], mean=mean, seed=seed
    )
    folder = write(tmp_path_factory.mktemp("office"), [bare(one) for one in history(counts, key=key)])

    (office,) = gather([folder])
    system = equations(office, counts, margin_bound=None)
    found = bounds(system.system, assumed=ASSUMED)

    assert not found.disbelieved
    for index, unknown in enumerate(system.unknowns):
        true = counts.get(unknown.cell)
        if unknown.key[2:4] == (TOTAL, TOTAL):
            true = sum(
                n for cell, n in counts.items() if (cell.period, cell.measure) == (unknown.key[0], STOCK)
            )
        if true is not None:
            assert found.lower[index] <= true <= found.upper[index]


def test_the_flow_of_cases_lays_a_count_open_where_the_number_open_is_exact(tmp_path):
    """One small cell in a month, and an exact number open before and after: the flow gives it away."""
    rows = [
        row("2026-01", TOTAL, TOTAL, STOCK, 40, uncertainty=0),
        row("2026-02", TOTAL, TOTAL, STOCK, 43, uncertainty=0),
        row("2026-02", "benefits", "_O", "cases_opened", 5, uncertainty=4),
        row("2026-02", TOTAL, TOTAL, "cases_opened", 5, uncertainty=5),
        row("2026-02", "benefits", "_O", "cases_closed", 9, uncertainty=0),
        row("2026-02", TOTAL, TOTAL, "cases_closed", 9, uncertainty=5),
    ]
    rows += [row("2026-02", "housing", "_O", "cases_opened", 8, uncertainty=0)]
    rows = [
        row("2026-02", TOTAL, TOTAL, "cases_opened", 13, uncertainty=5) if one is rows[3] else one
        for one in rows
    ]
    rows += [row("2026-02", "housing", "_O", "cases_closed", 0, uncertainty=4)]
    (office,) = gather([write(tmp_path / "office", rows, key=KEY)])

    system = equations(office)
    found = bounds(system.system, assumed=ASSUMED)

    (index,) = [
        number
        for number, one in enumerate(system.unknowns)
        if one.key[2:4] == ("benefits", "_O") and one.key[6] == "cases_opened"
    ]
    # Open rose by 3, so opened is 12 and what was closed of housing, 0 to 4, more: 4 or 5 of benefits.
    assert (found.lower[index], found.upper[index]) == (4, 5)


def test_what_a_published_value_tells_is_what_its_method_says():
    def told(method, value, **other):
        return interval(method, row("2026-01", "tax", "_O", "cases_opened", value, **other), is_cell=True)

    assert told("ocd-scr5", 5, uncertainty=4) == (1, 5)
    assert told("ocd-scr5", 12, uncertainty=0) == (12, 12)
    assert told("ocd-scr5", 3, uncertainty=4) == (3, 3)
    assert told("ocd-rr5", 10) == (6, 14)
    assert told("suppression", None, status="c") == (1, 4)
    assert told("none", 2) == (2, 2)
    assert interval("ocd-scr5", None, is_cell=True) == (0, 4)
    assert interval("suppression", None, is_cell=True) == (0, 0)
    assert interval("ocd-scr5", row("2026-01", TOTAL, TOTAL, STOCK, 45, uncertainty=5), is_cell=False) == (
        41,
        49,
    )


QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
MONTHS = [f"2025-{number:02}" for number in range(1, 13)]


def a_body_shown_as_5_in_each_quarter(folder, body):
    rows = []
    for quarter in QUARTERS:
        rows += [
            row(quarter, "benefits", body, "cases_opened", 5, uncertainty=4),
            row(quarter, "benefits", TOTAL, "cases_opened", 5, uncertainty=5),
            row(quarter, TOTAL, body, "cases_opened", 5, uncertainty=5),
            row(quarter, TOTAL, TOTAL, "cases_opened", 5, uncertainty=5),
        ]
    return write(folder, rows)


def test_that_a_body_is_named_lays_its_counts_open_where_they_have_to_make_twenty(tmp_path):
    """Four quarters of at most 5 each, and named for 20 in the year: each was 5, and none is hidden."""
    report = audit([a_body_shown_as_5_in_each_quarter(tmp_path / "named", "GB-GOR-D10")])

    assert report.narrowest == 0
    assert "A1" in {finding.attack for finding in report.findings}


def test_the_other_bodies_are_not_named_and_tell_nothing(tmp_path):
    report = audit([a_body_shown_as_5_in_each_quarter(tmp_path / "others", "_O")])

    assert report.narrowest == 4


def test_an_office_that_names_bodies_by_another_rule_is_not_taken_at_that_word(tmp_path):
    folder = a_body_shown_as_5_in_each_quarter(tmp_path / "named", "GB-GOR-D10")
    counts = folder / "data" / "counts.csv"
    kept = [line for line in counts.read_text().splitlines() if not line.startswith("2025-Q3,")]
    extra = [one.line for one in [row("2025-Q3", TOTAL, TOTAL, "cases_opened", 0, uncertainty=5)]]
    counts.write_text("\n".join([*kept, *extra]) + "\n")

    assert audit([folder]).narrowest == 4


def quarter_rows(quarter, body, measure, value):
    """One cell of a body and the totals above it."""
    return [
        row(quarter, "benefits", body, measure, value, uncertainty=4),
        row(quarter, "benefits", TOTAL, measure, value, uncertainty=5),
        row(quarter, TOTAL, body, measure, value, uncertainty=5),
        row(quarter, TOTAL, TOTAL, measure, value, uncertainty=5),
    ]


def test_a_body_that_may_be_named_for_its_cases_or_its_enquiries_keeps_both_hidden(tmp_path):
    rows = [
        each
        for quarter in QUARTERS
        for measure in ("cases_opened", "enquiries_sent")
        for each in quarter_rows(quarter, "GB-GOR-D10", measure, 5)
    ]

    report = audit([write(tmp_path / "either", rows)])

    assert report.narrowest == 4


def test_one_reason_to_name_a_body_lays_its_cells_open_where_a_total_rules_out_the_other(tmp_path):
    """Twelve hidden cells could hold 20 enquiries, but a total over the year is never off by more than 5."""
    rows = []
    for quarter in QUARTERS:
        rows += quarter_rows(quarter, "GB-GOR-D10", "cases_opened", 5)
    for month in MONTHS:
        rows += quarter_rows(month, "_O", "enquiries_sent", 10)

    report = audit([write(tmp_path / "named", rows)])

    assert report.narrowest == 0
    assert "A1" in {finding.attack for finding in report.findings}


def test_a_body_named_only_now_was_among_the_others_before_and_narrows_them(tmp_path):
    """Three quarters of at most 5 each, named for 20: the others of the first were it too."""
    rows = quarter_rows(QUARTERS[0], "_O", "cases_opened", 0)
    for quarter in QUARTERS[1:]:
        rows += quarter_rows(quarter, "GB-GOR-D10", "cases_opened", 5)

    report = audit([write(tmp_path / "late", rows)])

    assert report.narrowest == 0


SHOWN = {"2025-01": 9, "2025-02": 9, "2025-03": 5}  # of the body or category whose median is missing


def year_of(measure, cells):
    """Twelve months of cells {(category, body): {month: value}} with the totals above them."""
    rows = []
    for month in MONTHS:
        sums = {(TOTAL, TOTAL): 0}
        for (category, body), values in cells.items():
            value = values.get(month, 0)
            if value:
                rows.append(row(month, category, body, measure, value, uncertainty=4 if value == 5 else 0))
            for place in {(category, TOTAL), (TOTAL, body), (TOTAL, TOTAL)}:
                sums[place] = sums.get(place, 0) + value
        rows += [
            row(month, *place, measure, value, uncertainty=5)
            for place, value in sums.items()
            if value or place == (TOTAL, TOTAL)
        ]
    return rows


def replies(tmp_path, median_of_other, median):
    """Thirty replies of one body, and 23 of another, five of them hidden."""
    cells = {
        ("benefits", "GB-GOR-D10"): dict.fromkeys(MONTHS[:3], 10),
        ("benefits", "GB-GOR-D25"): SHOWN,
    }
    lines = [
        "period,area_code,body,n_enquiries,n_replied,n_replied_20wd,n_open_over_20wd,median_days_5,status,"
        "uncertainty",
        f"2025-12,E14999999,GB-GOR-D10,,30,,,{median_of_other},x,20",
        f"2025-12,E14999999,GB-GOR-D25,,23,,,{median},x,20",
    ]
    extra = {"data/responses.csv": ("\n".join(lines) + "\n").encode()}
    return write(tmp_path / "replies", year_of("replies_received", cells), extra=extra)


def test_a_median_that_is_missing_beside_others_says_that_there_were_few(tmp_path):
    """23 are published and 19 at most were true: the hidden five were one."""
    report = audit([replies(tmp_path, 15, "")])

    assert report.narrowest == 0
    assert "A1" in {finding.attack for finding in report.findings}


@pytest.mark.parametrize(("median_of_other", "median"), [(15, 20), ("", "")])
def test_medians_of_all_or_of_none_say_nothing(tmp_path, median_of_other, median):
    assert audit([replies(tmp_path, median_of_other, median)]).narrowest == 4


def test_a_category_without_a_duration_beside_others_says_that_there_were_few(tmp_path):
    cells = {
        ("benefits", "_N"): dict.fromkeys(MONTHS[:3], 10),
        ("housing", "_N"): SHOWN,
    }
    lines = [
        "period,area_code,category,n_cases,median_days_5,status,uncertainty",
        "2025,E14999999,_T,53,20,,20",
        "2025,E14999999,benefits,30,15,,0",
    ]
    extra = {"data/durations.csv": ("\n".join(lines) + "\n").encode()}

    report = audit([write(tmp_path / "years", year_of("cases_closed", cells), extra=extra)])

    assert report.narrowest == 0
