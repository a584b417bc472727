"""The files of all offices, a month at a time: of a month whose rows have not changed, what was is taken.

To put three million rows in order takes longer than all questions. The CSV of the last build has the months
one after another, so they are copied from it; Parquet has no such places, so the rows of each month are kept
beside the site, in order, and put together. A whole build goes the same way, and so comes to the same bytes.
"""

from __future__ import annotations

import mmap
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opencasework.observatory.engines import Engine, OfMonths

HEADER = ""  # among the months of a CSV, the first line


@dataclass(frozen=True)
class Written:
    """What a build wrote of each month: its bytes in each CSV, by path, and the Parquet files in `folder`.

    `by` is the engine: the rows in Parquet are the same of all, but not the bytes.
    `names` is a mark of what else is in the rows of the CSV. Only what is whole is among them.
    """

    site: Path
    folder: Path
    by: str = ""
    names: str = ""
    csv: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    parquet: Collection[str] = ()


@dataclass
class Months:
    """The months there are, which of them `changed` (None: all may have) since a build, and that build."""

    there: Sequence[str]
    changed: Collection[str] | None
    before: Written

    def unchanged(self) -> list[str]:
        """Those whose rows are as they were."""
        return [] if self.changed is None else [month for month in self.there if month not in self.changed]


def write_csv(engine: Engine, question: OfMonths, site: Path, path: str, months: Months) -> dict[str, int]:
    """Write the CSV that answers the question at `path` in the site; returns the bytes of each month."""
    file, old = site / path, months.before.csv.get(path, {})
    taken = [month for month in months.unchanged() if month in old]
    left = [month for month in months.there if month not in taken]
    if not taken:
        engine.write_csv_of_months(question, months.there, file)
        return _bytes_of_months(file, months.there)
    fresh = file.with_suffix(".new")
    engine.write_csv_of_months(question, left or months.there[-1:], fresh)
    new = _bytes_of_months(fresh, left)
    sizes = {HEADER: new[HEADER]}
    with file.open("wb") as into, fresh.open("rb") as here, (months.before.site / path).open("rb") as there:
        into.write(here.read(new[HEADER]))
        starts = _starts(old)
        for month in months.there:
            source, sizes[month] = (there, old[month]) if month in taken else (here, new[month])
            if source is there:
                there.seek(starts[month])
            into.write(source.read(sizes[month]))
    fresh.unlink()
    return sizes


def write_parquet(engine: Engine, question: OfMonths, file: Path, months: Months, folder: Path) -> None:
    """Write the Parquet file that answers the question, and the rows of each month into the folder."""
    folder.mkdir()
    taken = [month for month in months.unchanged() if month in months.before.parquet]
    left = [month for month in months.there if month not in taken]
    for month in taken:
        _link(months.before.folder / f"{month}.parquet", folder / f"{month}.parquet")
    engine.write_months(question, left, folder)
    engine.join_parquet([folder / f"{month}.parquet" for month in months.there], file)


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without links
        shutil.copy2(old, new)


def _starts(sizes: Mapping[str, int]) -> dict[str, int]:
    starts, at = {}, 0
    for month, size in sizes.items():
        starts[month], at = at, at + size
    return starts


def _bytes_of_months(file: Path, months: Sequence[str]) -> dict[str, int]:
    """How long the first line is and the lines of each month, which stands first in each line."""
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.find(b"\n") + 1
        sizes = {HEADER: at, **dict.fromkeys(months, 0)}
        found = []
        for month in months:
            where = data.find(f"\n{month},".encode(), at - 1)
            if where >= 0:
                at = where + 1
                found.append((month, at))
        # Where no month is in it, there is only its end.
        for (month, start), (_next, end) in zip(found, [*found[1:], ("", len(data))], strict=False):
            sizes[month] = end - start
        return sizes
