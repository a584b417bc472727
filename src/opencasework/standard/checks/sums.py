"""Do the numbers agree with each other, and is what should be protected protected?"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from opencasework.standard import codelists, disclosure
from opencasework.standard.checks.rows import FILE, Counted, is_month
from opencasework.standard.codelists import TOTAL
from opencasework.standard.disclosure import kr5, scr5
from opencasework.standard.observations import Observation
from opencasework.standard.periods import is_within, parts_of
from opencasework.standard.rules import Finding, finding

_SPLITS = ("category", "body", "channel", "outcome")  # the dimensions that have a total
Pattern = frozenset[str]  # which of them a row totals over
Group = dict[Pattern, list[Counted]]


def _pattern(row: Observation) -> Pattern:
    return frozenset(name for name in _SPLITS if getattr(row, name) == TOTAL)


def _place(row: Observation, pattern: Pattern) -> tuple[str, ...]:
    """Where a row stands in the dimensions that `pattern` does not total over."""
    return tuple(getattr(row, name) for name in _SPLITS if name not in pattern)


def _is_level_2(row: Observation) -> bool:
    return codelists.load("category")[row.category].level == 2


def _groups(rows: Iterable[Counted]) -> dict[tuple[str, str, str], Group]:
    """The rows of level 1 that count the same thing, sorted by what they total over."""
    groups: dict[tuple[str, str, str], Group] = defaultdict(lambda: defaultdict(list))
    for counted in rows:
        row = counted.row
        if not _is_level_2(row):
            groups[row.period, row.area_code, row.measure][_pattern(row)].append(counted)
    return groups


def _finest(pattern: Pattern, group: Group) -> list[Pattern]:
    """The breakdowns that a row of `pattern` is the sum of: those below it with none further below."""
    below = [other for other in group if other < pattern]
    return [other for other in below if not any(lower < other for lower in below)]


def check_totals(rows: list[Counted]) -> Iterator[Finding]:
    """Every total is the sum of the rows it stands for, and every measure has one over everything."""
    everything = frozenset(_SPLITS)
    for (period, _, measure), group in _groups(rows).items():
        if everything not in group:
            message = f"{measure} of {period} has no row with {TOTAL} in every column; add the total."
            yield finding(
                "total-missing",
                message,
                file=FILE,
                row=min(counted.line for members in group.values() for counted in members),
                column="measure",
                found=f"no total of {measure} in {period}",
                allowed=f"a row with {TOTAL} under {', '.join(_SPLITS)}",
            )
        for pattern, totals in group.items():
            for parts in _finest(pattern, group):
                yield from _check_against(totals, pattern, group[parts])


def _check_against(totals: list[Counted], pattern: Pattern, parts: list[Counted]) -> Iterator[Finding]:
    sums: dict[tuple[str, ...], int | None] = {}
    for part in parts:
        place = _place(part.row, pattern)
        so_far = sums.get(place, 0)
        # Where a part is empty (suppressed, say) the sum cannot be known.
        sums[place] = None if so_far is None or part.row.value is None else so_far + part.row.value
    for total in totals:
        value = total.row.value
        added = sums.get(_place(total.row, pattern), 0)
        if value is not None and added is not None and value != added:
            message = f"Line {total.line} says {value}, but the rows it totals add up to {added}."
            yield finding(
                "total-mismatch",
                message,
                file=FILE,
                row=total.line,
                column="value",
                found=value,
                allowed=str(added),
            )


def check_period_sums(rows: list[Counted]) -> Iterator[Finding]:
    """A quarter or year is the sum of its months or quarters, where the publication has them all."""
    values = {counted.row.key: counted.row.value for counted in rows}
    periods = {counted.row.period for counted in rows}
    adds = {code.code for code in codelists.load("measure").values() if code.extra["Adds_over_time"] == "yes"}
    for counted in rows:
        row = counted.row
        by_month_too = row.channel == row.outcome == TOTAL and not _is_level_2(row)
        if is_month(row.period) or not by_month_too or row.measure not in adds:
            continue
        parts = parts_of(row.period, periods)
        found = [values.get((part, *row.key[1:]), 0) for part in parts]
        known = [value for value in found if value is not None]
        if not parts or len(known) < len(parts) or row.value in (None, sum(known)):
            continue
        names = "months" if all(map(is_month, parts)) else "parts"
        message = (
            f"Line {counted.line} says {row.value} for {row.period}; its {names} add up to {sum(known)}."
        )
        yield finding(
            "period-sum",
            message,
            file=FILE,
            row=counted.line,
            column="value",
            found=row.value,
            allowed=str(sum(known)),
        )


def has_parts(period: str, shown: Iterable[str]) -> bool:
    """Whether a shorter period within this one is among those `shown`, so that this one is a sum."""
    return not is_month(period) and any(is_within(each, period) for each in shown)


def check_small_counts(rows: list[Counted]) -> Iterator[Finding]:
    """No count of 1 to 4 is shown. Totals are left to the cells below them, where the fault lies."""
    groups = _groups(rows)
    for counted in rows:
        row = counted.row
        if row.value is None or not 0 < row.value < disclosure.BASE:
            continue
        group = groups.get((row.period, row.area_code, row.measure), {})
        if _is_level_2(row) or not _finest(_pattern(row), group):
            message = f"Line {counted.line} shows a small count ({row.value}); protect it before publishing."
            yield finding(
                "small-count",
                message,
                file=FILE,
                row=counted.line,
                column="value",
                found=row.value,
                allowed=f"0, {disclosure.BASE} or more",
            )


def check_parts(
    rows: list[Counted], methods: Mapping[str, str] | None = None, *, shown: Collection[str] | None = None
) -> Iterator[Finding]:
    """No part is more than its whole, in periods under `ocd-scr5`; `methods` as in `check_uncertainty`.

    Totals are left to the cells below them, and a quarter or year to its parts where one of them is among
    the periods `shown` (by default those of `rows`): they may have been made by another method. Where the
    whole is not counted at all, nothing can be said.
    """
    periods = {counted.row.period for counted in rows} if shown is None else shown
    judged = {
        period
        for period in periods
        if (methods or {}).get(period, scr5.METHOD) == scr5.METHOD and not has_parts(period, periods)
    }
    rows = [
        counted
        for counted in rows
        if counted.row.period in judged and counted.row.channel == counted.row.outcome == TOTAL
    ]
    wholes = {
        counted.row.key: counted.row.value for counted in rows if counted.row.measure in scr5.PART_OF.values()
    }
    groups = _groups(counted for counted in rows if counted.row.measure in scr5.PART_OF)
    for (period, area_code, measure), group in groups.items():
        whole = scr5.PART_OF[measure]
        if (period, area_code, *[TOTAL] * len(_SPLITS), whole) not in wholes:
            continue
        cells = [counted for pattern in group if not _finest(pattern, group) for counted in group[pattern]]
        for counted in cells:
            value, most = counted.row.value, wholes.get((*counted.row.key[:-1], whole), 0)
            if value is None or most is None or value <= most:
                continue
            message = (
                f"Line {counted.line} says {value}, more than {whole} of the same cell, {most}; mend one."
            )
            yield finding(
                "part-whole",
                message,
                file=FILE,
                row=counted.line,
                column="value",
                found=value,
                allowed=f"0 to {most}",
            )


def check_stocks(rows: list[Counted], methods: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """A stock has its total row alone, in periods under `ocd-scr5`; `methods` as in `check_uncertainty`."""
    for counted in rows:
        row = counted.row
        if row.measure not in scr5.GRAND_TOTAL_ONLY or len(_pattern(row)) == len(_SPLITS):
            continue
        if (methods or {}).get(row.period, scr5.METHOD) == scr5.METHOD:
            yield finding(
                "stock-cell",
                f"Line {counted.line} shows {row.measure} of a part; show its total over everything alone.",
                file=FILE,
                row=counted.line,
                column="measure",
                found=row.measure,
            )


def check_uncertainty(rows: list[Counted], methods: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """The uncertainty of rows is worked out from what is published, as the method of their period says.

    `methods` has the method of each period, by default `ocd-scr5`; periods with one that says nothing about
    it are left alone.
    """
    periods = {counted.row.period for counted in rows}
    for (period, _, _), group in _groups(rows).items():
        method = (methods or {}).get(period, scr5.METHOD)
        if method == scr5.METHOD:
            yield from _check_scr5(group, summed=has_parts(period, periods))
        elif method == kr5.METHOD and is_month(period):
            yield from _check_kr5(group)


def _check_scr5(group: Group, *, summed: bool) -> Iterator[Finding]:
    """An inner cell's own error; 5 for every sum, as are all rows of a period with its parts beside it."""
    for pattern, members in group.items():
        is_sum = summed or bool(pattern & {"category", "body"})
        for counted in members:
            value = counted.row.value
            if value is None:
                continue
            wanted = disclosure.total_uncertainty() if is_sum else disclosure.cell_uncertainty(value)
            if counted.row.uncertainty != wanted:
                yield _wrong_uncertainty(counted, wanted)


def _check_kr5(group: Group) -> Iterator[Finding]:
    """An inner cell's own error; for a total one that grows with the cells below it published as 5."""
    for pattern, members in group.items():
        finest = _finest(pattern, group)
        cells = group[finest[0]] if finest else []
        fives = Counter(_place(cell.row, pattern) for cell in cells if cell.row.value == disclosure.BASE)
        for counted in members:
            row = counted.row
            if row.value is None:
                continue
            # A total of 0 may have nothing below it, because a cell of 0 has no row.
            is_total = bool(finest) or (row.value == 0 and bool(pattern & {"category", "body"}))
            wanted = (
                kr5.total_uncertainty(fives[_place(row, pattern)])
                if is_total
                else disclosure.cell_uncertainty(row.value)
            )
            if row.uncertainty != wanted:
                yield _wrong_uncertainty(counted, wanted)


def _wrong_uncertainty(counted: Counted, wanted: int) -> Finding:
    found = counted.row.uncertainty
    return finding(
        "uncertainty-wrong",
        f"The uncertainty in line {counted.line} is {found}; it has to be {wanted}.",
        file=FILE,
        row=counted.line,
        column="uncertainty",
        found=found,
        allowed=str(wanted),
    )
