"""Reply times of public bodies (`data/responses.csv`) and durations of cases (`data/durations.csv`).

Nothing here is counted anew. Every n is the sum of published monthly cells, so it tells nothing that they
do not: a separately counted window of twelve months would be one more equation for whoever tries to undo
the rounding. Medians come from the office, rounded to 5 days, and only where 20 or more stand behind them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from opencasework.standard import codelists, files, layout, tables
from opencasework.standard import descriptor as parts
from opencasework.standard.codelists import NONE, TOTAL
from opencasework.standard.descriptor import Release
from opencasework.standard.disclosure import kr5
from opencasework.standard.files import PublicationError
from opencasework.standard.layout import window_of
from opencasework.standard.observations import Observation, fives_of, lines_hash
from opencasework.standard.periods import months_to
from opencasework.standard.publication import Publication, read

FEWEST = 20  # behind a median; the median of a few is one person's
MEDIAN_STEP = 5  # days
COUNTED = {  # column of responses.csv, the measure of counts.csv it is the sum of
    "n_enquiries": "enquiries_sent",
    "n_replied": "replies_received",
    "n_replied_20wd": "replies_in_20wd",
    "n_open_over_20wd": "enquiries_over_20wd",
}
Table: TypeAlias = Literal["responses", "durations"]


@dataclass(frozen=True, slots=True)
class Response:
    """How a body answered in the twelve months that end with `period` ('YYYY-MM').

    `body` is an org-id, `_O` or `_T`. A count is None where the office does not count it (`status` is then
    x). `median_days_5` is in days, a multiple of 5; `uncertainty` in enquiries.
    """

    period: str
    area_code: str
    body: str
    n_enquiries: int | None
    n_replied: int | None
    n_replied_20wd: int | None
    n_open_over_20wd: int | None
    median_days_5: int | None
    status: str
    uncertainty: int


@dataclass(frozen=True, slots=True)
class Duration:
    """How long the cases closed in a year were open; `category` is of level 1 or `_T`."""

    period: str
    area_code: str
    category: str
    n_cases: int
    median_days_5: int
    status: str
    uncertainty: int


def response_rows(publication: Publication, *, to: str, medians: Mapping[str, float]) -> list[Response]:
    """The rows of responses.csv for the twelve months that end with `to` ('YYYY-MM').

    `medians` has the true median days to a reply by body (`_T` for all): those of a body with fewer than 20
    published replies are left out, and all of them where one with 20 has none: a single one that is missing
    would be taken for a sign that there truly were fewer. A body has a row when any of its counts is more
    than 0; `_T` always has. Raises PublicationError when a month of the twelve is not in the publication.
    """
    cells = _monthly(publication, months_to(to))
    counted = {column: measure in _measures_of(publication) for column, measure in COUNTED.items()}
    bodies = {row.body for row in cells if row.measure in COUNTED.values() and row.category == TOTAL}
    rows = []
    for body in sorted((bodies | {TOTAL}) - {NONE}):
        numbers = {
            column: total_of(cells, measure, body=body) if counted[column] else None
            for column, measure in COUNTED.items()
        }
        if body != TOTAL and not any(numbers.values()):
            continue
        fives = max(fives_of(cells, measure, body=body) for measure in COUNTED.values())
        median = medians.get(body) if (numbers["n_replied"] or 0) >= FEWEST else None
        rows.append(
            Response(
                period=to,
                area_code=publication.office.area_code,
                body=body,
                **numbers,
                median_days_5=None if median is None else rounded_days(median),
                status="" if all(counted.values()) else "x",
                uncertainty=window_uncertainty(fives),
            )
        )
    if any(row.median_days_5 is None for row in rows if (row.n_replied or 0) >= FEWEST):
        return [replace(row, median_days_5=None) for row in rows]
    return rows


def duration_rows(publication: Publication, *, year: str, medians: Mapping[str, float]) -> list[Duration]:
    """The rows of durations.csv for a calendar year ('YYYY'): categories with 20 or more published closures.

    Published by month or, where all four are, by quarter. None at all where one of them has no median, as for
    `response_rows`.

    `medians` has the true median days from opening to closing by level-1 category (`_T` for all). Raises
    PublicationError when a month of the year is not in the publication.
    """
    cells = _monthly(publication, window_of(year, publication.periods))
    area = publication.office.area_code
    rows = []
    for category in sorted(level_1()):
        cases = total_of(cells, "cases_closed", category=category)
        if cases >= FEWEST:
            if (median := medians.get(category)) is None:
                return []
            error = window_uncertainty(fives_of(cells, "cases_closed", category=category))
            rows.append(Duration(year, area, category, cases, rounded_days(median), "", error))
    return rows


def window_uncertainty(fives: int) -> int:
    """A cautious root-mean-square error, in enquiries or cases, of a sum over twelve months.

    `fives` inner cells in it are published as 5. Each is charged 20, which is on average not too little for a
    cell rounded by itself (method `ocd-kr5`), and more than enough for cells rounded together. So it holds
    whichever method the months were published with, and follows from published numbers alone.
    """
    return kr5.total_uncertainty(fives)


def rounded_days(days: float) -> int:
    """To the nearest 5 days, halves up."""
    return int(days / MEDIAN_STEP + 0.5) * MEDIAN_STEP


def total_of(cells: Iterable[Observation], measure: str, *, body: str = TOTAL, category: str = TOTAL) -> int:
    """The sum over the months of a total of a measure; a row that is missing says 0."""
    return sum(
        row.value or 0 for row in cells if (row.measure, row.body, row.category) == (measure, body, category)
    )


def _measures_of(publication: Publication) -> Sequence[str]:
    measures: Sequence[str] = publication.descriptor["openCasework"]["measures"]
    return measures


def _monthly(publication: Publication, months: Sequence[str]) -> list[Observation]:
    if missing := set(months) - set(publication.periods):
        raise PublicationError(
            f"{min(missing)} is not in the publication; reply times and durations need all twelve months."
        )
    wanted = set(months)
    return [
        row
        for row in publication.observations
        if row.period in wanted and row.channel == row.outcome == TOTAL
    ]


def lines_of(rows: Iterable[Response | Duration]) -> list[str]:
    """The rows as they stand in the file, sorted."""
    return sorted(",".join("" if field is None else str(field) for field in astuple(row)) for row in rows)


def put(out: Path, table: Table, rows: Sequence[Response | Duration], *, created: datetime) -> Publication:
    """Write the rows of one period into the publication in `out`, as a table of its own beside the counts.

    In a signed publication the period enters the ledger and is frozen as months are: the same rows again
    change nothing. Raises PublicationError when it was published with other rows, or `rows` are of no or
    of several periods.
    """
    periods = {row.period for row in rows}
    if len(periods) != 1:
        raise PublicationError(f"The rows for {table} are of {len(periods)} periods; give those of one.")
    (period,), lines = periods, lines_of(rows)
    out = out.resolve()
    with files.alone_in(out.parent):
        files.finish_interrupted_swap(out)
        contents = files.read_files(out)
        publication = read(out)
        there = _lines(contents.get(tables.PLACES[table], b""))
        old = [line for line in there if line.startswith(f"{period},")]
        if old == lines:
            return publication
        live = parts.live_releases(publication.releases, table=table)
        if period in live:
            raise PublicationError(
                f"The {table} of {period} were published with other numbers; what is published stays."
            )
        kept = [line for line in there if line not in old]
        text = "\n".join([",".join(tables.columns(table)), *sorted([*kept, *lines]), ""])
        contents[tables.PLACES[table]] = text.encode()
        if publication.status == "published":
            entry = _release(publication, table, period, lines, created=created)
            contents["releases.csv"] = ledger_text([*publication.releases, entry])
        files.swap_in(out, layout.complete(contents, out))
        return replace(read(out), path=out)


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig").splitlines()[1:]


def _release(
    publication: Publication, table: str, period: str, lines: Sequence[str], *, created: datetime
) -> Release:
    method = publication.descriptor["openCasework"]["protection"]["method"]
    number = 1 + sum(
        release.table == table and release.period == period and not release.withdraws
        for release in publication.releases
    )
    moment = parts.timestamp(created)
    return Release(f"{period}-{table}-{number}", period, table, lines_hash(lines), method, moment, "")


def ledger_text(releases: Iterable[Release]) -> bytes:
    """releases.csv as bytes."""
    return parts.csv_text(parts.RELEASE_COLUMNS, [list(astuple(release)) for release in releases])


def level_1() -> frozenset[str]:
    """The categories durations may be about."""
    return frozenset(code.code for code in codelists.load("category").values() if code.level == 1) - {NONE}
