"""The page for voters: what was asked, what was done, how long it took. No script, nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from opencasework.charts import Line, bar_with_average, trend_chart
from opencasework.office.publishing.public import dataset
from opencasework.office.publishing.public.figures import Shown, Topic
from opencasework.office.publishing.public.words import day_name, period_name, words
from opencasework.standard import codelists
from opencasework.standard.descriptor import LICENCES
from opencasework.standard.periods import first_month, last_month

BAR_WIDTH = 140
OFFICE_OF = "Office of "
TOTALS = (  # what each column and each large number counts
    ("cases_opened", "opened"),
    ("cases_closed", "closed"),
    ("enquiries_sent", "sent"),
    ("replies_received", "replied"),
    ("enquiries_over_20wd", "over"),
)


def render(view: Shown, language: str, pages: Mapping[str, str]) -> str:
    """The page in a language ("en", "cy"); `pages` names the file of each."""
    other = "cy" if language == "en" else "en"
    office = view.publication.office
    names = {
        "office": called(office.name, language),
        "area": office.area_name,
        "first": period_name(first_month(view.periods[0]), language),
        "last": period_name(last_month(view.latest), language),
        "period": period_name(view.latest, language),
    }
    said = {key: text.format_map(_Kept(names)) for key, text in words(language).items()}
    licence, licence_url = LICENCES[view.publication.descriptor["licenses"][0]["name"]]
    context: dict[str, Any] = {
        "language": language,
        "other": other,
        "other_page": pages[other],
        "said": said,
        "view": view,
        "who": capfirst(called(office.name, language)),
        "totals": [
            (said[name], _number(view.totals[measure])) for measure, name in TOTALS if view.has(measure)
        ],
        "topics": _topic_rows(view, language),
        "topics_total": (
            _number(view.by_period[view.latest]["cases_opened"]),
            _number(view.totals["cases_opened"]),
        ),
        "is_one_period": len(view.periods) == 1,
        "columns": [said[name] for measure, name in TOTALS if view.has(measure)],
        "months": _month_rows(view, language),
        "chart": _chart(view, said, language, narrow=False),
        "narrow_chart": _chart(view, said, language, narrow=True),
        "years": _years(view, said, language),
        "bodies": _body_rows(view, said, language),
        "has_in_time": view.has("replies_in_20wd"),
        "has_medians": bool(view.medians),
        "policy": said["policy_said"].format(number=_number(view.totals["policy_messages"]))
        if view.has("policy_messages")
        else "",
        "withdrawn": [
            said["withdrawn_said"].format_map(
                _Kept({"which": period_name(each.period, language), "on": _day(each.on, language)})
            )
            for each in view.withdrawn
        ],
        "files": _files(view, said),
        "licence": said["licence"].format_map(_Kept({"licence": licence})),
        "licence_url": licence_url,
        "signed": said["signed"].format(who=view.signed_by, on=day_name(view.updated.date(), language))
        if view.signed_by
        else "",
        "dataset": _as_data(dataset.markup(view)),
    }
    text = render_to_string("publishing/public/page.html", context)
    return "\n".join(line for line in text.splitlines() if line.strip()) + "\n"


def called(name: str, language: str) -> str:
    """An office within a sentence: the office of Amira Selwood, swyddfa Amira Selwood."""
    if not name.startswith(OFFICE_OF):
        return name
    whose = name.removeprefix(OFFICE_OF)
    return f"the office of {whose}" if language == "en" else f"swyddfa {whose}"


def style() -> bytes:
    """The style sheet of the pages."""
    return resources.files(__package__).joinpath("style.css").read_bytes()


class _Kept(dict[str, str]):
    """Leaves a placeholder it does not know as it is."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _number(value: int) -> str:
    return f"{value:,}"


def _day(moment: str, language: str) -> str:
    return day_name(datetime.fromisoformat(moment).date(), language)


def _as_data(markup: dict[str, Any]) -> SafeString:
    """JSON for a script element of data: no text in it can end the element."""
    text = json.dumps(markup, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.replace("<", "\\u003c"))


def _topic_rows(view: Shown, language: str) -> list[dict[str, Any]]:
    names = codelists.load("category")
    largest = max((topic.span for topic in view.topics), default=0)

    def row(place: int, topic: Topic) -> dict[str, Any]:
        code = names[topic.code]
        title = code.title_cy if language == "cy" and code.title_cy else code.title
        bar = bar_with_average(
            topic.span,
            average=None,
            largest=largest,
            title=f"{title}: {topic.span:,}",
            width=BAR_WIDTH,
            name=f"topic-{place}",
        )
        return {
            "title": title,
            "latest": _number(topic.latest),
            "span": _number(topic.span),
            "bar": mark_safe(bar),  # escaped where it is drawn
        }

    return [row(place, topic) for place, topic in enumerate(view.topics)]


def _month_rows(view: Shown, language: str) -> list[tuple[str, list[str]]]:
    measures = [measure for measure, _ in TOTALS if view.has(measure)]
    return [
        (period_name(period, language), [_number(view.by_period[period][measure]) for measure in measures])
        for period in view.periods
    ]


def _years(view: Shown, said: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """The finer tables of the latest year that is out; the spreadsheet and the data have them all."""

    def table(key: str, codelist: str, rows: list[tuple[str, int]]) -> dict[str, Any]:
        names = codelists.load(codelist)
        codes = [(names[code], number) for code, number in rows]
        return {
            "title": said[key],
            "rows": [
                (title, "cy" if language == "cy" and code.title_cy else "en", _number(number))
                for code, number in codes
                for title in [code.title_cy if language == "cy" and code.title_cy else code.title]
            ],
        }

    return [
        {
            "title": said["year"].format_map(_Kept({"year": found.year})),
            "tables": [
                each
                for each in (
                    table("year_topics", "category", found.categories),
                    table("year_channels", "channel", found.channels),
                    table("year_outcomes", "outcome", found.outcomes),
                )
                if each["rows"]
            ],
        }
        for found in view.years[:1]
    ]


def _chart(view: Shown, said: Mapping[str, str], language: str, *, narrow: bool) -> SafeString:
    """Taken on and ended, as SVG; drawn smaller where `narrow`, for a phone. Nothing for a single period."""
    if len(view.periods) < 2:
        return mark_safe("")
    every = 6 if narrow else 3
    ticks = {
        place: f"{period_name(last_month(period), language)[:3]} {period[:4]}"
        for place, period in enumerate(view.periods)
        if place % every == 0
    }
    drawn = trend_chart(
        [
            Line(said["line_opened"], [view.by_period[each]["cases_opened"] for each in view.periods]),
            Line(said["line_closed"], [view.by_period[each]["cases_closed"] for each in view.periods]),
        ],
        title=said["chart_title"],
        description=said["chart_description"],
        ticks=ticks,
        width=320 if narrow else 900,
        label_width=96 if narrow else 130,
        name="trend-narrow" if narrow else "trend",
    )
    return mark_safe(drawn)  # escaped where it is drawn


def _body_rows(view: Shown, said: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    rows, special = [], codelists.load("body")
    for place, body in enumerate(view.bodies):
        title, title_language = view.body_titles.get(body.code, body.code), "en"
        if body.code in special and language == "cy":
            title, title_language = special[body.code].title_cy, "cy"
        share = body.share_in_time
        bar = "" if share is None else bar_with_average(
            share, average=None, largest=100, title=f"{title}: {share}%", width=100, name=f"body-{place}"
        )  # fmt: skip
        rows.append(
            {
                "title": title,
                "language": title_language,
                "sent": _number(body.sent),
                "replied": _number(body.replied),
                "over": _number(body.over),
                "share": said["too_few"]
                if share is None
                else said["per_cent"].format(number=share, of=_number(body.replied)),
                "median": str(view.medians[body.code]) if body.code in view.medians else said["too_few"],
                "bar": mark_safe(bar),
            }
        )
    return rows


def _files(view: Shown, said: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the page links to, as far as the publication has it."""
    always = {"figures.xlsx", "feed.xml"}  # written together with the page
    listed = (
        ("figures.xlsx", "file_sheet"),
        ("data/counts.csv", "file_counts"),
        ("data/responses.csv", "file_responses"),
        ("data/durations.csv", "file_durations"),
        ("datapackage.json", "file_about"),
        ("catalog.jsonld", "file_catalogue"),
        ("releases.csv", "file_ledger"),
        ("feed.xml", "file_feed"),
    )
    folder = view.publication.path
    return [(file, said[name]) for file, name in listed if file in always or (folder / file).is_file()]
