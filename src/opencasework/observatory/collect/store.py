"""What the observatory has collected: the last valid of each publisher, and every row it ever had.

publications/NAME/            the last valid publication, as it came
rows/NAME/PERIOD-HASH.parquet the rows of a period, never changed; HASH as in the publisher's own ledger
ledger.jsonl                  one line for each thing that became different, oldest first, only added to
marks/NAME.json               by which the publisher's server knows that nothing has changed
quality/NAME.json             what is wrong with the newest, for the publisher
quality.json                  the same of all, in a sentence each
registry.json                 all of them as a registry feed, with when each was last seen and last valid
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from opencasework.standard import files
from opencasework.standard.fetching import Kept
from opencasework.standard.observations import HEADER, Observation, lines_hash
from opencasework.standard.publication import PublicationError, read

LONGEST_NAME = 60
_HASH_SHOWN = 16


@dataclass(frozen=True)
class Line:
    """A line of the ledger: what became of a publisher when. `periods` are hashes of rows by period."""

    at: str
    id: str
    state: str
    sha256: str
    reason: str
    periods: Mapping[str, str]


class Store:
    """A collection in a folder; made when there is none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        for part in ("publications", "rows", "marks", "quality", "ledgers"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)

    def publication(self, identifier: str) -> Path:
        """Where the last valid publication of a publisher is, or will be."""
        return self.folder / "publications" / name_of(identifier)

    def marks(self, identifier: str) -> dict[str, Kept]:
        """What was here when it was last asked for, by address. Empty where it was not valid."""
        try:
            kept = json.loads(self._marks(identifier).read_text("utf-8"))
            return {
                url: Kept(
                    (self.publication(identifier) / each["file"]).read_bytes(), each["etag"], each["modified"]
                )
                for url, each in kept.items()
            }
        except (OSError, ValueError, KeyError):  # without marks everything is fetched anew
            return {}

    def keep_marks(self, identifier: str, had: Mapping[str, Kept], contents: Mapping[str, bytes]) -> None:
        """Remember the marks of what was fetched, for those files that are kept as they came."""
        by_body = {body: name for name, body in contents.items()}
        kept = {
            url: {"file": by_body[each.body], "etag": each.etag, "modified": each.modified}
            for url, each in had.items()
            if each.body in by_body and each.headers
        }
        self._marks(identifier).write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")

    def _marks(self, identifier: str) -> Path:
        return self.folder / "marks" / f"{name_of(identifier)}.json"

    def ledger_of(self, identifier: str) -> dict[str, str]:
        """The lines of the publisher's own ledger as it was last valid, with their periods."""
        try:
            return ledger_lines(self._ledger(identifier).read_bytes())
        except OSError:  # it was never valid
            return {}

    def _ledger(self, identifier: str) -> Path:
        return self.folder / "ledgers" / f"{name_of(identifier)}.csv"

    def about(self, identifier: str) -> Mapping[str, Any] | None:
        """The descriptor of the last valid publication, also of one that was withdrawn; None without one."""
        for place in (self.publication(identifier), self.folder / "withdrawn" / name_of(identifier)):
            try:
                return read(place).descriptor
            except (PublicationError, OSError):
                continue
        return None

    def take_in(
        self, identifier: str, contents: Mapping[str, bytes], rows: Iterable[Observation]
    ) -> dict[str, str]:
        """Keep a valid publication in place of the one before, its rows for ever. Returns their hashes."""
        periods = self._keep_rows(identifier, rows)
        folder = self.publication(identifier)
        with files.alone_in(folder.parent):
            files.finish_interrupted_swap(folder)
            files.swap_in(folder, contents)
            for file in sorted(folder.rglob("*")):  # what the publisher has taken out is out
                if file.is_file() and file.relative_to(folder).as_posix() not in contents:
                    file.unlink()
        self._ledger(identifier).write_bytes(contents["releases.csv"])
        return periods

    def let_go(self, identifier: str) -> None:
        """Take a withdrawn publication out of what is shown; its rows and its lines in the ledger stay."""
        folder = self.publication(identifier)
        if folder.exists():
            away = self.folder / "withdrawn"
            away.mkdir(exist_ok=True)
            files.swap_in(away / folder.name, files.read_files(folder))
            for file in sorted(folder.rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            folder.rmdir()

    def _keep_rows(self, identifier: str, observations: Iterable[Observation]) -> dict[str, str]:
        by_period = _by_period(observations)
        hashes = {}
        for period, lines in by_period.items():
            hashes[period] = lines_hash(lines)
            place = self._rows(identifier, period, hashes[period])
            if not place.exists():
                place.parent.mkdir(exist_ok=True)
                _write_rows(lines, place)
        return hashes

    def _rows(self, identifier: str, period: str, sha256: str) -> Path:
        return self.folder / "rows" / name_of(identifier) / f"{period}-{sha256[:_HASH_SHOWN]}.parquet"

    def lines(self) -> Iterator[Line]:
        """The ledger, oldest first."""
        ledger = self.folder / "ledger.jsonl"
        if ledger.exists():
            for line in ledger.read_text("utf-8").splitlines():
                yield Line(**json.loads(line))

    def last_lines(self) -> dict[str, Line]:
        """What was last written down of each publisher."""
        return {line.id: line for line in self.lines()}

    def enter(self, line: Line, *, after: Line | None) -> None:
        """Add to the ledger what is different from the line before."""
        same = after is not None and (after.state, after.sha256, after.reason, after.periods) == (
            line.state, line.sha256, line.reason, line.periods,
        )  # fmt: skip
        if not same:
            with (self.folder / "ledger.jsonl").open("a", encoding="utf-8") as ledger:
                ledger.write(json.dumps(asdict(line), sort_keys=True, ensure_ascii=False) + "\n")

    def rebuilt(self, line: Line) -> bytes:
        """The counts of a publisher as a line of the ledger has them, made anew from the rows kept for ever.

        Raises PublicationError when rows are missing or are not those of the ledger.
        """
        lines: list[str] = []
        for period, sha256 in sorted(line.periods.items()):
            place = self._rows(line.id, period, sha256)
            if not place.exists():
                raise PublicationError(f"The rows of {period} of {line.id} are missing; restore a backup.")
            rows = _read_rows(place)
            if lines_hash(rows) != sha256:
                raise PublicationError(
                    f"The rows of {period} of {line.id} are not those of the ledger; restore a backup."
                )
            lines += rows
        return _counts(lines)

    def check(self) -> int:
        """Raise PublicationError unless the rows of every line of the ledger are those that were published.

        The publications shown now have to hold the rows of their last lines too. Returns how many lines.
        """
        last, lines = self.last_lines(), list(self.lines())
        for line in lines:
            self._check(line, is_last=line == last[line.id])
        return len(lines)

    def _check(self, line: Line, *, is_last: bool) -> None:
        rebuilt = self.rebuilt(line)
        if is_last and self.publication(line.id).exists():
            shown = _by_period(read(self.publication(line.id)).observations)
            if _counts([row for _, rows in sorted(shown.items()) for row in rows]) != rebuilt:
                raise PublicationError(
                    f"{self.publication(line.id)} is not what was collected; restore a backup."
                )

    def write_json(self, name: str, content: Any) -> None:
        """Write a file beside the collection, all or nothing."""
        place = self.folder / name
        fresh = place.with_suffix(".new")
        fresh.write_text(json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
        fresh.replace(place)


def _by_period(observations: Iterable[Observation]) -> dict[str, list[str]]:
    """The rows as the standard writes them, sorted, however the publisher wrote them."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in observations:
        found[row.period].append(row.line)
    return {period: sorted(lines) for period, lines in found.items()}


def _counts(lines: list[str]) -> bytes:
    return "\n".join([HEADER, *lines, ""]).encode()


def ledger_lines(releases: bytes) -> dict[str, str]:
    """The lines of a releases.csv, each with the period it is about."""
    lines = releases.decode("utf-8-sig").splitlines()[1:]
    return {line: line.split(",")[1] for line in lines if line.count(",") > 1}


def name_of(identifier: str) -> str:
    """A publisher's id as the name of a folder: what can be read of it, and a hash so that no two are one."""
    readable = re.sub(r"[^a-z0-9]+", "-", identifier.casefold()).strip("-")[:LONGEST_NAME]
    return f"{readable}-{hashlib.sha256(identifier.encode()).hexdigest()[:8]}"


def _write_rows(lines: list[str], place: Path) -> None:
    """The rows as text, in their order: whatever reads them, they are the bytes that were published."""
    fresh = place.with_suffix(".new")
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE rows (line VARCHAR)")
        connection.execute("INSERT INTO rows SELECT unnest(?)", [lines])
        connection.table("rows").write_parquet(str(fresh), compression="zstd")
    fresh.replace(place)


def _read_rows(place: Path) -> list[str]:
    with duckdb.connect(":memory:") as connection:
        found = connection.read_parquet(str(place)).fetchall()
    return [line for (line,) in found]
