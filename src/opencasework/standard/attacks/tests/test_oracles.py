"""A13: our bounds are those of tau-ARGUS, and the rounding of Statistics Norway stands up to our attacks."""

import csv
import math
import random
from collections import defaultdict

import pytest

from opencasework.standard.attacks import audit
from opencasework.standard.attacks.bounds import NO_LIMIT, System, bounds
from opencasework.standard.attacks.tests.showing import AREA, rows_of, write
from opencasework.standard.attacks.tests.suppressed import REFERENCE
from opencasework.standard.observations import Cell

HIDDEN = {"u", "m"}  # of tau-ARGUS: suppressed because small, or to protect one that is


@pytest.mark.parametrize("seed", range(6))
def test_the_bounds_are_those_that_tau_argus_finds(seed, tmp_path, monkeypatch):
    """Two-way tables of random counts, suppressed optimally by tau-ARGUS, then audited by both."""
    monkeypatch.chdir(tmp_path)  # it leaves logs where it is called
    protect = pytest.importorskip("pytauargus").protect
    chance = random.Random(seed)
    counts = {
        (f"r{row}", f"c{column}"): chance.choice([0, 1, 2, 3, 4, 6, 9, 20])
        for row in range(4 + seed % 3)
        for column in range(6)
    }
    cases = [
        {"row": row, "column": column, "one": 1.0}
        for (row, column), count in counts.items()
        for _ in range(count)
    ]
    done = protect(cases, ["row", "column"], response="one", safety_rules="FREQ(5,20)", workdir=str(tmp_path))
    theirs = {line["cell"]: (round(line["min"]), round(line["max"])) for line in done.engine.audit(0)}

    shown = done.tables[0].dataframe().to_dict("records")
    system, index, sums = System(), {}, defaultdict(list)
    for number, line in enumerate(shown):
        count = round(line["one"])
        if line["status"].lower() in HIDDEN:
            index[number] = system.add(0, NO_LIMIT)
        elif "Total" not in (line["row"], line["column"]):
            index[number] = system.add(count, count)
        else:
            continue
        sums["row", line["row"]].append(number)
        sums["column", line["column"]].append(number)
    totals = {("row", line["row"]): line["one"] for line in shown if line["column"] == "Total"}
    totals |= {("column", line["column"]): line["one"] for line in shown if line["row"] == "Total"}
    for place, members in sums.items():
        total = round(totals[place])
        system.require([index[member] for member in members], [1] * len(members), total, total)
    found = bounds(system)

    assert theirs
    assert {
        number: (int(found.lower[index[number]]), int(found.upper[index[number]])) for number in theirs
    } == theirs


def reference(name):
    with (REFERENCE / f"smallcount_plsrounding_base5_{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_small_count_rounding_of_statistics_norway_stands(tmp_path):
    shown, counts = {}, {}
    for line in reference("inner"):
        cell = Cell(line["month"], AREA, line["category"], f"GB-GOR-{line['body'].upper()}", "cases_opened")
        counts[cell] = int(line["original"])
        if int(line["rounded"]):
            shown[cell] = int(line["rounded"])
    months = sorted({cell.period for cell in counts})
    rows = [row for month in months for row in rows_of(shown, month, measures=["cases_opened"])]

    report = audit([write(tmp_path / "norway", rows)], truth=counts)

    assert report.passed
    assert (report.attacked, report.narrowest) == (141, 4)


def test_its_tables_add_up_and_are_as_far_off_as_was_measured():
    """The mark that our own rounding is held to: at most 5 cases off in any published total, 2.0 rms."""
    inner, published = reference("inner"), reference("publish")
    for total in published:
        parts = [
            int(line["rounded"])
            for line in inner
            if all(total[name] in ("Total", line[name]) for name in ("category", "body", "month"))
        ]
        assert sum(parts) == int(total["rounded"])
    totals = [line for line in published if "Total" in (line["category"], line["body"], line["month"])]
    off = [int(line["difference"]) for line in totals]
    assert max(map(abs, off)) == 5
    assert math.sqrt(sum(error**2 for error in off) / len(off)) == pytest.approx(2.0, abs=0.005)
