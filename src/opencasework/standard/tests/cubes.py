"""Cubes of counts for the tests of rounding, and how far published sums are from the truth."""

from __future__ import annotations

import csv
import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from opencasework.standard import disclosure
from opencasework.standard.disclosure.month import TEN
from opencasework.standard.observations import Cell

AREA = "E14999999"
REFERENCE = Path(__file__).with_name("sdc_reference")

Months = dict[str, dict[Cell, int]]


def reference() -> Months:
    """The cube of Statistics Norway's example: month to true counts."""
    months: Months = defaultdict(dict)
    for row in csv.DictReader((REFERENCE / "smallcount_input.csv").open(encoding="utf-8")):
        cell = Cell(row["month"], AREA, row["category"], row["body"], "cases_opened")
        months[row["month"]][cell] = int(row["n"])
    return dict(months)


def invented(
    *,
    months: int = 12,
    categories: int = 6,
    bodies: int = 4,
    measures: Sequence[str] = ("cases_opened",),
    seed: int = 1,
) -> Months:
    """A cube with mostly small counts, another for each seed."""
    chance = random.Random(seed)
    return {
        f"2026-{month:02}": {
            Cell(f"2026-{month:02}", AREA, f"category-{category}", f"body-{body}", measure): chance.choice(
                (0, 0, 1, 1, 2, 3, 4, 6, 12)
            )
            for category in range(categories)
            for body in range(bodies)
            for measure in measures
        }
        for month in range(1, months + 1)
    }


def round_all(months: Months, *, key: bytes) -> Months:
    """Protect month after month, each in the light of those before; return the published counts by month."""
    carried: disclosure.Carried = {}
    published: Months = {}
    for month in sorted(months):
        drawn = disclosure.draw(months[month], key=key, carried=carried)
        published[month] = dict(drawn.published)
        carried = drawn.left_over(carried)
    return published


def round_ten(months: Months, *, key: bytes) -> list[Months]:
    """The ten publications of these months of a year, one of which `round_all` publishes."""
    carried: disclosure.Carried = {}
    ten: list[Months] = [{} for _ in range(TEN)]
    for month in sorted(months):
        drawn = disclosure.draw(months[month], key=key, carried=carried)
        for one, of_month in zip(ten, drawn.ten, strict=True):
            one[month] = dict(of_month)
        carried = drawn.left_over(carried)
    return ten


def deviations(
    months: Mapping[str, Mapping[Cell, int]], published: Mapping[str, Mapping[Cell, int]]
) -> dict[tuple[str, ...], int]:
    """Published less true of every sum over categories, bodies, months or several of them."""
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for month, counts in months.items():
        for cell, count in counts.items():
            off = published[month].get(cell, 0) - count
            for over in itertools.product((False, True), repeat=3):
                if any(over):
                    names = (cell.category, cell.body, cell.period)
                    sums[tuple("_T" if all_ else name for all_, name in zip(over, names, strict=True))] += off
    return dict(sums)


def cell_means(months: Months, rounded: Iterable[Months]) -> dict[tuple[Cell, int], float]:
    """The mean error of each small cell over some publications of these months, by cell and true count."""
    sums: dict[tuple[Cell, int], int] = defaultdict(int)
    keys = 0
    for published in rounded:
        keys += 1
        for month, counts in months.items():
            for cell, count in counts.items():
                if 0 < count < disclosure.BASE:
                    sums[cell, count] += published[month].get(cell, 0) - count
    return {name: total / keys for name, total in sums.items()}


def root_mean_square(numbers: Iterable[float]) -> float:
    """The root of the mean of the squares."""
    squares = [number * number for number in numbers]
    return math.sqrt(sum(squares) / len(squares))
