"""The spreadsheet template: a publication as one workbook, for an office whose software is another.

Each table is a sheet with the columns of the standard; the sheet `office` says what datapackage.json
would. The validator reads the workbook as the publication it would become, so that a row of a sheet is a
line of the table.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opencasework.standard import VERSION, codelists, descriptor, tables
from opencasework.standard.files import PublicationError
from opencasework.standard.periods import months_between, months_to
from opencasework.standard.rules import Finding, finding

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST = 50_000_000  # bytes of a workbook, unpacked
MOST_ROWS = 100_000  # rows of a sheet; who has more writes CSV
SHEETS = {name: place for name, place in tables.PLACES.items()}
_LISTED = ("category", "channel", "outcome", "measure", "status")  # columns with a list to choose from
_OFFICE = {  # row of the sheet `office`: what to write there
    "title": "What the publication is called",
    "name": "The office",
    "kind": "mp, msp, ms, mla, councillor or parish",
    "post": "The id of the seat",
    "area_code": "GSS code of the area the office serves",
    "area_name": "Its name",
    "identifiers": "scheme=id, more of them parted by semicolons: parliament-member=5173; wikidata=Q1",
    "licence": "OGL-UK-3.0, CC-BY-4.0 or CC0-1.0",
    "created": "When: 2026-10-12T09:00:00Z",
    "measures": "What the office counts, parted by semicolons",
    "method": "How small counts are protected",
    "key_id": "The public name of the office's key (section 5 of the standard)",
    "status": "draft or published",
    "synthetic": "yes when people and numbers are made up, else no",
    "prepared_by": "Who made it",
    "signed_by": "Who answers for it, somebody else; empty in a draft",
}
_READ_ME = (
    "Open Casework Data 1.0: a publication as a spreadsheet.",
    "The rows are made up. Replace them; keep the first row of each sheet, and one row for each figure.",
    "office: whose casework it is. counts: how much. responses, durations: if you have them.",
    "categories, bodies, areas: a title for every code that you use.",
    "Counts of 1 to 4 could point to a person: never type them in. The standard, section 5, says what to do.",
    "Then run: casework standard validate THIS-FILE.xlsx",
)


def write_template(file: Path, contents: Mapping[str, bytes]) -> None:
    """Write the publication whose files are `contents` as a workbook, with lists to choose codes from."""
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    first.title = "read me"
    for number, text in enumerate(_READ_ME, 1):
        first.cell(number, 1, text)
    first.column_dimensions["A"].width = 110
    _write_office(book.create_sheet("office"), json.loads(contents["datapackage.json"]))
    for name, place in SHEETS.items():
        data = contents.get(place, ",".join(tables.columns(name)).encode())
        _write_table(book.create_sheet(name), csv.reader(io.StringIO(data.decode())))
    _offer_lists(book)
    book.save(file)


def _write_office(sheet: "Worksheet", about: Mapping[str, Any]) -> None:
    block = about["openCasework"]
    said = {
        **block["office"],
        "title": about["title"],
        "identifiers": "; ".join(f"{each['scheme']}={each['id']}" for each in block["office"]["identifiers"]),
        "licence": about["licenses"][0]["name"],
        "created": about["created"],
        "measures": "; ".join(block["measures"]),
        "method": block["protection"]["method"],
        "key_id": block["protection"]["key_id"],
        "synthetic": "yes" if block["synthetic"] else "no",
    }
    _write_table(
        sheet,
        [["what", "value", "how"]]
        + [[name, said.get(name, block.get(name)) or "", how] for name, how in _OFFICE.items()],
    )


def _write_table(sheet: "Worksheet", rows: Iterable[list[str]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            is_number = number > 1 and text.isdecimal() and len(text) < 10
            cell = sheet.cell(number, place, int(text) if is_number and sheet.title != "office" else text)
            if number == 1:
                cell.font = Font(bold=True)
            elif not is_number:
                cell.number_format = "@"  # text, or a spreadsheet makes a date of 2026-10
    sheet.freeze_panes = "A2"
    for place in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 24


def _offer_lists(book: "Workbook") -> None:
    """Let codes be chosen: lists on a sheet of their own, and what a column offers."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet("lists")
    counts = book["counts"]
    header = [cell.value for cell in counts[1]]
    for place, name in enumerate(_LISTED, 1):
        codes = [code.code for code in codelists.load(name).values() if not code.deprecated]
        for number, text in enumerate([name, *codes], 1):
            lists.cell(number, place, text)
        letter = get_column_letter(place)
        offer = DataValidation(
            "list", formula1=f"lists!${letter}$2:${letter}${len(codes) + 1}", allow_blank=True
        )
        offer.error = f"Choose a code of the list {name}."
        column = get_column_letter(header.index(name) + 1)
        offer.add(f"{column}2:{column}{MOST_ROWS}")
        counts.add_data_validation(offer)


def read_workbook(name: str, parts: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Finding]]:
    """Return the files of the publication that a workbook would become, and what is wrong with its cells.

    `parts` are the files in the workbook, which is a zip file. Raises PublicationError when it is no
    workbook, is too large, or lacks a sheet.
    """
    from openpyxl import load_workbook

    if sum(map(len, parts.values())) > LARGEST:
        raise PublicationError(
            f"{name} unpacks to more than {LARGEST // 1_000_000} MB; save the tables as CSV."
        )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:  # of what was found to be sound, and nothing else
        for part, data in parts.items():
            archive.writestr(part, data)
    try:
        book = load_workbook(whole, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # whatever a strange workbook makes of the library
        raise PublicationError(f"{name} cannot be read as a spreadsheet; save it again as .xlsx.") from error
    if missing := [sheet for sheet in ("office", "counts", "bodies") if sheet not in book.sheetnames]:
        raise PublicationError(
            f"{name} has no sheet called {missing[0]}; start from `casework standard new --template xlsx`."
        )
    findings: list[Finding] = []
    contents = {}
    try:
        for table, place in SHEETS.items():
            if table in book.sheetnames:
                rows = list(_rows(book[table], table, len(tables.columns(table)), findings))
                if len(rows) > 1 or table not in tables.OPTIONAL:
                    contents[place] = _csv(rows)
        office = {row[0]: row[1] for row in _rows(book["office"], "office", 2, findings) if row}
    except PublicationError:
        raise
    except Exception as error:
        raise PublicationError(f"{name} cannot be read as a spreadsheet; save it again as .xlsx.") from error
    contents["datapackage.json"] = _descriptor(office, contents)
    for table in tables.PLACES:
        contents[f"schema/{table}.schema.json"] = descriptor.schema_text(f"{table}.schema.json")
    return contents, findings


def _rows(sheet: Any, name: str, width: int, findings: list[Finding]) -> Iterator[list[str]]:
    """The rows of a sheet as text, without the empty ones at its end."""
    empty = 0
    cells = sheet.iter_rows(max_col=width + 1, max_row=MOST_ROWS + 1)
    for number, row in enumerate(cells, 1):
        if number > MOST_ROWS:
            raise PublicationError(f"The sheet {name} has more than {MOST_ROWS:,} rows; save it as CSV.")
        texts = [_text(cell.value) for cell in row]
        if not any(texts):
            empty += 1
            continue
        for _ in range(empty):  # an empty row between others is a fault, and keeps its number
            yield []
        empty = 0
        for place, cell in enumerate(row):
            if getattr(cell, "data_type", "") == "f":
                findings.append(_formula(name, number, place))
        while len(texts) > width and not texts[-1]:
            texts.pop()
        yield texts + [""] * (width - len(texts))


def _formula(sheet: str, row: int, place: int) -> Finding:
    cell = f"{chr(65 + place)}{row}" if place < 26 else f"row {row}"
    message = f"Cell {cell} of the sheet {sheet} holds a formula; paste it as a value."
    return finding(
        "formula-cell", message, file=sheet, row=row, column=cell, found="a formula", allowed="a value"
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m}"  # a spreadsheet's idea of 2026-10
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _csv(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    for row in rows:
        csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue().encode("utf-8", "replace")


def _descriptor(office: Mapping[str, str], contents: Mapping[str, bytes]) -> bytes:
    """The datapackage.json that the workbook stands for; what is missing there is missing here."""

    def several(name: str) -> list[str]:
        return [each.strip() for each in office.get(name, "").split(";") if each.strip()]

    counts = contents["data/counts.csv"].decode().splitlines()[1:]
    months = sorted({line[:7] for line in counts if line[4:5] == "-" and line[5:6].isdecimal()})
    complete = bool(months) and months_to(months[-1])[-len(months) :] == months
    if len(months) > 12:
        complete = months_between(months[0], months[-1]) == len(months)
    measures = several("measures")
    about = {
        "name": "workbook",
        "id": f"urn:x-workbook:{office.get('area_code', '')}",
        "title": office.get("title", ""),
        "version": "1.0.0",
        "created": office.get("created", ""),
        "conformsTo": descriptor.CONFORMS_TO,
        "licenses": [{"name": office.get("licence", "")}],
        "resources": [
            descriptor.resource(table) for table, place in tables.PLACES.items() if place in contents
        ],
        "openCasework": {
            "standard": VERSION,
            "office": {
                **{key: office.get(key, "") for key in ("name", "kind", "post", "area_code", "area_name")},
                "identifiers": [
                    {"scheme": scheme.strip(), "id": id.strip()}
                    for scheme, _, id in (each.partition("=") for each in several("identifiers"))
                ],
            },
            "coverage": {
                "from": months[0] if months else "",
                "to": months[-1] if months else "",
                "complete": complete,
            },
            "measures": measures,
            "protection": {
                "method": office.get("method", ""),
                "base": 5,
                "key_id": office.get("key_id", ""),
                "tables": [
                    table for table, place in SHEETS.items() if place[:5] == "data/" and place in contents
                ],
            },
            "policy_messages_included": "policy_messages" in measures,
            "status": office.get("status", ""),
            "synthetic": office.get("synthetic") == "yes",
            "prepared_by": office.get("prepared_by", ""),
            "signed_by": office.get("signed_by") or None,
        },
    }
    return json.dumps(about).encode()
