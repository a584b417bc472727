"""Finds the publications below some folders and says of each whether it can be trusted.

One broken publication never stops the rest: it is left out and its reason is kept for the data-quality page.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from opencasework.standard.descriptor import csv_rows
from opencasework.standard.disclosure import METHOD
from opencasework.standard.files import read_files
from opencasework.standard.observations import HEADER
from opencasework.standard.publication import OfficeIdentity, PublicationError, read
from opencasework.standard.validate import Report, validate

DESCRIPTOR, COUNTS = "datapackage.json", "data/counts.csv"
DEEPEST = 2  # folders below the one given: DIR, DIR/office, DIR/region/office
WORTH_SHARING_OUT = 20  # publications; a new process takes as long to start as a few take to check
JOBS_AT_A_TIME = 4

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Collected:
    """A valid publication. `name` is its path below the folder given.

    `counts` is a file of its observations in the standard's own column order, whatever order it came in.
    `rounded_together` says that every month of it was made with `ocd-scr5`.
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


@dataclass(frozen=True)
class LeftOut:
    """A publication that is not in the figures, and why, in one sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class Collection:
    """Everything found, in order of name."""

    publications: Sequence[Collected]
    left_out: Sequence[LeftOut]


class NothingToCollectError(Exception):
    """No publication was found; the text is one sentence for the user."""


def collect(
    folders: Sequence[Path],
    *,
    workspace: Path,
    include_drafts: bool = False,
    progress: Progress | None = None,
) -> Collection:
    """Read every publication in these folders (as folders or zip files), at most two levels down.

    A broken publication, a draft (unless asked for) and a second publication of the same post are left out
    and listed. Observations that a program could not read as they stand are written anew into the folder
    `workspace`. Raises NothingToCollectError when a folder is missing or no folder holds a publication.
    """
    found = sorted(_found(folders))
    if not found:
        raise NothingToCollectError(
            f"No publication was found; a publication is a folder with a {DESCRIPTOR}, "
            f"at most {DEEPEST} folders below the one you name."
        )
    publications: list[Collected] = []
    left_out: list[LeftOut] = []
    posts: dict[str, str] = {}
    for done, taken in enumerate(_take_all(found, workspace), start=1):
        name = taken.name
        if isinstance(taken, LeftOut):
            left_out.append(taken)
        elif taken.draft and not include_drafts:
            left_out.append(LeftOut(name, "It is a draft that nobody has signed, so it is not published."))
        elif taken.office.post in posts:
            other = posts[taken.office.post]
            left_out.append(
                LeftOut(name, f"It is about the same office as {other}; both would count it twice.")
            )
        else:
            posts[taken.office.post] = name
            publications.append(taken)
        if progress:
            progress(done, len(found))
    return Collection(publications, left_out + _said_by_collectors(folders))


def _said_by_collectors(folders: Sequence[Path]) -> list[LeftOut]:
    """What was wrong with publications when they were fetched into these folders: see `collect.registry`."""
    said = []
    for folder in folders:
        try:
            wrong = json.loads((folder / "quality.json").read_text("utf-8"))
            said += [LeftOut(str(each["id"]), str(each["reason"])) for each in wrong]
        except (OSError, ValueError, KeyError, TypeError):  # a folder that nobody collects into has none
            continue
    return said


def _found(folders: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Every publication with its name; the same one reached twice is found once."""
    seen = set()
    for folder in folders:
        if not folder.is_dir():
            raise NothingToCollectError(f"{folder} is not a folder; name a folder that holds publications.")
        top = folder.resolve()
        for depth in range(DEEPEST + 1):
            homes = [file.parent for file in top.glob("*/" * depth + DESCRIPTOR)]
            for home in [*homes, *top.glob("*/" * depth + "*.zip")]:
                name = home.relative_to(top).as_posix() if home != top else top.name
                # A writer that is at work keeps its half-made publication in a hidden folder.
                if home not in seen and not any(part.startswith(".") for part in Path(name).parts):
                    seen.add(home)
                    yield name, home


def _take_all(found: Sequence[tuple[str, Path]], workspace: Path) -> Iterator[Collected | LeftOut]:
    """Each publication taken, in order; on every core when there are many, since checking takes long."""
    jobs = [(name, path, workspace / f"{number}.csv") for number, (name, path) in enumerate(found)]
    if len(jobs) < WORTH_SHARING_OUT:
        yield from (_take(*job) for job in jobs)
        return
    # Fresh processes: a copy of one that runs threads (a test, an engine) could stop for ever.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(_take, *zip(*jobs, strict=True), chunksize=JOBS_AT_A_TIME)


def _take(name: str, path: Path, rewritten: Path) -> Collected | LeftOut:
    try:
        report = validate(path)
        if not report.ok:
            return LeftOut(name, reason_of(report))
        return _accepted(name, path, rewritten)
    except PublicationError as error:
        return LeftOut(name, str(error))


def _accepted(name: str, path: Path, rewritten: Path) -> Collected:
    """What is needed of a valid publication; its rows are read only where they must be."""
    contents = read_files(path)
    about = json.loads(contents[DESCRIPTOR].decode("utf-8-sig"))
    block = about["openCasework"]
    office = block["office"]
    counts = path / COUNTS
    if not path.is_dir() or not contents[COUNTS].startswith(f"{HEADER}\n".encode()):
        rewritten.parent.mkdir(parents=True, exist_ok=True)
        lines = [HEADER, *(observation.line for observation in read(path).observations), ""]
        rewritten.write_text("\n".join(lines), encoding="utf-8")
        counts = rewritten
    return Collected(
        name=name,
        counts=counts,
        office=OfficeIdentity(
            name=office["name"],
            kind=office["kind"],
            post=office["post"],
            area_code=office["area_code"],
            area_name=office["area_name"],
        ),
        synthetic=block["synthetic"],
        draft=block["status"] == "draft",
        method=block["protection"]["method"],
        rounded_together=_methods(contents) | {block["protection"]["method"]} == {METHOD},
        licence=about["licenses"][0]["name"],
        bodies=_titles(contents.get("codes/bodies.csv", b"")),
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
