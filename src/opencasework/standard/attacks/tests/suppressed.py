"""What most people do: leave out counts of 1 to 4 and show all totals exactly. Here to be broken."""

import csv
from collections import defaultdict
from pathlib import Path

from opencasework.standard.attacks.tests.showing import AREA, row
from opencasework.standard.codelists import TOTAL
from opencasework.standard.observations import Cell

REFERENCE = Path(__file__).with_name("reference")
BODIES = {"dwp": "GB-GOR-D10", "council": "_O", "none": "_N"}


def fixture():
    """The true counts of the fixture: 8 categories, 6 bodies, 6 months, of which 141 are 1 to 4."""
    with (REFERENCE / "smallcount_input.csv").open(encoding="utf-8") as file:
        return {
            Cell(
                line["month"], AREA, line["category"], f"GB-GOR-{line['body'].upper()}", "cases_opened"
            ): int(line["n"])
            for line in csv.DictReader(file)
        }


def suppressed_rows(counts):
    """Counts of 1 to 4 as `c`, every total of month and quarter exact."""
    rows, totals = [], defaultdict(int)
    for cell, count in counts.items():
        if 0 < count < 5:
            rows.append(row(cell.period, cell.category, cell.body, cell.measure, None, status="c"))
        elif count:
            rows.append(row(cell.period, cell.category, cell.body, cell.measure, count))
        quarter = f"{cell.period[:4]}-Q{(int(cell.period[5:]) + 2) // 3}"
        for period in (cell.period, quarter):
            for category, body in ((cell.category, TOTAL), (TOTAL, cell.body), (TOTAL, TOTAL)):
                totals[period, category, body] += count
        totals[quarter, cell.category, cell.body] += count
    return rows + [
        row(period, category, body, "cases_opened", count)
        for (period, category, body), count in totals.items()
    ]
