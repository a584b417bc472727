"""Loading the ONS Postcode Directory (or the NSPL, which has the same columns), and lists of members.

Row by row, in a few megabytes of memory: chunks are sorted and put on the disk, then merged. What was loaded
before is in use until the new file is whole, and stays so where the new one is of no use.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from opencasework.office.places.directory import LENGTH, MAGIC, NOWHERE, RECORD, folder, forget, padded
from opencasework.postcodes import (
    CODE,
    WHERE_FROM,
    Directory,
    NotLoadable,
    damage_said,
    directory,
    header,
    rows,
)

CHUNK = 100_000  # rows sorted at once
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{6,30}")


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
    with damage_said(path):
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                head = header(file)
                if {"name", "area_gss"} <= set(head):
                    return _load_members(rows(file, path.name), head)
        with directory(path) as found:
            return _load_directory(found)


# --- the directory ----------------------------------------------------------------------------------------


def _load_directory(found: Directory) -> str:
    constituencies, wards = _Codes(), _Codes()
    with contextlib.ExitStack() as resources:
        folder().mkdir(parents=True, exist_ok=True)
        scratch = Path(resources.enter_context(tempfile.TemporaryDirectory(dir=folder(), prefix=".new-")))
        runs: list[Path] = []
        records = _records(found, constituencies, wards)
        while chunk := list(itertools.islice(records, CHUNK)):
            chunk.sort()
            runs.append(scratch / str(len(runs)))
            runs[-1].write_bytes(b"".join(chunk))
        if not runs:
            raise NotLoadable(f"{found.source} has no postcode in it. {WHERE_FROM}")
        header = {
            "source": found.source[:200],
            "constituencies": list(constituencies.numbers),
            "wards": list(wards.numbers),
            "names": {
                code: name
                for code, name in found.names.items()
                if code in constituencies.numbers or code in wards.numbers
            },
        }
        written = _write(scratch / "whole", json.dumps(header).encode(), runs)
        _replace(scratch / "whole", folder() / "postcodes")
    areas = f"{len(constituencies.numbers)} constituencies and {len(wards.numbers)} wards"
    return f"{written:,} postcodes in {areas} loaded."


def _records(found: Directory, constituencies: _Codes, wards: _Codes) -> Iterator[bytes]:
    for row in found.rows():
        yield RECORD.pack(
            padded(row.postcode),
            constituencies.number(row.constituency, line=row.line),
            wards.number(row.ward, line=row.line),
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
    """A list with the columns `name` and `area_gss`, and perhaps `phone`; who has no code of an area is left
    out, and so is what is no telephone.
    """
    name, area = header.index("name"), header.index("area_gss")
    phone = header.index("phone") if "phone" in header else None
    found: dict[str, tuple[str, str]] = {}
    for line, row in rows:
        if len(row) <= max(name, area, phone or 0):
            raise NotLoadable(f"Line {line} is cut off. Download the file again.")
        if CODE.fullmatch(row[area].strip()):
            rung = " ".join(row[phone].split()) if phone is not None else ""
            said = " ".join(row[name].split())[:200]
            found[row[area].strip()] = said, rung if _PHONE.fullmatch(rung) else ""
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
