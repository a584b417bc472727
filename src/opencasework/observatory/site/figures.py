"""Everything the pages say, measured once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from opencasework.observatory.collect import Collected, Collection
from opencasework.observatory.engines import Engine
from opencasework.observatory.measures import (
    Answered,
    BodyCount,
    Change,
    Coverage,
    Dealing,
    FittedBefore,
    PlaceCount,
    SubtopicYear,
    TopicMonth,
    Trend,
    by_body,
    by_place,
    by_subtopic_and_year,
    by_topic_and_month,
    coverage_by_month,
    dealings_by_issue,
    dealings_by_month,
    latest_month,
    months_of_offices,
    rate_per_10_000,
    same_panel_change,
    share_answered,
    totals_by_place_and_month,
    trends_of_issues,
    trends_of_places,
)
from opencasework.observatory.months import MONTHS_OF_A_YEAR, months_up_to
from opencasework.observatory.places import constituencies
from opencasework.observatory.site.language import gettext as _
from opencasework.observatory.site.language import month_name, title_of
from opencasework.standard import codelists

LONGEST_TREND = 36  # months on a chart
ALL = codelists.TOTAL


class NothingToShowError(Exception):
    """No usable figure is there; the text is one sentence for the user."""


@dataclass(frozen=True)
class Topic:
    """An issue as readers meet it. `slug` is its part of a page's address, empty for all issues together."""

    code: str

    @property
    def title(self) -> str:
        if self.code == ALL:
            return _("All casework")
        return title_of(codelists.load("category")[self.code])

    @property
    def description(self) -> str:
        if self.code == ALL:
            return _("Every issue that people brought to their representatives.")
        return _(codelists.load("category")[self.code].description)

    @property
    def slug(self) -> str:
        return "" if self.code == ALL else self.code.strip("_").lower()


@dataclass(frozen=True)
class Span:
    """The months a map is about: the newest one, or up to twelve to it."""

    key: str  # "month" or "year"
    months: Sequence[str]

    @property
    def name(self) -> str:
        """'October 2026', or '12 months to October 2026'."""
        last = month_name(self.months[-1])
        if self.key == "month":
            return last
        return _("{number} months to {last}").format(number=len(self.months), last=last)


@dataclass(frozen=True, eq=False)
class Figures:
    """What the publications say taken together. Places are by GSS code, topics by category.

    Equal only to itself, so that what is worked out from a part can be kept by it.
    """

    collection: Collection
    offices: Mapping[str, Sequence[Collected]]
    coverage: Sequence[Coverage]
    months: Sequence[str]
    spans: Sequence[Span]
    topics: Sequence[Topic]
    series: Mapping[str, Mapping[str, int]]
    counts: Mapping[str, Mapping[str, Mapping[str, PlaceCount]]]  # by span, category and place
    averages: Mapping[str, Mapping[str, float]]  # rates by span and category: see `average_rate`
    compared: Mapping[str, int]  # by span, the places that the averages are of
    by_month: Mapping[str, Mapping[str, int]]  # all issues, by place and month
    changes: Mapping[str, Mapping[str, Change]]
    bodies: Sequence[BodyCount]
    trends: Mapping[str, Trend]  # by category, over all offices
    place_trends: Mapping[str, Trend]  # of all issues, by place
    answered: Mapping[str, Answered]  # by body, in the newest twelve months
    dealings: Mapping[str, Sequence[Dealing]]  # by body, then month
    dealings_about: Mapping[str, Sequence[Dealing]]  # by body, then issue, in the newest twelve months
    subtopics: Mapping[str, Sequence[SubtopicYear]]  # level 2 and what it is part of, by issue
    office_months: Mapping[str, Sequence[str]]  # published, by publication
    addresses: Mapping[str, str]  # where a publication came from, by publication, where that is known
    districts: Mapping[str, Sequence[str]]  # of postcodes, and the places each lies in
    finds_postcodes: bool  # whether there are any
    synthetic: bool  # whether any figure is invented; then everything made from them says so

    @property
    def month(self) -> Span:
        return self.spans[0]

    @property
    def year(self) -> Span:
        return self.spans[1]

    @property
    def now(self) -> Coverage:
        """The coverage of the newest month."""
        return next(row for row in self.coverage if row.month == self.month.months[-1])

    def published_places(self, span: Span) -> int:
        """Constituencies with at least one published month in the span."""
        return len(self.counts[span.key].get(ALL, {}).keys() & constituencies().keys())

    def monthly_rates(self, category: str) -> list[float | None]:
        """Cases opened per 10,000 residents of the places that published each month; None where none did."""
        people = {row.month: row.population for row in self.coverage}
        counts = self.series.get(category, {})
        return [
            rate_per_10_000(counts.get(month, 0), people[month]) if people.get(month) else None
            for month in self.months
        ]

    def total(self, category: str, span: Span) -> int:
        """Cases opened in the span, over all offices."""
        counts = self.series.get(category, {})
        return sum(counts.get(month, 0) for month in span.months)

    def average_rate(self, category: str, span: Span) -> float | None:
        """Cases opened per 10,000 residents of places that published the whole span; None without such."""
        averages = self.averages[span.key]
        return averages.get(category, 0.0) if averages else None


def measure(
    engine: Engine,
    collection: Collection,
    *,
    addresses: Mapping[str, str] | None = None,
    trends: FittedBefore | None = None,
    districts: Mapping[str, Sequence[str]] | None = None,
) -> Figures:
    """Ask the engine, which has the publications loaded, for everything the pages need.

    Of `trends` that were fitted before, those on the same counts are not fitted again.

    Raises NothingToShowError when nobody published a month.
    """
    coverage = coverage_by_month(engine)
    elsewhere = totals_by_place_and_month(engine, on_map=False)
    if not coverage:  # only other areas publish: their months, of which constituencies published none
        months = {month for by_month in elsewhere.values() for month in by_month}
        coverage = [Coverage(month, 0, 0) for month in sorted(months)]
    if not coverage:
        raise NothingToShowError(_why_nothing(collection))
    newest = latest_month(coverage) or coverage[-1].month
    known = [row.month for row in coverage if row.month <= newest]
    spans = (Span("month", [newest]), Span("year", [m for m in known if m in _year_to(newest)]))
    series: dict[str, dict[str, int]] = {}
    monthly = by_topic_and_month(engine)
    for row in monthly:
        series.setdefault(row.category, {})[row.month] = row.value
    counts = {span.key: _placed(engine, span) for span in spans}
    return Figures(
        collection=collection,
        offices=_by_place(collection),
        coverage=coverage,
        months=known[-LONGEST_TREND:],
        spans=spans,
        topics=_topics([*monthly, *by_topic_and_month(engine, on_map=False)], spans[1]),
        series=series,
        counts=counts,
        averages={span.key: _averages(counts[span.key], span) for span in spans},
        compared={span.key: len(_whole(counts[span.key], span)) for span in spans},
        by_month={**totals_by_place_and_month(engine), **elsewhere},
        changes={span.key: same_panel_change(engine, last=newest, months=len(span.months)) for span in spans},
        bodies=by_body(engine, first=spans[1].months[0], last=newest),
        trends=trends_of_issues(engine, last=newest, before=trends),
        place_trends=trends_of_places(engine, last=newest, before=trends),
        answered=share_answered(engine, first=spans[1].months[0], last=newest),
        dealings=dealings_by_month(engine, first=known[-LONGEST_TREND:][0], last=newest),
        dealings_about=dealings_by_issue(engine, first=spans[1].months[0], last=newest),
        subtopics=_subtopics(engine),
        office_months=months_of_offices(engine),
        addresses=addresses or {},
        districts=districts or {},
        finds_postcodes=bool(districts),
        synthetic=any(publication.synthetic for publication in collection.publications),
    )


def _subtopics(engine: Engine) -> dict[str, list[SubtopicYear]]:
    found: dict[str, list[SubtopicYear]] = {}
    for row in by_subtopic_and_year(engine):
        found.setdefault(row.category.partition(".")[0], []).append(row)
    return found


def _year_to(month: str) -> set[str]:
    return set(months_up_to(month, MONTHS_OF_A_YEAR))


def _why_nothing(collection: Collection) -> str:
    if not collection.publications and collection.left_out:
        first = collection.left_out[0]
        return f"None of {len(collection.left_out)} publications can be used; {first.name}: {first.reason}"
    return "The publications hold no month of cases, so there is nothing to show yet."


def _by_place(collection: Collection) -> dict[str, list[Collected]]:
    offices: dict[str, list[Collected]] = {}
    for publication in collection.publications:
        offices.setdefault(publication.office.area_code, []).append(publication)
    return offices


def _topics(rows: Iterable[TopicMonth], span: Span) -> list[Topic]:
    """All issues together first, then those with a case anywhere in the span, most common first."""
    counts: Counter[str] = Counter()
    for row in rows:
        if row.month in span.months:
            counts[row.category] += row.value
    codes = codelists.load("category").values()
    shown = [code for code in codes if code.level == 1 and code.code not in (ALL, codelists.NONE)]
    listed = sorted(
        (code for code in shown if counts[code.code]), key=lambda code: (-counts[code.code], code.title)
    )
    return [Topic(ALL), *(Topic(code.code) for code in listed)]


def _placed(engine: Engine, span: Span) -> dict[str, dict[str, PlaceCount]]:
    placed: dict[str, dict[str, PlaceCount]] = {}
    first, last = span.months[0], span.months[-1]
    for row in [
        *by_place(engine, first=first, last=last),
        *by_place(engine, first=first, last=last, on_map=False),
    ]:
        placed.setdefault(row.category, {})[row.area_code] = row
    return placed


def _whole(counts: Mapping[str, Mapping[str, PlaceCount]], span: Span) -> list[str]:
    """The constituencies that published every month of the span."""
    return [
        area
        for area, row in counts.get(ALL, {}).items()
        if area in constituencies() and row.months == len(span.months)
    ]


def _averages(counts: Mapping[str, Mapping[str, PlaceCount]], span: Span) -> dict[str, float]:
    """Of each issue, over the constituencies that published the whole span; empty without such."""
    whole = _whole(counts, span)
    people = sum(constituencies()[area].population for area in whole)
    if not people:
        return {}
    return {
        category: rate_per_10_000(sum(rows[area].value for area in whole if area in rows), people)
        for category, rows in counts.items()
    }
