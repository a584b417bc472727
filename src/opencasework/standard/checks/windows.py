"""Are reply times and durations made of what is published, and of nothing else?"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from opencasework.standard import codelists, disclosure, responses
from opencasework.standard.checks.rows import AREA, BODY, NUMBER, last_month
from opencasework.standard.checks.tables import MOST_ROWS, NotATable, read_rows
from opencasework.standard.codelists import NONE, TOTAL
from opencasework.standard.layout import window_of
from opencasework.standard.observations import Observation, lines_hash
from opencasework.standard.rules import Finding, finding
from opencasework.standard.tables import PLACES, columns

_PERIODS = {"responses": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"), "durations": re.compile(r"[0-9]{4}")}
_COUNTS: dict[str, dict[str, str]] = {  # column, the measure it is the sum of
    "responses": responses.COUNTED,
    "durations": {"n_cases": "cases_closed"},
}
MEASURES = frozenset({measure for counts in _COUNTS.values() for measure in counts.values()})


@dataclass(frozen=True, slots=True)
class Cells:
    """The published monthly cells that reply times and durations are made of.

    `totals` by (month, measure, category, body) has the rows with a total in category or body; `fives` the
    number of inner cells published as 5 under each of them. `months` are those with rows, `spoiled` the
    periods with a broken one, in which nothing can be added up.
    """

    totals: Mapping[tuple[str, str, str, str], int]
    fives: Mapping[tuple[str, str, str, str], int]
    months: frozenset[str]
    spoiled: frozenset[str]

    def sum_of(self, months: Iterable[str], measure: str, category: str, body: str) -> int:
        """A count over several months."""
        return sum(self.totals.get((month, measure, category, body), 0) for month in months)

    def fives_of(self, months: Iterable[str], measure: str, category: str, body: str) -> int:
        """The inner cells published as 5 under it."""
        return sum(self.fives.get((month, measure, category, body), 0) for month in months)


def cells_of(rows: Iterable[Observation], *, months: Iterable[str], spoiled: set[str]) -> Cells:
    """Gather the cells from the rows of counts.csv, all or only those that matter here."""
    totals: dict[tuple[str, str, str, str], int] = {}
    fives: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        if row.measure not in MEASURES or not row.channel == row.outcome == TOTAL or row.value is None:
            continue
        if TOTAL in (row.category, row.body):
            totals[row.period, row.measure, row.category, row.body] = row.value
        elif row.value == disclosure.BASE:
            for category, body in ((row.category, TOTAL), (TOTAL, row.body), (TOTAL, TOTAL)):
                key = (row.period, row.measure, category, body)
                fives[key] = fives.get(key, 0) + 1
    return Cells(totals, fives, frozenset(months), frozenset(spoiled))


def check_table(
    table: str,
    data: bytes,
    cells: Cells,
    *,
    block: Mapping[str, Any],
    listed: Mapping[str, frozenset[str]],
    today: date,
) -> tuple[dict[str, str], set[str], list[Finding]]:
    """Check one of the two: the hashes of its periods, the periods with a broken row, the findings."""
    file, names = PLACES[table], columns(table)
    findings: list[Finding] = []
    lines: dict[str, list[str]] = {}
    seen: dict[tuple[str, ...], int] = {}
    spoiled: set[str] = set()
    try:
        for line, values in read_rows(file, data, header=names, findings=findings):
            row = _Row(table, line, dict(zip(names, values, strict=True)))
            breaches = [*row.check_form(today), *row.check_place(block, listed)]
            key = tuple(values[:3])
            if (first := seen.setdefault(key, line)) != line:
                message = f"Line {line} of {file} has the same dimensions as line {first}; keep one of them."
                breaches.append(
                    row.wrong(
                        "duplicate-key",
                        ", ".join(names[:3]),
                        message=message,
                        found=",".join(key),
                        allowed="dimensions that no other row has",
                    )
                )
            if breaches:
                spoiled.add(values[0])
            else:
                breaches += row.check_sums(cells, block["measures"])
                lines.setdefault(values[0], []).append(",".join(values))
            findings += breaches
    except NotATable as wrong:
        return {}, set(), [wrong.finding]
    hashes = {period: lines_hash(each) for period, each in lines.items()}
    return hashes, spoiled, findings[:MOST_ROWS]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of one of the two tables."""

    table: str
    line: int
    fields: Mapping[str, str]

    def wrong(
        self, rule: str, column: str, *, message: str = "", allowed: str = "", found: object = None
    ) -> Finding:
        """A finding about this row; by default the sentence says what stands in the column and what may."""
        value = self.fields.get(column, "") if found is None else str(found)
        file = PLACES[self.table]
        message = message or f"The {column} in line {self.line} of {file} is {value!r}; write {allowed}."
        return finding(rule, message, file=file, row=self.line, column=column, found=value, allowed=allowed)

    def check_form(self, today: date) -> Iterator[Finding]:
        """Each field on its own."""
        fields = self.fields
        period = fields["period"]
        if not _PERIODS[self.table].fullmatch(period):
            allowed = "a month (2026-10)" if self.table == "responses" else "a year (2026)"
            yield self.wrong("period-format", "period", allowed=allowed)
        elif last_month(period) >= f"{today:%Y-%m}":
            yield self.wrong("period-future", "period", allowed=f"a period before {today:%Y-%m}")
        if not AREA.fullmatch(fields["area_code"]):
            yield self.wrong("area-format", "area_code", allowed="a GSS code")
        if not BODY.fullmatch(fields.get("body", TOTAL)) or fields.get("body") == NONE:
            yield self.wrong("body-format", "body", allowed="an org-id (GB-GOR-D10), _T or _O")
        if fields.get("category", TOTAL) not in responses.level_1():
            yield self.wrong("category-code", "category", allowed="a level-1 code of the list category, _T")
        if fields["status"] and fields["status"] not in codelists.load("status"):
            yield self.wrong("status-code", "status", allowed="nothing or a code of the list status")
        yield from self._check_numbers()

    def _check_numbers(self) -> Iterator[Finding]:
        counts = _COUNTS[self.table]
        may_be_empty = self.table == "responses" and self.fields["status"] == "x"
        for column in counts:
            value = self.fields[column]
            if not NUMBER.fullmatch(value) and (value or not may_be_empty):
                allowed = "a whole number, 0 or more; empty only with status x"
                yield self.wrong("window-number", column, allowed=allowed)
        median = self.fields["median_days_5"]
        if (median or self.table == "durations") and (
            not NUMBER.fullmatch(median) or int(median) % responses.MEDIAN_STEP
        ):
            yield self.wrong("window-number", "median_days_5", allowed="a multiple of 5")
        if not NUMBER.fullmatch(self.fields["uncertainty"]):
            yield self.wrong("uncertainty-integer", "uncertainty", allowed="a whole number, 0 or more")

    def check_place(
        self, block: Mapping[str, Any], listed: Mapping[str, frozenset[str]]
    ) -> Iterator[Finding]:
        """Does the row belong to this office, and have its codes a title?"""
        area = block["office"]["area_code"]
        if AREA.fullmatch(self.fields["area_code"]) and self.fields["area_code"] != area:
            yield self.wrong("area-office", "area_code", allowed=area)
        for column, codes in listed.items():
            if column in self.fields and self.fields[column] not in codes:
                yield self.wrong("code-unlisted", column, allowed="a code that has a title in codes/")

    def check_sums(self, cells: Cells, measures: Sequence[str]) -> Iterator[Finding]:
        """Are the counts the sums of published months, and is the median one of enough?"""
        fields, counts = self.fields, _COUNTS[self.table]
        months = window_of(fields["period"], cells.months)
        at_stake = int(fields["n_replied" if self.table == "responses" else "n_cases"] or 0)
        if fields["median_days_5"] and at_stake < responses.FEWEST:
            found = f"a median of {at_stake}"
            yield self.wrong("median-few", "median_days_5", allowed="nothing under 20", found=found)
        if missing := sorted(set(months) - cells.months):
            message = (
                f"Line {self.line} of {PLACES[self.table]} needs {missing[0]}, which is not in counts.csv; "
                "take the row out."
            )
            yield self.wrong("window-months", "period", message=message, allowed=", ".join(months))
            return
        if cells.spoiled & set(months):
            return  # those rows are the thing to mend first
        at = (fields.get("category", TOTAL), fields.get("body", TOTAL))
        for column, measure in counts.items():
            wanted = cells.sum_of(months, measure, *at) if measure in measures else None
            if fields[column] != ("" if wanted is None else str(wanted)):
                yield self._not_the_sum(column, wanted)
        fives: Callable[[str], int] = lambda measure: cells.fives_of(months, measure, *at)  # noqa: E731
        error = responses.window_uncertainty(max(map(fives, counts.values())))
        if int(fields["uncertainty"]) != error:
            yield self.wrong("uncertainty-wrong", "uncertainty", allowed=str(error))

    def _not_the_sum(self, column: str, wanted: int | None) -> Finding:
        allowed = "nothing, which the office does not count" if wanted is None else str(wanted)
        message = (
            f"The {column} in line {self.line} of {PLACES[self.table]} is {self.fields[column]!r}; "
            f"the published months say {allowed}."
        )
        return self.wrong("window-sum", column, message=message, allowed=allowed)
