"""The finer issues of simulated offices, which publications hold by calendar year only."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from opencasework.standard import codelists
from opencasework.standard.periods import months_of
from opencasework.standard.publication import Cell

NOT_FURTHER = 0.12  # of cases that no level-2 category describes


def by_subtopic(
    counts: Mapping[str, Mapping[Cell, int]], months: Sequence[str], *, rng: random.Random
) -> Iterator[tuple[str, dict[str, int]]]:
    """Each year of which every month is published, with its cases by level-2 category.

    `counts` has every month's cells. How an office's cases fall into level 2 is its own, and the same each
    year.
    """
    weights = {
        code.code: NOT_FURTHER if code.level == 1 else rng.gammavariate(1.2, 1)
        for code in codelists.load("category").values()
    }
    for year in sorted({month[:4] for month in months}):
        if set(months_of(year)) <= set(months):
            yield year, _split(_of_year(counts, year), weights, rng=rng)


def _of_year(counts: Mapping[str, Mapping[Cell, int]], year: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for month in months_of(year):
        for cell, count in counts[month].items():
            if cell.measure == "cases_opened":
                found[cell.category] = found.get(cell.category, 0) + count
    return found


def _split(cases: Mapping[str, int], weights: Mapping[str, float], *, rng: random.Random) -> dict[str, int]:
    parts: dict[str, int] = {}
    for category, count in sorted(cases.items()):
        codes = [code for code in weights if code == category or code.startswith(f"{category}.")]
        for code in rng.choices(codes, [weights[code] for code in codes], k=count):
            parts[code] = parts.get(code, 0) + 1
    return parts
