"""The rows of `data/counts.csv`: what one says, how it is written, and how totals are made."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from opencasework.standard import disclosure
from opencasework.standard.codelists import TOTAL


@dataclass(frozen=True, slots=True)
class Cell:
    """An inner cell: one measure of one level-1 category and one body, in one area and month ('YYYY-MM')."""

    period: str
    area_code: str
    category: str
    body: str
    measure: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One row of counts.csv. `value` is None when the cell is empty; `uncertainty` has the measure's unit."""

    period: str
    area_code: str
    category: str
    body: str
    channel: str
    outcome: str
    measure: str
    value: int | None
    status: str
    uncertainty: int | None

    @property
    def key(self) -> tuple[str, ...]:
        """The primary key: every dimension."""
        return (
            self.period,
            self.area_code,
            self.category,
            self.body,
            self.channel,
            self.outcome,
            self.measure,
        )

    @property
    def line(self) -> str:
        """The row as it stands in the file, without the line end."""
        value = "" if self.value is None else self.value
        uncertainty = "" if self.uncertainty is None else self.uncertainty
        return ",".join(self.key) + f",{value},{self.status},{uncertainty}"


COLUMNS = tuple(field.name for field in fields(Observation))
DIMENSIONS = COLUMNS[:7]
HEADER = ",".join(COLUMNS)


def observe_month(
    counts: Mapping[Cell, int], *, month: str, area_code: str, measures: Iterable[str]
) -> list[Observation]:
    """Turn protected inner cells into the rows of a month: the cells and, for every measure, all totals.

    The grand total of each of `measures` is always written, 0 included, so that silence never has to be read.
    A measure that is published as one number comes as a cell of category and body `_T`.
    """
    totals: dict[tuple[str, str, str], int] = {(TOTAL, TOTAL, measure): 0 for measure in measures}
    rows = []

    def row(category: str, body: str, measure: str, value: int, uncertainty: int) -> Observation:
        return Observation(month, area_code, category, body, TOTAL, TOTAL, measure, value, "", uncertainty)

    for cell, value in counts.items():
        if cell.category == cell.body == TOTAL:
            totals[TOTAL, TOTAL, cell.measure] = value
            continue
        rows.append(row(cell.category, cell.body, cell.measure, value, disclosure.cell_uncertainty(value)))
        for total in (
            (TOTAL, TOTAL, cell.measure),
            (cell.category, TOTAL, cell.measure),
            (TOTAL, cell.body, cell.measure),
        ):
            totals[total] = totals.get(total, 0) + value
    rows += [row(*total, value, disclosure.total_uncertainty()) for total, value in totals.items()]
    return sorted(rows, key=lambda observation: observation.key)


def fives_of(cells: Iterable[Observation], measure: str, *, body: str = TOTAL, category: str = TOTAL) -> int:
    """How many inner cells under a total are published as 5, from which its uncertainty is worked out."""
    return sum(
        row.measure == measure
        and row.value == disclosure.BASE
        and row.body == (row.body if body == TOTAL else body)
        and row.category == (row.category if category == TOTAL else category)
        and TOTAL not in (row.body, row.category)
        for row in cells
    )


def lines_hash(lines: Iterable[str]) -> str:
    """SHA-256, in hex, of a period's rows: sorted as text, each ended by a line feed, without the header.

    The same whatever the order and the line ends of the file, so that a spreadsheet may have saved it in
    between.
    """
    return hashlib.sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


def observation_of(values: Sequence[str]) -> Observation:
    """The observation whose fields, in the order of the file, are `values`.

    Raises ValueError when their number is wrong or a count is not a whole number.
    """
    if len(values) != len(COLUMNS):
        raise ValueError(f"a row of counts.csv has {len(values)} fields instead of {len(COLUMNS)}")
    period, area_code, category, body, channel, outcome, measure, value, status, uncertainty = values
    return Observation(
        period,
        area_code,
        category,
        body,
        channel,
        outcome,
        measure,
        int(value) if value else None,
        status,
        int(uncertainty) if uncertainty else None,
    )


def read_observations(data: bytes) -> list[Observation]:
    """The rows of counts.csv: columns may stand in any order, unknown ones are left alone."""
    text = data.decode("utf-8-sig")
    if text.startswith(HEADER):  # columns in order, as nearly always: half the time
        return [observation_of(values) for values in csv.reader(text.splitlines()[1:]) if values]
    rows = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        dimensions = {name: row.get(name) or TOTAL for name in ("body", "channel", "outcome")}
        rows.append(
            Observation(
                **{name: row[name] for name in COLUMNS[:3]},
                **dimensions,
                measure=row["measure"],
                value=int(row["value"]) if row["value"] else None,
                status=row.get("status") or "",
                uncertainty=int(row["uncertainty"]) if row.get("uncertainty") else None,
            )
        )
    return rows
