"""Is it a CSV table with the right header?"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opencasework.standard.rules import Finding, finding

MOST_ROWS = 1_000  # wrong rows of a table that get findings of their own; the rest are counted
_RUNS = ("=", "+", "@", "\t", "\r")  # what formulas begin with, and what some spreadsheets skip before one
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
    rows: list[Row] = []
    findings: list[Finding] = []
    try:
        for line, values in read_rows(file, data, header=header, findings=findings):
            rows.append(Row(line, tuple(values)))
    except NotATable as wrong:
        return Table(wrong.header, (), (wrong.finding,))
    return Table(tuple(header), tuple(rows), tuple(findings))


class NotATable(Exception):
    """A file cannot be read as a table; `header` is empty unless the header alone is wrong."""

    def __init__(self, finding: Finding, header: tuple[str, ...] = ()) -> None:
        super().__init__(finding.message)
        self.finding = finding
        self.header = header


def read_rows(
    file: str, data: bytes, *, header: Sequence[str], findings: list[Finding]
) -> Iterator[tuple[int, list[str]]]:
    """Each row that has as many fields as the header, with its line; of the others, a finding each.

    Raises NotATable, perhaps after some rows, when the file is no table or has another header.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise _nothing(file, f"{file} is {kind}, not CSV; save the table as CSV (UTF-8).", kind)
    if b"\0" in data:
        raise _nothing(file, f"{file} is not text; save the table as CSV (UTF-8).", "binary data")
    # Read through the bytes, not through a text of them: a table of a million rows is in memory once.
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline=""), strict=True)
    names, wrong = list(header), 0
    try:
        first = next(reader, [])
        if first != names:
            raise NotATable(_wrong_header(file, tuple(first), tuple(names)), tuple(names))
        for values in reader:
            if len(values) == len(names):
                yield reader.line_num, values
            else:
                wrong += 1
                if wrong <= MOST_ROWS:
                    findings.append(_wrong_fields(file, reader.line_num, len(values), len(names)))
    except UnicodeDecodeError:
        raise _not_utf_8(file, data) from None
    except csv.Error as error:
        message = f"Line {reader.line_num} of {file} is not CSV ({error}); save the table as CSV again."
        raise _nothing(file, message, "", reader.line_num) from error
    if wrong > MOST_ROWS:
        findings.append(more_rows(file, wrong - MOST_ROWS))


def runs(text: str) -> bool:
    """Whether a spreadsheet would take this cell for a formula; a dash and a space begin a list."""
    return text.startswith(_RUNS) or (text[:1] == "-" and bool(text[1:2].strip()))


def check_formulas(file: str, table: Table) -> Iterator[Finding]:
    """Text that a spreadsheet would run when somebody opens the table in it."""
    for row in table.rows:
        for column, text in zip(table.header, row.values, strict=True):
            if runs(text):
                yield finding(
                    "formula-cell",
                    f"The {column} in line {row.line} of {file} begins with {text[0]!r}, which a spreadsheet "
                    "takes for a formula; write it otherwise.",
                    file=file,
                    row=row.line,
                    column=column,
                    found=text[:60],
                    allowed="text that begins with a letter or digit",
                )


def more_rows(file: str, number: int) -> Finding:
    """What is said in place of the findings of the rows after the first thousand that are wrong."""
    message = f"{number:,} more rows of {file} are wrong; mend those above and validate again."
    return finding("more-rows", message, file=file, found=f"{number}")


def _not_utf_8(file: str, data: bytes) -> NotATable:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"Line {line} of {file} is not UTF-8; save the table as CSV (UTF-8)."
        return _nothing(file, message, "", line)
    raise AssertionError("What cannot be decoded in parts cannot be decoded whole.")


def _nothing(file: str, message: str, found: str, line: int | None = None) -> NotATable:
    allowed = "CSV in UTF-8"
    return NotATable(finding("not-csv", message, file=file, row=line, found=found, allowed=allowed))


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
