"""The explore page in all its views: an issue, some months, a rate or a count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from opencasework.charts import (
    Line,
    describe,
    draw_hex_map,
    legend,
    legend_key,
    quantile_breaks,
    trend_chart,
)
from opencasework.observatory.measures import rate_per_10_000
from opencasework.observatory.months import month_name, short_month_name
from opencasework.observatory.places import MAP_LABELS, Place, constituencies, hexes
from opencasework.observatory.site import words
from opencasework.observatory.site.figures import ALL, Figures, Span, Topic

LINES_ON_A_CHART = 4  # one for each chart colour that all readers can tell apart
MONTHS_BETWEEN_TICKS = 6
WIDTH_OF_A_TICK = 100  # px, from the start of one month's name to the middle of the next
WIDE, NARROW = (600, 212, 176), (350, 236, 118)  # width, height and room for labels, px


@dataclass(frozen=True)
class Unit:
    """What a map's colours stand for."""

    key: str  # "rate" or "cases"
    name: str
    per_person: bool


UNITS = (
    Unit("rate", "New cases per 10,000 people", per_person=True),
    Unit("cases", "New cases", per_person=False),
)


@dataclass(frozen=True)
class View:
    """One issue over one span in one unit; each has a page."""

    topic: Topic
    span: Span
    unit: Unit

    @property
    def path(self) -> str:
        """The page's folder, from the top of the site."""
        return view_path(self.topic, self.span.key, self.unit.key)


@dataclass(frozen=True)
class PlaceRow:
    """A place as map and table show it. `figure` is what its colour stands for; None without one."""

    place: Place
    at: str  # the centre of its hexagon, px
    publishes: bool
    cases: int | None
    error: int
    rate: float | None
    months: int
    figure: float | None


def view_path(topic: Topic, span: str, unit: str) -> str:
    """The folder of a view; the newest month as a rate is the plain page of its issue."""
    issue = f"issues/{topic.slug}/" if topic.slug else ""
    return issue + ("year/" if span == "year" else "") + ("cases/" if unit == "cases" else "")


def all_views(figures: Figures) -> list[View]:
    """Every view there is a page for."""
    return [View(topic, span, unit) for topic in figures.topics for span in figures.spans for unit in UNITS]


def map_and_table(figures: Figures, view: View) -> dict[str, object]:
    """The drawn map of a view, its legend, and a row for each of the 650 places."""
    rows = _rows(figures, view)
    values = {row.place.code: row.figure for row in rows if row.figure is not None}
    thin = [row.place.code for row in rows if row.publishes and row.figure is None]
    largest = max(values.values(), default=0.0)
    decimals = (1 if largest >= 2 else 2) if view.unit.per_person else 0
    breaks = quantile_breaks(values.values(), decimals=decimals)
    title = f"{view.topic.title}: {view.unit.name.lower()}, {view.span.name}"
    drawn = draw_hex_map(
        hexes(),
        values,
        breaks=breaks,
        too_little=thin,
        title=title,
        description=describe(
            {code: round(value, decimals) for code, value in values.items()},
            places=len(hexes()),
            unit=view.unit.name.lower(),
        ),
        labels=MAP_LABELS,
        name="hexes",
    )
    too_little = (
        "" if not thin else "No figure for this month" if view.span.key == "month" else "Part of the time"
    )
    entries = legend(breaks, decimals=decimals, too_little=too_little)
    return {
        "map": Markup(drawn.svg),
        "ring": drawn.ring,
        "legend": [(Markup(legend_key(entry.class_name)), entry.text) for entry in entries],
        "rows": rows,
    }


@cache
def _centres() -> Mapping[str, tuple[float, float]]:
    return draw_hex_map(hexes(), {}, breaks=[], title="", description="").centres


def _rows(figures: Figures, view: View) -> list[PlaceRow]:
    published = figures.counts[view.span.key].get(ALL, {})
    of_topic = figures.counts[view.span.key].get(view.topic.code, {})
    rows = []
    for code, place in constituencies().items():
        x, y = _centres()[code]
        total, count = published.get(code), of_topic.get(code)
        # Published without this issue: its count is 0. Not published at all: there is no count.
        cases = (count.value if count else 0) if total else None
        months = total.months if total else 0
        whole = months == len(view.span.months)
        rate = rate_per_10_000(cases, place.population) if cases is not None and whole else None
        rows.append(
            PlaceRow(
                place=place,
                at=f"{x:g} {y:g}",
                publishes=code in figures.offices,
                cases=cases,
                error=count.uncertainty if count else 0,
                rate=rate,
                months=months,
                figure=rate
                if view.unit.per_person
                else (float(cases) if cases is not None and whole else None),
            )
        )
    return rows


def trend_topics(figures: Figures, topic: Topic) -> Sequence[Topic]:
    """The lines beside a map: the issue itself, or for all casework the most common issues."""
    return figures.topics[1 : 1 + LINES_ON_A_CHART] if topic.code == ALL else [topic]


def trends(figures: Figures, topics: Sequence[Topic]) -> dict[str, object]:
    """The chart of some issues over time, drawn for a wide and for a narrow screen, and its table."""
    lines = [Line(topic.title, figures.monthly_rates(topic.code)) for topic in topics]
    return {
        "trend": trend_pictures(lines, figures.months),
        "trend_table": _trend_table(lines, figures.months),
    }


def trend_pictures(lines: Sequence[Line], months: Sequence[str]) -> list[Markup]:
    """The chart of some rates by month, drawn for a wide and for a narrow screen."""
    title = f"{', '.join(line.label for line in lines)}: {month_name(months[0])} to {month_name(months[-1])}"
    last = len(months) - 1
    drawn = []
    for name, (width, height, label_width) in (("wide", WIDE), ("narrow", NARROW)):
        every = MONTHS_BETWEEN_TICKS if name == "wide" else 2 * MONTHS_BETWEEN_TICKS
        # Counted back from the newest month, which every reader looks for first.
        # The first month has its name too, so the next one stands clear of it.
        clear = last * WIDTH_OF_A_TICK / (width - label_width)
        at = [step for step in range(last, 0, -every) if step > clear]
        svg = trend_chart(
            lines,
            title=title,
            description="New cases each month. The table beside this chart holds every value.",
            ticks={step: short_month_name(months[step]) for step in [0, *at]},
            width=width,
            height=height,
            label_width=label_width,
            format_value=words.rate,
            name=f"trend-{name}",
        )
        drawn.append(Markup(svg))
    return drawn


def _trend_table(lines: Sequence[Line], months: Sequence[str]) -> dict[str, object]:
    return {
        "heads": [line.label for line in lines],
        "rows": [
            (month_name(month), [words.rate(line.values[at]) for line in lines])
            for at, month in reversed(list(enumerate(months)))
        ],
    }
