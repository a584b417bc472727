"""A11: what percentages, medians and numbers of enquiries give away about the counts they were made from."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from opencasework.standard.attacks.report import Finding, number
from opencasework.standard.attacks.view import BASE, Folder, Office, is_base, is_month, parts_of
from opencasework.standard.codelists import TOTAL
from opencasework.standard.observations import Cell
from opencasework.standard.periods import months_to
from opencasework.standard.responses import COUNTED, FEWEST, MEDIAN_STEP

MOST_TRIED = 200  # the largest denominator worth trying: a rate of more cases points to nobody
RESPONSES, DURATIONS = "data/responses.csv", "data/durations.csv"
KNOWN_TABLES = frozenset({"data/counts.csv", RESPONSES, DURATIONS})
CASES = {"n_cases": "cases_closed"}  # column of durations.csv, likewise
NAMES = frozenset({"period", "area_code", "body", "category", "status", "uncertainty"})
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?\s*%?")
Row = Mapping[str, str]


def rates(office: Office) -> Iterator[Finding]:
    """Every number beside the counts must be one that can be made from the published, rounded counts."""
    for folder in office.folders:
        for name, data in sorted(folder.contents.items()):
            if not (name.startswith("data/") and name.endswith(".csv")):
                continue
            if name not in KNOWN_TABLES:
                yield Finding(
                    "A11",
                    f"{name} in {folder.path} is no table of the standard: nobody can say what its numbers "
                    "give away. Remove it.",
                )
            elif name != "data/counts.csv":
                yield from _table(folder, name, data)


def _table(folder: Folder, name: str, data: bytes) -> Iterator[Finding]:
    shown = _Shown(folder)
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig", errors="replace"), newline=""))
    for row in reader:
        where = f"{name} in {folder.path}, line {reader.line_num}"
        plain = {column: value or "" for column, value in row.items() if isinstance(column, str)}
        yield from _numbers(plain, where, shown)
        yield from _median(plain, where, shown)
        yield from _shares(plain, where)


class _Shown:
    """The published counts of a folder, by body and by category."""

    def __init__(self, folder: Folder) -> None:
        self.values = {
            (row.period, row.category, row.body, row.measure): row.value or 0
            for row in folder.publication.observations
            if is_base(row) and TOTAL in (row.category, row.body)
        }
        self.periods = {place[0] for place in self.values}

    def over(self, period: str, body: str, measure: str, *, category: str = TOTAL) -> int | None:
        """The sum of the published months of a window; None where the window cannot be told."""
        last = re.fullmatch(r"(?:.*[^0-9])?(\d{4}-(?:0[1-9]|1[0-2]))", period)
        if last:
            months = months_to(last[1])
        elif re.fullmatch(r"\d{4}", period):
            months = parts_of(period, self.periods) or months_to(f"{period}-12")
        else:
            return None
        return sum(self.values.get((month, category, body, measure), 0) for month in months)


def _numbers(row: Row, where: str, shown: _Shown) -> Iterator[Finding]:
    """Each number of enquiries or cases is the sum of the published months, not a count of its own."""
    for column, measure in (COUNTED | CASES).items():
        value = _whole(row.get(column, ""))
        if value is None:
            continue
        expected = shown.over(
            row.get("period", ""), row.get("body", TOTAL), measure, category=row.get("category", TOTAL)
        )
        if 0 < value < BASE:
            yield Finding(
                "A11",
                f"{where}: {column} is {value}, a small count as it was counted. Use the sum of the "
                "published months.",
            )
        elif expected is not None and value != expected:
            yield Finding(
                "A11",
                f"{where}: {column} is {value}, but the published months add up to {expected}: it was "
                "counted by itself, and two windows a month apart tell that month. Use the sum of the "
                "published months.",
                _cells(shown, row, measure),
            )


def _cells(shown: _Shown, row: Row, measure: str) -> tuple[Cell, ...]:
    months = sorted(period for period in shown.periods if is_month(period))[-1:]
    return tuple(
        Cell(month, row.get("area_code", ""), row.get("category", TOTAL), row.get("body", TOTAL), measure)
        for month in months
    )


def _median(row: Row, where: str, shown: _Shown) -> Iterator[Finding]:
    """A median of few cases is nearly one of them; a precise one is one of them."""
    for column, text in row.items():
        if not column.startswith("median") or not text.strip():
            continue
        counted = [_whole(row.get(name, "")) for name in ("n_replied", "n_cases")]
        known = [count for count in counted if count is not None]
        closed = shown.over(row.get("period", ""), row.get("body", "") or TOTAL, "cases_closed")
        count = known[0] if known else closed
        if count is None or count < FEWEST:
            of = "an unknown number of" if count is None else number(count, "case")
            of = of.removesuffix(" cases").removesuffix(" case")
            yield Finding(
                "A11",
                f"{where}: {column} is the median of {of} cases. Leave it empty below {FEWEST}: it is nearly "
                "the time of one person's case.",
            )
        days = _fraction(text)
        if days is None or days % MEDIAN_STEP:
            yield Finding(
                "A11",
                f"{where}: {column} is not rounded to {MEDIAN_STEP} days, so it is the time of one case, to "
                "the day.",
            )


def _shares(row: Row, where: str) -> Iterator[Finding]:
    """A percentage must come from two numbers of its row; else it tells the counts it did come from."""
    counts = [
        count for column, text in row.items() if column.startswith("n_") for count in [_whole(text)] if count
    ]
    for column, text in row.items():
        match = _NUMBER.fullmatch(text.strip())
        if column in NAMES or column.startswith(("n_", "median")) or column == "n" or match is None:
            continue
        value, places = _fraction(text), len(match[2] or "")
        if value is None:
            continue
        scale = 100 if value > 1 or "%" in text or _says_percent(column) else 1
        if any(_same(value, part, whole, scale, places) for part in [0, *counts] for whole in counts):
            continue
        solved = solve_rate(value, scale=scale, places=places)
        if solved:
            part, whole = solved
            reading = f"it fits {part} of {whole}"
        else:
            reading = f"it fits no counts up to {MOST_TRIED}"
        yield Finding(
            "A11",
            f"{where}: {column} is no share of the published counts of its line; {reading}. Leave it out, "
            "or work it out from the published counts.",
        )


def solve_rate(value: Fraction, *, scale: int, places: int) -> tuple[int, int] | None:
    """The fewest cases, as (part, whole), that a published rate can have come from; None beyond 200."""
    for whole in range(1, MOST_TRIED + 1):
        for part in {int(value * whole / scale), int(value * whole / scale) + 1}:
            if part <= whole and _same(value, part, whole, scale, places):
                return part, whole
    return None


def _same(value: Fraction, part: int, whole: int, scale: int, places: int) -> bool:
    half = Fraction(1, 2 * 10**places)
    return abs(Fraction(part * scale, whole) - value) <= half


def _says_percent(column: str) -> bool:
    return any(word in column.lower() for word in ("pct", "percent", "per_cent"))


def _whole(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None


def _fraction(text: str) -> Fraction | None:
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    return Fraction(f"{match[1]}.{match[2] or 0}")
