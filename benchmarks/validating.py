"""How long a publication of a million rows takes to be validated, and how much memory.

.venv/bin/python -m benchmarks.validating [--rows N] [--wrong N]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import Row, report
from opencasework.standard import codelists, descriptor
from opencasework.standard.codelists import TOTAL
from opencasework.standard.disclosure import METHOD
from opencasework.standard.examples import wexcombe_north
from opencasework.standard.observations import HEADER, Cell, lines_hash, observe_month

PROMISED_SECONDS, PROMISED_MEGABYTES = 10, 500
MEASURES = ("cases_opened", "cases_closed", "enquiries_sent", "replies_received")
BODIES = [f"GB-COH-{number:08}" for number in range(24)]


def month_lines(month: str, dice: random.Random) -> list[str]:
    """The rows of one month: every level-1 category by every body and measure, and all totals."""
    categories = [
        code.code for code in codelists.load("category").values() if code.level == 1 and not code.is_special
    ]
    counts = {
        Cell(month, wexcombe_north.AREA, category, body, measure): dice.randint(5, 60)
        for category in categories
        for body in BODIES
        for measure in MEASURES
    }
    rows = observe_month(counts, month=month, area_code=wexcombe_north.AREA, measures=MEASURES)
    return [row.line for row in rows]


def write(folder: Path, rows: int, wrong: int) -> int:
    """Write a valid publication of at least so many rows, then spoil so many values; return the rows."""
    dice = random.Random(1)
    months: dict[str, list[str]] = {}
    year, month = 2026, 9
    while sum(map(len, months.values())) < rows:
        name = f"{year}-{month:02}"
        months[name] = month_lines(name, dice)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    names = sorted(months)
    edition = descriptor.Edition(
        office=wexcombe_north.OFFICE,
        status="published",
        synthetic=True,
        prepared_by="Ben Example",
        signed_by="Ana Example",
        created=datetime(2026, 10, 12, tzinfo=UTC),
        licence="OGL-UK-3.0",
        key_id="0" * 16,
        measures=MEASURES,
    )
    releases = [
        [f"{name}-counts-1", name, "counts", lines_hash(months[name]), METHOD, "2026-10-12T00:00:00Z", ""]
        for name in names
    ]
    lines = [line for name in names for line in months[name]]
    for place in dice.sample(range(len(lines)), wrong):
        fields = lines[place].split(",")
        lines[place] = ",".join([*fields[:7], f"{int(fields[7]) + 1}", *fields[8:]])
    used = {line.split(",")[2] for line in lines}
    listed = {
        "codes/categories.csv": [
            [code, codelists.load("category")[code].title, "", "", ""] for code in sorted(used)
        ],
        "codes/bodies.csv": [[code, code] for code in [TOTAL, *BODIES]],
        "codes/areas.csv": [[wexcombe_north.AREA, "Wexcombe North", "parl"]],
        **{f"codes/{name}.csv": [] for name in ("measures", "statuses", "methods")},
    }
    contents = {
        "datapackage.json": descriptor.descriptor_text(edition, names),
        "data/counts.csv": "\n".join([HEADER, *lines, ""]).encode(),
        "releases.csv": descriptor.csv_text(descriptor.RELEASE_COLUMNS, releases),
        "schema/counts.schema.json": descriptor.schema_text("counts.schema.json"),
    }
    for name, table in listed.items():
        header = descriptor.CODE_FILES[name.removeprefix("codes/").removesuffix(".csv")]
        contents[name] = descriptor.csv_text(header, table)
    for name, data in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return len(lines)


def measured(folder: Path) -> tuple[float, float, float, dict[str, object]]:
    """Seconds, those of them at work, megabytes, and what `casework standard validate --json` reports."""
    casework = Path(sys.executable).with_name("casework")
    with tempfile.TemporaryFile() as said:
        started = time.monotonic()
        command = [str(casework), "standard", "validate", "--json", str(folder)]
        child = subprocess.Popen(command, stdout=said)
        _, _, used = os.wait4(child.pid, 0)
        seconds = time.monotonic() - started
        said.seek(0)
        return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000, json.load(said)


def main() -> int:
    parser = argparse.ArgumentParser(description="Time the validating of many rows.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="write the valid one here and stop")
    parser.add_argument("--wrong", type=int, default=200_000, help="values made wrong the second time")
    options = parser.parse_args()
    if options.keep:
        print(f"{options.keep} holds {write(options.keep, options.rows, 0):,} rows.")
        return 0
    good = True
    table = []
    for wrong in (0, 1, options.wrong):
        with tempfile.TemporaryDirectory(prefix="oc-validating-") as folder:
            rows = write(Path(folder), options.rows, wrong)
            seconds, worked, megabytes, said = measured(Path(folder))
        kept = seconds <= PROMISED_SECONDS and megabytes <= PROMISED_MEGABYTES and said["ok"] is (wrong == 0)
        good &= kept
        found = said["findings"]
        assert isinstance(found, list)
        name = f"validate {rows:,} rows, {wrong:,} wrong ({len(found):,} findings)"
        promised = f"≤ {PROMISED_SECONDS} s, {PROMISED_MEGABYTES} MB"
        table.append(
            Row(
                name,
                f"{seconds:.1f} s ({worked:.1f} s of processor time), {megabytes:.0f} MB",
                promised,
                kept,
            )
        )
    report(table)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
