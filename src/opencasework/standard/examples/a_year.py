"""The second valid example: a whole year of Wexcombe North, with finer tables, reply times and durations.

`a-year/` beside this file is what `write` writes.
"""

import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from opencasework.standard import responses
from opencasework.standard.examples import wexcombe_north
from opencasework.standard.publication import Cell, Publication, YearCounts, add_months, add_year, read

FOLDER = Path(__file__).with_name("a-year")
YEAR = "2025"
_KEY = b"an example's key can be known to all"
_CREATED = datetime(2026, 1, 12, 9, tzinfo=UTC)
_COUNTS: dict[tuple[str, str, str], int] = {  # true counts of an ordinary month
    ("benefits", "GB-GOR-D10", "cases_opened"): 32,
    ("benefits", "GB-GOR-D10", "cases_closed"): 29,
    ("benefits", "GB-GOR-D10", "enquiries_sent"): 21,
    ("benefits", "GB-GOR-D10", "replies_received"): 19,
    ("benefits", "GB-GOR-D10", "replies_in_20wd"): 14,
    ("benefits", "GB-GOR-D10", "enquiries_over_20wd"): 6,
    ("immigration", "GB-GOR-EA66", "cases_opened"): 8,
    ("immigration", "GB-GOR-EA66", "cases_closed"): 7,
    ("immigration", "GB-GOR-EA66", "enquiries_sent"): 8,
    ("immigration", "GB-GOR-EA66", "replies_received"): 6,
    ("immigration", "GB-GOR-EA66", "enquiries_over_20wd"): 5,
    ("tax", "GB-GOR-D25", "cases_opened"): 3,
    ("tax", "GB-GOR-D25", "enquiries_sent"): 1,
    ("_N", "_N", "policy_messages"): 180,
}


def write(folder: Path) -> Publication:
    """Write the example to a new `folder`, the same bytes every time."""
    months: dict[str, dict[Cell, int]] = {}
    for number in range(1, 13):
        month = f"{YEAR}-{number:02}"
        months[month] = {
            # A few more or less each month, and never less than none.
            Cell(month, wexcombe_north.AREA, *where): max(0, count + (number * 7 + len(where[0])) % 5 - 2)
            for where, count in _COUNTS.items()
        }
    add_months(
        folder,
        office=wexcombe_north.OFFICE,
        months=months,
        body_titles=wexcombe_north.BODY_TITLES,
        key=_KEY,
        status="published",
        prepared_by="Ben Example",
        signed_by="Ana Example",
        created=_CREATED,
        synthetic=True,
    )
    _add_the_year(folder, months)
    publication = read(folder)
    medians = {"_T": 23.0, "GB-GOR-D10": 17.5, "GB-GOR-EA66": 41.0, "GB-GOR-D25": 9.0}
    rows = responses.response_rows(publication, to=f"{YEAR}-12", medians=medians)
    responses.put(folder, "responses", rows, created=_CREATED)
    lengths = {"_T": 38.0, "benefits": 31.0, "immigration": 66.0, "tax": 12.0}
    years = responses.duration_rows(publication, year=YEAR, medians=lengths)
    return responses.put(folder, "durations", years, created=_CREATED)


def _add_the_year(folder: Path, months: Mapping[str, Mapping[Cell, int]]) -> None:
    """Add what is known of the whole year: detailed topics, ways in and outcomes."""
    opened: Counter[str] = Counter()
    closed = 0
    for counts in months.values():
        for cell, count in counts.items():
            opened[cell.category] += count if cell.measure == "cases_opened" else 0
            closed += count if cell.measure == "cases_closed" else 0
    topics = {"benefits.pip": 140, "benefits.universal-credit": 95, "benefits.sanctions": 3,
              "immigration.passports": 41, "tax.self-assessment": 22}  # fmt: skip
    rest = {
        parent: count - sum(number for topic, number in topics.items() if topic.startswith(f"{parent}."))
        for parent, count in opened.items()
    }
    total = sum(opened.values())
    add_year(
        folder,
        year=YEAR,
        counts=YearCounts(
            categories=topics | {parent: count for parent, count in rest.items() if count},
            channels={"email": total - 160, "surgery": 97, "letter": 61, "phone": 2},
            outcomes={"put-right": 120, "advised": closed - 208, "not-upheld": 84, "withdrew": 4},
        ),
        key=_KEY,
        prepared_by="Ben Example",
        signed_by="Ana Example",
        created=_CREATED,
    )


if __name__ == "__main__":  # write a-year/ anew, when the standard has changed
    shutil.rmtree(FOLDER, ignore_errors=True)
    write(FOLDER)
