"""A4 and A5: what the editions of one period, laid side by side, give away."""

from collections.abc import Iterable, Iterator

from opencasework.standard.attacks.report import Finding, number
from opencasework.standard.attacks.view import BASE, Folder, Office, Version, is_base, is_inner
from opencasework.standard.descriptor import Release, live_releases
from opencasework.standard.observations import Cell, Observation, lines_hash


def editions(office: Office) -> Iterator[Finding]:
    """A4: a period shown twice has to be the same byte for byte, or have been withdrawn."""
    for (period, _), versions in office.versions.items():
        standing = [version for version in versions if not version.withdrawn]
        if len(standing) > 1 and any(version.live for version in standing):
            cells = _changed(standing[0], standing[1])
            where = " and ".join(sorted({name for version in standing for name in version.folders[:1]}))
            yield Finding(
                "A4",
                f"{period} was shown with different numbers ({number(len(cells), 'cell')} differ between "
                f"{where}); who kept both can subtract them. A published month stays as it is.",
                cells,
            )
    for folder in office.folders:
        yield from _ledger(folder)
    yield from _rewritten(office)


def drafts_that_differ(office: Office) -> list[str]:
    """Periods of which only drafts differ: nothing published is touched, if no draft left the office."""
    return [
        period
        for (period, _), versions in office.versions.items()
        if len(versions) > 1 and not any(version.live or version.withdrawn for version in versions)
    ]


def kept_copies(office: Office) -> Iterator[str]:
    """What copies of withdrawn periods tell, which no attack may count as a breach: they are out for good."""
    for (period, _), versions in office.versions.items():
        for copy in (version for version in versions if version.withdrawn):
            others = [version for version in versions if version is not copy]
            shown = next((version for version in others if version.live and not version.withdrawn), None)
            if shown:
                cells = _changed(copy, shown)
                yield (
                    f"{period} was withdrawn, and a kept copy ({', '.join(copy.folders[:1])}) is among what "
                    f"was attacked: {number(len(cells), 'cell')} differ from what is shown now, and whoever "
                    "kept it sees by how much."
                )
            elif others or not copy.live:
                yield (
                    f"{period} was withdrawn; a kept copy ({', '.join(copy.folders[:1])}) is attacked with "
                    "the rest, for whoever kept one has it still."
                )


def _ledger(folder: Folder) -> Iterator[Finding]:
    """The ledger of one folder against its rows."""
    releases = folder.publication.releases
    lines: dict[str, list[str]] = {}
    for row in folder.publication.observations:
        lines.setdefault(row.period, []).append(row.line)
    live = live_releases(releases)
    for period, release in live.items():
        if lines_hash(lines.get(period, [])) != release.sha256:
            yield Finding(
                "A4",
                f"The rows of {period} in {folder.path} are not those in its ledger: they were changed after "
                "they were published, or the ledger was. Restore the folder from a backup.",
            )
    for period, hashes in _standing(releases).items():
        if len(hashes) > 1:
            yield Finding(
                "A4",
                f"The ledger of {folder.path} has {len(hashes)} different editions of {period} in force; "
                "a month is published once, or withdrawn first.",
            )


def _standing(releases: Iterable[Release]) -> dict[str, set[str]]:
    releases = list(releases)
    taken_back = {release.withdraws for release in releases if release.withdraws}
    found: dict[str, set[str]] = {}
    for release in releases:
        if release.table == "counts" and not release.withdraws and release.release_id not in taken_back:
            found.setdefault(release.period, set()).add(release.sha256)
    return found


def _rewritten(office: Office) -> Iterator[Finding]:
    """Ledgers only grow: of two, the shorter is how the longer begins."""
    ledgers = [folder.publication.releases for folder in office.folders if folder.publication.releases]
    longest = max(ledgers, key=len, default=())
    for folder in office.folders:
        releases = folder.publication.releases
        if releases != longest[: len(releases)]:
            # Folders that hold different months are parts of one history, unless they disagree on a line.
            known = {release.release_id: release for release in longest}
            changed = [one.release_id for one in releases if known.get(one.release_id, one) != one]
            if changed:
                yield Finding(
                    "A4",
                    f"The ledger of {folder.path} says of {changed[0]} something else than a later one; "
                    "a line of the ledger is never changed.",
                )


def _changed(first: Version, second: Version) -> tuple[Cell, ...]:
    one, other = ({row.key: row.value for row in version.rows} for version in (first, second))
    keys = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
    return tuple(Cell(key[0], key[1], key[2], key[3], key[6]) for key in keys)


def redraws(office: Office) -> Iterator[Finding]:
    """A5: a small cell shown as 0 once and as 5 another time was drawn anew; enough draws give the count."""
    for (period, _), versions in office.versions.items():
        flipped = _flipped(versions)
        if flipped:
            yield Finding(
                "A5",
                f"{period} was drawn anew: {number(len(flipped), 'small cell')} shown as 0 in one edition "
                f"and as {BASE} in another. The share of {BASE}s in a dozen editions tells the true count; "
                "a month is drawn once, with the office's key.",
                flipped,
            )


def _flipped(versions: list[Version]) -> tuple[Cell, ...]:
    """The small cells that were drawn anew between two editions.

    Where a count of a category or body that is shown as it is changed too, the small ones beside it may have
    changed as it did; where it stayed, it was the draw that changed.
    """
    found: set[Cell] = set()
    for place, one in enumerate(versions):
        for other in versions[place + 1 :]:
            before, after = _drawn(one), _drawn(other)
            moved = {cell for cell, _ in _large(one) ^ _large(other)}
            rows = {(cell.category, cell.measure) for cell in moved}
            columns = {(cell.body, cell.measure) for cell in moved}
            found |= {
                cell
                for cell in before.keys() | after.keys()
                if before.get(cell, 0) != after.get(cell, 0)
                and (cell.category, cell.measure) not in rows
                and (cell.body, cell.measure) not in columns
            }
    return tuple(sorted(found, key=lambda cell: (cell.category, cell.body, cell.measure)))


def _cells(version: Version) -> Iterator[tuple[Cell, Observation]]:
    for row in version.rows:
        if is_base(row) and is_inner(row):
            yield Cell(row.period, row.area_code, row.category, row.body, row.measure), row


def _drawn(version: Version) -> dict[Cell, int]:
    return {cell: row.value for cell, row in _cells(version) if row.value is not None and row.value <= BASE}


def _large(version: Version) -> frozenset[tuple[Cell, int | None]]:
    return frozenset((cell, row.value) for cell, row in _cells(version) if (row.value or 0) > BASE)
