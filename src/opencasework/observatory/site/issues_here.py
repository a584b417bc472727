"""The table of a place's issues, beside the average of all: the piece of its page and of its frame.

It is made anew for every place whenever the average moves, so its rows are put together here and not by a
template, and once for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from markupsafe import Markup, escape

from opencasework.charts import bar_with_average
from opencasework.observatory.measures import PlaceCount, rate_per_10_000
from opencasework.observatory.places import Place
from opencasework.observatory.site import words
from opencasework.observatory.site.figures import ALL, Figures
from opencasework.observatory.site.language import gettext as _
from opencasework.observatory.site.language import spoken

BAR_WIDTH = 160  # px


@dataclass(frozen=True)
class Row:
    """An issue of a place, its texts escaped; the last three are empty where it is not compared."""

    slug: str
    title: str
    cases: str
    rate: str = ""
    bar: str = ""
    beside: str = ""


def is_compared(figures: Figures, place: Place) -> bool:
    """Whether a place is set beside the average: one of the map that published every month."""
    total = _count(figures, ALL, place)
    return bool(place.population) and total is not None and total.months == len(figures.year.months)


def on_its_page(figures: Figures, place: Place) -> Mapping[str, object]:
    """What `place_issues.html` shows."""
    return _table(figures, place, _on_page)


def in_a_frame(figures: Figures, place: Place) -> Mapping[str, object]:
    """What `embed_issues_table.html` shows."""
    return _table(figures, place, _in_frame)


def _table(figures: Figures, place: Place, write: Callable[[Row, str], str]) -> Mapping[str, object]:
    rows = _rows(figures, place, spoken())
    return {
        "whole": is_compared(figures, place),
        "compared": figures.compared["year"],
        "rows": partial(_written, rows, write),
    }


def _written(rows: Sequence[Row], write: Callable[[Row, str], str], home: str) -> Markup:
    return Markup("\n".join(write(row, home) for row in rows))  # escaped in `_rows`


def _on_page(row: Row, home: str) -> str:
    head = f'<tr><th scope="row"><a href="{home}issues/{row.slug}/">{row.title}</a></th>'
    compared = f'<td class="num">{row.rate}</td><td>{row.bar}</td><td class="meta">{row.beside}</td>'
    return f'{head}<td class="num">{row.cases}</td>{compared if row.bar else ""}</tr>'


def _in_frame(row: Row, _home: str) -> str:
    compared = f"<td>{row.bar}</td>" if row.bar else ""
    return f'<tr><th scope="row">{row.title}</th><td class="num">{row.cases}</td>{compared}</tr>'


@lru_cache(maxsize=2)
def _rows(figures: Figures, place: Place, language: str) -> Sequence[Row]:
    """The issues of a place; the bars share one scale."""
    if _count(figures, ALL, place) is None:
        return []
    topics = figures.topics[1:]
    cases = {
        topic.code: count.value if (count := _count(figures, topic.code, place)) else 0 for topic in topics
    }
    if not is_compared(figures, place):
        return [Row(topic.slug, escape(topic.title), words.count(cases[topic.code])) for topic in topics]
    rates = {code: rate_per_10_000(number, place.population) for code, number in cases.items()}
    averages = {topic.code: figures.average_rate(topic.code, figures.year) or 0.0 for topic in topics}
    largest = max([*rates.values(), *averages.values()], default=0.0)
    title = _("{rate} here, {average} over all offices")
    found = []
    for topic in topics:
        rate, average = rates[topic.code], averages[topic.code]
        said = words.rate(rate)
        bar = bar_with_average(
            rate,
            average=average,
            largest=largest,
            width=BAR_WIDTH,
            title=title.format(rate=said, average=words.rate(average)),
            name=f"bar-{topic.slug}",
        )
        beside = escape(words.beside_average(rate, average))
        found.append(Row(topic.slug, escape(topic.title), words.count(cases[topic.code]), said, bar, beside))
    return found


def _count(figures: Figures, category: str, place: Place) -> PlaceCount | None:
    return figures.counts["year"].get(category, {}).get(place.code)
