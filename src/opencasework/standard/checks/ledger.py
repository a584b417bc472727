"""Does the ledger agree with the rows, and coverage with the months?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opencasework.standard.checks.rows import PERIOD, Counted, is_month
from opencasework.standard.checks.tables import Table
from opencasework.standard.descriptor import Release, live_releases
from opencasework.standard.observations import lines_hash
from opencasework.standard.periods import months_between, months_of
from opencasework.standard.rules import Finding, finding
from opencasework.standard.tables import PLACES

FILE = "releases.csv"
_OF_NOTHING = lines_hash([])
_HASH = re.compile(r"[0-9a-f]{64}")


def check_ledger(table: Table) -> tuple[dict[int, Release], list[Finding]]:
    """The lines of the ledger that are well formed, by their numbers, and what is wrong with the others."""
    releases: dict[int, Release] = {}
    findings = list(table.findings)
    for line, record in table.records():
        release = Release(**record)
        if fault := _fault(release, {earlier.release_id for earlier in releases.values()}):
            message = f"Line {line} of releases.csv {fault}."
            findings.append(finding("ledger-format", message, file=FILE, row=line, found=release.release_id))
        else:
            releases[line] = release
    return releases, findings


def _fault(release: Release, earlier: set[str]) -> str:
    if not release.release_id or release.release_id in earlier:
        return "has no id of its own; give it one"
    if not PERIOD.fullmatch(release.period):
        return f"has the period {release.period!r}; write a month, a quarter or a year"
    if release.withdraws and release.withdraws not in earlier:
        return f"withdraws {release.withdraws!r}, which no earlier line released"
    if not release.withdraws and not _HASH.fullmatch(release.sha256):
        return "has no SHA-256 hash of 64 hex digits; write the hash of the rows"
    return ""


def check_hashes(
    releases: Mapping[int, Release],
    hashes: Mapping[str, str],
    *,
    spoiled: set[str],
    status: str,
    table: str = "counts",
) -> Iterator[Finding]:
    """The rows of each published period are those that were published; a signed publication has no others.

    `releases` are the lines of the ledger by their numbers, `hashes` has that of the rows of each period in
    `table`.
    """
    live = live_releases(list(releases.values()), table=table)
    line_of = {release.release_id: line for line, release in releases.items()}
    for period, release in live.items():
        found = hashes.get(period, _OF_NOTHING)
        if period not in spoiled and found != release.sha256:
            message = (
                f"The rows of {period} in {PLACES[table]} are not those that were published: "
                "their hash is not the ledger's."
            )
            yield finding(
                "ledger-hash",
                message,
                file=FILE,
                row=line_of[release.release_id],
                column="sha256",
                found=found,
                allowed=release.sha256,
            )
    for period in sorted(hashes.keys() - live.keys()):
        if status == "published":
            place = PLACES[table]
            message = f"{period} has rows in {place} but no line in releases.csv; publish it or take it out."
            yield finding(
                "ledger-missing",
                message,
                file=FILE,
                row=max(releases, default=1) + 1,
                column="period",
                found=f"no line of {period}",
                allowed=f"a line of {period} and {table}",
            )


def hashes_of(rows: Iterable[Counted]) -> dict[str, str]:
    """The hash of the rows of each period."""
    lines: dict[str, list[str]] = {}
    for counted in rows:
        lines.setdefault(counted.row.period, []).append(counted.row.line)
    return {period: lines_hash(each) for period, each in lines.items()}


def _months(period: str) -> list[str]:
    return [period] if is_month(period) else months_of(period)


def check_coverage(block: Mapping[str, Any], periods: Iterable[str]) -> Iterator[Finding]:
    """Coverage says from which month to which, and whether one between is missing."""
    months = sorted({month for period in set(periods) for month in _months(period)})
    if not months:
        return
    complete = months_between(months[0], months[-1]) == len(months)
    wanted = {"from": months[0], "to": months[-1], "complete": complete}
    for name, value in wanted.items():
        if block["coverage"][name] != value:
            found = block["coverage"][name]
            message = f"openCasework.coverage.{name} is {found}; the rows say {value}."
            yield finding(
                "coverage",
                message,
                file="datapackage.json",
                column=f"openCasework.coverage.{name}",
                found=found,
                allowed=str(value),
            )
