"""The figures as a spreadsheet for people: a cover, one table on each sheet, shorthand as GSS asks.

Source: Analysis Function, "Releasing statistics in spreadsheets" and "Using symbols and shorthand": one table
a sheet, no merged cells, a cover and notes, [c] [x] [z] in place of a number that is not there.
"""

from __future__ import annotations

import io
import re
from datetime import UTC
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from opencasework.office.publishing.public.figures import Shown, apart_of
from opencasework.office.publishing.public.words import period_name
from opencasework.standard import codelists
from opencasework.standard.codelists import TOTAL
from opencasework.standard.disclosure.scr5 import GRAND_TOTAL_ONLY
from opencasework.standard.observations import Observation

SHORTHAND = {
    "c": "confidential: left out to protect people",
    "x": "not available: not recorded",
    "z": "not applicable",
    "b": "break in the series: not comparable with earlier months",
    "p": "provisional",
}
WIDTHS = (18, 34, 44)
YEARLY = {  # sheet: code list, what the codes are, what is counted
    "Years, topics": ("category", "Topic", "cases_opened"),
    "Years, channels": ("channel", "It came by", "cases_opened"),
    "Years, outcomes": ("outcome", "It ended", "cases_closed"),
}


def workbook(view: Shown) -> bytes:
    """The spreadsheet. The same publication makes the same bytes."""
    book = Workbook()
    about = view.publication.descriptor
    book.properties.title = about["title"]
    book.properties.creator = view.publication.office.name
    book.properties.created = view.updated.astimezone(UTC).replace(tzinfo=None)
    _cover(book, view)
    measures = [code for code in codelists.load("measure") if view.has(code)]
    _table(book, "Months", view, measures, by="month")
    by_part = [code for code in measures if code not in GRAND_TOTAL_ONLY]
    _table(book, "Topics", view, by_part, by="category")
    _table(book, "Bodies", view, by_part, by="body")
    for name, (codelist, title, heading) in YEARLY.items():
        _year_table(book, name, view, codelist, title, heading)
    file = io.BytesIO()
    book.save(file)
    return _without_its_time(file)


def _without_its_time(file: io.BytesIO) -> bytes:
    """The same file whenever it is saved: openpyxl writes the hour of saving into it in two places."""
    packed = io.BytesIO()
    with ZipFile(file) as saved, ZipFile(packed, "w") as out:
        for entry in saved.infolist():
            data = saved.read(entry)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"<dcterms:modified[^>]*>[^<]*</dcterms:modified>", b"", data)
            out.writestr(ZipInfo(entry.filename), data, ZIP_DEFLATED)
    return packed.getvalue()


def _cover(book: Workbook, view: Shown) -> None:
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "Cover"
    sheet.column_dimensions["A"].width = 100
    office = view.publication.office
    first, last = (period_name(each, "en") for each in (view.publication.periods[0], view.latest))
    lines = [
        f"Casework of {office.name}",
        f"{office.area_name} ({office.area_code}), {first} to {last}.",
        *(["The people and numbers are made up."] if view.publication.synthetic else []),
        *(["A draft, not published."] if view.is_draft else []),
        "Counts of problems (“issues”), never of people. One case may hold several.",
        "Counts of 1 to 4 were changed to 0 or 5, each right on average; totals are their sums.",
        "A published month never changes.",
        "Shorthand: " + "; ".join(f"[{letter}] {meaning}" for letter, meaning in SHORTHAND.items()) + ".",
        f"Licence: {view.publication.descriptor['licenses'][0]['title']}.",
        "Sheets: Months, Topics, Bodies" + "".join(f"; {name}" for name in YEARLY if view.years) + ".",
    ]
    for row, line in enumerate(lines, start=1):
        _write(sheet, row, 1, line).font = Font(bold=row == 1)


def _table(book: Workbook, name: str, view: Shown, measures: list[str], *, by: str) -> None:
    """One table: a row for each period and code, a column for each measure."""
    sheet = book.create_sheet(name)
    titles = {"category": "Topic", "body": "Public body"}
    columns = ["Period", *([titles[by], f"{titles[by]} code"] if by in titles else [])]
    names = codelists.load("measure")
    for column, text in enumerate([*columns, *(names[code].title for code in measures)], start=1):
        cell = _write(sheet, 1, column, text)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        width = WIDTHS[min(column, len(WIDTHS)) - 1] if column <= len(columns) else 16
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    found: dict[tuple[str, str], dict[str, Observation]] = {}
    apart = set(apart_of(view.publication.periods))
    for row in view.publication.observations:
        if row.period in apart and (key := _key(row, by)):
            found.setdefault(key, {})[row.measure] = row
    for line, (period, code) in enumerate(sorted(found), start=2):
        _write(sheet, line, 1, period)
        if code:
            _write(sheet, line, 2, _title(view, by, code))
            _write(sheet, line, 3, code)
        for column, measure in enumerate(measures, start=len(columns) + 1):
            row_ = found[period, code].get(measure)
            not_known = row_ is None and measure in GRAND_TOTAL_ONLY
            sheet.cell(line, column).value = "[x]" if not_known else _value(row_)


def _year_table(book: Workbook, name: str, view: Shown, codelist: str, title: str, measure: str) -> None:
    """One finer table of every year that is out; no sheet where there is none."""
    if not view.years:
        return
    sheet, names = book.create_sheet(name), codelists.load(codelist)
    heading = codelists.load("measure")[measure].title
    for column, text in enumerate(["Year", title, f"{title} code", heading], start=1):
        cell = _write(sheet, 1, column, text)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[min(column, len(WIDTHS)) - 1]
    sheet.freeze_panes = "A2"
    tables = {"category": "categories", "channel": "channels", "outcome": "outcomes"}
    line = 1
    for year in sorted(view.years, key=lambda each: each.year):
        for code, number in getattr(year, tables[codelist]):
            line += 1
            for column, text in enumerate([year.year, names[code].title, code], start=1):
                _write(sheet, line, column, text)
            sheet.cell(line, 4).value = number


def _write(sheet: Any, row: int, column: int, text: str) -> Any:
    """Put text into a cell as text, whatever it begins with: no formula comes from a name."""
    cell = sheet.cell(row, column)
    cell.value = text
    cell.data_type = "s"
    return cell


def _key(row: Observation, by: str) -> tuple[str, str] | None:
    """The period and the code under which a row stands in this table; None where it does not."""
    if row.channel != TOTAL or row.outcome != TOTAL or "." in row.category:
        return None
    if by == "month":
        return (row.period, "") if row.category == TOTAL and row.body == TOTAL else None
    mine, other = (row.category, row.body) if by == "category" else (row.body, row.category)
    return (row.period, mine) if mine != TOTAL and other == TOTAL else None


def _title(view: Shown, by: str, code: str) -> str:
    return codelists.load("category")[code].title if by == "category" else view.body_titles.get(code, code)


def _value(row: Observation | None) -> int | str:
    """A number, or why there is none. A row that is missing says 0, as in the data."""
    if row is None:
        return 0
    return f"[{row.status}]" if row.value is None else row.value
