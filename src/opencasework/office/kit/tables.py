"""Reading the CSV tables that come with the package."""

from __future__ import annotations

import csv
import io
from importlib import resources


def rows(package: str, name: str) -> list[dict[str, str]]:
    """The rows of `data/NAME` in `package`, as dictionaries of text by column."""
    text = resources.files(package).joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))
