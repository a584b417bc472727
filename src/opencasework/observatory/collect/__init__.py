"""Finds the publications below some folders and says of each whether it can be trusted.

One broken publication never stops the rest: it is left out and its reason is kept for the data-quality page.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opencasework.standard.files import read_files
from opencasework.standard.observations import HEADER
from opencasework.standard.publication import OfficeIdentity, Publication, PublicationError, read
from opencasework.standard.validate import validate

DESCRIPTOR = "datapackage.json"
DEEPEST = 2  # folders below the one given: DIR, DIR/office, DIR/region/office

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Collected:
    """A valid publication. `name` is its path below the folder given.

    `counts` is a file of its observations in the standard's own column order, whatever order it came in.
    """

    name: str
    counts: Path
    office: OfficeIdentity
    synthetic: bool
    draft: bool
    method: str
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
    folders: Iterable[Path],
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
    for done, (name, path) in enumerate(found, start=1):
        taken = _take(name, path, workspace / f"{done}.csv")
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
    return Collection(publications, left_out)


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


def _take(name: str, path: Path, rewritten: Path) -> Collected | LeftOut:
    try:
        report = validate(path)
        if not report.ok:
            return LeftOut(name, _reason([str(finding) for finding in report.findings]))
        publication = read(path)
    except PublicationError as error:
        return LeftOut(name, str(error))
    about = publication.descriptor
    return Collected(
        name=name,
        counts=_plain_counts(publication, rewritten),
        office=publication.office,
        synthetic=publication.synthetic,
        draft=publication.status == "draft",
        method=about["openCasework"]["protection"]["method"],
        licence=about["licenses"][0]["name"],
        bodies=_body_titles(path),
    )


def _plain_counts(publication: Publication, rewritten: Path) -> Path:
    """A file of the observations that any engine can read without guessing."""
    as_it_stands = publication.path / "data" / "counts.csv"
    if publication.path.is_dir():
        with as_it_stands.open("rb") as file:
            if file.readline() == f"{HEADER}\n".encode():
                return as_it_stands
    rewritten.parent.mkdir(parents=True, exist_ok=True)
    lines = [HEADER, *(observation.line for observation in publication.observations), ""]
    rewritten.write_text("\n".join(lines), encoding="utf-8")
    return rewritten


def _body_titles(path: Path) -> dict[str, str]:
    text = read_files(path).get("codes/bodies.csv", b"").decode("utf-8-sig")
    return {row["code"]: row["title"] for row in csv.DictReader(io.StringIO(text, newline=""))}


def _reason(findings: Sequence[str]) -> str:
    if len(findings) > 1:
        return f"{findings[0]} (and {len(findings) - 1} more findings)"
    return findings[0]
