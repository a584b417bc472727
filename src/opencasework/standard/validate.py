"""Check a publication against the standard: `validate(path)` reports everything found, in plain sentences."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from opencasework.standard.checks import ledger, package, rows
from opencasework.standard.checks.counts import Around, check_counts
from opencasework.standard.checks.names import check_names
from opencasework.standard.checks.registry import REGISTRY, check_registry
from opencasework.standard.checks.tables import Table, check_formulas, read_table
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


def validate(source: Path | str, *, today: date | None = None, private: bool = False) -> Report:
    """Check the publication at `source`: a folder, its datapackage.json, a zip file, a workbook or a URL.

    A URL is that of the folder (ending with "/") or of one of those files; only the public web is asked,
    unless `private`. A registry feed, registry.json, is checked too. Never raises because of what is in the
    publication. A period has to be over on `today`, by default the day it is in UTC.
    """
    today = today or datetime.now(UTC).date()
    try:
        contents, findings = _read(source, private=private)
    except PublicationError as error:
        return Report(str(source), (finding("unreadable", str(error), file=str(source)),))
    if findings is None:
        return validate_files(str(source), contents, today=today)
    checked = _check(contents, today)
    return Report(str(source), (*findings, *(_in_sheet(found) for found in checked)))


def validate_files(name: str, contents: Mapping[str, bytes], *, today: date | None = None) -> Report:
    """The same of files that were read already, by their names within the publication called `name`."""
    if "datapackage.json" not in contents and REGISTRY in contents:
        return Report(name, tuple(check_registry(REGISTRY, contents[REGISTRY])))
    return Report(name, tuple(_check(contents, today or datetime.now(UTC).date())))


def _read(source: Path | str, *, private: bool) -> tuple[Mapping[str, bytes], list[Finding] | None]:
    """The files, and for a workbook what is wrong with its cells."""
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        from opencasework.standard.fetching import fetch_files  # and all that speaks HTTP

        contents = fetch_files(source, private=private)
    else:
        contents = read_files(Path(source))
    if "[Content_Types].xml" not in contents:
        return contents, None
    from opencasework.standard.workbook import read_workbook

    return read_workbook(Path(str(source)).name, contents)


def _in_sheet(found: Finding) -> Finding:
    """A finding about a table, told of the sheet it stands in."""
    sheets = {place: f"the sheet {table}" for table, place in PLACES.items()}
    message = found.message.replace("datapackage.json", "the sheet office").replace("codes/", "its sheet")
    for place, sheet in sheets.items():
        message = message.replace(place, sheet)
    return replace(found, file=sheets.get(found.file, "the sheet office"), message=message)


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
    for name, table in codes.items():
        findings += [*table.findings, *check_formulas(f"codes/{name}.csv", table)]
    findings += [*check_names(about, codes), *package.check_titles(codes)]
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
