"""Is every row of counts.csv well formed, on its own and beside the others?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from opencasework.standard import codelists
from opencasework.standard.checks.tables import MOST_ROWS, Row, Table, more_rows
from opencasework.standard.codelists import NONE, TOTAL
from opencasework.standard.observations import COLUMNS, DIMENSIONS, Observation, observation_of
from opencasework.standard.rules import Finding, finding

FILE = "data/counts.csv"
PERIOD = re.compile(r"[0-9]{4}(-(Q[1-4]|0[1-9]|1[0-2]))?")
AREA = re.compile(r"[EWSNK][0-9]{8}")
BODY = re.compile(r"_[TNO]|[A-Z]{2}-[A-Z0-9]+-[A-Za-z0-9._-]+(/[a-z0-9-]+)?")
NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class Counted:
    """A well-formed row: its line in the file and what it says."""

    line: int
    row: Observation


def is_month(period: str) -> bool:
    """Whether a well-formed period is a month, not a quarter or a year."""
    return len(period) == 7 and "Q" not in period


def last_month(period: str) -> str:
    """The last month of a period, 'YYYY-MM'."""
    if len(period) == 4:
        return f"{period}-12"
    return f"{period[:4]}-{int(period[-1]) * 3:02}" if "Q" in period else period


def check_rows(
    table: Table, *, block: Mapping[str, Any], listed: Mapping[str, frozenset[str]], today: date
) -> tuple[list[Counted], set[str], list[Finding]]:
    """Return the well-formed rows, the periods that hold another sort of row, and the findings.

    `block` is the descriptor's openCasework; `listed` has the codes that codes/ gives a title, by column.
    """
    good: list[Counted] = []
    spoiled: set[str] = set()
    findings: list[Finding] = list(table.findings)
    seen: dict[tuple[str, ...], int] = {}
    wrong = 0
    for row in table.rows:
        key = row.values[: len(DIMENSIONS)]
        first = seen.setdefault(key, row.line)
        again = first if first != row.line else None
        breaches = list(check_row(row, block=block, listed=listed, today=today, again=again))
        if not breaches:
            good.append(Counted(row.line, observation_of(row.values)))
            continue
        spoiled.add(row.values[0])
        wrong += 1
        if wrong <= MOST_ROWS:
            findings += breaches
    if wrong > MOST_ROWS:
        findings.append(more_rows(FILE, wrong - MOST_ROWS))
    findings += _check_order(table.rows)
    return good, spoiled, findings


def check_row(
    row: Row,
    *,
    block: Mapping[str, Any],
    listed: Mapping[str, frozenset[str]],
    today: date,
    again: int | None,
) -> Iterator[Finding]:
    """What is wrong with one row; `again` is the line of an earlier one with the same dimensions."""
    fields = dict(zip(COLUMNS, row.values, strict=True))
    yield from _check_codes(row.line, fields, today)
    yield from _check_numbers(row.line, fields)
    yield from _check_belonging(row.line, fields, block, listed)
    if again is not None:
        message = f"Line {row.line} has the same dimensions as line {again}; keep one of them."
        found = ",".join(row.values[: len(DIMENSIONS)])
        yield finding(
            "duplicate-key",
            message,
            file=FILE,
            row=row.line,
            column=", ".join(DIMENSIONS),
            found=found,
            allowed="dimensions that no other row has",
        )


def _check_order(rows: tuple[Row, ...]) -> Iterator[Finding]:
    for before, after in pairwise(rows):
        if after.values[: len(DIMENSIONS)] < before.values[: len(DIMENSIONS)]:
            yield unsorted(after.line)
            return


def unsorted(line: int) -> Finding:
    """The finding that the row in `line` stands too late."""
    message = f"Line {line} stands after a row it should precede; sort the rows."
    return finding("rows-unsorted", message, file=FILE, row=line)


def _check_codes(line: int, fields: Mapping[str, str], today: date) -> Iterator[Finding]:
    def wrong(rule: str, column: str, allowed: str) -> Finding:
        found = fields[column]
        message = f"The {column} in line {line} is {found!r}; write {allowed}."
        return finding(rule, message, file=FILE, row=line, column=column, found=found, allowed=allowed)

    period = fields["period"]
    if not PERIOD.fullmatch(period):
        yield wrong("period-format", "period", "a month, a quarter or a year (2026-10, 2026-Q4, 2026)")
    elif last_month(period) >= f"{today:%Y-%m}":
        message = f"The period in line {line} is {period}, which is not over; publish it when it is."
        allowed = f"before {today:%Y-%m}"
        yield finding(
            "period-future", message, file=FILE, row=line, column="period", found=period, allowed=allowed
        )
    if not AREA.fullmatch(fields["area_code"]):
        yield wrong("area-format", "area_code", "a GSS code: E, W, S, N or K and eight digits")
    if not BODY.fullmatch(fields["body"]):
        yield wrong("body-format", "body", "an org-id (GB-GOR-D10), _T, _N or _O")
    category = codelists.load("category").get(fields["category"])
    if category is None:
        yield wrong("category-code", "category", "a code of the list category")
    elif category.level == 2 and "-" in period:
        yield wrong("category-level", "category", f"{category.parent} (level 2 is for whole years)")
    elif category.extra["Sensitive"] == "yes":
        yield wrong("category-sensitive", "category", f"{category.parent}, in which it is counted")
    for column in ("channel", "outcome", "measure"):
        codes = codelists.load(column)
        if fields[column] not in codes:
            yield wrong(f"{column}-code", column, f"one of {', '.join(codes)}")
    if fields["status"] and fields["status"] not in codelists.load("status"):
        yield wrong("status-code", "status", f"nothing or one of {', '.join(codelists.load('status'))}")


def _check_numbers(line: int, fields: Mapping[str, str]) -> Iterator[Finding]:
    value, status, uncertainty = fields["value"], fields["status"], fields["uncertainty"]
    if value and not NUMBER.fullmatch(value):
        message = f"The value in line {line} is {value!r}; write a whole number, 0 or more."
        yield finding(
            "value-integer", message, file=FILE, row=line, column="value", found=value, allowed="0, 1, 2, ..."
        )
    says_empty = status in ("c", "x", "z")
    if bool(value) == says_empty:
        message = (
            f"Line {line} has the value {value} and the status {status}, which means there is none; drop one."
            if value
            else f"Line {line} has no value and does not say why; write the status c, x or z."
        )
        yield finding(
            "value-status", message, file=FILE, row=line, column="status", found=status, allowed="c, x, z"
        )
    if (value or uncertainty) and not NUMBER.fullmatch(uncertainty):
        message = f"The uncertainty in line {line} is {uncertainty!r}; write a whole number, 0 or more."
        yield finding(
            "uncertainty-integer", message, file=FILE, row=line, column="uncertainty", found=uncertainty
        )


def _check_belonging(
    line: int, fields: Mapping[str, str], block: Mapping[str, Any], listed: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    office_area, measure = block["office"]["area_code"], fields["measure"]
    if AREA.fullmatch(fields["area_code"]) and fields["area_code"] != office_area:
        found = fields["area_code"]
        message = f"Line {line} is of area {found}; the office serves {office_area}."
        yield finding(
            "area-office", message, file=FILE, row=line, column="area_code", found=found, allowed=office_area
        )
    if measure in codelists.load("measure") and measure not in block["measures"]:
        message = f"Line {line} counts {measure}, which openCasework.measures does not name; add it there."
        allowed = ", ".join(block["measures"])
        yield finding(
            "measure-undeclared",
            message,
            file=FILE,
            row=line,
            column="measure",
            found=measure,
            allowed=allowed,
        )
    if fields["category"] != TOTAL and (fields["category"] == NONE) != (measure == "policy_messages"):
        message = (
            f"Line {line} has {measure} under {fields['category']}; only policy messages stand under _N."
        )
        yield finding(
            "policy-category", message, file=FILE, row=line, column="category", found=fields["category"]
        )
    if measure == "policy_messages" and fields["body"] not in (NONE, TOTAL):
        message = f"Line {line} has policy messages under {fields['body']}; they are not counted by body."
        yield finding("policy-category", message, file=FILE, row=line, column="body", found=fields["body"])
    if fields["outcome"] != TOTAL and measure != "cases_closed":
        message = f"Line {line} has an outcome for {measure}; outcomes stand with cases_closed."
        yield finding(
            "outcome-measure", message, file=FILE, row=line, column="outcome", found=fields["outcome"]
        )
    for column, codes in listed.items():
        if fields[column] not in codes:
            message = f"The {column} {fields[column]!r} in line {line} has no title in codes/; add it there."
            yield finding("code-unlisted", message, file=FILE, row=line, column=column, found=fields[column])
