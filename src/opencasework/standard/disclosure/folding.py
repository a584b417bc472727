"""What comes before rounding: small bodies and sensitive matters folded, and how long the periods are.

Pure functions over true counts. A name can say as much as a number: where a body had a handful of cases in a
year, that it is named at all may point to somebody; so it is counted among the other bodies. Some matters are
never published by themselves, only within the category above them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Literal

from opencasework.standard import codelists
from opencasework.standard.codelists import NONE, OTHER, TOTAL
from opencasework.standard.observations import Cell

FEWEST_CASES_OF_A_BODY = 20  # in twelve months; below that a body counts among the others
FEWEST_CASES_OF_A_TOPIC = (
    5  # in a year; what has fewer is not named: a level-2 category, a channel, an outcome
)
FLOOR = 60  # cases in a period; an office with fewer publishes longer periods

Span = Literal["month", "quarter", "year"]


@cache
def sensitive() -> frozenset[str]:
    """The level-2 categories that exist only inside their parent at the level of an office.

    The code list says which (column `Sensitive`): domestic and sexual abuse, modern slavery, asylum, child
    protection and adoption, safeguarding, prisoners, mental health detention, hate crime, inquests,
    complaints about named professionals.
    """
    codes = codelists.load("category").values()
    return frozenset(code.code for code in codes if code.extra["Sensitive"] == "yes")


def is_sensitive(category: str) -> bool:
    """Whether a category is one of the `sensitive` ones."""
    return category in sensitive()


def cases_of_bodies(months: Mapping[str, Mapping[Cell, int]]) -> dict[str, int]:
    """How many cases were opened about each body in these months."""
    cases: dict[str, int] = {}
    for counts in months.values():
        for cell, count in counts.items():
            if cell.measure == "cases_opened":
                cases[cell.body] = cases.get(cell.body, 0) + count
    return cases


def fold_bodies(
    counts: Mapping[Cell, int], *, cases: Mapping[str, int], fewest: int = FEWEST_CASES_OF_A_BODY
) -> dict[Cell, int]:
    """Count bodies with fewer than `fewest` cases among the other bodies (`_O`).

    `cases` says how many each body had in the last twelve months (`cases_of_bodies`); a body it does not name
    had none. The codes `_N`, `_O` and `_T` stay. Every sum over bodies is the same as before.
    """
    folded: dict[Cell, int] = {}
    for cell, count in counts.items():
        named = cell.body in (NONE, OTHER, TOTAL) or cases.get(cell.body, 0) >= fewest
        kept = cell if named else replace(cell, body=OTHER)
        folded[kept] = folded.get(kept, 0) + count
    return folded


def fold_topics(
    counts: Mapping[str, int],
    *,
    hidden_always: Collection[str] | None = None,
    fewest: int = FEWEST_CASES_OF_A_TOPIC,
) -> dict[str, int]:
    """Count under their parent the level-2 categories that are not published by themselves.

    `counts` is by category; what stands under a parent's own code has no level-2 category that may be shown.
    Folded are sensitive ones, those with fewer than `fewest` cases, whose name alone would say that somebody
    came with such a matter, and of one parent so many others, the smallest first, that at least half of what
    is folded is not sensitive. For the parent less its published parts is the rest, and a rest that is known
    to be sensitive would be as good as published. A parent without enough others is not divided at all, nor
    is one whose cases are all of one topic and fewer than 20: of each of them it would be known.
    """
    never = sensitive() if hidden_always is None else hidden_always
    folded: dict[str, int] = {}
    hidden: dict[str, int] = {}  # sensitive cases less others in the rest of each parent
    for category, count in sorted(counts.items(), key=lambda each: (each[1], each[0])):
        parent = category.partition(".")[0]
        if category in never:
            hidden[parent] = hidden.get(parent, 0) + count
        elif category == parent or count < fewest:
            hidden[parent] = hidden.get(parent, 0) - count
    for category, count in sorted(counts.items(), key=lambda each: (each[1], each[0])):
        parent = category.partition(".")[0]
        is_small = category in never or category == parent or count < fewest
        if not is_small and hidden.get(parent, 0) > 0:
            hidden[parent] -= count
            is_small = True
        kept = parent if is_small else category
        folded[kept] = folded.get(kept, 0) + count
    return _divided(folded)


def _divided(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts with a parent in place of its topic where that is all there is, and fewer than 20."""
    codes: dict[str, list[str]] = {}
    for code, count in counts.items():
        if count:
            codes.setdefault(code.partition(".")[0], []).append(code)
    alone = {its[0] for its in codes.values() if len(its) == 1 and counts[its[0]] < FEWEST_CASES_OF_A_BODY}
    return {code.partition(".")[0] if code in alone else code: count for code, count in counts.items()}


def fold_parts(
    counts: Mapping[str, int], *, codes: Collection[str], fewest: int = FEWEST_CASES_OF_A_TOPIC
) -> dict[str, int]:
    """Count under `_O` the channels or outcomes of a year with fewer than `fewest` cases.

    `codes` are all that the list has. Where only one of them would not be named, the smallest of the others
    goes with it: what is under `_O` would be known by what is missing. A code without cases is not named
    either, and nobody can tell it from one that is folded. Nor is one that has all cases, fewer than 20.
    """
    named = sorted((count, code) for code, count in counts.items() if count >= fewest and code != OTHER)
    some = sum(counts.values()) > sum(count for count, _ in named)
    missing = {code for code in codes if not code.startswith("_")} - {code for _, code in named}
    if some and len(missing) == 1:
        named = named[1:]
    if len(named) == 1 and not some and named[0][0] < FEWEST_CASES_OF_A_BODY:
        named = []
    kept = {code: count for count, code in named}
    rest = sum(counts.values()) - sum(kept.values())
    return kept | ({OTHER: rest} if rest else {})


def floor_of(cases: Mapping[str, float], *, floor: int = FLOOR) -> Span:
    """How long the periods have to be that an office publishes: "month", "quarter" or "year".

    `cases` has the cases opened in each of the last months ('YYYY-MM'), up to twelve. With 60 and more in the
    average month the office publishes months; else with 60 and more in three average months quarters; else
    years. The average rather than each month, so that a quiet August does not change the rhythm: months
    already out and a quarter around them would give the quiet month away.
    Raises ValueError when there is no month.
    """
    if not cases:
        raise ValueError("There is no month to judge by; give the cases of at least one.")
    average = sum(cases.values()) / len(cases)
    if average >= floor:
        return "month"
    return "quarter" if 3 * average >= floor else "year"
