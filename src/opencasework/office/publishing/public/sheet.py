"""The figures as a spreadsheet for people: a cover, one table on each sheet, shorthand as GSS asks.

Source: Analysis Function, "Releasing statistics in spreadsheets" and "Using symbols and shorthand": one table
a sheet, no merged cells, a cover and notes, [c] [x] [z] in place of a number that is not there.
"""

from __future__ import annotations

import io
from datetime import UTC

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from opencasework.office.publishing.public.figures import Shown
from opencasework.office.publishing.public.words import period_name
from opencasework.standard import codelists
from opencasework.standard.codelists import TOTAL
from opencasework.standard.observations import Observation

SHORTHAND = {
    "c": "confidential: left out to protect people",
    "x": "not available: not recorded",
    "z": "not applicable",
    "b": "break in the series: not comparable with earlier months",
    "p": "provisional",
}
WIDTHS = (18, 34, 44)


def workbook(view: Shown) -> bytes:
    """The spreadsheet. The same publication makes the same bytes."""
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    about = view.publication.descriptor
    book.set_properties(
        {
            "title": about["title"],
            "author": view.publication.office.name,
            "created": view.updated.astimezone(UTC).replace(tzinfo=None),
        }
    )
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    _cover(book, view, bold)
    measures = [code for code in codelists.load("measure") if view.has(code)]
    _table(book, "Months", view, wrapped, measures, by="month")
    _table(book, "Topics", view, wrapped, measures, by="category")
    _table(book, "Bodies", view, wrapped, measures, by="body")
    book.close()
    return file.getvalue()


def _cover(book: Workbook, view: Shown, bold: Format) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.set_column(0, 0, 100)
    office = view.publication.office
    first, last = (period_name(each, "en") for each in (view.publication.periods[0], view.latest))
    lines = [
        f"Casework of {office.name}",
        f"{office.area_name} ({office.area_code}), {first} to {last}.",
        *(["The people and numbers are made up."] if view.publication.synthetic else []),
        *(["A draft, not published."] if view.is_draft else []),
        "Counts of problems (“issues”), never of people. One case may hold several.",
        "Counts of 1 to 4 were changed to 0 or 5, in a way that is right on average; totals are their sums.",
        "A published month never changes.",
        "Shorthand: " + "; ".join(f"[{letter}] {meaning}" for letter, meaning in SHORTHAND.items()) + ".",
        f"Licence: {view.publication.descriptor['licenses'][0]['title']}.",
        "Sheets: Months, Topics, Bodies.",
    ]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, bold if row == 0 else None)


def _table(book: Workbook, name: str, view: Shown, heading: Format, measures: list[str], *, by: str) -> None:
    """One table: a row for each period and code, a column for each measure."""
    sheet = book.add_worksheet(name)
    titles = {"category": "Topic", "body": "Public body"}
    columns = ["Period", *([titles[by], f"{titles[by]} code"] if by in titles else [])]
    names = codelists.load("measure")
    for column, text in enumerate([*columns, *(names[code].title for code in measures)]):
        sheet.write_string(0, column, text, heading)
        sheet.set_column(column, column, WIDTHS[min(column, 2)] if column < len(columns) else 16)
    sheet.freeze_panes(1, 0)
    found: dict[tuple[str, str], dict[str, Observation]] = {}
    for row in view.publication.observations:
        if key := _key(row, by):
            found.setdefault(key, {})[row.measure] = row
    for line, (period, code) in enumerate(sorted(found), start=1):
        sheet.write_string(line, 0, period)
        if code:
            sheet.write_string(line, 1, _title(view, by, code))
            sheet.write_string(line, 2, code)
        for column, measure in enumerate(measures, start=len(columns)):
            _value(sheet, line, column, found[period, code].get(measure))


def _key(row: Observation, by: str) -> tuple[str, str] | None:
    """The period and the code under which a row stands in this table; None where it does not."""
    if row.channel != TOTAL or row.outcome != TOTAL:
        return None
    if by == "month":
        return (row.period, "") if row.category == TOTAL and row.body == TOTAL else None
    mine, other = (row.category, row.body) if by == "category" else (row.body, row.category)
    return (row.period, mine) if mine != TOTAL and other == TOTAL else None


def _title(view: Shown, by: str, code: str) -> str:
    return codelists.load("category")[code].title if by == "category" else view.body_titles.get(code, code)


def _value(sheet: Worksheet, line: int, column: int, row: Observation | None) -> None:
    """A number, or why there is none. A row that is missing says 0, as in the data."""
    if row is None:
        sheet.write_number(line, column, 0)
    elif row.value is None:
        sheet.write_string(line, column, f"[{row.status}]")
    else:
        sheet.write_number(line, column, row.value)
