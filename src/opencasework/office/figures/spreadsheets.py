"""Writing CSV that a spreadsheet opens as text and numbers, never as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: object) -> object:
    """The cell; text that would be a formula gets an apostrophe in front, which spreadsheets do not show."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def as_csv(lines: Iterable[Iterable[object]]) -> str:
    """The lines as CSV, with the mark at the front by which a spreadsheet knows UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([harmless(cell) for cell in line] for line in lines)
    return "\ufeff" + text.getvalue()
