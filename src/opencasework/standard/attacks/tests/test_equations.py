"""What the attacker concludes is true: the counts lie within the bounds, whatever they are."""

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
