"""The explore page in all its views: an issue, some months, a rate or a count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import NamedTuple

from markupsafe import Markup, escape

from opencasework.charts import (
    Line,
    describe,
    draw_hex_map,
    hex_shapes,
    legend,
    legend_key,
    quantile_breaks,
    trend_chart,
)
from opencasework.observatory.measures import rate_per_10_000
from opencasework.observatory.places import MAP_LABELS, Place, constituencies, councils_of, hexes
from opencasework.observatory.site import words
from opencasework.observatory.site.figures import ALL, Figures, Span, Topic
from opencasework.observatory.site.language import gettext as _
from opencasework.observatory.site.language import month_name, name_of, short_month_name, spoken

LINES_ON_A_CHART = 4  # one for each chart colour that all readers can tell apart
MONTHS_BETWEEN_TICKS = 6
WIDTH_OF_A_TICK = 100  # px, from the start of one month's name to the middle of the next
FLAT = 110  # height of a flat chart, px
KEPT = 60  # charts; some 10 kB each
KEPT_MAPS = 100  # of one language for the other; some 100 kB each
HOME = "\0home\0"  # in a table, until it is known from how deep in the site it leads to the first page
WIDE, NARROW = (600, 212, 176), (350, 236, 118)  # width, height and room for labels, px


@dataclass(frozen=True)
class Unit:
    """What a map's colours stand for."""

    key: str  # "rate" or "cases"
    per_person: bool

    @property
    def name(self) -> str:
        return _("New cases per 10,000 people") if self.per_person else _("New cases")


UNITS = (Unit("rate", per_person=True), Unit("cases", per_person=False))


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
class Known:
    """What is the same of a place in every table of a language, made ready for a page once."""

    name: Markup
    region: Markup
    attributes: Markup  # of its row: where its hexagon is, px, and other words it is found by


class PlaceRow(NamedTuple):
    """A place as map and table show it; `whole` where it published every month of the span."""

    place: Place
    publishes: bool
    cases: int | None
    error: int
    rate: float | None
    months: int
    whole: bool

    def figure(self, unit: Unit) -> float | None:
        """What its colour stands for; None without one."""
        if unit.per_person:
            return self.rate
        return float(self.cases) if self.cases is not None and self.whole else None


class Coloured(NamedTuple):
    """What a map shows in any language: the figure of each place that has one, and its hexagons.

    `breaks` are the limits of its colours, `thin` the places that publish too little for a figure.
    """

    values: Mapping[str, float]
    decimals: int
    breaks: Sequence[float]
    thin: Sequence[str]
    shapes: Sequence[str]


def view_path(topic: Topic, span: str, unit: str) -> str:
    """The folder of a view; the newest month as a rate is the plain page of its issue."""
    issue = f"issues/{topic.slug}/" if topic.slug else ""
    return issue + ("year/" if span == "year" else "") + ("cases/" if unit == "cases" else "")


def all_views(figures: Figures) -> list[View]:
    """Every view there is a page for."""
    return [View(topic, span, unit) for topic in figures.topics for span in figures.spans for unit in UNITS]


def map_and_table(figures: Figures, view: View) -> dict[str, object]:
    """The drawn map of a view, its legend, and a row for each of the 650 places."""
    values, decimals, breaks, thin, shapes = _coloured(figures, view.topic.code, view.span.key, view.unit)
    title = f"{view.topic.title}: {view.unit.name.lower()}, {view.span.name}"
    drawn = draw_hex_map(
        hexes(),
        values,
        breaks=breaks,
        shapes=shapes,
        title=title,
        description=describe(
            {code: round(value, decimals) for code, value in values.items()},
            places=len(hexes()),
            unit=view.unit.name.lower(),
            translate=_,
        ),
        labels=[replace(label, text=_(label.text)) for label in MAP_LABELS],
        name="hexes",
    )
    thin_words = _("No figure for this month") if view.span.key == "month" else _("Part of the time")
    entries = legend(breaks, decimals=decimals, too_little=thin_words if thin else "", translate=_)
    return {
        "map": Markup(drawn.svg),
        "ring": drawn.ring,
        "legend": [(Markup(legend_key(entry.class_name)), entry.text) for entry in entries],
        "table_rows": partial(_table_rows, figures, view.topic.code, view.span.key),
    }


@lru_cache(maxsize=KEPT_MAPS)
def _coloured(figures: Figures, topic: str, span: str, unit: Unit) -> Coloured:
    """Once for both languages."""
    rows = _rows(figures, topic, span)
    found = {row.place.code: row.figure(unit) for row in rows}
    values = {code: figure for code, figure in found.items() if figure is not None}
    thin = [row.place.code for row in rows if row.publishes and found[row.place.code] is None]
    largest = max(values.values(), default=0.0)
    decimals = (1 if largest >= 2 else 2) if unit.per_person else 0
    breaks = quantile_breaks(values.values(), decimals=decimals)
    shapes = hex_shapes(hexes(), values, breaks=breaks, too_little=thin)
    return Coloured(values, decimals, breaks, thin, shapes)


def _table_rows(figures: Figures, topic: str, span: str, home: str) -> Markup:
    """The rows of the table beside a map, on a page from which `home` leads to the first one."""
    return Markup(_rows_as_text(figures, topic, span, spoken()).replace(f'"{HOME}', f'"{home}'))


@lru_cache(maxsize=2)  # those of a rate and of the cases are the same
def _rows_as_text(figures: Figures, topic: str, span: str, language: str) -> str:
    """Not by the template: with 650 rows on each of some hundred pages, it would escape a million words."""
    every = _known(language)
    silent, part = escape(_("Not published")), escape(_("part of the time"))
    made = []
    for row in _rows(figures, topic, span):
        known, months = every[row.place.code], ""
        name = str(known.name)
        if row.months and row.rate is None:
            months = f' data-months="{row.months}"'
        if row.publishes:
            name = f'<a href="{HOME}places/{row.place.code}/">{known.name}</a>'
        cells = f'<td colspan="3">{silent}'
        if row.cases is not None:
            cells = f"<td>{words.count(row.cases)}<td>{row.error}<td>{words.rate(row.rate) or part}"
        made.append(f'<tr {known.attributes}{months}><th scope="row">{name}<td>{known.region}{cells}</tr>\n')
    return "".join(made).rstrip("\n")  # escaped in `_known`; the rest are numbers and codes


@cache
def _centres() -> Mapping[str, tuple[float, float]]:
    return draw_hex_map(hexes(), {}, breaks=[], title="", description="").centres


@lru_cache(maxsize=KEPT_MAPS)
def _rows(figures: Figures, topic: str, span: str) -> list[PlaceRow]:
    """Once for both languages and units."""
    published = figures.counts[span].get(ALL, {})
    of_topic = figures.counts[span].get(topic, {})
    every_month = next(len(each.months) for each in figures.spans if each.key == span)
    rows = []
    for code, place in constituencies().items():
        total, count = published.get(code), of_topic.get(code)
        # Published without this issue: its count is 0. Not published at all: there is no count.
        cases = (count.value if count else 0) if total else None
        months = total.months if total else 0
        whole = months == every_month
        rate = rate_per_10_000(cases, place.population) if cases is not None and whole else None
        rows.append(
            PlaceRow(
                place=place,
                publishes=code in figures.offices,
                cases=cases,
                error=count.uncertainty if count else 0,
                rate=rate,
                months=months,
                whole=whole,
            )
        )
    return rows


@cache
def _known(language: str) -> Mapping[str, Known]:
    """Every place as the tables have it in the `language` spoken."""
    found = {}
    for code, place in constituencies().items():
        x, y = _centres()[code]
        also = sorted({place.name, place.name_welsh, *councils_of(place)} - {name_of(place), ""})
        attributes = Markup('id="{}" data-at="{}" data-also="{}"').format(
            code, f"{x:g} {y:g}", " · ".join(also)
        )
        found[code] = Known(escape(name_of(place)), escape(_(place.region)), attributes)
    return found


def trend_topics(figures: Figures, topic: Topic) -> Sequence[Topic]:
    """The lines beside a map: the issue itself, or for all casework the most common issues."""
    return figures.topics[1 : 1 + LINES_ON_A_CHART] if topic.code == ALL else [topic]


def trends(figures: Figures, topics: Sequence[Topic]) -> dict[str, object]:
    """The chart of some issues over time, drawn for a wide and for a narrow screen, and its table."""
    lines = [Line(topic.title, figures.monthly_rates(topic.code)) for topic in topics]
    return {
        "trend": trend_pictures(lines, figures.months),
        "trend_table": _trend_table(lines, figures),
        "coverage_trend": coverage_pictures(figures),
    }


def trend_pictures(
    lines: Sequence[Line],
    months: Sequence[str],
    *,
    description: str = "",
    format_value: Callable[[float], str] = words.rate,
    flat: bool = False,
    name: str = "trend",
) -> list[Markup]:
    """The chart of some figures by month, drawn for a wide and for a narrow screen.

    A `flat` one is lower, to stand below another.
    """
    told = tuple((line.label, tuple(line.values)) for line in lines)
    return [*_drawn(told, tuple(months), description, format_value, name, spoken(), flat=flat)]


@lru_cache(maxsize=KEPT)
def _drawn(
    told: Sequence[tuple[str, Sequence[float | None]]],
    months: Sequence[str],
    description: str,
    format_value: Callable[[float], str],
    name: str,
    language: str,
    *,
    flat: bool,
) -> Sequence[Markup]:
    """See `trend_pictures`: four views of an issue have the same chart, and all issues that of offices."""
    lines = [Line(label, values) for label, values in told]
    title = _("{lines}: {first} to {last}").format(
        lines=", ".join(line.label for line in lines),
        first=month_name(months[0]),
        last=month_name(months[-1]),
    )
    last = len(months) - 1
    drawn = []
    for breadth, (width, height, label_width) in (("wide", WIDE), ("narrow", NARROW)):
        every = MONTHS_BETWEEN_TICKS if breadth == "wide" else 2 * MONTHS_BETWEEN_TICKS
        # Counted back from the newest month, which every reader looks for first.
        # The first month has its name too, so the next one stands clear of it.
        clear = last * WIDTH_OF_A_TICK / (width - label_width)
        at = [step for step in range(last, 0, -every) if step > clear]
        svg = trend_chart(
            lines,
            title=title,
            description=description
            or _("New cases each month. The table beside this chart holds every value."),
            translate=_,
            ticks={step: short_month_name(months[step]) for step in [0, *at]},
            width=width,
            height=FLAT if flat else height,
            label_width=label_width,
            format_value=format_value,
            name=f"{name}-{breadth}",
        )
        drawn.append(Markup(svg))
    return drawn


def _whole(value: float) -> str:
    return f"{value:.0f}"


def coverage_pictures(figures: Figures) -> list[Markup]:
    """How many offices each month of the chart above rests on."""
    known = {row.month: row.offices for row in figures.coverage}
    line = Line(_("Offices"), [known.get(month, 0) for month in figures.months])
    return trend_pictures(
        [line],
        figures.months,
        description=_("Offices that published each month. The table beside this chart holds every value."),
        format_value=_whole,
        flat=True,
        name="coverage",
    )


def _trend_table(lines: Sequence[Line], figures: Figures) -> dict[str, object]:
    offices = {row.month: row.offices for row in figures.coverage}
    return {
        "heads": [*(line.label for line in lines), _("Offices")],
        "rows": [
            (
                month_name(month),
                [*(words.rate(line.values[at]) for line in lines), str(offices.get(month, 0))],
            )
            for at, month in reversed(list(enumerate(figures.months)))
        ],
    }
