"""What the page of an issue says beyond the map: a year ago on the same panel, and level 2 by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opencasework.observatory.measures import Change, SubtopicYear
from opencasework.observatory.site import words
from opencasework.observatory.site.figures import Figures, Span, Topic
from opencasework.observatory.site.language import WELSH, spoken, title_of
from opencasework.observatory.site.language import gettext as _
from opencasework.standard import codelists

YEARS_SHOWN = 4


@dataclass(frozen=True)
class Subtopic:
    """A level-2 issue and its cases in each year shown."""

    title: str
    language: str  # of the title, where it is not that of the page
    cases: Sequence[int]


def year_ago(figures: Figures, topic: Topic) -> list[str]:
    """The change on a year ago, over the same offices, in a sentence for each span."""
    return [_changed(figures.changes[span.key].get(topic.code), span) for span in figures.spans]


def _changed(change: Change | None, span: Span) -> str:
    if change is None or change.share is None:
        sentence = _("{span}: too few cases or too few offices that also published a year before.")
        return sentence.format(span=span.name)
    sentence = _(
        "{span}: {change} on a year before. {now} new cases, then {before}, at the {offices} offices that "
        "published both."
    )
    return sentence.format(
        span=span.name,
        change=words.change(change.share),
        now=words.count(change.now),
        before=words.count(change.before),
        offices=change.offices,
    )


def subtopics(figures: Figures, topic: Topic) -> Mapping[str, object]:
    """The level-2 issues of an issue by year, in the order of the code list, and how many offices say so."""
    rows = figures.subtopics.get(topic.code, [])
    offices = {row.year: row.offices for row in rows}
    years = sorted(offices)[-YEARS_SHOWN:]
    found = {(row.category, row.year): row for row in rows}
    codes = [code for code in codelists.load("category").values() if code.parent == topic.code]
    parts = [_subtopic(code, years, found) for code in codes if any((code.code, y) in found for y in years)]
    if parts:
        whole = [_value(found.get((topic.code, year))) for year in years]
        named = [sum(part.cases[at] for part in parts) for at in range(len(years))]
        rest = [max(total - some, 0) for total, some in zip(whole, named, strict=True)]
        parts.append(Subtopic(_("Not further described"), "", rest))
    return {"years": years, "subtopics": parts, "year_offices": [offices[year] for year in years]}


def _subtopic(
    code: codelists.Code, years: Sequence[str], found: Mapping[tuple[str, str], SubtopicYear]
) -> Subtopic:
    english = spoken() == WELSH and not code.title_cy
    return Subtopic(
        title_of(code), "en" if english else "", [_value(found.get((code.code, year))) for year in years]
    )


def _value(row: SubtopicYear | None) -> int:
    """A year's cases; of a year that was published without this issue, 0."""
    return row.value if row else 0
