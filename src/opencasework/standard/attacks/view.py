"""What an attacker holds: everything an office ever showed, gathered from folders, old copies and drafts."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opencasework.standard import codelists, files, periods, publication
from opencasework.standard.codelists import TOTAL
from opencasework.standard.descriptor import live_releases
from opencasework.standard.observations import Observation, lines_hash
from opencasework.standard.publication import Publication

ROUNDING = frozenset({"ocd-scr5", "ocd-kr5"})  # small cells rounded to base 5, totals their sums
BASE = 5
SMALL = range(1, BASE)
LARGEST = 10**8  # cases; a count beyond it is a slip, and sums of it would not fit
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?")


@dataclass(frozen=True)
class Folder:
    """One publication as it lies there: what it says, and every file of it as bytes."""

    publication: Publication
    contents: Mapping[str, bytes]

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.publication.path


@dataclass(frozen=True)
class Version:
    """The rows of one period as one or more folders show them."""

    period: str
    rows: tuple[Observation, ...]
    method: str
    sha256: str
    folders: tuple[str, ...]
    live: bool  # in force in the ledger of one of them
    withdrawn: bool  # taken back in the ledger of one of them


@dataclass
class Office:
    """All that one office showed, periods as (period, area code) in order of time."""

    name: str
    folders: list[Folder] = field(default_factory=list)
    versions: dict[tuple[str, str], list[Version]] = field(default_factory=dict)

    @property
    def rows(self) -> Iterable[Observation]:
        """The rows of every version."""
        return (row for versions in self.versions.values() for version in versions for row in version.rows)

    @property
    def months(self) -> list[str]:
        """The months it showed, oldest first."""
        return sorted({period for period, _ in self.versions if is_month(period)})


def is_month(period: str) -> bool:
    """Whether a period is a month rather than a quarter or a year."""
    return len(period) == 7 and "Q" not in period


def is_base(row: Observation) -> bool:
    """Whether a row belongs to the cube of level-1 category by body, its margins included."""
    return row.channel == row.outcome == TOTAL and not is_level_2(row.category)


def is_level_2(category: str) -> bool:
    """Whether a category is a part of another."""
    code = codelists.load("category").get(category)
    return code.level == 2 if code else "." in category


def is_inner(row: Observation) -> bool:
    """Whether a row of the cube is a cell of it, not a margin."""
    return row.category != TOTAL and row.body != TOTAL


def parts_of(period: str, shown: Iterable[str]) -> list[str] | None:
    """The finest of the periods `shown` that together make up `period`, or None when they do not."""
    have = set(shown)
    return periods.parts_of(period, have) or ([period] if period in have else None)


def gather(paths: Iterable[Path]) -> list[Office]:
    """Read the publications at `paths`, folders or zip files, and put together what each office showed.

    A folder that is no publication itself is searched for some. Raises PublicationError, one sentence, when
    there is none or one cannot be understood.
    """
    offices: dict[str, Office] = {}
    for path in _publications(paths):
        folder = Folder(publication.read(path), files.read_files(path))
        _check(folder.publication)
        identity = folder.publication.office
        name = identity.post or identity.name
        offices.setdefault(name, Office(identity.name)).folders.append(folder)
    for office in offices.values():
        _put_versions(office)
    return list(offices.values())


def protection(shown: Publication) -> Mapping[str, Any]:
    """What a publication says of its protection; nothing when it says nothing."""
    block = shown.descriptor["openCasework"].get("protection")
    return block if isinstance(block, dict) else {}


def _check(shown: Publication) -> None:
    """Refuse what no equation can be made of; `validate` says the rest."""
    for row in shown.observations:
        if not _PERIOD.fullmatch(row.period):
            raise files.PublicationError(
                f"{shown.path.name} has a row of the period {row.period!r}, which is no month, quarter or "
                "year; validate it to see what is wrong."
            )
        if not 0 <= (row.value or 0) <= LARGEST:
            raise files.PublicationError(
                f"{shown.path.name} counts {row.value} in a row of {row.period}, which no office can; "
                "validate it to see what is wrong."
            )


def _publications(paths: Iterable[Path]) -> list[Path]:
    found = []
    for path in paths:
        if path.is_dir() and not (path / "datapackage.json").is_file():
            inside = sorted(file.parent for file in path.rglob("datapackage.json"))
            if not inside:
                raise files.PublicationError(
                    f"There is no publication in {path}; give a folder that holds a datapackage.json."
                )
            found += inside
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _put_versions(office: Office) -> None:
    groups: dict[tuple[str, str], dict[str, list[tuple[Folder, tuple[Observation, ...]]]]] = {}
    for folder in office.folders:
        rows: dict[tuple[str, str], list[Observation]] = defaultdict(list)
        for row in folder.publication.observations:
            rows[row.period, row.area_code].append(row)
        for place, its_rows in rows.items():
            digest = lines_hash(row.line for row in its_rows)
            groups.setdefault(place, {}).setdefault(digest, []).append((folder, tuple(its_rows)))
    ledgers = [folder.publication.releases for folder in office.folders]
    taken_back = {release.withdraws for releases in ledgers for release in releases if release.withdraws}
    withdrawn = {
        release.sha256 for releases in ledgers for release in releases if release.release_id in taken_back
    }
    for (period, area), by_hash in sorted(groups.items()):
        office.versions[period, area] = [
            _version(period, digest, shown, withdrawn=digest in withdrawn)
            for digest, shown in by_hash.items()
        ]


def _version(
    period: str,
    digest: str,
    shown: list[tuple[Folder, tuple[Observation, ...]]],
    *,
    withdrawn: bool,
) -> Version:
    live, method = False, ""
    for folder, _ in shown:
        release = live_releases(folder.publication.releases).get(period)
        live = live or release is not None
        declared = str(protection(folder.publication).get("method") or "none")
        method = (release.method if release else "") or method or declared
    names = tuple(str(folder.path) for folder, _ in shown)
    return Version(period, shown[0][1], method, digest, names, live, withdrawn)
