"""The files of all offices, a month at a time: of a month whose rows have not changed, what was is taken.

To put three million rows in order takes longer than all questions. The CSV of the last build has the months
one after another, so they are copied from it; of Parquet each month is a file. A whole build goes the same
way, and so comes to the same bytes.
"""

from __future__ import annotations

import mmap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opencasework.observatory.engines import Engine, OfMonths
from opencasework.observatory.site.standing import Coming, Standing

HEADER = ""  # among the months of a CSV, the first line


@dataclass(frozen=True)
class Written:
    """What a build wrote of each month: its bytes in each CSV, by path.

    `by` is the engine: the rows in Parquet are the same of all, but not the bytes. `names` is a mark of what
    else is in the rows; without it nothing of them may be taken.
    """

    by: str = ""
    names: str = ""
    csv: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass
class Months:
    """The months there are, which of them `changed` (None: all may have) since a build, and that build."""

    there: Sequence[str]
    changed: Collection[str] | None
    before: Written
    standing: Standing

    def unchanged(self) -> list[str]:
        """Those whose rows are as they were."""
        return [] if self.changed is None else [month for month in self.there if month not in self.changed]


def write_csv(engine: Engine, question: OfMonths, file: Path, path: str, months: Months) -> dict[str, int]:
    """Write the CSV that answers the question and will be at `path`; returns the bytes of each month."""
    old = months.before.csv.get(path, {}) if months.standing.hash_of(path) else {}
    taken = [month for month in months.unchanged() if month in old]
    left = [month for month in months.there if month not in taken]
    if not taken:
        engine.write_csv_of_months(question, months.there, file)
        return _bytes_of_months(file, months.there)
    fresh = file.with_suffix(".new")
    engine.write_csv_of_months(question, left or months.there[-1:], fresh)
    new = _bytes_of_months(fresh, left)
    sizes = {HEADER: new[HEADER]}
    with file.open("wb") as into, fresh.open("rb") as here, (months.standing.site / path).open("rb") as there:
        into.write(here.read(new[HEADER]))
        starts = _starts(old)
        for month in months.there:
            source, sizes[month] = (there, old[month]) if month in taken else (here, new[month])
            if source is there:
                there.seek(starts[month])
            into.write(source.read(sizes[month]))
    fresh.unlink()
    return sizes


def write_parquet(
    engine: Engine, question: OfMonths, paths: Mapping[str, str], coming: Coming, months: Months
) -> int:
    """Write the Parquet file of each month, which will be at its path; returns the bytes of all of them."""
    taken = [month for month in months.unchanged() if months.standing.hash_of(paths[month])]
    coming.kept.update(paths[month] for month in taken)
    left = {month: coming.place(path) for month, path in paths.items() if month not in taken}
    engine.write_months(question, left)
    files = [*left.values(), *(months.standing.site / paths[month] for month in taken)]
    return sum(file.stat().st_size for file in files)


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
