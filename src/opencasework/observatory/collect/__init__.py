"""Finds the publications below some folders and says of each whether it can be trusted.

One broken publication never stops the rest: it is left out and its reason is kept for the data-quality page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from opencasework.observatory.collect.judging import (
    DESCRIPTOR,
    Collected,
    Job,
    Judged,
    Known,
    LeftOut,
    judge,
    reason_of,
)
from opencasework.observatory.cores import every_core

DEEPEST = 2  # folders below the one given: DIR, DIR/office, DIR/region/office
WORTH_SHARING_OUT = 20  # publications; a new process takes as long to start as a few take to check
JOBS_AT_A_TIME = 4

Progress = Callable[[int, int], None]


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
    known: Path | None = None,
    progress: Progress | None = None,
) -> Collection:
    """Read every publication in these folders (as folders or zip files), at most two levels down.

    A broken publication, a draft (unless asked for) and a second publication of the same post are left out
    and listed. Observations that a program could not read as they stand are written anew into the folder
    `workspace`. What the file `known` says was valid the last time, byte for byte, is not judged again.
    Raises NothingToCollectError when a folder is missing or no folder holds a publication.
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
    before = Known(known)
    for done, judged in enumerate(_take_all(found, workspace, before), start=1):
        before.meet(judged)
        taken = judged.taken
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
    before.keep()
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


def _take_all(found: Sequence[tuple[str, Path]], workspace: Path, known: Known) -> Iterator[Judged]:
    """Each publication judged, in order; on every core when there are many, since checking takes long."""
    jobs = [Job(name, path, workspace / f"{number}.csv") for number, (name, path) in enumerate(found)]
    remembered = {job: judged for job in jobs if (judged := known.recall(job))}
    unknown = [job for job in jobs if job not in remembered]

    def in_order(judged: Iterator[Judged]) -> Iterator[Judged]:
        return (remembered.get(job) or next(judged) for job in jobs)

    if len(unknown) < WORTH_SHARING_OUT:
        yield from in_order(map(judge, unknown))
        return
    with every_core(_begin) as pool:
        yield from in_order(pool.map(judge, unknown, chunksize=JOBS_AT_A_TIME))


def _begin() -> None:
    """In a process that judges many: with numpy there, small tables too are checked column by column."""
    import numpy  # noqa: F401


__all__ = ["Collected", "Collection", "LeftOut", "NothingToCollectError", "collect", "reason_of"]
