"""The rows of a place's issues, beside the average of all: the piece of its page and of its frame.

They are made anew for every place whenever the average moves, so they are put together here and not by a
template, and once for both.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from markupsafe import escape

from opencasework.charts import bar_with_average
from opencasework.observatory.measures import PlaceCount, rate_per_10_000
from opencasework.observatory.places import Place
from opencasework.observatory.site import words
from opencasework.observatory.site.figures import ALL, Figures
from opencasework.observatory.site.language import ENGLISH, LANGUAGES, spoken
from opencasework.observatory.site.language import gettext as _

BAR_WIDTH = 160  # px


TITLE = "\0title"  # of a bar, until it is known in which language; no text of a page has such a letter
KEPT = 1_000  # places; some 10 kB each


class Row(NamedTuple):
    """An issue of a place, its texts escaped; the last three are empty where it is not compared."""

    slug: str
    title: str
    cases: str
    rate: str = ""
    bar: str = ""
    beside: str = ""


class Issue(NamedTuple):
    """What is the same of an issue beside every place: its title is escaped, its average also in words."""

    code: str
    slug: str
    title: str
    average: float
    said: str


def is_compared(figures: Figures, place: Place) -> bool:
    """Whether a place is set beside the average: one of the map that published every month."""
    total = _count(figures, ALL, place)
    return bool(place.population) and total is not None and total.months == len(figures.year.months)


def on_its_page(figures: Figures, beside: Figures, place: Place, *, home: str) -> str:
    """The rows of the table in `place.html`, with what the average is of below them."""
    written = []
    for row in _rows(figures, beside, place, spoken()):
        head = f'<tr><th scope="row"><a href="{home}issues/{row.slug}/">{row.title}</a></th>'
        compared = f'<td class="num">{row.rate}</td><td>{row.bar}</td><td class="meta">{row.beside}</td>'
        written.append(f'{head}<td class="num">{row.cases}</td>{compared if row.bar else ""}</tr>\n')
    return "".join(written) + _foot(figures, beside, place, columns=5)


def in_a_frame(figures: Figures, beside: Figures, place: Place, *, home: str) -> str:
    """The same of the table in `embed_issues.html`, which has fewer columns and no links."""
    written = []
    for row in _rows(figures, beside, place, spoken()):
        compared = f"<td>{row.bar}</td>" if row.bar else ""
        written.append(
            f'<tr><th scope="row">{row.title}</th><td class="num">{row.cases}</td>{compared}</tr>\n'
        )
    return "".join(written) + _foot(figures, beside, place, columns=3)


def _foot(figures: Figures, beside: Figures, place: Place, *, columns: int) -> str:
    if not is_compared(figures, place):
        return "</tbody>\n"
    sentence = _("Average of the {places} places that published every month.")
    text = escape(sentence.format(places=beside.compared["year"]))
    return f'</tbody>\n<tfoot><tr><td colspan="{columns}">{text}</td></tr></tfoot>\n'


@lru_cache(maxsize=2)
def _rows(figures: Figures, beside: Figures, place: Place, language: str) -> Sequence[Row]:
    """The issues of a place; the bars share one scale."""
    if _count(figures, ALL, place) is None:
        return []
    title = html.escape(_("{rate} here, {average} over all offices"), quote=False)
    found = []
    for issue, drawn in zip(_issues(beside, language), _drawn(figures, beside, place), strict=True):
        row = Row(issue.slug, issue.title, drawn.cases)
        if drawn.bar:
            bar = drawn.bar.replace(TITLE, title.format(rate=drawn.rate, average=issue.said))
            difference = escape(words.beside_average(drawn.value, issue.average))
            row = row._replace(rate=drawn.rate, bar=bar, beside=difference)
        found.append(row)
    return found


class Drawn(NamedTuple):
    """What is the same of an issue of a place in every language."""

    cases: str
    value: float = 0.0  # the rate
    rate: str = ""
    bar: str = ""


@lru_cache(maxsize=KEPT)
def _drawn(figures: Figures, beside: Figures, place: Place) -> Sequence[Drawn]:
    """Once for both languages."""
    issues = _issues(beside, ENGLISH)
    counts = [_count(figures, issue.code, place) for issue in issues]
    cases = [count.value if count else 0 for count in counts]
    if not is_compared(figures, place):
        return [Drawn(words.count(number)) for number in cases]
    rates = [rate_per_10_000(number, place.population) for number in cases]
    largest = max([*rates, *(issue.average for issue in issues)], default=0.0)
    found = []
    for issue, number, rate in zip(issues, cases, rates, strict=True):
        bar = bar_with_average(
            rate,
            average=issue.average,
            largest=largest,
            width=BAR_WIDTH,
            title=TITLE,
            name=f"bar-{issue.slug}",
        )
        found.append(Drawn(words.count(number), rate, words.rate(rate), bar))
    return found


@lru_cache(maxsize=len(LANGUAGES))
def _issues(beside: Figures, language: str) -> Sequence[Issue]:
    """All issues in the `language` spoken, in the order of the nation."""
    found = []
    for topic in beside.topics[1:]:
        average = beside.average_rate(topic.code, beside.year) or 0.0
        found.append(Issue(topic.code, topic.slug, escape(topic.title), average, words.rate(average)))
    return found


def _count(figures: Figures, category: str, place: Place) -> PlaceCount | None:
    return figures.counts["year"].get(category, {}).get(place.code)
