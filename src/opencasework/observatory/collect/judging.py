"""One publication judged: taken, or left out with a reason. What was judged before is known by its bytes."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from opencasework.standard.descriptor import csv_rows, office_of
from opencasework.standard.disclosure import METHOD
from opencasework.standard.files import read_files
from opencasework.standard.observations import HEADER
from opencasework.standard.publication import OfficeIdentity, PublicationError, read
from opencasework.standard.validate import Report, validate_files

DESCRIPTOR, COUNTS = "datapackage.json", "data/counts.csv"
# A file that changed this lately may change once more without its times saying so: clocks tick coarsely.
SETTLED_SECONDS = 2.0
NOT_KEPT = ("name", "counts", "mark")  # of a publication that is known by how its files lie there


@dataclass(frozen=True)
class Collected:
    """A valid publication. `name` is its path below the folder given.

    `counts` is a file of its observations in the standard's own column order, whatever order it came in.
    `rounded_together` says that every month of it was made with `ocd-scr5`; `mark` is a hash of its bytes.
    """

    name: str
    counts: Path
    office: OfficeIdentity
    synthetic: bool
    draft: bool
    method: str
    rounded_together: bool
    licence: str
    bodies: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A publication that is not in the figures, and why, in one sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class Job:
    """A publication to judge. `rewritten` is where its rows go if they cannot be read as they stand."""

    name: str
    path: Path
    rewritten: Path


@dataclass(frozen=True)
class Judged:
    """What became of a job. `mark` is by which the same bytes are known again, empty where they are not.

    `look` is by which files are known that nobody has written to since: see `look_of`.
    """

    taken: Collected | LeftOut
    mark: str = ""
    look: str = ""


class Known:
    """Publications found valid before, by their bytes and by the code that judged them, in a file.

    A month more in one office's publication need not have the other 649 judged again, and where nobody has
    written to their files, they need not be read either: then what was said of them the last time is taken.
    What was left out is not kept, for a month that was not over may be by now, nor a draft. A file that
    cannot be read, or is not as it was written, is as good as none.
    """

    def __init__(self, place: Path | None) -> None:
        self._place = place
        self._known: frozenset[str] = frozenset()
        self._seen: Mapping[str, Any] = {}  # by folder, how its files lay there and what was in them
        self._met: list[tuple[Collected, Judged]] = []
        if place is not None:
            try:
                kept = json.loads(place.read_text("utf-8"))
                if kept["judge"] == _judge() and kept["seal"] == _seal(kept["publications"], kept["seen"]):
                    self._known, self._seen = frozenset(kept["publications"]), dict(kept["seen"])
            except (OSError, ValueError, KeyError, TypeError):
                pass

    def recall(self, job: Job) -> Judged | None:
        """A publication that was valid with these very bytes; None where that is not known."""
        if not self._known or not job.path.is_dir():
            return None
        look = look_of(job.path)
        try:
            seen = self._seen.get(_where(job.path))
            if seen and look and seen["look"] == look:
                return Judged(_as_seen(job, seen), seen["mark"], look)
            contents = read_files(job.path)
            mark = _mark(contents)
            return Judged(_accepted(job, contents, mark), mark, look) if mark in self._known else None
        except (PublicationError, LookupError, TypeError, ValueError):  # it will be judged
            return None

    def meet(self, judged: Judged) -> None:
        """Keep what was judged now."""
        if judged.mark and isinstance(judged.taken, Collected) and not judged.taken.draft:
            self._met.append((judged.taken, judged))

    def keep(self) -> None:
        """Write down what was met, in place of what was known, for nobody else to write."""
        if self._place is None:
            return
        marks = sorted(judged.mark for _taken, judged in self._met)
        seen = dict(_as_kept(taken, judged) for taken, judged in self._met if judged.look)
        kept = {"judge": _judge(), "publications": marks, "seen": seen, "seal": _seal(marks, seen)}
        fresh = self._place.with_name(self._place.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(kept), "utf-8")
        fresh.replace(self._place)


def look_of(folder: Path) -> str:
    """By which a publication is known that nobody has written to; empty where that cannot be told.

    Of each file and folder the size, the place on the disk, and when it was written and last touched: the
    last is set by the system alone, so that a file put in the place of another is seen even where it has the
    same size and date. Nothing is told of links, nor of what has changed just now.
    """
    began = time.time_ns()
    found = hashlib.sha256()
    try:
        for name, each in sorted(_inside(folder.resolve(), "")):
            if began - each.st_ctime_ns < SETTLED_SECONDS * 1e9:
                return ""
            said = (each.st_mode, each.st_dev, each.st_ino, each.st_size, each.st_mtime_ns, each.st_ctime_ns)
            found.update(f"{name}\0{said}\0".encode())
    except (OSError, ValueError):
        return ""
    return found.hexdigest()


def _inside(folder: Path | str, above: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise ValueError(entry.name)
            name = f"{above}{entry.name}"
            yield name, entry.stat(follow_symlinks=False)
            if entry.is_dir():
                yield from _inside(entry.path, f"{name}/")


def _where(folder: Path) -> str:
    return str(folder.resolve())


def _as_kept(taken: Collected, judged: Judged) -> tuple[str, Mapping[str, Any]]:
    """Where a publication lies, and what is kept of it."""
    told = {**vars(taken), "office": asdict(taken.office)}
    said = {key: value for key, value in told.items() if key not in NOT_KEPT}
    return _where(taken.counts.parents[1]), {"look": judged.look, "mark": judged.mark, "said": said}


def _as_seen(job: Job, seen: Mapping[str, Any]) -> Collected:
    """A publication as it was the last time."""
    said = dict(seen["said"])
    known = dict(said.pop("office"))
    pairs = tuple((str(scheme), str(identifier)) for scheme, identifier in known.pop("identifiers"))
    office = OfficeIdentity(**known, identifiers=pairs)
    return Collected(name=job.name, counts=job.path / COUNTS, mark=seen["mark"], office=office, **said)


def _seal(*things: object) -> str:
    return hashlib.sha256(json.dumps(things, sort_keys=True).encode()).hexdigest()


@cache
def _judge() -> str:
    """A hash of everything a publication is judged by: the standard's code, lists and schemas, and this."""
    found = hashlib.sha256(Path(__file__).read_bytes())

    def add(folder: Traversable) -> None:
        for each in sorted(folder.iterdir(), key=lambda each: each.name):
            if each.is_dir() and each.name not in ("tests", "examples", "__pycache__"):
                add(each)
            elif each.name.endswith((".py", ".csv", ".json")):
                found.update(each.read_bytes())

    add(files("opencasework.standard"))
    return found.hexdigest()


def judge(job: Job) -> Judged:
    """Take a publication if it is valid; never raises for what is in it."""
    look = look_of(job.path)  # before it is read: what is written meanwhile is seen the next time
    try:
        contents = read_files(job.path)
        report = validate_files(job.name, contents)
        if not report.ok:
            return Judged(LeftOut(job.name, reason_of(report)))
        taken = _accepted(job, contents, _mark(contents))
    except PublicationError as error:
        return Judged(LeftOut(job.name, str(error)))
    as_it_came = taken.counts == job.path / COUNTS
    return Judged(taken, taken.mark, look) if as_it_came else Judged(taken)


def _mark(contents: Mapping[str, bytes]) -> str:
    found = hashlib.sha256()
    for name, data in sorted(contents.items()):
        found.update(f"{name}\0{len(data)}\0".encode())
        found.update(data)
    return found.hexdigest()


def _accepted(job: Job, contents: Mapping[str, bytes], mark: str) -> Collected:
    """What is needed of a valid publication; its rows are read only where they must be."""
    about = json.loads(contents[DESCRIPTOR].decode("utf-8-sig"))
    block = about["openCasework"]
    office = office_of(block["office"])
    bodies = _titles(contents.get("codes/bodies.csv", b""))
    counts = job.path / COUNTS
    if not job.path.is_dir() or not contents[COUNTS].startswith(f"{HEADER}\n".encode()):
        job.rewritten.parent.mkdir(parents=True, exist_ok=True)
        lines = [HEADER, *(observation.line for observation in read(job.path).observations), ""]
        job.rewritten.write_text("\n".join(lines), encoding="utf-8")
        counts = job.rewritten
    return Collected(
        name=job.name,
        counts=counts,
        office=office,
        synthetic=block["synthetic"],
        draft=block["status"] == "draft",
        method=block["protection"]["method"],
        rounded_together=_methods(contents) | {block["protection"]["method"]} == {METHOD},
        licence=about["licenses"][0]["name"],
        bodies=bodies,
        mark=mark,
    )


def _titles(table: bytes) -> dict[str, str]:
    return {row["code"]: row["title"] for row in csv_rows(table)}


def _methods(contents: Mapping[str, bytes]) -> set[str]:
    """The methods that the ledger names."""
    return {row["method"] for row in csv_rows(contents.get("releases.csv", b"")) if row["method"]}


def reason_of(report: Report) -> str:
    """Why a publication with errors is left out: the first of them, and how many more there are."""
    errors = [found.message for found in report.findings if found.level == "error"]
    return errors[0] if len(errors) == 1 else f"{errors[0]} (and {len(errors) - 1} more findings)"
