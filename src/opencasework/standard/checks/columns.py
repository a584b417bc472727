"""A large table of counts, column by column: the same questions as in `rows`, asked of all rows at once.

Each column is kept as a number for every row and a list of the different values, so that a million rows need
tens of megabytes, a value is looked at once however often it stands there, and numpy does the rest. Rows that
are wrong go to `rows.check_row` for the words, so that both ways find the same; a test holds them to it.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from opencasework.standard import codelists, disclosure
from opencasework.standard.checks import rows, windows
from opencasework.standard.checks.rows import AREA, BODY, FILE, NUMBER, PERIOD, Counted
from opencasework.standard.checks.tables import MOST_ROWS, Row, more_rows, read_rows
from opencasework.standard.codelists import NONE, TOTAL
from opencasework.standard.disclosure.folding import sensitive
from opencasework.standard.observations import COLUMNS, DIMENSIONS, HEADER, lines_hash, observation_of
from opencasework.standard.rules import Finding

Ids: TypeAlias = npt.NDArray[np.int64]
Codes: TypeAlias = npt.NDArray[np.int32]
Flags: TypeAlias = npt.NDArray[np.bool_]
_CHUNK = 20_000  # rows read at a time
_PIECE = 1_000_000  # bytes read at a time
_LARGEST_ID = 2**62  # ids made of several columns stay below it


class _Numbering(dict[str, int]):
    """Gives each new value the next number."""

    def __missing__(self, value: str) -> int:
        self[value] = number = len(self)
        return number

    def codes(self, texts: Iterable[str]) -> Codes:
        """The number of each text."""
        return np.fromiter(map(self.__getitem__, texts), np.int32)


@dataclass(frozen=True, slots=True)
class Column:
    """`codes` has for each row the place of its value in `values`."""

    codes: Codes
    values: list[str]

    def where(self, question: Iterable[object]) -> Flags:
        """The answer for each row to a question answered for each of `values`, in their order."""
        return np.fromiter((bool(answer) for answer in question), bool, len(self.values))[self.codes]

    def among(self, codes: Iterable[str]) -> Flags:
        """For each row, whether its value is among `codes`."""
        wanted = set(codes)
        return self.where(value in wanted for value in self.values)


@dataclass(frozen=True, slots=True)
class Columns:
    """The rows of counts.csv with the right number of fields, by column, and the line each stands in.

    For a plain table, `data` is the file and `ends` where in it each row ends.
    """

    lines: Ids
    by_name: Mapping[str, Column]
    data: bytes = b""
    ends: Ids | None = None

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, name: str) -> Column:
        return self.by_name[name]

    def texts(self, places: Ids) -> Iterator[tuple[str, ...]]:
        """The fields of the rows at `places`, in the order of the file."""
        columns = [map(self[name].values.__getitem__, self[name].codes[places].tolist()) for name in COLUMNS]
        return zip(*columns, strict=True)

    def counted(self, places: Ids) -> list[Counted]:
        """The rows at `places`, which have to be well formed."""
        texts = self.texts(places)
        lines = self.lines[places].tolist()
        return [Counted(line, observation_of(text)) for line, text in zip(lines, texts, strict=True)]

    def hashes(self, places: Ids) -> dict[str, str]:
        """The hash of the rows at `places`, which have to be well formed, of each period."""
        codes = self["period"].codes[places]
        found = {}
        for code in np.unique(codes).tolist():
            found[self["period"].values[code]] = self._hash(places[codes == code])
        return found

    def _hash(self, places: Ids) -> str:
        """The hash of the rows at `places`, of one period: they follow each other, or stand all about."""
        if self.ends is None or int(places[-1] - places[0]) + 1 != len(places):
            return lines_hash(map(",".join, self.texts(places)))
        begin = int(self.ends[places[0] - 1]) + 1 if places[0] else len(HEADER) + 1
        return lines_hash(self.data[begin : int(self.ends[places[-1]])].decode("ascii").split("\n"))

    def ids(self, names: Iterable[str], places: Ids) -> Ids:
        """A number for each row at `places`, the same for rows that agree in the columns named."""
        ids = np.zeros(len(places), np.int64)
        size = 1
        for name in names:
            column = self[name]
            if size * len(column.values) > _LARGEST_ID:  # number those in use anew
                _, ids = np.unique(ids, return_inverse=True)
                size = int(ids.max(initial=0)) + 1
            ids = ids * len(column.values) + column.codes[places]
            size *= len(column.values)
        return ids


def read_columns(data: bytes) -> tuple[Columns, list[Finding]]:
    """Read the counts, and say which rows have another number of fields. Raises NotATable."""
    if (plain := _read_plain(data)) is not None:
        return plain, []
    findings: list[Finding] = []
    numberings = [_Numbering() for _ in COLUMNS]
    parts: list[list[Codes]] = [[] for _ in COLUMNS]
    lines: list[Ids] = []
    reader = read_rows(FILE, data, header=COLUMNS, findings=findings)
    while chunk := list(islice(reader, _CHUNK)):
        numbers, texts = zip(*chunk, strict=True)
        lines.append(np.array(numbers, np.int64))
        for numbering, part, column in zip(numberings, parts, zip(*texts, strict=True), strict=True):
            part.append(numbering.codes(column))
    by_name = {
        name: Column(_joined(part), list(numbering))
        for name, numbering, part in zip(COLUMNS, numberings, parts, strict=True)
    }
    return Columns(np.concatenate(lines) if lines else np.zeros(0, np.int64), by_name), findings


def _joined(parts: list[Codes]) -> Codes:
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)


def _read_plain(data: bytes) -> Columns | None:
    """Read a table that cutting at commas and line feeds is enough for; None when it is not.

    That is one of ASCII, as every code is, with the right header, no quotes, and ten fields in every line.
    Then each line is cut in three only: the period, the other dimensions and the figures are few different
    texts.
    """
    start = len(HEADER) + 1
    if not data.startswith(f"{HEADER}\n".encode()) or not data.endswith(b"\n") or not data.isascii():
        return None
    if b"\0" in data or b"\r" in data or b'"' in data:
        return None
    numberings = [_Numbering() for _ in _THIRDS]
    parts: list[list[Codes]] = [[] for _ in _THIRDS]
    ends: list[Ids] = []
    while start < len(data):
        stop = data.find(b"\n", min(start + _PIECE, len(data) - 1)) + 1
        cuts = _cuts(data[start:stop])
        if cuts is None:
            return None
        text = data[start:stop].decode("ascii")
        first = np.concatenate([[0], cuts[:-1, -1] + 1])
        for numbering, part, (begin, end) in zip(numberings, parts, _THIRDS, strict=True):
            begins = (cuts[:, begin - 1] + 1 if begin else first).tolist()
            slices = map(slice, begins, cuts[:, end - 1].tolist())
            part.append(numbering.codes(map(text.__getitem__, slices)))
        ends.append(cuts[:, -1] + start)
        start = stop
    columns: dict[str, Column] = {}
    for numbering, part, (begin, end) in zip(numberings, parts, _THIRDS, strict=True):
        codes = _joined(part)
        different = [text.split(",") for text in numbering]
        for place, name in enumerate(COLUMNS[begin:end]):
            column = _Numbering()
            of_each = column.codes(fields[place] for fields in different)
            columns[name] = Column(of_each[codes], list(column))
    all_ends = np.concatenate(ends) if ends else np.zeros(0, np.int64)
    return Columns(np.arange(2, len(all_ends) + 2), columns, data, all_ends)


_THIRDS = ((0, 1), (1, len(DIMENSIONS)), (len(DIMENSIONS), len(COLUMNS)))  # of the columns


def _cuts(piece: bytes) -> Ids | None:
    """Where the fields of some lines end, a row for each line; None when one has another number of fields."""
    text = np.frombuffer(piece, np.uint8)
    cuts = np.flatnonzero((text == 10) | (text == 44))
    if len(cuts) % len(COLUMNS) or np.diff(cuts, prepend=-1).max(initial=0) > csv.field_size_limit():
        return None
    table = cuts.reshape(-1, len(COLUMNS))
    ends = text[table] == 10
    return table if ends[:, -1].all() and not ends[:, :-1].any() else None


def places_of(flags: Flags) -> Ids:
    """The places of the rows flagged."""
    return np.flatnonzero(flags)


def behind_windows(table: Columns, good: Flags) -> Ids:
    """The places of the well-formed rows that reply times and durations are made of."""
    rows_ = good & table["measure"].among(windows.MEASURES)
    rows_ &= table["channel"].among([TOTAL]) & table["outcome"].among([TOTAL])
    total = table["category"].among([TOTAL]) | table["body"].among([TOTAL])
    return np.flatnonzero(rows_ & (total | table["value"].among([str(disclosure.BASE)])))


def check_rows(
    table: Columns, *, block: Mapping[str, Any], listed: Mapping[str, frozenset[str]], today: date
) -> tuple[Flags, set[str], list[Finding]]:
    """Which rows are well formed, the periods that hold another sort of row, and the findings.

    The same as `rows.check_rows`, with a flag for each row in place of the rows.
    """
    first = _first_of_its_kind(table)
    again = first != np.arange(len(table))
    wrong = again | _wrong(table, block=block, listed=listed, today=today)
    places = np.flatnonzero(wrong)
    findings: list[Finding] = []
    shown = places[:MOST_ROWS]
    for place, text in zip(shown.tolist(), table.texts(shown), strict=True):
        before = int(table.lines[first[place]]) if again[place] else None
        row = Row(int(table.lines[place]), text)
        findings += rows.check_row(row, block=block, listed=listed, today=today, again=before)
    if len(places) > MOST_ROWS:
        findings.append(more_rows(FILE, len(places) - MOST_ROWS))
    if late := _first_out_of_order(table):
        findings.append(rows.unsorted(int(table.lines[late])))
    periods = table["period"]
    spoiled = {periods.values[code] for code in np.unique(periods.codes[places]).tolist()}
    return ~wrong, spoiled, findings


def _first_of_its_kind(table: Columns) -> Ids:
    """For each row the place of the first with the same dimensions: its own, unless it is there twice."""
    ids = table.ids(DIMENSIONS, np.arange(len(table)))
    if len(ids) == 0 or (np.diff(ids) > 0).all():  # never falls and never stays: no need to look further
        return np.arange(len(table))
    _, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int64)


def _first_out_of_order(table: Columns) -> int:
    """The place of the first row that should precede the one before it; 0 when there is none."""
    if len(table) < 2:
        return 0
    before = np.zeros(len(table) - 1, bool)
    same = np.ones(len(table) - 1, bool)
    for name in DIMENSIONS:
        column = table[name]
        rank = np.empty(len(column.values), np.int64)
        rank[sorted(range(len(column.values)), key=column.values.__getitem__)] = np.arange(len(rank))
        step = np.diff(rank[column.codes])
        before |= same & (step < 0)
        same &= step == 0
    return int(before.argmax()) + 1 if before.any() else 0


def _wrong(
    table: Columns, *, block: Mapping[str, Any], listed: Mapping[str, frozenset[str]], today: date
) -> Flags:
    """Which rows break a rule that can be told from the row alone."""
    return _wrong_codes(table, today) | _wrong_numbers(table) | _wrong_place(table, block, listed)


def _wrong_codes(table: Columns, today: date) -> Flags:
    period, category = table["period"], table["category"]
    this_month = f"{today:%Y-%m}"
    wrong = period.where(
        not PERIOD.fullmatch(value) or rows.last_month(value) >= this_month for value in period.values
    )
    wrong |= table["area_code"].where(not AREA.fullmatch(value) for value in table["area_code"].values)
    wrong |= table["body"].where(not BODY.fullmatch(value) for value in table["body"].values)
    for name in ("category", "channel", "outcome", "measure"):
        wrong |= ~table[name].among(codelists.load(name))
    wrong |= ~table["status"].among(["", *codelists.load("status")])
    level_2 = [code.code for code in codelists.load("category").values() if code.level == 2]
    flags: Flags = wrong | category.among(level_2) & period.where("-" in value for value in period.values)
    flags |= category.among(sensitive())
    return flags


def _wrong_numbers(table: Columns) -> Flags:
    value, uncertainty = table["value"], table["uncertainty"]
    there = ~value.among([""])
    numbers = value.where(NUMBER.fullmatch(text) for text in value.values)
    known = uncertainty.where(NUMBER.fullmatch(text) for text in uncertainty.values)
    says_empty = table["status"].among(["c", "x", "z"])
    flags: Flags = (there & ~numbers) | (there == says_empty)
    flags |= (there | ~uncertainty.among([""])) & ~known
    return flags


def _wrong_place(table: Columns, block: Mapping[str, Any], listed: Mapping[str, frozenset[str]]) -> Flags:
    category, body, measure = table["category"], table["body"], table["measure"]
    policy = measure.among(["policy_messages"])
    flags: Flags = ~table["area_code"].among([block["office"]["area_code"]])
    flags |= ~measure.among(block["measures"])
    flags |= ~category.among([TOTAL]) & (category.among([NONE]) != policy)
    flags |= policy & ~body.among([NONE, TOTAL])
    flags |= ~table["outcome"].among([TOTAL]) & ~measure.among(["cases_closed"])
    for name, codes in listed.items():
        flags |= ~table[name].among(codes)
    return flags
