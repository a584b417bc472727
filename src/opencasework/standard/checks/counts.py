"""Check counts.csv: row by row, or column by column when there are very many, with the same findings."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from opencasework.standard.checks import ledger, rows, sums, topics, windows
from opencasework.standard.checks.tables import MOST_ROWS, NotATable, Table, check_formulas, read_table
from opencasework.standard.descriptor import RELEASE_COLUMNS, Release, live_releases
from opencasework.standard.observations import COLUMNS
from opencasework.standard.rules import Finding

MANY = 200_000  # bytes, some 3,000 rows; from here on loading numpy pays
SOME = 20_000  # bytes, where it is loaded already


@dataclass(frozen=True, slots=True)
class Around:
    """What the rows are checked against.

    The descriptor's openCasework, the codes that have a title in codes/ (by column), the ledger, the
    tables of reply times and durations, and the day.
    """

    block: Mapping[str, Any]
    listed: Mapping[str, frozenset[str]]
    releases: bytes | None
    today: date
    windows: Mapping[str, bytes] = field(default_factory=dict)


def check_counts(data: bytes, around: Around) -> list[Finding]:
    """Everything that is wrong with the counts and with the ledger's word on them."""
    enough = min(SOME, MANY) if "numpy" in sys.modules else MANY
    return by_columns(data, around) if len(data) >= enough else by_rows(data, around)


def by_rows(data: bytes, around: Around) -> list[Finding]:
    """Row by row, which is quicker for a small table."""
    table = read_table(rows.FILE, data, header=COLUMNS)
    block = around.block
    good, spoiled, findings = rows.check_rows(table, block=block, listed=around.listed, today=around.today)
    if not table.header or not table.rows:
        return findings
    if not spoiled:
        findings += ledger.check_coverage(block, (counted.row.period for counted in good))
    # A period with a broken row cannot add up; the row is the thing to mend first.
    whole = [counted for counted in good if counted.row.period not in spoiled]
    findings += [*sums.check_totals(whole)][:MOST_ROWS]
    findings += [*sums.check_period_sums(whole)][:MOST_ROWS]
    method = block["protection"]["method"]
    if method != "none":
        findings += [*sums.check_small_counts(whole)][:MOST_ROWS]
    months = {counted.row.period for counted in good}
    methods = _methods(around, months)
    findings += [*sums.check_parts(whole, methods)][:MOST_ROWS]
    findings += [*sums.check_stocks(whole, methods)][:MOST_ROWS]
    findings += [*topics.check_topics(whole, methods)][:MOST_ROWS]
    findings += [*sums.check_uncertainty(whole, methods)][:MOST_ROWS]
    cells = windows.cells_of((counted.row for counted in good), months=months, spoiled=spoiled)
    return findings + _check_the_rest(around, ledger.hashes_of(good), cells)


def by_columns(data: bytes, around: Around) -> list[Finding]:
    """Column by column: seconds for a million rows. Finds what `by_rows` finds."""
    from opencasework.standard.checks import column_sums, column_topics, columns  # numpy: a tenth of a second

    block, at_most = around.block, column_sums.at_most
    try:
        table, findings = columns.read_columns(data)
    except NotATable as wrong:
        return [wrong.finding]
    good, spoiled, faults = columns.check_rows(table, block=block, listed=around.listed, today=around.today)
    findings += faults
    if not len(table):
        return findings
    periods = table["period"]
    if not spoiled:
        findings += ledger.check_coverage(block, periods.values)
    figures = column_sums.figures_of(table, good & ~periods.among(spoiled))
    findings += at_most(column_sums.check_totals(figures))
    findings += at_most(column_sums.check_period_sums(figures))
    method = block["protection"]["method"]
    if method != "none":
        findings += at_most(column_sums.check_small_counts(figures))
    methods = _methods(around, periods.values)
    findings += at_most(column_sums.check_parts(figures, methods))
    findings += at_most(column_sums.check_stocks(figures, methods))
    findings += at_most(column_topics.check_topics_of(figures, methods))
    findings += at_most(column_sums.check_uncertainty(figures, methods))
    hashes: Mapping[str, str] = table.hashes(columns.places_of(good))
    rows_ = table.counted(columns.behind_windows(table, good)) if around.windows else []
    cells = windows.cells_of((each.row for each in rows_), months=hashes, spoiled=spoiled)
    return findings + _check_the_rest(around, hashes, cells)


def _check_the_rest(around: Around, hashes: Mapping[str, str], cells: windows.Cells) -> list[Finding]:
    """The tables of reply times and durations, and the ledger's word on every table."""
    findings: list[Finding] = []
    block = around.block
    published: dict[str, tuple[Mapping[str, str], set[str]]] = {"counts": (hashes, set(cells.spoiled))}
    for name, data in around.windows.items():
        its_hashes, spoiled, faults = windows.check_table(
            name, data, cells, block=block, listed=around.listed, today=around.today
        )
        published[name] = (its_hashes, spoiled)
        findings += faults
    if around.releases is None:
        return findings
    table, releases, faults = _ledger(around.releases)
    findings += [*faults, *check_formulas(ledger.FILE, table)][:MOST_ROWS]
    if not faults:
        for name, (expected, broken) in published.items():
            findings += ledger.check_hashes(
                releases, expected, spoiled=broken, status=block["status"], table=name
            )
    return findings


def _ledger(data: bytes) -> tuple[Table, dict[int, Release], list[Finding]]:
    table = read_table(ledger.FILE, data, header=RELEASE_COLUMNS)
    return table, *ledger.check_ledger(table)


def _methods(around: Around, periods: Iterable[str]) -> dict[str, str]:
    """The method each period is protected with: that of its line in the ledger, else the descriptor's."""
    methods = dict.fromkeys(periods, around.block["protection"]["method"])
    if around.releases is not None:
        _, releases, _ = _ledger(around.releases)
        live = live_releases(list(releases.values()))
        methods |= {period: release.method for period, release in live.items()}
    return methods
