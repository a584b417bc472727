"""The rows of a whole year: sums of its months or quarters, and the finer tables that add up to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from opencasework.standard import codelists
from opencasework.standard.codelists import OTHER, TOTAL
from opencasework.standard.disclosure import kr5, total_uncertainty
from opencasework.standard.disclosure.folding import FEWEST_CASES_OF_A_BODY, fold_parts, fold_topics
from opencasework.standard.disclosure.yearly import FARTHEST, round_parts
from opencasework.standard.files import PublicationError
from opencasework.standard.observations import Observation, fives_of
from opencasework.standard.periods import parts_of

Place = tuple[str, str, str]  # category, body, measure


@dataclass(frozen=True)
class YearCounts:
    """True counts of a year: cases opened by level-2 category and by channel, cases closed by outcome.

    What has no level-2 category stands under its level-1 code. Each table counts every case once.
    """

    categories: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)


def rows_of_year(
    counts: YearCounts,
    *,
    year: str,
    area_code: str,
    published: Sequence[Observation],
    key: bytes,
    cell_by_cell: Collection[str] = (),
) -> list[Observation]:
    """The rows of `year` ('2025'), from the `published` rows of its months or quarters and the true counts.

    `cell_by_cell` are the periods drawn with `ocd-kr5`, which may be far from the truth. Raises
    PublicationError when the parts cannot be those of the months.
    """
    inside = parts_of(year, {row.period for row in published})
    sums = _sums(inside, published)
    drifting = [row for row in published if row.period in cell_by_cell and row.period in inside]
    rows = [_row(year, area_code, *place, value=value) for place, value in sums.items() if value]
    rows += [
        _row(year, area_code, *place, value=0)
        for place, value in sums.items()
        if not value and place[:2] == (TOTAL, TOTAL)
    ]

    def parts(true: Mapping[str, int], total: Place, *group: str) -> dict[str, int]:
        name = (year, area_code, total[2], *group)
        category, _, measure = total
        farthest = FARTHEST
        if drifting:
            farthest += kr5.farthest(fives_of(drifting, measure, category=category))
        whole = sums.get(total, 0)
        try:
            shown = round_parts(true, total=whole, key=key, name=name, farthest=farthest)
        except ValueError as error:
            raise PublicationError(str(error)) from error
        # Rounding may leave one part alone: of each of a few cases that would say what it was (A8).
        alone = len(shown) == 1 and whole < FEWEST_CASES_OF_A_BODY
        return {OTHER if category == TOTAL else category: whole} if alone else shown

    for parent, true in _by_parent(fold_topics(counts.categories)).items():
        for code, value in parts(true, (parent, TOTAL, "cases_opened"), "category", parent).items():
            if code != parent:  # what has no level-2 row is in the row of its parent
                rows.append(_row(year, area_code, code, TOTAL, "cases_opened", value=value))
    if counts.channels:
        for code, value in parts(
            _folded(counts.channels, "channel"), (TOTAL, TOTAL, "cases_opened"), "channel"
        ).items():
            rows.append(_row(year, area_code, TOTAL, TOTAL, "cases_opened", value=value, channel=code))
    if counts.outcomes:
        for code, value in parts(
            _folded(counts.outcomes, "outcome"), (TOTAL, TOTAL, "cases_closed"), "outcome"
        ).items():
            rows.append(_row(year, area_code, TOTAL, TOTAL, "cases_closed", value=value, outcome=code))
    return sorted(rows, key=lambda row: row.key)


def _folded(counts: Mapping[str, int], codelist: str) -> dict[str, int]:
    return fold_parts(counts, codes=codelists.load(codelist))


def _sums(inside: Collection[str], published: Sequence[Observation]) -> dict[Place, int]:
    """What the periods `inside` add up to, of the measures that may be added and were counted in all."""
    totals = {(row.period, row.measure) for row in published if row.category == row.body == TOTAL}
    measures = {
        code.code
        for code in codelists.load("measure").values()
        if code.extra["Adds_over_time"] == "yes" and all((part, code.code) in totals for part in inside)
    }
    sums: dict[Place, int] = {}
    for row in published:
        if row.period in inside and row.measure in measures:
            place = (row.category, row.body, row.measure)
            sums[place] = sums.get(place, 0) + (row.value or 0)
    return sums


def _by_parent(categories: Mapping[str, int]) -> dict[str, dict[str, int]]:
    groups: dict[str, dict[str, int]] = {}
    for code, count in categories.items():
        known = codelists.load("category").get(code)
        if known is None:
            raise PublicationError(f"There is no category {code!r}; `casework standard describe category`.")
        groups.setdefault(known.parent or code, {})[code] = count
    return groups


def _row(
    year: str,
    area_code: str,
    category: str,
    body: str,
    measure: str,
    *,
    value: int,
    channel: str = TOTAL,
    outcome: str = TOTAL,
) -> Observation:
    error = total_uncertainty()
    return Observation(year, area_code, category, body, channel, outcome, measure, value, "", error)
