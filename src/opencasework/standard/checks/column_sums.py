"""Do the numbers of a large table agree? Asked of all rows at once, to find the few that `sums` has to word.

A group here is what `sums` adds up together: the level-1 rows of one period and measure. Each screen
returns at least the groups in which `sums` would find something; whether it does, and in what words, is
left to `sums`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from opencasework.standard import codelists, disclosure
from opencasework.standard.checks import sums
from opencasework.standard.checks.columns import Columns, Flags, Ids
from opencasework.standard.checks.rows import Counted, is_month
from opencasework.standard.checks.tables import MOST_ROWS
from opencasework.standard.codelists import TOTAL
from opencasework.standard.disclosure import kr5, scr5
from opencasework.standard.periods import is_within, parts_of
from opencasework.standard.rules import Finding

_SPLITS = ("category", "body", "channel", "outcome")
_EVERYTHING = 2 ** len(_SPLITS) - 1  # the pattern of the grand total: a bit for each column totalled over
_EXACT = 2**53  # sums of floating-point numbers are exact up to here


@dataclass(frozen=True, slots=True)
class Figures:
    """The rows that can add up (well formed, in periods without a broken row), and what is read off them.

    `places` are theirs in the table. All else is in the order of `places`: `value` (0 where there is none),
    `known` (whether there is one), `pattern` (bits of the columns totalled over), `group`.
    """

    table: Columns
    places: Ids
    value: Ids
    known: Flags
    pattern: Ids
    level_1: Flags
    group: Ids
    groups: int


def figures_of(table: Columns, whole: Flags) -> Figures:
    """Read the figures off the rows flagged in `whole`."""
    places = np.flatnonzero(whole)
    numbers = [int(text) if text.isdecimal() and len(text) < 16 else 0 for text in table["value"].values]
    value = np.array(numbers, np.int64)[table["value"].codes[places]] if numbers else np.zeros(0, np.int64)
    pattern = np.zeros(len(places), np.int64)
    for bit, name in enumerate(_SPLITS):
        pattern |= table[name].among([TOTAL])[places].astype(np.int64) << bit
    level_2 = [code.code for code in codelists.load("category").values() if code.level == 2]
    _, group = np.unique(table.ids(("period", "measure"), places), return_inverse=True)
    return Figures(
        table=table,
        places=places,
        value=value,
        known=~table["value"].among([""])[places],
        pattern=pattern,
        level_1=~table["category"].among(level_2)[places],
        group=group.astype(np.int64),
        groups=int(group.max(initial=-1)) + 1,
    )


def check_totals(figures: Figures) -> Iterator[Finding]:
    """What `sums.check_totals` finds."""
    return _word(figures, _doubtful_totals(figures), sums.check_totals)


def check_uncertainty(figures: Figures, methods: Mapping[str, str]) -> Iterator[Finding]:
    """What `sums.check_uncertainty` finds; `methods` has the method of each period."""
    doubtful = _doubtful_kr5(figures, _under(figures, methods, kr5.METHOD))
    doubtful |= _doubtful_scr5(figures, _under(figures, methods, scr5.METHOD))
    shown = _shown(figures)

    def check(rows: list[Counted]) -> Iterator[Finding]:
        period = rows[0].row.period
        # Whether a quarter or year has its parts beside it counts too, so a row of each goes along.
        beside = _first_of(figures, [name for name in shown if is_within(name, period)])
        lines = {counted.line for counted in rows}
        rows = sorted([*rows, *beside], key=lambda counted: counted.line)
        return (found for found in sums.check_uncertainty(rows, methods) if found.row in lines)

    return _word(figures, doubtful, check)


def _shown(figures: Figures) -> set[str]:
    """The periods of the rows that can add up."""
    periods = figures.table["period"]
    return {periods.values[code] for code in np.unique(periods.codes[figures.places]).tolist()}


def _first_of(figures: Figures, periods: Iterable[str]) -> list[Counted]:
    """The first level-1 row of each of the periods that have one."""
    flags = figures.table["period"].among(periods)[figures.places]
    places = figures.places[flags]
    _, first = np.unique(figures.table["period"].codes[places], return_index=True)
    return figures.table.counted(places[first])


def check_small_counts(figures: Figures) -> Iterator[Finding]:
    """What `sums.check_small_counts` finds."""
    small = (figures.value > 0) & (figures.value < disclosure.BASE)
    groups = np.zeros(figures.groups, bool)
    groups[figures.group[small]] = True
    if not groups.any():
        return iter(())
    return sums.check_small_counts(figures.table.counted(figures.places[groups[figures.group]]))


def check_parts(figures: Figures, methods: Mapping[str, str]) -> Iterator[Finding]:
    """What `sums.check_parts` finds; `methods` has the method of each period."""
    table = figures.table
    asked = figures.level_1 & _under(figures, methods, scr5.METHOD)
    asked &= (figures.pattern & 0b1100) == 0b1100  # as there, without channels and outcomes
    doubtful = np.zeros(len(figures.places), bool)
    for part, whole in scr5.PART_OF.items():
        parts = np.flatnonzero(asked & table["measure"].among([part])[figures.places])
        wholes = np.flatnonzero(asked & table["measure"].among([whole])[figures.places])
        keys = table.ids(("period", *_SPLITS), figures.places[np.concatenate([parts, wholes])])
        more = figures.value[parts] > _sums(keys, len(parts), figures.value[wholes])
        periods = table["period"].codes[figures.places]
        doubtful |= (
            asked
            & table["measure"].among([part, whole])[figures.places]
            & np.isin(periods, periods[parts[more]])
        )
    if not doubtful.any():
        return iter(())
    return sums.check_parts(table.counted(figures.places[doubtful]), methods, shown=_shown(figures))


def check_stocks(figures: Figures, methods: Mapping[str, str]) -> Iterator[Finding]:
    """What `sums.check_stocks` finds; `methods` has the method of each period."""
    stocks = figures.table["measure"].among(scr5.GRAND_TOTAL_ONLY)[figures.places]
    return sums.check_stocks(
        figures.table.counted(figures.places[stocks & (figures.pattern != _EVERYTHING)]), methods
    )


def check_period_sums(figures: Figures) -> Iterator[Finding]:
    """What `sums.check_period_sums` finds."""
    periods = figures.table["period"]
    used = np.unique(periods.codes[figures.places]).tolist()
    names = {periods.values[code]: code for code in used}
    doubtful = np.zeros(len(periods.values), bool)
    for name in names:
        parts = [names[part] for part in parts_of(name, names)]
        if parts and not _adds_up(figures, names[name], parts):
            doubtful[[names[name], *parts]] = True
    if not doubtful.any():
        return iter(())
    return sums.check_period_sums(
        figures.table.counted(figures.places[doubtful[periods.codes[figures.places]]])
    )


def _adds_up(figures: Figures, period: int, inside: list[int]) -> bool:
    """Whether each row of a period is surely the sum of those of the periods inside it."""
    if _too_large(figures):
        return False
    table = figures.table
    codes = table["period"].codes[figures.places]
    adding = [
        code.code for code in codelists.load("measure").values() if code.extra["Adds_over_time"] == "yes"
    ]
    asked = figures.level_1 & table["measure"].among(adding)[figures.places]
    asked &= (figures.pattern & 0b1100) == 0b1100  # of months there are no channels and outcomes
    whole = np.flatnonzero(asked & (codes == period))
    parts = np.flatnonzero(asked & np.isin(codes, inside))
    if not (figures.known[whole].all() and figures.known[parts].all()):
        return False
    keys = table.ids(("category", "body", "measure"), figures.places[np.concatenate([whole, parts])])
    return bool((figures.value[whole] == _sums(keys, len(whole), figures.value[parts])).all())


def _word(
    figures: Figures, doubtful: Flags, check: Callable[[list[Counted]], Iterator[Finding]]
) -> Iterator[Finding]:
    """What `check` says of the doubtful groups, in the order in which they begin in the file."""
    rows = np.flatnonzero(figures.level_1 & doubtful[figures.group])
    rows = rows[np.argsort(figures.group[rows], kind="stable")]  # by group, within it as in the file
    starts = np.flatnonzero(np.diff(figures.group[rows], prepend=-1))
    groups = np.split(figures.places[rows], starts[1:])
    if not len(rows):
        return
    for group in sorted(groups, key=lambda places: int(places[0])):
        yield from check(figures.table.counted(group))


def at_most(findings: Iterator[Finding]) -> list[Finding]:
    """The first thousand findings: who has mended those validates again."""
    return list(islice(findings, MOST_ROWS))


def _too_large(figures: Figures) -> bool:
    return int(figures.value.max(initial=0)) * (len(figures.value) + 1) >= _EXACT


def _presence(figures: Figures) -> Ids:
    """For each group, a bit for each pattern that its level-1 rows have."""
    there = np.zeros(figures.groups, np.int64)
    for pattern in range(_EVERYTHING + 1):
        groups = figures.group[figures.level_1 & (figures.pattern == pattern)]
        there[groups] |= 1 << pattern
    return there


def _finest(pattern: int, patterns: list[int]) -> list[int]:
    """As `sums._finest`, for patterns as bits."""
    below = [other for other in patterns if other != pattern and other & pattern == other]
    return [other for other in below if not any(low != other and low & other == low for low in below)]


def _sums(keys: Ids, wholes: int, parts: Ids) -> Ids:
    """The sum of the `parts` under each of the first `wholes` keys; the other keys are those of the parts."""
    _, place = np.unique(keys, return_inverse=True)
    added = np.bincount(place[wholes:], weights=parts, minlength=int(place.max(initial=-1)) + 1)
    sums_: Ids = added[place[:wholes]].astype(np.int64)
    return sums_


def _shapes(figures: Figures) -> Iterator[tuple[list[int], Flags]]:
    """The sets of patterns that groups have, each with a flag for every row of such a group."""
    there = _presence(figures)
    for shape in np.unique(there).tolist():
        patterns = [pattern for pattern in range(_EVERYTHING + 1) if shape >> pattern & 1]
        yield patterns, figures.level_1 & (there == shape)[figures.group]


def _keys(figures: Figures, pattern: int, rows: Ids) -> Ids:
    """The place of rows in the dimensions that `pattern` does not total over."""
    names = [name for bit, name in enumerate(_SPLITS) if not pattern >> bit & 1]
    return figures.table.ids(("period", "measure", *names), figures.places[rows])


def _doubtful_totals(figures: Figures) -> Flags:
    """The groups without a total, with an empty value, or with a row that is not the sum of those below."""
    doubtful: Flags = (_presence(figures) >> _EVERYTHING & 1) == 0
    doubtful[figures.group[~figures.known]] = True
    if _too_large(figures):
        doubtful[:] = True
        return doubtful
    for patterns, members in _shapes(figures):
        for pattern in patterns:
            wholes = np.flatnonzero(members & (figures.pattern == pattern))
            for finest in _finest(pattern, patterns):
                parts = np.flatnonzero(members & (figures.pattern == finest))
                keys = _keys(figures, pattern, np.concatenate([wholes, parts]))
                wrong = figures.value[wholes] != _sums(keys, len(wholes), figures.value[parts])
                doubtful[figures.group[wholes[wrong]]] = True
    return doubtful


def _under(figures: Figures, methods: Mapping[str, str], method: str) -> Flags:
    """The rows of periods that are protected with a method."""
    periods = figures.table["period"]
    return periods.where(methods.get(name, scr5.METHOD) == method for name in periods.values)[figures.places]


def _said(figures: Figures) -> Ids:
    """The uncertainty of each row, -1 where there is none."""
    column = figures.table["uncertainty"]
    numbers = [int(text) if text.isdecimal() and len(text) < 16 else -1 for text in column.values]
    return np.array(numbers, np.int64)[column.codes[figures.places]] if numbers else figures.value


def _doubtful_scr5(figures: Figures, members: Flags) -> Flags:
    """The groups with a row whose uncertainty is not surely that of method ocd-scr5."""
    periods = figures.table["period"]
    shown = _shown(figures)
    sums_of_others = {name for name in shown if sums.has_parts(name, shown)}
    summed = periods.among(sums_of_others)[figures.places]
    cells = _of_each(figures.value, disclosure.cell_uncertainty)
    is_sum = summed | (figures.pattern & 0b0011 != 0)
    wanted = np.where(is_sum, disclosure.total_uncertainty(), cells)
    doubtful = np.zeros(figures.groups, bool)
    wrong = members & figures.level_1 & figures.known & (_said(figures) != wanted)
    doubtful[figures.group[wrong]] = True
    return doubtful


def _doubtful_kr5(figures: Figures, members: Flags) -> Flags:
    """The groups of months with a row whose uncertainty is not surely that of method ocd-kr5."""
    periods = figures.table["period"]
    months = periods.where(is_month(name) for name in periods.values)[figures.places]
    said = _said(figures)
    five = figures.value == disclosure.BASE
    doubtful = np.zeros(figures.groups, bool)
    for patterns, rows in _shapes(figures):
        inside = rows & months & figures.known & members
        for pattern in patterns:
            here = np.flatnonzero(inside & (figures.pattern == pattern))
            finest = _finest(pattern, patterns)
            if len(finest) > 1:  # which of them counts depends on their order; seldom, so left to `sums`
                doubtful[figures.group[here]] = True
                continue
            wanted = _of_each(figures.value[here], disclosure.cell_uncertainty)
            if finest or pattern & 0b0011:
                parts = np.flatnonzero(inside & (figures.pattern == finest[0])) if finest else here[:0]
                keys = _keys(figures, pattern, np.concatenate([here, parts]))
                fives = _sums(keys, len(here), five[parts].astype(np.int64))
                totals = _of_each(fives, kr5.total_uncertainty)
                wanted = totals if finest else np.where(figures.value[here] == 0, totals, wanted)
            doubtful[figures.group[here[said[here] != wanted]]] = True
    return doubtful


def _of_each(numbers: Ids, rule: Callable[[int], int]) -> Ids:
    """`rule` of each number, worked out once for those that are the same."""
    different, place = np.unique(numbers, return_inverse=True)
    return np.array([rule(number) for number in different.tolist()], np.int64)[place]
