"""The numbers of the voters' page, each of them published or a sum of published ones."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from opencasework.standard import codelists
from opencasework.standard import publication as standard
from opencasework.standard.codelists import NONE, OTHER, TOTAL
from opencasework.standard.descriptor import live_releases
from opencasework.standard.observations import Observation
from opencasework.standard.periods import is_within, last_month, months_of, months_to
from opencasework.standard.responses import Response

FEWEST_FOR_SHARE = 20  # published answers, for a share of them to be shown


@dataclass(frozen=True)
class Topic:
    """A category: issues taken on in the latest period and in the whole span."""

    code: str
    latest: int
    span: int


@dataclass(frozen=True)
class Speed:
    """A body: what it was asked, what it answered and how fast, over the span."""

    code: str
    sent: int
    replied: int
    in_time: int
    over: int

    @property
    def share_in_time(self) -> int | None:
        """Per cent of its answers that came within 20 working days; None where there are too few."""
        if self.replied < FEWEST_FOR_SHARE:
            return None
        return min(round(100 * self.in_time / self.replied), 100)


@dataclass(frozen=True)
class Withdrawn:
    """A period that was taken out again, and when (ISO 8601)."""

    period: str
    on: str


@dataclass(frozen=True)
class YearTables:
    """What a whole year says more closely than its months: (code, number), as published."""

    year: str
    categories: list[tuple[str, int]]  # of level 2, issues taken on
    channels: list[tuple[str, int]]  # issues taken on
    outcomes: list[tuple[str, int]]  # issues ended


@dataclass(frozen=True)
class Shown:
    """Everything a page says in numbers. Periods are in order; the span is their last twelve months."""

    publication: standard.Publication
    periods: list[str]
    by_period: dict[str, Counter[str]]  # totals by measure
    totals: Counter[str]  # of the span, by measure
    topics: list[Topic]
    bodies: list[Speed]
    body_titles: dict[str, str]
    medians: dict[str, int]  # days, by body, as published
    withdrawn: list[Withdrawn] = field(default_factory=list)
    years: list[YearTables] = field(default_factory=list)  # newest first

    @property
    def latest(self) -> str:
        return self.periods[-1]

    @property
    def is_draft(self) -> bool:
        return self.publication.status == "draft"

    @property
    def updated(self) -> datetime:
        """When the publication was last written."""
        return datetime.fromisoformat(self.publication.descriptor["created"])

    @property
    def signed_by(self) -> str:
        return self.publication.descriptor["openCasework"]["signed_by"] or ""

    @property
    def has(self) -> Callable[[str], bool]:
        """Whether the publication counts a measure at all."""
        measures = {row.measure for row in self.publication.observations}
        return lambda measure: measure in measures


def shown(
    publication: standard.Publication, *, beside: Path | None = None, replies: Iterable[Response] = ()
) -> Shown:
    """Read the numbers of the page from a publication that has at least one period.

    `beside` is the folder of another whose months are among the rows, for its bodies' names and reply times;
    `replies` are reply times that stand in no folder yet.
    """
    folders = [publication.path, *([beside] if beside else [])]
    titles = body_titles(folders)
    everything = apart_of(publication.periods)
    first = months_to(last_month(everything[-1]))[0]
    periods = [period for period in everything if months_of(period)[0] >= first]
    rows = [row for row in publication.observations if row.period in set(periods)]
    rows = [row for row in rows if row.channel == TOTAL and row.outcome == TOTAL and "." not in row.category]
    by_period = {period: totals_of(row for row in rows if row.period == period) for period in periods}
    return Shown(
        publication,
        periods,
        by_period,
        _added(by_period.values()),
        _topics(rows, periods[-1]),
        _bodies(rows, titles),
        titles,
        _medians(folders, replies),
        _withdrawn(publication),
        [found for year in _years(publication) if (found := year_tables(publication, year))],
    )


def _years(publication: standard.Publication) -> list[str]:
    return [period for period in reversed(publication.periods) if len(months_of(period)) == 12]


def apart_of(periods: list[str]) -> list[str]:
    """The periods without those that are sums of others, as a year is of its months, in order of time."""
    kept = [period for period in periods if not any(is_within(other, period) for other in periods)]
    return sorted(kept, key=last_month)


def totals_of(rows: Iterable[Observation]) -> Counter[str]:
    """The totals over everything among the rows of a period, by measure."""
    totals: Counter[str] = Counter()
    for row in rows:
        if row.category == row.body == row.channel == row.outcome == TOTAL:
            totals[row.measure] = row.value or 0
    return totals


def year_tables(publication: standard.Publication, year: str) -> YearTables | None:
    """The finer tables of a year, those too few to be named last; None where it has none."""
    rows = [row for row in publication.observations if row.period == year and row.value]
    finer = [
        sorted(
            ((getattr(row, field), row.value or 0) for row in rows if is_part(row)),
            key=lambda part: part[0] == OTHER,  # the others last, the rest as they stand
        )
        for field, is_part in (
            ("category", lambda row: "." in row.category),
            ("channel", lambda row: row.channel != TOTAL),
            ("outcome", lambda row: row.outcome != TOTAL),
        )
    ]
    return YearTables(year, *finer) if any(finer) else None


def _added(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _topics(rows: Iterable[Observation], latest: str) -> list[Topic]:
    now, span = Counter[str](), Counter[str]()
    for row in rows:
        if row.measure == "cases_opened" and row.body == TOTAL and row.category not in (TOTAL, NONE):
            span[row.category] += row.value or 0
            now[row.category] += (row.value or 0) if row.period == latest else 0
    topics = [Topic(code, now[code], number) for code, number in span.items() if number]
    return sorted(topics, key=lambda topic: (topic.code == OTHER, -topic.span, topic.code))


def _bodies(rows: Iterable[Observation], titles: Mapping[str, str]) -> list[Speed]:
    """By name, so that nobody is ranked; the other bodies last."""
    counted: dict[str, Counter[str]] = {}
    for row in rows:
        if row.category == TOTAL and row.body not in (TOTAL, NONE):
            counted.setdefault(row.body, Counter())[row.measure] += row.value or 0
    bodies = [
        Speed(
            body,
            numbers["enquiries_sent"],
            numbers["replies_received"],
            numbers["replies_in_20wd"],
            numbers["enquiries_over_20wd"],
        )
        for body, numbers in counted.items()
    ]
    asked = [body for body in bodies if body.sent or body.replied]
    names = {body.code: titles.get(body.code, body.code).casefold() for body in asked}
    return sorted(asked, key=lambda body: (body.code == OTHER, names[body.code], body.code))


def body_titles(folders: Iterable[Path]) -> dict[str, str]:
    """What the bodies in the publications in these folders are called, by code; the first folder counts."""
    titles = {code.code: code.title for code in codelists.load("body").values()}
    for folder in folders:
        titles = {row["code"]: row["title"] for row in _table(folder, "codes/bodies.csv")} | titles
    return titles


def _medians(folders: Iterable[Path], replies: Iterable[Response]) -> dict[str, int]:
    """The latest medians by body, in days."""
    found = [(each.period, each.body, each.median_days_5) for each in replies]
    for folder in folders:
        for row in _table(folder, "data/responses.csv"):
            days = row.get("median_days_5")
            found.append((row["period"], row["body"], int(days) if days else None))
    latest = max((period for period, _, _ in found), default="")
    return {body: days for period, body, days in found if period == latest and days is not None}


def _withdrawn(publication: standard.Publication) -> list[Withdrawn]:
    live = live_releases(publication.releases)
    taken_back = [each for each in publication.releases if each.withdraws and each.table == "counts"]
    return [Withdrawn(release.period, release.published_at) for release in taken_back
            if release.period not in live]  # fmt: skip


def _table(folder: Path, name: str) -> list[dict[str, str]]:
    file = folder / name
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
