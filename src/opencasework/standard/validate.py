"""Check a publication against the standard: `validate(path)` reports everything found, in plain sentences."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from opencasework.standard.checks import ledger, package, rows
from opencasework.standard.checks.counts import Around, check_counts
from opencasework.standard.checks.tables import Table, read_table
from opencasework.standard.descriptor import CODE_FILES
from opencasework.standard.files import PublicationError, read_files
from opencasework.standard.observations import COLUMNS
from opencasework.standard.rules import Finding, finding
from opencasework.standard.tables import OPTIONAL, PLACES


@dataclass(frozen=True)
class Report:
    """What `validate` found, in the order of the files."""

    path: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the publication is valid: it has no errors. Warnings and notes do not count."""
        return not any(found.level == "error" for found in self.findings)

    def count(self, level: str) -> int:
        """How many findings there are of a level."""
        return sum(found.level == level for found in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data for programs."""
        return {"path": self.path, "ok": self.ok, "findings": [asdict(found) for found in self.findings]}


def validate(path: Path, *, today: date | None = None) -> Report:
    """Check the publication at `path`, a folder or a zip file. Never raises because of what is in it.

    A period has to be over on `today`, by default the day it is in UTC.
    """
    try:
        contents = read_files(path)
    except PublicationError as error:
        return Report(str(path), (finding("unreadable", str(error), file=str(path)),))
    return Report(str(path), tuple(_check(contents, today or datetime.now(UTC).date())))


def _check(contents: Mapping[str, bytes], today: date) -> list[Finding]:
    about, findings = package.read_descriptor(contents)
    if about is None:
        return findings
    findings = package.check_descriptor(about)
    if findings:  # the rest leans on the descriptor; only whether the counts are a table can still be told
        if counts := contents.get(rows.FILE):
            findings += read_table(rows.FILE, counts, header=COLUMNS).findings
        return findings
    findings += [*package.check_notes(about), *package.check_files(about, contents)]
    codes = {name: _code_table(name, contents) for name in CODE_FILES if f"codes/{name}.csv" in contents}
    for table in codes.values():
        findings += table.findings
    if rows.FILE in contents:
        findings += _check_counts(contents, about["openCasework"], codes, today)
    return findings


def _code_table(name: str, contents: Mapping[str, bytes]) -> Table:
    return read_table(f"codes/{name}.csv", contents[f"codes/{name}.csv"], header=CODE_FILES[name])


def _check_counts(
    contents: Mapping[str, bytes], block: Mapping[str, Any], codes: Mapping[str, Table], today: date
) -> list[Finding]:
    columns = {"area_code": "areas", "category": "categories", "body": "bodies"}
    listed = {
        column: frozenset(row.values[0] for row in codes[name].rows)
        for column, name in columns.items()
        if name in codes and codes[name].rows
    }
    around = Around(
        block=block,
        listed=listed,
        releases=contents.get(ledger.FILE),
        today=today,
        windows={name: contents[PLACES[name]] for name in sorted(OPTIONAL) if PLACES[name] in contents},
    )
    return check_counts(contents[rows.FILE], around)
