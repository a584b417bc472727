"""Reading the CSV tables that come with the package."""

from __future__ import annotations

import csv
from importlib import resources


def rows(package: str, name: str) -> list[dict[str, str]]:
    """The rows of `data/NAME` in `package`, as dictionaries of text by column."""
    with resources.files(package).joinpath("data", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
