"""Publications: write the months of an office into one, and read one back.

A publication is a folder (or a zip of it) in the Open Casework Data standard. `add_month` takes true counts,
protects them and writes; nothing in the folder can be traced to a count that was not protected. A month that
is in the ledger is frozen: the same numbers again change nothing, other numbers are refused.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from opencasework.standard import codelists, disclosure, files, layout
from opencasework.standard import descriptor as parts
from opencasework.standard.admission import check_cells, check_edition, check_floor, check_month
from opencasework.standard.descriptor import Edition, OfficeIdentity, Release
from opencasework.standard.disclosure import kr5
from opencasework.standard.files import PublicationError
from opencasework.standard.observations import (
    HEADER,
    Cell,
    Observation,
    lines_hash,
    observation_of,
    read_observations,
)
from opencasework.standard.periods import is_within, missing_of, parts_of
from opencasework.standard.rounding import Months, inner_cells, round_month
from opencasework.standard.years import YearCounts, rows_of_year

__all__ = [
    "MEASURES",
    "Cell",
    "Observation",
    "OfficeIdentity",
    "Publication",
    "PublicationError",
    "Release",
    "YearCounts",
    "add_month",
    "add_months",
    "add_year",
    "read",
    "withdraw",
]

Status = Literal["draft", "published"]
MEASURES = tuple(codelists.load("measure"))
NO_MONTHS: Months = MappingProxyType({})


@dataclass(frozen=True)
class Publication:
    """What a publication says. `observations` are its rows, `releases` its ledger, oldest first."""

    path: Path
    office: OfficeIdentity
    status: str
    synthetic: bool
    descriptor: Mapping[str, Any]
    observations: tuple[Observation, ...]
    releases: tuple[Release, ...]

    @property
    def periods(self) -> list[str]:
        """The periods it has rows for, oldest first."""
        return sorted({row.period for row in self.observations})


def add_month(
    out: Path,
    *,
    office: OfficeIdentity,
    month: str,
    counts: Mapping[Cell, int],
    body_titles: Mapping[str, str],
    key: bytes,
    status: Status,
    prepared_by: str,
    signed_by: str | None,
    created: datetime,
    synthetic: bool,
    licence: str = "OGL-UK-3.0",
    measures: Sequence[str] = MEASURES,
    today: date | None = None,
    earlier: Months = NO_MONTHS,
    beside: Path | None = None,
    floor: int = 0,
) -> Publication:
    """Protect the true `counts` of `month` ('YYYY-MM') and add it to the publication in the folder `out`.

    See `add_months`, of which this is the case of one month.
    """
    return add_months(
        out,
        office=office,
        months={month: counts},
        body_titles=body_titles,
        key=key,
        status=status,
        prepared_by=prepared_by,
        signed_by=signed_by,
        created=created,
        synthetic=synthetic,
        licence=licence,
        measures=measures,
        today=today,
        earlier=earlier,
        beside=beside,
        floor=floor,
    )


def add_months(
    out: Path,
    *,
    office: OfficeIdentity,
    months: Months,
    body_titles: Mapping[str, str],
    key: bytes,
    status: Status,
    prepared_by: str,
    signed_by: str | None,
    created: datetime,
    synthetic: bool,
    licence: str = "OGL-UK-3.0",
    measures: Sequence[str] = MEASURES,
    today: date | None = None,
    earlier: Months = NO_MONTHS,
    beside: Path | None = None,
    floor: int = 0,
) -> Publication:
    """Protect the true counts of several months and add them, in one write, to the publication in `out`.

    `measures` are those the office counts; each gets a total every month, 0 included. `body_titles` names
    every body in the counts by its org-id. `key` is the office's secret, at least 16 bytes. A "published"
    month needs a signature by somebody other than who prepared it and enters the ledger; a "draft" can be
    written over and leaves the ledger alone. `today` is by default the day of the aware `created`.
    `earlier` has the true counts of months already out: what rounding left over in those of the same year
    is made good (`disclosure.scr5`). What was published of them is read from `out`, else from the publication
    `beside` it, as for a draft in a folder of its own, else worked out anew. `floor`, 60 for a real office,
    is how many cases an ordinary period has to have.

    Months already there keep their rows byte for byte. Either the whole publication is written or nothing is.
    Raises PublicationError, one sentence, when a month is not over, was published with other numbers, holds a
    cell that does not belong in it, or `out` is the publication of another office or no publication at all.
    """
    if unknown := set(measures) - set(MEASURES):
        raise PublicationError(f"There is no measure {min(unknown)!r}; there are {', '.join(MEASURES)}.")
    edition = Edition(
        office=office,
        status=status,
        synthetic=synthetic,
        prepared_by=prepared_by,
        signed_by=signed_by,
        created=created,
        licence=licence,
        key_id=disclosure.key_id(key),
        measures=_in_order(measures),
        floor=floor,
    )
    check_edition(edition)
    for month, counts in months.items():
        check_month(month, today=today or created.date())
        check_cells(counts, month=month, office=office, measures=measures, body_titles=body_titles)
    check_floor(months, earlier=earlier, floor=floor)
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    with files.alone_in(out.parent):
        files.finish_interrupted_swap(out)
        shelf = _Shelf.open(out, edition)
        shelf.round_in(months, edition, key=key, earlier=earlier, beside=_shown(beside))
        return shelf.write(out, edition, body_titles)


def add_year(
    out: Path,
    *,
    year: str,
    counts: YearCounts,
    key: bytes,
    prepared_by: str,
    signed_by: str | None,
    created: datetime,
    status: Status = "published",
    months_in: Path | None = None,
    new_key: bool = False,
) -> Publication:
    """Add the tables of a whole `year` ('2025') to the publication in `out`, which has all of it already.

    All twelve months are out, one by one or as quarters. Written are sums of those, and cases by level-2
    category, channel and outcome that add up to them. Signed, frozen and in the ledger as a month is. A
    "draft" is a copy of the publication in `months_in` with the year in it, written to the folder `out` of
    its own. Raises PublicationError when a month is missing or a draft, the year was published with other
    numbers, a draft would take the place of what is signed, or the key is not that of the months, unless it
    is said to be a `new_key`.
    """
    out = out.resolve()
    source = out if months_in is None else months_in.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    with files.alone_in(out.parent):
        files.finish_interrupted_swap(out)
        existing = read(source)
        edition = replace(
            _edition_of(existing),
            status=status,
            prepared_by=prepared_by,
            signed_by=signed_by,
            created=created,
            key_id=disclosure.key_id(key) if new_key else _edition_of(existing).key_id,
        )
        check_edition(edition)
        _check_place_of_year(out, source, status)
        if edition.key_id != disclosure.key_id(key) and not new_key:
            raise PublicationError("This is not the key the months were made with; use the office's own.")
        live = parts.live_releases(existing.releases)
        if not parts_of(year, live):
            raise PublicationError(
                f"{missing_of(year, live)} is not published; the year is the sum of all its months."
            )
        shelf = _Shelf.open(source, replace(edition, status="published"))
        rows = rows_of_year(
            counts,
            year=year,
            area_code=edition.office.area_code,
            published=existing.observations,
            key=key,
            cell_by_cell={month for month, release in live.items() if release.method == kr5.METHOD},
        )
        shelf.put(year, [row.line for row in rows], edition)
        return shelf.write(out, edition, {}, source=source)


def _check_place_of_year(out: Path, source: Path, status: Status) -> None:
    """A draft of a year stands apart from the publication, and only a draft gives way to it."""
    if status == "draft" and out == source:
        raise PublicationError(f"{out} holds signed months; write the draft into a folder of its own.")
    if out != source and (out / "datapackage.json").is_file() and read(out).status != "draft":
        raise PublicationError(f"{out} holds a publication; write the draft into a folder of its own.")


def withdraw(out: Path, *, month: str, signed_by: str, created: datetime) -> Publication:
    """Take a published month out of the publication in `out`, which the ledger shows for ever.

    With it go the reply times and durations of that period, and those it is a part of.

    For a month that should never have been published. It may be published anew, with other numbers; who kept
    the old ones can compare, so mend small mistakes in a later month instead. Raises PublicationError when
    the month is not published or is the only one.
    """
    out = out.resolve()
    with files.alone_in(out.parent):
        files.finish_interrupted_swap(out)
        existing = read(out)
        edition = replace(_edition_of(existing), signed_by=signed_by, created=created)
        check_edition(edition)
        shelf = _Shelf.open(out, edition)
        shelf.withdraw(month, edition)
        return shelf.write(out, edition, {})


def read(path: Path) -> Publication:
    """Read the publication at `path`, a folder or a zip file, without judging it (`validate` does).

    Tolerant: columns may stand in any order, unknown ones are ignored, a byte order mark and Windows line
    ends are accepted, and a missing `channel`, `outcome` or `body` means the total. Raises PublicationError
    when it cannot be understood.
    """
    contents = files.read_files(path)
    about = parts.load(contents)
    try:
        block = about["openCasework"]
        return Publication(
            path=path,
            office=parts.office_of(block["office"]),
            status=block["status"],
            synthetic=block["synthetic"],
            descriptor=about,
            observations=tuple(read_observations(contents["data/counts.csv"])),
            releases=tuple(parts.read_ledger(contents)),
        )
    except KeyError as error:
        raise PublicationError(
            f"{path.name} lacks {error}; validate it to see everything it lacks."
        ) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise PublicationError(
            f"{path.name} cannot be understood ({error}); validate it to see what is wrong."
        ) from error


@dataclass
class _Shelf:
    """The months of a publication as lines of text, and its ledger, while months are being added."""

    lines: dict[str, list[str]]
    releases: list[Release]
    body_titles: dict[str, str]
    existing: Publication | None
    changed: bool = False
    withdrawn: str = ""  # the period that is being taken out
    cells: dict[str, dict[Cell, int]] = field(default_factory=dict)  # of `lines`, read when needed

    @classmethod
    def open(cls, out: Path, edition: Edition) -> "_Shelf":
        if not out.exists() or (out.is_dir() and not any(out.iterdir())):
            return cls({}, [], {}, None)
        if not (out / "datapackage.json").is_file():
            raise PublicationError(f"{out} holds something other than a publication; give a new folder.")
        existing = read(out)
        if edition.status == "draft" and parts.live_releases(existing.releases):
            # It would take the signed months out of every collection.
            raise PublicationError(f"{out} holds signed months; write the draft into a folder of its own.")
        _check_same_office(existing, edition)
        lines: dict[str, list[str]] = {}
        for line in (out / "data/counts.csv").read_text(encoding="utf-8").splitlines()[1:]:
            lines.setdefault(line.partition(",")[0], []).append(line)
        for period, release in parts.live_releases(existing.releases).items():
            if lines_hash(lines.get(period, [])) != release.sha256:
                raise PublicationError(
                    f"The rows of {period} in {out} are not those in its ledger; restore a backup."
                )
        if not (out / "codes/bodies.csv").is_file():
            raise PublicationError(f"{out} lacks codes/bodies.csv; restore a backup.")
        titles = parts.csv_rows((out / "codes/bodies.csv").read_bytes())
        return cls(lines, list(existing.releases), {row["code"]: row["title"] for row in titles}, existing)

    def standing_before(self, month: str) -> dict[str, dict[Cell, int]]:
        """What is published of the months of its year that stood here when `month` came, which may be now."""
        live = list(parts.live_releases(self.releases))
        before = live[: live.index(month)] if month in live else self.lines
        return {past: self._cells(past) for past in before if past[:4] == month[:4] and past < month}

    def _cells(self, month: str) -> dict[Cell, int]:
        if month not in self.cells:
            self.cells[month] = inner_cells(map(_observation, self.lines[month]))
        return self.cells[month]

    def round_in(
        self, months: Months, edition: Edition, *, key: bytes, earlier: Months, beside: Months
    ) -> None:
        """Round months one after the other, each in the light of those before it, and put them here."""
        for month in sorted(months):
            rows = round_month(
                months[month],
                month=month,
                area_code=edition.office.area_code,
                measures=edition.measures,
                key=key,
                earlier={**earlier, **months},
                published={**beside, **self.standing_before(month)},
            )
            self.put(month, [row.line for row in rows], edition)

    def put(self, month: str, lines: list[str], edition: Edition) -> None:
        """Add a month, or find that it is there already."""
        frozen = month in parts.live_releases(self.releases)
        if frozen and self.lines[month] != sorted(lines):
            raise PublicationError(
                f"{month} was published with other numbers; a published month stays as it is, "
                "so count late cases in the month they were recorded."
            )
        if self.lines.get(month) != sorted(lines):
            self.lines[month] = sorted(lines)
            self.cells.pop(month, None)
            self.changed = True
        if edition.status == "published" and not frozen:
            self._enter(month, edition)

    def _enter(self, month: str, edition: Edition) -> None:
        number = 1 + sum(release.period == month and not release.withdraws for release in self.releases)
        self.releases.append(
            Release(
                release_id=f"{month}-counts-{number}",
                period=month,
                table="counts",
                sha256=lines_hash(self.lines[month]),
                method=disclosure.METHOD,
                published_at=parts.timestamp(edition.created),
                withdraws="",
            )
        )
        self.changed = True

    def withdraw(self, month: str, edition: Edition) -> None:
        """Take a month out and say so in the ledger."""
        live = parts.live_releases(self.releases).get(month)
        if live is None:
            raise PublicationError(f"{month} is not published; there is nothing to withdraw.")
        if longer := [period for period in self.lines if is_within(month, period)]:
            raise PublicationError(
                f"{min(longer)} is out and is the sum of its parts, so less the others it would still show "
                f"{month}; withdraw {min(longer)} first."
            )
        if len(self.lines) == 1:
            raise PublicationError(
                f"{month} is the only month; take the whole publication off the web instead."
            )
        number = 1 + sum(release.period == month and bool(release.withdraws) for release in self.releases)
        moment = parts.timestamp(edition.created)
        self.releases.append(
            Release(f"{month}-withdrawal-{number}", month, "counts", "", "", moment, live.release_id)
        )
        del self.lines[month]
        self.withdrawn = month
        self.changed = True

    def _summed(self) -> set[str]:
        """The quarters and years that stand beside what they are the sums of."""
        return {period for period in self.lines if any(is_within(other, period) for other in self.lines)}

    def write(
        self, out: Path, edition: Edition, body_titles: Mapping[str, str], *, source: Path | None = None
    ) -> Publication:
        """Write everything, or nothing when nothing changed; `source` is where its other tables stand."""
        if self.existing is not None and not self.changed:
            return self.existing
        # A year beside its months covers nothing that they do not.
        months = sorted(period for period in self.lines if period not in self._summed())
        if edition.status == "published" and (
            drafts := set(self.lines) - set(parts.live_releases(self.releases))
        ):
            raise PublicationError(f"{min(drafts)} in {out} is still a draft; publish it too or first.")
        lines = [line for period in sorted(self.lines) for line in self.lines[period]]
        rows = tuple(map(_observation, lines))
        # An office may stop counting something; what it counted in earlier months still has its name.
        edition = replace(edition, measures=_in_order({*edition.measures, *(row.measure for row in rows)}))
        titles = {**self.body_titles, **body_titles}
        ledger = [[getattr(release, name) for name in parts.RELEASE_COLUMNS] for release in self.releases]
        contents = {
            "datapackage.json": parts.descriptor_text(edition, months),
            "data/counts.csv": "\n".join([HEADER, *lines, ""]).encode(),
            **parts.code_files(
                rows,
                office=edition.office,
                body_titles=titles,
                methods={disclosure.METHOD, *(release.method for release in self.releases)},
            ),
            "schema/counts.schema.json": parts.schema_text("counts.schema.json"),
            "releases.csv": parts.csv_text(parts.RELEASE_COLUMNS, ledger),
            "LICENCE.txt": parts.licence_text(edition),
            "README.md": parts.readme_text(edition, months),
        }
        contents = layout.complete(contents, source or out, withdrawn=self.withdrawn)
        files.swap_in(out, contents)
        about = json.loads(contents["datapackage.json"])
        return Publication(
            out, edition.office, edition.status, edition.synthetic, about, rows, tuple(self.releases)
        )


def _observation(line: str) -> Observation:
    return observation_of(line.split(","))


def _shown(folder: Path | None) -> dict[str, dict[Cell, int]]:
    """What the publication in `folder` shows of each month; nothing where there is none yet."""
    if folder is None or not (folder / "datapackage.json").is_file():
        return {}
    by_month: dict[str, list[Observation]] = {}
    for row in read(folder).observations:
        by_month.setdefault(row.period, []).append(row)
    return {month: inner_cells(rows) for month, rows in by_month.items()}


def _in_order(measures: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(measures, key=MEASURES.index))


def _edition_of(publication: Publication) -> Edition:
    block = publication.descriptor["openCasework"]
    return Edition(
        office=publication.office,
        status=block["status"],
        synthetic=publication.synthetic,
        prepared_by=block["prepared_by"],
        signed_by=block["signed_by"],
        created=datetime.fromisoformat(publication.descriptor["created"]),
        licence=publication.descriptor["licenses"][0]["name"],
        key_id=block["protection"]["key_id"],
        measures=block["measures"],
        floor=block["protection"].get("floor", 0),
    )


def _check_same_office(existing: Publication, edition: Edition) -> None:
    there, here = existing.office, edition.office
    if (there.area_code, there.post) != (here.area_code, here.post):
        raise PublicationError(
            f"{existing.path} is the publication of {there.name}; give {here.name} its own folder."
        )
    if existing.synthetic != edition.synthetic:
        raise PublicationError(
            "Synthetic and real months cannot share a publication; give each its own folder."
        )
