"""Loading the ONS Postcode Directory (or the NSPL, which has the same columns), and lists of members.

Row by row, in a few megabytes of memory: chunks are sorted and put on the disk, then merged. What was loaded
before is in use until the new file is whole, and stays so where the new one is of no use.
"""

from __future__ import annotations

import contextlib
import csv
import heapq
import io
import itertools
import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias

from opencasework.office.places.directory import LENGTH, MAGIC, NOWHERE, RECORD, folder, forget, padded

Opener: TypeAlias = Callable[[], IO[bytes]]
CHUNK = 100_000  # rows sorted at once
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


@dataclass
class _Codes:
    """Numbers for the codes of one kind of area."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, code: str, *, line: int) -> int:
        if not code:
            return NOWHERE
        if code not in self.numbers:
            if not CODE.fullmatch(code):
                raise NotLoadable(
                    f"Line {line} has “{code[:20]}” where the code of an area belongs. {WHERE_FROM}"
                )
            if len(self.numbers) >= NOWHERE:
                raise NotLoadable(f"Line {line} is of the {NOWHERE + 1}th area; no directory has so many.")
            self.numbers[code] = len(self.numbers)
        return self.numbers[code]


def load(path: Path) -> str:
    """Load a directory, or a list of members. Returns what was loaded, in a sentence; raises NotLoadable."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _load_zip(archive, path.name)
        with path.open("rb") as file:
            header = _header(file)
            if {"name", "area_gss"} <= set(header):
                return _load_members(_rows(file, path.name), header)
            return _load_directory([(path.name, lambda: path.open("rb"))], {}, path.name)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged or not complete"
        raise NotLoadable(f"{path.name} cannot be read: {reason}. Download it again.") from error


def _load_zip(archive: zipfile.ZipFile, source: str) -> str:
    """Of the directory's zip the one big file, or where there is none its parts; names from beside it."""
    sheets = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")]
    parts: list[zipfile.ZipInfo] = []
    names: dict[str, str] = {}
    for sheet in sheets:
        with archive.open(sheet) as file:
            header = _header(file)
            if _column(header, "postcode") is not None and _column(header, "constituency") is not None:
                parts.append(sheet)
            elif sum(bool(NAMES.fullmatch(each)) for each in header) >= 2 and sheet.file_size < LARGEST_NAMES:
                names |= _names(_rows(file, sheet.filename), header)
    if not parts:
        raise NotLoadable(f"{source} holds no postcode directory: no CSV in it has the columns. {WHERE_FROM}")
    whole = [each for each in parts if "multi_csv" not in each.filename.lower()]
    chosen = [max(whole, key=lambda each: each.file_size)] if whole else parts
    return _load_directory([(each.filename, _opener(archive, each)) for each in chosen], names, source)


def _opener(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> Opener:
    return lambda: archive.open(sheet)


def _header(file: IO[bytes]) -> list[str]:
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


def _rows(file: IO[bytes], name: str) -> Iterator[tuple[int, list[str]]]:
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


# --- the directory ----------------------------------------------------------------------------------------


def _load_directory(parts: list[tuple[str, Opener]], names: dict[str, str], source: str) -> str:
    constituencies, wards = _Codes(), _Codes()
    with contextlib.ExitStack() as resources:
        folder().mkdir(parents=True, exist_ok=True)
        scratch = Path(resources.enter_context(tempfile.TemporaryDirectory(dir=folder(), prefix=".new-")))
        runs: list[Path] = []
        records = _records(parts, constituencies, wards)
        while chunk := list(itertools.islice(records, CHUNK)):
            chunk.sort()
            runs.append(scratch / str(len(runs)))
            runs[-1].write_bytes(b"".join(chunk))
        if not runs:
            raise NotLoadable(f"{source} has no postcode in it. {WHERE_FROM}")
        header = {
            "source": source[:200],
            "constituencies": list(constituencies.numbers),
            "wards": list(wards.numbers),
            "names": {
                code: name
                for code, name in names.items()
                if code in constituencies.numbers or code in wards.numbers
            },
        }
        written = _write(scratch / "whole", json.dumps(header).encode(), runs)
        _replace(scratch / "whole", folder() / "postcodes")
    areas = f"{len(constituencies.numbers)} constituencies and {len(wards.numbers)} wards"
    return f"{written:,} postcodes in {areas} loaded."


def _records(parts: list[tuple[str, Opener]], constituencies: _Codes, wards: _Codes) -> Iterator[bytes]:
    for name, opened in parts:
        with opened() as file:
            header = _header(file)
            where = {kind: _column(header, kind) for kind in COLUMNS}
            postcode, constituency, ward = where["postcode"], where["constituency"], where["ward"]
            if postcode is None or constituency is None:
                missing = "postcode (pcds)" if postcode is None else "constituency (pcon)"
                raise NotLoadable(f"{Path(name).name} has no column for the {missing}. {WHERE_FROM}")
            for line, row in _rows(file, name):
                if len(row) < len(header):
                    raise NotLoadable(
                        f"Line {line} of {Path(name).name} is cut off. Download the file again."
                    )
                written = row[postcode].strip().upper()
                if not POSTCODE.fullmatch(written):
                    raise NotLoadable(
                        f"Line {line} has “{written[:12]}” where a postcode belongs. {WHERE_FROM}"
                    )
                yield RECORD.pack(
                    padded(written),
                    constituencies.number(row[constituency].strip(), line=line),
                    wards.number(row[ward].strip(), line=line) if ward is not None else NOWHERE,
                )


def _write(path: Path, header: bytes, runs: list[Path]) -> int:
    """Merge the sorted runs below the header; how many postcodes there are, each once."""
    count, last = 0, b""
    with contextlib.ExitStack() as resources:
        file = resources.enter_context(path.open("wb"))
        file.write(MAGIC + LENGTH.pack(len(header)) + header)
        for record in heapq.merge(*(_of_run(resources.enter_context(run.open("rb"))) for run in runs)):
            if record[:7] != last:
                file.write(record)
                count, last = count + 1, record[:7]
        file.flush()
        os.fsync(file.fileno())
    return count


def _of_run(file: IO[bytes]) -> Iterator[bytes]:
    while record := file.read(RECORD.size):
        yield record


def _replace(new: Path, path: Path) -> None:
    os.replace(new, path)
    forget()
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- members ----------------------------------------------------------------------------------------------


def _load_members(rows: Iterable[tuple[int, list[str]]], header: list[str]) -> str:
    """A list with the columns `name` and `area_gss`; who has no code of an area is left out."""
    name, area = header.index("name"), header.index("area_gss")
    found: dict[str, str] = {}
    for line, row in rows:
        if len(row) <= max(name, area):
            raise NotLoadable(f"Line {line} is cut off. Download the file again.")
        if CODE.fullmatch(row[area].strip()):
            found[row[area].strip()] = " ".join(row[name].split())[:200]
    if not found:
        raise NotLoadable("No line has a member's name and the code of an area such as E14001063.")
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=folder(), prefix=".new-", encoding="utf-8", delete=False
    ) as file:
        json.dump(found, file)
        file.flush()
        os.fsync(file.fileno())
    _replace(Path(file.name), folder() / "members.json")
    return f"{len(found):,} members loaded."
