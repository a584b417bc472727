"""Everything an office published as one system of equations over the counts nobody was told.

The unknowns are the cells of the finest tables: level-1 category by body by month, the yearly tables by
level-2 category, channel and outcome, and totals that are published without cells below them. What is known
of them:

- each published value bounds its own count, by the method (`statements.interval`);
- a total that is the sum of the published cells tells nothing but the error it states; one that is not was
  counted by itself and is taken as exact ("exact");
- the number open at the end is the number open before, plus opened, less closed ("flow");
- replies within 20 working days are among all replies ("nested");
- the rows of a table by channel, outcome or level-2 category add up to the cube's total, those of level 2
  with what the category has besides ("exact");
- that a body is named ("named") and that a median is missing ("median") follow rules that tell of counts
  (`choices`).

The labels in quotation marks are assumptions an attacker can make and be wrong about.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from opencasework.standard import codelists
from opencasework.standard.attacks import choices, statements
from opencasework.standard.attacks.bounds import NO_LIMIT, System
from opencasework.standard.attacks.view import (
    BASE,
    ROUNDING,
    SMALL,
    Office,
    Version,
    is_base,
    is_level_2,
    is_month,
    parts_of,
)
from opencasework.standard.codelists import NONE, OTHER, TOTAL
from opencasework.standard.observations import Cell, Observation

Key = tuple[str, ...]  # the seven dimensions of a row
MARGIN_BOUND = 5  # cases; a monthly margin of ocd-scr5 is off by at most this, and an attacker has read so
ASSUMED = (
    "median",
    "named",
    "bound",
    "flow",
    "nested",
    "exact",
)  # disbelieved in this order where they cannot be true
STOCK = "cases_open_at_end"
FLOW = ("cases_opened", "cases_closed")
NESTED = (("replies_in_20wd", "replies_received"),)  # the first is part of the second


@dataclass
class Unknown:
    """A count that was not published, or not exactly: where it stands and what is shown in its place."""

    key: Key
    shown: int
    method: str
    is_choice: bool = False  # no count, but which of two reasons there was

    @property
    def cell(self) -> Cell:
        """Its cell; tables by channel and outcome name only category and body."""
        return Cell(self.key[0], self.key[1], self.key[2], self.key[3], self.key[6])


@dataclass
class Equations:
    """The system, its unknowns in the same order, and the totals that are no sums of what is published."""

    system: System = field(default_factory=System)
    unknowns: list[Unknown] = field(default_factory=list)
    index: dict[Key, int] = field(default_factory=dict)
    strays: list[Observation] = field(default_factory=list)
    unjudged: set[str] = field(default_factory=set)  # methods the suite cannot attack

    def add(self, key: Key, shown: int, method: str, limits: tuple[int, int]) -> None:
        self.index[key] = self.system.add(*limits)
        self.unknowns.append(Unknown(key, shown, method))

    def add_choice(self, *, first: bool) -> int:
        """Add a number of 1 or 0 for which of two reasons there was, and return its index."""
        self.unknowns.append(Unknown(("",) * 7, int(first), "", is_choice=True))
        return self.system.add(0, 1)

    def require_total(self, members: list[int], row: Observation, method: str, *, bound: int | None) -> None:
        """State that a published total is the total of `members`, as exactly as its method says."""
        if row.value is None or not members:
            return
        shown = sum(self.unknowns[member].shown for member in members)
        ones = [1] * len(members)
        if method in ROUNDING and row.value == shown:
            self.require_near(members, shown, bound)
        elif method == statements.RANDOM_ROUNDING:
            least, greatest = statements.interval(method, row, is_cell=False)
            self.system.require(members, ones, least, greatest)
        elif method in statements.JUDGED:
            if method in ROUNDING:
                self.strays.append(row)
            self.system.require(members, ones, row.value, row.value, label="exact")

    def require_near(self, members: list[int], shown: int, bound: int | None) -> None:
        """State that a sum is within `bound` of what is shown, where that says anything."""
        system = self.system
        if bound is None:
            return
        least = sum(system.lower[member] for member in members)
        greatest = sum(system.upper[member] for member in members)
        if shown - bound > least or shown + bound < greatest:
            system.require(members, [1] * len(members), shown - bound, shown + bound, label="bound")


def equations(
    office: Office, truth: Mapping[Cell, int] | None = None, *, margin_bound: int | None = MARGIN_BOUND
) -> Equations:
    """The system of everything `office` showed.

    `truth` adds cells that were counted and never shown. `margin_bound` is how far, in cases, an attacker
    believes a monthly margin of `ocd-scr5` to be off at most; None for one who has not read about it.
    """
    found = Equations()
    for area in sorted({area for _, area in office.versions}):
        versions = {period: shown for (period, place), shown in office.versions.items() if place == area}
        found.unjudged |= {
            version.method for shown in versions.values() for version in shown
        } - statements.JUDGED
        cube = Cube(found, area, versions, truth or {}, margin_bound)
        cube.build()
        _add_splits(cube)
        _add_flows(cube)
        _add_nested(cube)
        choices.add_named(cube)
        choices.add_medians(cube, office)
    return found


class Cube:
    """The cube of one area: its cells as unknowns, and its totals as rows."""

    def __init__(
        self,
        into: Equations,
        area: str,
        versions: Mapping[str, list[Version]],
        truth: Mapping[Cell, int],
        margin_bound: int | None,
    ) -> None:
        self.into, self.area, self.versions, self.margin_bound = into, area, versions, margin_bound
        self.rows: dict[tuple[str, str], list[tuple[Version, dict[tuple[str, str], Observation]]]] = (
            defaultdict(list)
        )
        for period, shown in versions.items():
            for version in shown:
                tables: dict[str, dict[tuple[str, str], Observation]] = defaultdict(dict)
                for row in version.rows:
                    if is_base(row):
                        tables[row.measure][row.category, row.body] = row
                for measure, table in tables.items():
                    self.rows[period, measure].append((version, table))
        self.periods: dict[str, set[str]] = defaultdict(set)
        for period, measure in self.rows:
            self.periods[measure].add(period)
        self.pairs = {measure: self._pairs(measure, truth) for measure in self.periods}

    def _pairs(self, measure: str, truth: Mapping[Cell, int]) -> list[tuple[str, str]]:
        """Category and body of every cell the measure has or could have: all that occur, crossed."""
        tables = [table for (_, its), shown in self.rows.items() if its == measure for _, table in shown]
        inner = {pair for table in tables for pair in table if TOTAL not in pair}
        by_category = {pair for table in tables for pair in table if pair[0] != TOTAL}
        counted = {
            (cell.category, cell.body) for cell, count in truth.items() if count and cell.measure == measure
        }
        shown = any(row.value for table in tables for row in table.values())
        if not inner and (shown or measure == STOCK):
            # Published as totals only; they are the cells.
            return sorted(by_category) or [(TOTAL, TOTAL)]
        everywhere = {pair for shown in self.rows.values() for _, table in shown for pair in table}
        categories = {category for category, body in everywhere if TOTAL not in (category, body)} - {NONE}
        bodies = {body for category, body in everywhere if TOTAL not in (category, body)} - {NONE}
        if any(body == NONE for _, body in inner | counted):
            bodies.add(NONE)
        if all(category == NONE for category, _ in inner | counted):
            return sorted(inner | counted)  # policy messages have no category
        crossed = {(category, body) for category in categories for body in bodies}
        return sorted(crossed | inner | counted)

    def build(self) -> None:
        for measure in sorted(self.periods):
            leaves = [
                period
                for period in sorted(self.periods[measure])
                if parts_of(period, self.periods[measure]) == [period]
            ]
            for period in leaves:
                self._add_leaves(period, measure)
            for period in sorted(self.periods[measure] - set(leaves)):
                self._add_coarse(period, measure)
            if self.margin_bound is not None and measure != STOCK and is_cell_table(self.pairs[measure]):
                self._add_years(filter(is_month, leaves), measure)

    def key(self, period: str, pair: tuple[str, str], measure: str) -> Key:
        return (period, self.area, *pair, TOTAL, TOTAL, measure)

    def _add_leaves(self, period: str, measure: str) -> None:
        pairs, into = self.pairs[measure], self.into
        clashing: set[int] = set()
        for pair in pairs:
            limits: tuple[int, int] | None = None
            for number, (version, table) in enumerate(self.rows[period, measure]):
                zeros_tell = any(other not in table for other in pairs)
                stated = statements.interval(
                    version.method, table.get(pair), is_cell=TOTAL not in pair, zeros_tell=zeros_tell
                )
                if limits and (max(limits[0], stated[0]) > min(limits[1], stated[1])):
                    clashing.update(range(number))  # the count itself changed; believe the newer one
                    limits = None
                limits = (max(limits[0], stated[0]), min(limits[1], stated[1])) if limits else stated
            row = table.get(pair)
            into.add(
                self.key(period, pair, measure),
                row.value or 0 if row else 0,
                version.method,
                limits or stated,
            )
        for number, (version, table) in enumerate(self.rows[period, measure]):
            if number not in clashing and is_cell_table(pairs):
                self._add_margins(period, measure, version, table)

    def _add_margins(
        self, period: str, measure: str, version: Version, table: Mapping[tuple[str, str], Observation]
    ) -> None:
        members: dict[tuple[str, str], list[int]] = defaultdict(list)
        for category, body in self.pairs[measure]:
            index = self.into.index[self.key(period, (category, body), measure)]
            for margin in ((category, TOTAL), (TOTAL, body), (TOTAL, TOTAL)):
                members[margin].append(index)
        assumed = self.margin_bound if version.method == "ocd-scr5" and is_month(period) else None
        shown_here = {
            self.into.index[self.key(period, pair, measure)]: row.value or 0
            for pair, row in table.items()
            if TOTAL not in pair
        }
        for margin, its_members in members.items():
            row = table.get(margin)
            if row is None:
                if assumed is not None:
                    self.into.require_near(its_members, 0, assumed)
                continue
            bound = _tighter(row.uncertainty, assumed)
            if row.value == sum(shown_here.get(member, 0) for member in its_members) and (
                version.method in ROUNDING
            ):
                self.into.require_near(its_members, row.value, bound)
            else:
                self.into.require_total(its_members, row, version.method, bound=bound)

    def members(self, period: str, pair: tuple[str, str], measure: str) -> list[int]:
        """The unknowns whose sum is a value of the cube; none where the cube does not reach."""
        parts = parts_of(period, self.periods[measure]) or []
        if measure == STOCK:
            parts = parts[-1:]
        wanted = [
            (category, body)
            for category, body in self.pairs[measure]
            if pair[0] in (TOTAL, category) and pair[1] in (TOTAL, body)
        ]
        keys = [self.key(part, found, measure) for part in parts for found in wanted]
        return [self.into.index[key] for key in keys if key in self.into.index]

    def _add_coarse(self, period: str, measure: str) -> None:
        """The rows of a quarter or a year whose months are published too."""
        for version, table in self.rows[period, measure]:
            for pair, row in table.items():
                self.into.require_total(
                    self.members(period, pair, measure), row, version.method, bound=row.uncertainty
                )

    def _add_years(self, months: Iterable[str], measure: str) -> None:
        """What an attacker has read of `ocd-scr5`: over the year, too, no margin is far off."""
        years: dict[str, list[str]] = defaultdict(list)
        for month in months:
            if all(version.method == "ocd-scr5" for version, _ in self.rows[month, measure]):
                years[month[:4]].append(month)
        for its_months in years.values():
            members: dict[tuple[str, str], list[int]] = defaultdict(list)
            for pair in self.pairs[measure] if len(its_months) > 1 else ():
                indices = [self.into.index[self.key(month, pair, measure)] for month in its_months]
                for margin in ((pair[0], TOTAL), (TOTAL, pair[1]), (TOTAL, TOTAL)):
                    members[margin] += indices
            for its_members in members.values():
                self.into.require_near(its_members, _shown(self.into, its_members), self.margin_bound)


def is_cell_table(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether a measure is published by cell."""
    return any(TOTAL not in pair for pair in pairs)


def _tighter(*limits: int | None) -> int | None:
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _add_splits(cube: Cube) -> None:
    """The tables by level-2 category, channel and outcome: cells of their own that add up to the cube's."""
    into = cube.into
    for period, shown in cube.versions.items():
        for version in shown:
            families: dict[tuple[str, Key], dict[Key, Observation]] = defaultdict(dict)
            for row in version.rows:
                if not is_base(row):
                    families[_split(row)][row.key] = row
            for (kind, parent), rows in families.items():
                for key in _siblings(kind, parent, rows):
                    if key not in into.index:
                        row_ = rows.get(key)
                        limits = statements.interval(version.method, row_, is_cell=True)
                        into.add(key, row_.value or 0 if row_ else 0, version.method, limits)
                members = [into.index[key] for key in _siblings(kind, parent, rows)]
                whole = (
                    cube.members(period, (parent[2], parent[3]), parent[6])
                    if parent[6] in cube.periods
                    else []
                )
                if not whole:
                    continue
                if kind == "category" and version.method in ROUNDING:
                    members = [*members, _add_rest(into, parent, members, whole, next(iter(rows.values())))]
                difference = _shown(into, members) - _shown(into, whole)
                if difference and version.method in ROUNDING:
                    into.strays.append(next(iter(rows.values())))
                into.system.require(
                    members + whole,
                    [1] * len(members) + [-1] * len(whole),
                    0 if not difference else -NO_LIMIT,
                    0,
                    label="exact",
                )


def _add_rest(
    into: Equations, parent: Key, parts: Iterable[int], whole: Iterable[int], part: Observation
) -> int:
    """What a category has besides its level-2 rows: a protected part like them, told by subtraction alone."""
    key = (*parent[:2], f"{parent[2]}.{OTHER}", *parent[3:])
    if key not in into.index:
        rest = _shown(into, whole) - _shown(into, parts)
        value = rest if rest >= BASE else 0  # else the row is no sum, and is found to be none
        limits = statements.interval("ocd-scr5", replace(part, value=value) if value else None, is_cell=True)
        into.add(key, value, "ocd-scr5", limits)
    return into.index[key]


def _shown(into: Equations, members: Iterable[int]) -> int:
    return sum(into.unknowns[member].shown for member in members)


def _split(row: Observation) -> tuple[str, Key]:
    """How a row divides its parent, and the parent's key."""
    kind, category, channel, outcome = "", row.category, row.channel, row.outcome
    if is_level_2(category):
        kind, category = kind + "category ", codelists.load("category")[category].parent
    if channel != TOTAL:
        kind, channel = kind + "channel ", TOTAL
    if outcome != TOTAL:
        kind, outcome = kind + "outcome ", TOTAL
    return kind.strip(), (row.period, row.area_code, category, row.body, channel, outcome, row.measure)


def _siblings(kind: str, parent: Key, rows: Mapping[Key, Observation]) -> list[Key]:
    """The keys of all parts of a parent, those not shown included where the code list tells them."""
    place = {"category": 2, "channel": 4, "outcome": 5}.get(kind)
    if place is None:  # divided twice: only what is shown
        return sorted(rows)
    codes = codelists.load(kind).values()
    names = [
        code.code for code in codes if code.code != TOTAL and (kind != "category" or code.parent == parent[2])
    ]
    keys = {(*parent[:place], name, *parent[place + 1 :]) for name in names}
    return sorted(keys | set(rows))


def _add_flows(cube: Cube) -> None:
    """Open at the end = open before + opened - closed, wherever the number open is published."""
    into = cube.into
    for month in sorted(filter(is_month, cube.periods.get(STOCK, ()))):
        before = _month_before(month)
        if before not in cube.periods[STOCK] or not all(month in cube.periods.get(name, ()) for name in FLOW):
            continue
        for pair in cube.pairs[STOCK]:
            now = into.index[cube.key(month, pair, STOCK)]
            then = into.index[cube.key(before, pair, STOCK)]
            opened, closed = (cube.members(month, pair, name) for name in FLOW)
            into.system.require(
                [now, then, *opened, *closed],
                [1, -1] + [-1] * len(opened) + [1] * len(closed),
                0,
                0,
                label="flow",
            )


def _month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02}"


def _add_nested(cube: Cube) -> None:
    """What is part of another count is no more than it."""
    into = cube.into
    for part, whole in NESTED:
        for key in [key for key in into.index if key[6] == part and key[1] == cube.area]:
            inner, outer = into.index[key], into.index.get((*key[:6], whole))
            if outer is None or into.system.upper[inner] <= into.system.lower[outer]:
                continue
            into.system.require([outer, inner], [1, -1], 0, NO_LIMIT, label="nested")


def complements(found: Equations) -> Iterator[Cell]:
    """Cells where a whole and its part are both exact and the rest, which nobody published, is 1 to 4."""
    system = found.system
    for part, whole in NESTED:
        for key, inner in found.index.items():
            outer = found.index.get((*key[:6], whole)) if key[6] == part else None
            if outer is None or system.lower[inner] < system.upper[inner]:
                continue
            rest = system.lower[outer] - system.lower[inner]
            if system.lower[outer] == system.upper[outer] and rest in SMALL:
                yield found.unknowns[inner].cell
