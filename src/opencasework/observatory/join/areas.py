"""From the areas of other people's tables to the constituencies of 2024."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Literal

from opencasework.observatory.join.outside import JoinError, Outside
from opencasework.observatory.places import constituencies

Kind = Literal["counts", "rates"]
Shares = Mapping[str, Mapping[str, float]]  # by the other area, then by constituency
OLD, COUNCIL = "constituencies of 2010", "councils"


@cache
def _old_constituencies() -> tuple[Shares, Shares]:
    """The share of each old constituency in each new one, and how many people each such part has."""
    return _shares(
        "constituency_2010_to_2024_overlap.csv", "constituency_2010_code", "constituency_2024_code",
        "share_of_2010_population", "overlap_pop",
    )  # fmt: skip


@cache
def _councils() -> tuple[Shares, Shares]:
    """The share of each council in each constituency; the people of each part, by the councils of 2023."""
    parts, _ = _shares(
        "la_2024_to_constituency_2024_share.csv",
        "la_gss_2024",
        "constituency_code",
        "share_of_la",
        "share_of_la",
    )
    _, people = _shares(
        "constituency_2024_la_2023_overlap.csv", "la_gss_2023", "constituency_code",
        "share_of_constituency_population", "overlap_pop",
    )  # fmt: skip
    return parts, people


def _shares(file: str, outer: str, inner: str, share: str, people: str) -> tuple[Shares, Shares]:
    text = files("opencasework.observatory").joinpath(f"data/{file}").read_text("utf-8")
    parts: dict[str, dict[str, float]] = {}
    weights: dict[str, dict[str, float]] = {}
    for row in csv.DictReader(text.splitlines()):
        parts.setdefault(row[outer], {})[row[inner]] = float(row[share])
        weights.setdefault(row[outer], {})[row[inner]] = float(row[people])
    return parts, weights


def to_constituencies(outside: Outside, *, kind: Kind | None) -> tuple[Outside, str]:
    """The table by constituency of 2024, and a sentence saying what was done to it; none where nothing was.

    Counts are divided by the share of each area's people in each constituency (`share_of_2010_population`,
    `share_of_la`); rates averaged over the people of each part (`overlap_pop`). A constituency for which a
    part has no row or no number has no value there. Columns that are not numbers are left out. Raises
    JoinError where it has to be known whether the figures are counts or rates and `kind` does not say.
    """
    known = constituencies()
    codes = set(outside.rows)
    for name, table in ((OLD, _old_constituencies), (COUNCIL, _councils)):
        parts, people = table()
        if len(codes & (set(parts) - set(known))) * 2 <= len(codes):
            continue
        if kind is None:
            raise JoinError(
                f"{outside.name} is about {name}: say with --values whether its figures are counts, which "
                "are divided among constituencies, or rates, which are averaged."
            )
        numbers = [column for column in outside.columns if _is_number(outside, column)]
        used, how = (parts, "divided") if kind == "counts" else (people, "averaged")
        rows = {
            code: {column: _value(outside, column, code, used, kind) for column in numbers} for code in known
        }
        kept = {code: row for code, row in rows.items() if any(row.values())}
        said = (
            f"The table is about {name}; its {kind} were {how} by population to the constituencies of 2024."
        )
        left_out = [column for column in outside.columns if column not in numbers]
        if left_out:
            said += f" Left out, since they are not numbers: {', '.join(left_out)}."
        return replace(outside, columns=numbers, rows=kept), said
    return outside, ""


def _is_number(outside: Outside, column: str) -> bool:
    values = [row[column] for row in outside.rows.values() if row[column].strip()]
    return bool(values) and all(_number(value) is not None for value in values)


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", ""))
    except ValueError:
        return None


def _value(outside: Outside, column: str, place: str, used: Shares, kind: Kind) -> str:
    parts = [(code, by_place[place]) for code, by_place in used.items() if by_place.get(place)]
    values = [(_number(outside.rows[code][column]) if code in outside.rows else None) for code, _ in parts]
    if not parts or any(value is None for value in values):
        return ""
    weighed = sum(value * weight for value, (_, weight) in zip(_sure(values), parts, strict=True))
    if kind == "rates":
        weighed /= sum(weight for _, weight in parts)
    return f"{weighed:.6g}"


def _sure(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
