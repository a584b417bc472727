"""Reading the ONS Postcode Directory (or the NSPL, which has its columns): a CSV, or the zip it comes in.

Both halves use it: an office to know whose a postcode is, the observatory to find places by one. Row by row,
since it has 2.7 million.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

Opener: TypeAlias = Callable[[], IO[bytes]]
LARGEST_NAMES = 10_000_000  # bytes of a list of names in a zip
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? *[0-9][A-Z]{2}")
CODE = re.compile(r"[A-Z][0-9]{8}")
# What each column has been called since 2011: pcon, pcon24cd; osward, ward, wd26cd.
COLUMNS = {
    "postcode": re.compile(r"pcds|pcd[78]?|pcd2"),
    "constituency": re.compile(r"pcon(?:\d\dcd)?"),
    "ward": re.compile(r"osward|ward|wd\d\dcd"),
}
NAMES = re.compile(r"(pcon|wd)\d\d(cd|nm)")
WHERE_FROM = "Download it from geoportal.statistics.gov.uk, as CSV or zip."


class NotLoadable(Exception):
    """The file is of no use; the message says in one sentence why, and what to do."""


@dataclass(frozen=True)
class Row:
    """A postcode, in capitals, and the codes of the areas it lies in, each empty where it lies in none."""

    line: int
    postcode: str
    constituency: str
    ward: str


@dataclass(frozen=True)
class Directory:
    """An open directory. `names` are those of areas by code, where a list lies beside it in the zip."""

    source: str
    parts: list[tuple[str, Opener]]
    names: Mapping[str, str]

    def rows(self) -> Iterator[Row]:
        """Every row. Raises NotLoadable at the first that is none."""
        for name, opened in self.parts:
            with opened() as file:
                yield from _rows_of_part(file, name)


@contextlib.contextmanager
def damage_said(path: Path) -> Iterator[None]:
    """Within this a file that cannot be read raises NotLoadable with a sentence."""
    try:
        yield
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged or not complete"
        raise NotLoadable(f"{path.name} cannot be read: {reason}. Download it again.") from error


@contextlib.contextmanager
def directory(path: Path) -> Iterator[Directory]:
    """The directory in a CSV or zip. Raises NotLoadable for what is none, here or while its rows are read."""
    with damage_said(path):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield _in_zip(archive, path.name)
        else:
            yield Directory(path.name, [(path.name, lambda: path.open("rb"))], {})


def _in_zip(archive: zipfile.ZipFile, source: str) -> Directory:
    """Of the directory's zip the one big file, or where there is none its parts; names from beside it."""
    sheets = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")]
    parts: list[zipfile.ZipInfo] = []
    names: dict[str, str] = {}
    for sheet in sheets:
        with archive.open(sheet) as file:
            head = header(file)
            if _column(head, "postcode") is not None and _column(head, "constituency") is not None:
                parts.append(sheet)
            elif sum(bool(NAMES.fullmatch(each)) for each in head) >= 2 and sheet.file_size < LARGEST_NAMES:
                names |= _names(rows(file, sheet.filename), head)
    if not parts:
        raise NotLoadable(f"{source} holds no postcode directory: no CSV in it has the columns. {WHERE_FROM}")
    whole = [each for each in parts if "multi_csv" not in each.filename.lower()]
    chosen = [max(whole, key=lambda each: each.file_size)] if whole else parts
    return Directory(source, [(each.filename, _opener(archive, each)) for each in chosen], names)


def _opener(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> Opener:
    return lambda: archive.open(sheet)


def header(file: IO[bytes]) -> list[str]:
    """The names of the columns, in small letters. Empty for what is no table."""
    line = file.readline(100_000)
    try:
        cells = next(csv.reader([line.decode("utf-8-sig")]), [])
    except (UnicodeDecodeError, csv.Error):
        return []
    return [cell.strip().lower() for cell in cells]


def _column(header: list[str], kind: str) -> int | None:
    """Where a column stands; of several the first."""
    return next((at for at, name in enumerate(header) if COLUMNS[kind].fullmatch(name)), None)


def rows(file: IO[bytes], name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header, each with its line. Raises NotLoadable where it is no text."""
    text = io.TextIOWrapper(file, "utf-8", newline="")
    reader = csv.reader(text)
    try:
        for row in reader:
            yield reader.line_num + 1, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotLoadable(
            f"{Path(name).name} is no table of text after line {reader.line_num + 1}. {WHERE_FROM}"
        ) from error
    finally:
        text.detach()


def _names(rows: Iterable[tuple[int, list[str]]], header: list[str]) -> dict[str, str]:
    """Names of areas by code, from a list beside the directory."""
    columns = {match[2]: at for at, name in enumerate(header) if (match := NAMES.fullmatch(name))}
    if len(columns) < 2:
        return {}
    widest = max(columns.values())
    return {row[columns["cd"]]: row[columns["nm"]][:200] for _, row in rows if len(row) > widest}


def _rows_of_part(file: IO[bytes], name: str) -> Iterator[Row]:
    head = header(file)
    postcode, constituency, ward = (_column(head, kind) for kind in COLUMNS)
    if postcode is None or constituency is None:
        missing = "postcode (pcds)" if postcode is None else "constituency (pcon)"
        raise NotLoadable(f"{Path(name).name} has no column for the {missing}. {WHERE_FROM}")
    for line, row in rows(file, name):
        if len(row) < len(head):
            raise NotLoadable(f"Line {line} of {Path(name).name} is cut off. Download the file again.")
        written = row[postcode].strip().upper()
        if not POSTCODE.fullmatch(written):
            raise NotLoadable(f"Line {line} has “{written[:12]}” where a postcode belongs. {WHERE_FROM}")
        in_ward = row[ward].strip() if ward is not None else ""
        yield Row(line, written, row[constituency].strip(), in_ward)
