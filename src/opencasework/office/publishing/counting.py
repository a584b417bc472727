"""From the office's facts to the cells of the standard: whose codes become which.

Reads facts, the directory of bodies and the office's own row, and nothing about any person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median

from django.db.models import Count

from opencasework.office.bodies.models import Body
from opencasework.office.figures.cube import month_cube
from opencasework.office.figures.models import Fact, Measure, OpenAtEnd
from opencasework.office.places.models import Office
from opencasework.office.publishing.periods import last_month, months_of
from opencasework.standard import codelists
from opencasework.standard.codelists import NONE, OTHER, TOTAL
from opencasework.standard.disclosure.folding import FEWEST_CASES_OF_A_BODY
from opencasework.standard.periods import months_to
from opencasework.standard.publication import MEASURES, Cell, YearCounts
from opencasework.standard.responses import FEWEST

CASES_OF_A_BODY = (Measure.CASES_OPENED, Measure.ENQUIRIES_SENT)
# What this office counts, as far as the standard has a name for it.
COUNTED = tuple(measure for measure in MEASURES if measure in set(Measure.values))

STOCK = "cases_open_at_end"  # published as one number, whatever cell it is counted in


@dataclass(frozen=True)
class MonthCounts:
    """A period's true counts as cells of the standard, and the names of the bodies in them.

    `folded` names the bodies that had too few cases to be named; `unmapped` says how often a code of the
    office's own was counted as "other".
    """

    cells: dict[Cell, int]
    body_titles: dict[str, str]
    folded: list[str] = field(default_factory=list)
    unmapped: dict[str, int] = field(default_factory=dict)
    of_year: YearCounts | None = None  # instead of cells, where it is a year whose months are out

    @property
    def measures(self) -> tuple[str, ...]:
        """What was counted; how many were open at the end is known of recent months only."""
        return (*COUNTED, STOCK) if any(cell.measure == STOCK for cell in self.cells) else COUNTED


def count_year(year: str) -> MonthCounts:
    """The true counts of the finer tables of a year, made from person-free facts alone.

    Issues taken on by level-2 category and by channel, issues ended by outcome. A code the standard does not
    know counts under its first level. A table is left out where an issue of the year does not say: what is
    missing could not be told apart from the rest.
    """
    facts = Fact.objects.publishable().filter(period__in=months_of(year)).order_by()

    def counted(measure: Measure, field: str) -> dict[str, int]:
        rows = facts.filter(measure=measure).values_list(field).annotate(Count("pk"))
        return {str(code): number for code, number in rows}

    categories: Counter[str] = Counter()
    for code, number in counted(Measure.CASES_OPENED, "category").items():
        known = codelists.of_office_code(code) or codelists.of_office_code(code.split("-")[0])
        categories[known or OTHER] += number
    channels = counted(Measure.CASES_OPENED, "channel")
    outcomes = counted(Measure.CASES_CLOSED, "outcome")
    return MonthCounts(
        {},
        {},
        of_year=YearCounts(
            dict(sorted(categories.items())),
            dict(sorted(channels.items())) if "" not in channels else {},
            dict(sorted(outcomes.items())) if "" not in outcomes else {},
        ),
    )


def count_month(period: str, office: Office) -> MonthCounts:
    """The true counts of a period (YYYY-MM, YYYY-Qn, YYYY), made from person-free facts alone.

    - Casework is apart from policy mail, which has neither category nor body.
    - A category counts under its first level, so that a sensitive one is only ever part of its parent; a code
      the standard does not know counts as "other".
    - A body without an org-id counts under its nearest parent that has one, else under "other bodies"; so
      does one with fewer than 20 cases and fewer than 20 enquiries in the twelve months that end with the
      period.
    """
    org_ids, titles = _org_ids()
    named = _large_enough(last_month(period), org_ids)
    counts: Counter[Cell] = Counter()
    folded: set[str] = set()
    unmapped: Counter[str] = Counter()
    for month in months_of(period):
        for (measure, group, body_code), number in month_cube(month).items():
            if measure not in COUNTED:
                continue
            category = body = NONE
            if measure != Measure.POLICY_MESSAGES:
                category = codelists.of_office_code(group) or OTHER
                if category == OTHER and measure == Measure.CASES_OPENED:
                    unmapped[group] += number
                org_id = org_ids.get(body_code, "")
                body = org_id if org_id in named else OTHER if body_code else NONE
                if org_id and org_id not in named:
                    folded.add(titles[org_id])
            counts[Cell(period, office.area_code, category, body, measure)] += number
    open_at_end = OpenAtEnd.objects.filter(period=last_month(period)).first()
    if open_at_end is not None:
        counts[Cell(period, office.area_code, OTHER, NONE, STOCK)] = open_at_end.number
    used = {cell.body for cell in counts}
    kept = {org_id: title for org_id, title in titles.items() if org_id in used}
    return MonthCounts(dict(counts), kept, sorted(folded), dict(sorted(unmapped.items())))


def _org_ids() -> tuple[dict[str, str], dict[str, str]]:
    """The org-id under which each body is published, by its code, and the names of those."""
    org_ids, titles = {}, {}
    bodies = Body.objects.only("code", "name", "org_id", "kind", "parent").in_bulk()
    for body in bodies.values():
        if body.parent_id is not None:
            body.parent = bodies[body.parent_id]  # every parent is among them, so none is asked for again
    for body in bodies.values():
        if (published := body.published_as) is not None:
            org_ids[body.code], titles[published.org_id] = published.org_id, published.name
    return org_ids, titles


def _large_enough(last: str, org_ids: Mapping[str, str]) -> set[str]:
    """The org-ids with at least 20 cases in the twelve months that end with `last`.

    By issues taken on or, where those are more, by enquiries sent: some bodies are only asked.
    """
    totals: Counter[tuple[str, str]] = Counter()
    span = months_to(last)
    facts = Fact.objects.publishable().filter(
        measure__in=CASES_OF_A_BODY, period__gte=span[0], period__lte=span[-1]
    )
    for measure, body_code, number in facts.order_by().values_list("measure", "body").annotate(Count("pk")):
        if body_code in org_ids:
            totals[org_ids[body_code], measure] += number
    return {org_id for (org_id, _), number in totals.items() if number >= FEWEST_CASES_OF_A_BODY}


def medians(last: str) -> dict[str, float]:
    """The median days from sending to answer over the twelve months that end with `last`, by org-id.

    `_T` is that of all. Of every body that has an org-id: which are shown the standard decides, by the
    published numbers alone. Decided by the true ones, a median left out would say that they are under 20. It
    rounds to 5 days. Days are those of the calendar. A median of few is left out where others do not say how
    long they took (`_told`).
    """
    org_ids, _ = _org_ids()
    days: defaultdict[str, list[int | None]] = defaultdict(list)
    span = months_to(last)
    replies = Fact.objects.publishable().filter(
        measure=Measure.REPLIES_RECEIVED, period__gte=span[0], period__lte=span[-1]
    )
    for code, took in replies.values_list("body", "days"):
        days[TOTAL].append(took)
        if org_id := org_ids.get(code):
            days[org_id].append(took)
    return _told(days)


def case_medians(year: str) -> dict[str, float]:
    """The median days from opening a case to the end of an issue of it, of the issues that ended in a year.

    By level-1 category, `_T` for all. Which are shown the standard decides, by the published numbers; a
    median of few is left out where others do not say how long they took (`_told`).
    """
    days: defaultdict[str, list[int | None]] = defaultdict(list)
    ended = Fact.objects.publishable().filter(measure=Measure.CASES_CLOSED, period__in=months_of(year))
    for code, took in ended.values_list("category", "days"):
        days[TOTAL].append(took)
        days[codelists.of_office_code(code.split("-")[0]) or OTHER].append(took)
    return _told(days)


def _told(days: Mapping[str, list[int | None]]) -> dict[str, float]:
    """The median of each, but where some do not say how many days it was and fewer than 20 do.

    A case that was erased before days were counted has none. Where all say, how many they are decides
    nothing: a median left out would give the true number away.
    """
    told = {}
    for name, each in days.items():
        known = [took for took in each if took is not None]
        if len(known) >= FEWEST or (known and len(known) == len(each)):
            told[name] = float(median(known))
    return told


def as_rows(cells: Mapping[Cell, int]) -> list[list[object]]:
    """Counts as they are kept in the database: [category, body, measure, number], sorted."""
    return sorted([cell.category, cell.body, cell.measure, number] for cell, number in cells.items())


def with_kept_stock(counts: MonthCounts, kept: Iterable[Iterable[object]]) -> MonthCounts:
    """The counts with the number open at the end as it was `kept` (`as_rows`) when the period was prepared.

    It is not counted for ever, and every issue merged, erased or taken up again since would change it.
    """
    stock = [(str(row[0]), str(row[1]), int(str(row[3]))) for row in map(list, kept) if row[2] == STOCK]
    cells = {cell: number for cell, number in counts.cells.items() if cell.measure != STOCK}
    some = next(iter(counts.cells), None)
    if some is not None:
        for category, body, number in stock:
            cells[Cell(some.period, some.area_code, category, body, STOCK)] = number
    return replace(counts, cells=cells)


def kept_year(counts: MonthCounts) -> dict[str, dict[str, int]]:
    """The true counts of a year as they are kept in the database; nothing of a month."""
    return {name: dict(table) for name, table in vars(counts.of_year or YearCounts()).items() if table}


def topics_as_cells(counts: Mapping[str, int], *, year: str, area_code: str) -> dict[Cell, int]:
    """The level-2 topics of a year as cells over all bodies, as the attacks ask for them."""
    return {
        Cell(year, area_code, topic, TOTAL, Measure.CASES_OPENED.value): number
        for topic, number in counts.items()
        if "." in topic
    }


def as_cells(rows: Iterable[Iterable[object]], *, period: str, area_code: str) -> dict[Cell, int]:
    """Kept counts as cells again."""
    cells = {}
    for category, body, measure, number in rows:
        cells[Cell(period, area_code, str(category), str(body), str(measure))] = int(str(number))
    return cells
