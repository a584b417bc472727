"""Reading a table from elsewhere: its key, its period, its figures; what is wrong with it, in a sentence."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LARGEST_FILE = 50_000_000  # bytes
# How other publishers name the column, most telling first.
KEY_COLUMNS: Mapping[str, Sequence[str]] = {
    "area_code": (
        "area_code",
        "gss_code",
        "gss",
        "code",
        "constituency_code",
        "pcon24cd",
        "la_code",
        "lad24cd",
    ),
    "category": ("category", "issue", "topic", "advice_issue", "subject"),
    "body": ("body", "org_id", "organisation", "department", "public_body"),
}
# Periods whose alphabetical order is that of time, if a column has one kind of them.
IN_ORDER = re.compile(r"\d{4}(-(Q[1-4]|\d{2}(-\d{2})?))?")
PERIOD_COLUMNS = ("period", "month", "quarter", "year", "date")


class JoinError(Exception):
    """A table cannot be joined; the text is one sentence saying what is wrong and what to do."""


@dataclass(frozen=True)
class Outside:
    """A table from elsewhere for one period: its figures' columns, and its row of each key.

    Values stay as they stand in the file, so that nothing is lost in between. `period` is empty where the
    table has no column for one.
    """

    name: str
    key: str
    columns: Sequence[str]
    rows: Mapping[str, Mapping[str, str]]
    period: str


def read_outside(file: Path, *, on: str, key: str | None = None, period: str | None = None) -> Outside:
    """Read the CSV `file`, whose rows are keyed by `on`: "area_code", "category" or "body".

    `key` names the column if it is none of the usual. Where the table has a column of periods, the rows of
    `period` are read, else those of its newest. Raises JoinError.
    """
    header, lines = _table(file)
    column = _column(header, key, KEY_COLUMNS[on], file)
    by = next((name for name in header if name.casefold() in PERIOD_COLUMNS and name != column), None)
    if period and not by:
        raise JoinError(
            f"{file.name} has no column of periods ({', '.join(PERIOD_COLUMNS)}); leave --period out."
        )
    chosen = ""
    if by:
        known = sorted({row[by] for _, row in lines})
        if period is None and len(known) > 1 and not all(IN_ORDER.fullmatch(each) for each in known):
            raise JoinError(
                f"“{by}” of {file.name} is not written so that the newest can be told (2026, 2026-Q3, "
                f"2026-09, 2026-09-30); say with --period which rows, such as {known[0]}."
            )
        chosen = period or known[-1]
        if chosen not in known:
            raise JoinError(f"{file.name} has no rows of {chosen}; it has {known[0]} to {known[-1]}.")
        lines = [(number, row) for number, row in lines if row[by] == chosen]
    rows: dict[str, Mapping[str, str]] = {}
    first: dict[str, int] = {}
    for number, row in lines:
        code = row[column].strip()
        if not code:
            raise JoinError(
                f"Line {number} of {file.name} has nothing in “{column}”; fill it in or take it out."
            )
        if code in rows:
            raise JoinError(
                f"Lines {first[code]} and {number} of {file.name} are both about {code}; keep one, or add a "
                "column “period” that tells them apart."
            )
        rows[code], first[code] = row, number
    return Outside(file.name, column, [name for name in header if name not in (column, by)], rows, chosen)


def _table(file: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise JoinError(
                f"{file.name} has more than {LARGEST_FILE // 1_000_000} MB; give a smaller extract."
            )
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JoinError(f"{file.name} is not in UTF-8; save it as “CSV UTF-8”.") from error
    except OSError as error:
        raise JoinError(f"{file} cannot be read ({error.strerror}); check the name.") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip() for name in next(reader, [])]
        if not any(header):
            raise JoinError(f"{file.name} is empty; its first line names the columns.")
        if len(set(header)) < len(header) or "" in header:
            raise JoinError(f"Two columns of {file.name} have the same name, or one has none; name each.")
        rows = []
        for values in reader:
            if not any(values):
                continue
            if len(values) != len(header):
                raise JoinError(
                    f"Line {reader.line_num} of {file.name} has {len(values)} fields, "
                    f"its first line {len(header)}."
                )
            rows.append((reader.line_num, dict(zip(header, values, strict=True))))
    except csv.Error as error:
        raise JoinError(f"Line {reader.line_num} of {file.name} is not CSV ({error}).") from error
    if not rows:
        raise JoinError(f"{file.name} has no rows below its first line.")
    return header, rows


def _column(header: Sequence[str], asked: str | None, usual: Sequence[str], file: Path) -> str:
    if asked is not None:
        if asked not in header:
            raise JoinError(f"{file.name} has no column “{asked}”; it has {', '.join(header)}.")
        return asked
    by_name = {name.casefold().replace(" ", "_"): name for name in header}
    found = next((by_name[name] for name in usual if name in by_name), None)
    if found is None:
        raise JoinError(
            f"None of the columns of {file.name} ({', '.join(header)}) is named like a key "
            f"({', '.join(usual)}); say which it is with --key."
        )
    return found
