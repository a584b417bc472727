"""Is it a CSV table with the right header?"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opencasework.standard.rules import Finding, finding

_SIGNATURES = {  # how a file begins that is something else
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a spreadsheet or a zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"<": "a web page or XML",
    b"{": "JSON",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table with its line in the file."""

    line: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as far as it could be read; `rows` is empty when the header is wrong."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row as (line, field by column)."""
        for row in self.rows:
            yield row.line, dict(zip(self.header, row.values, strict=True))


def read_table(file: str, data: bytes, *, header: Sequence[str]) -> Table:
    """Read a table that has to have exactly this header. Nothing raises; what is wrong is in `findings`."""
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            return _nothing(file, f"{file} is {kind}, not CSV; save the table as CSV (UTF-8).", kind)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return _nothing(file, f"Line {line} of {file} is not UTF-8; save the table as CSV (UTF-8).", "", line)
    if "\0" in text:
        return _nothing(file, f"{file} is not text; save the table as CSV (UTF-8).", "binary data")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, findings, names = [], [], tuple(header)
    try:
        first = tuple(next(reader, []))
        if first != names:
            return Table(names, (), (_wrong_header(file, first, names),))
        for values in reader:
            if len(values) != len(names):
                findings.append(_wrong_fields(file, reader.line_num, len(values), len(names)))
            else:
                rows.append(Row(reader.line_num, tuple(values)))
    except csv.Error as error:
        message = f"Line {reader.line_num} of {file} is not CSV ({error}); save the table as CSV again."
        return _nothing(file, message, "", reader.line_num)
    return Table(names, tuple(rows), tuple(findings))


def _nothing(file: str, message: str, found: str, line: int | None = None) -> Table:
    allowed = "CSV in UTF-8"
    return Table((), (), (finding("not-csv", message, file=file, row=line, found=found, allowed=allowed),))


def _wrong_header(file: str, found: tuple[str, ...], wanted: tuple[str, ...]) -> Finding:
    return finding(
        "csv-header",
        f"The header of {file} is not the standard's; write {','.join(wanted)}",
        file=file,
        row=1,
        found=",".join(found),
        allowed=",".join(wanted),
    )


def _wrong_fields(file: str, line: int, found: int, wanted: int) -> Finding:
    return finding(
        "csv-fields",
        f"Line {line} of {file} has {found} fields; the header has {wanted}.",
        file=file,
        row=line,
        found=found,
        allowed=str(wanted),
    )
