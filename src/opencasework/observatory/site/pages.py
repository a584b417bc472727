"""Every page of the site: where it is, which template makes it, what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from markupsafe import Markup

from opencasework.charts import Line, bar_with_average, sparkline
from opencasework.observatory.measures import BodyCount, PlaceCount, rate_per_10_000, rate_with_limits
from opencasework.observatory.places import Place, constituencies, councils_of
from opencasework.observatory.site import words
from opencasework.observatory.site.bodies import (
    body_path,
    body_trend,
    list_of_bodies,
    page_of_body,
    title_of_body,
)
from opencasework.observatory.site.downloads import Download
from opencasework.observatory.site.figures import ALL, Figures, Topic
from opencasework.observatory.site.issues import subtopics, year_ago
from opencasework.observatory.site.language import gettext as _
from opencasework.observatory.site.language import name_of, title_of
from opencasework.observatory.site.maps import (
    UNITS,
    View,
    all_views,
    map_and_table,
    trend_pictures,
    trend_topics,
    trends,
    view_path,
)
from opencasework.observatory.site.offices import list_of_offices, office_path, page_of_office
from opencasework.standard import codelists
from opencasework.standard.publication import OfficeIdentity

MOST_COMMON = 5  # issues in the short table beside a map
BAR_WIDTH = 160  # px

Context = Mapping[str, object]


@dataclass(frozen=True)
class Page:
    """One page. `path` is its folder, '' or ending in '/'; `section` its entry in the bar.

    The context is made when the page is rendered, so that 650 maps are never in memory together.
    """

    path: str
    template: str
    section: str
    title: str
    context: Callable[[], Context]


def all_pages(figures: Figures, downloads: Sequence[Download]) -> list[Page]:
    """Every page there is, in the language spoken."""
    return [
        *(_view_page(figures, view, downloads) for view in all_views(figures)),
        Page("issues/", "issues.html", "issues", _("Issues"), partial(_issues, figures)),
        Page("places/", "places.html", "places", _("Places"), partial(_places, figures)),
        Page("bodies/", "bodies.html", "bodies", _("Public bodies"), partial(list_of_bodies, figures)),
        Page("offices/", "offices.html", "data", _("Offices"), partial(list_of_offices, figures)),
        Page("data/", "data.html", "data", _("Data"), lambda: {"downloads": downloads}),
        Page("data/quality/", "quality.html", "data", _("Data quality"), partial(_quality, figures)),
        Page("methods/", "methods.html", "methods", _("Methods"), dict),
        *(_place_page(figures, area) for area in sorted(figures.offices)),
        *(_body_page(figures, body) for body in figures.bodies if body_path(body)),
        *(
            Page(
                office_path(publication),
                "office.html",
                "data",
                publication.office.name,
                partial(page_of_office, figures, publication),
            )
            for publication in figures.collection.publications
        ),
        *_embeds(figures),
    ]


def _body_page(figures: Figures, body: BodyCount) -> Page:
    return Page(
        body_path(body), "body.html", "bodies", title_of_body(body), partial(page_of_body, figures, body)
    )


def _embeds(figures: Figures) -> list[Page]:
    """Each chart as a small page of its own, to be framed by other sites."""
    places = {area: _place_of(figures, area) for area in sorted(figures.offices)}

    def chart(path: str, title: str, what: str, trend: Callable[[], object]) -> Page:
        return Page(
            f"embed/{path}", "embed.html", "", title, lambda: {"what": what, "of": path, "trend": trend()}
        )

    return [
        *(
            chart(
                view_path(topic, "month", "rate"),
                topic.title,
                _("New cases per 10,000 people each month"),
                partial(_trend_alone, figures, topic),
            )
            for topic in figures.topics
        ),
        *(
            chart(
                f"places/{area}/",
                name_of(place),
                _place_measure(place),
                partial(_place_trend, figures, place),
            )
            for area, place in places.items()
        ),
        *(
            Page(
                f"embed/places/{area}/issues/",
                "embed_issues.html",
                "",
                name_of(place),
                partial(_embedded_issues, figures, place),
            )
            for area, place in places.items()
        ),
        *(
            chart(
                body_path(body),
                title_of_body(body),
                _("Enquiries sent and replies received each month"),
                partial(body_trend, figures, body),
            )
            for body in figures.bodies
            if body_path(body)
        ),
    ]


def _trend_alone(figures: Figures, topic: Topic) -> list[Markup]:
    lines = [Line(each.title, figures.monthly_rates(each.code)) for each in trend_topics(figures, topic)]
    return trend_pictures(lines, figures.months)


def _embedded_issues(figures: Figures, place: Place) -> Context:
    total = figures.counts["year"].get(ALL, {}).get(place.code)
    return {
        "of": f"places/{place.code}/",
        "whole": _is_compared(figures, place, total),
        "issues": _issues_of(figures, place, total) if total else [],
    }


def _view_page(figures: Figures, view: View, downloads: Sequence[Download]) -> Page:
    whole = view.topic.code == ALL
    title = _("What people ask their MPs to fix") if whole else view.topic.title
    return Page(
        path=view.path,
        template="explore.html",
        section="explore" if whole else "issues",
        title=title,
        context=partial(_view, figures, view, downloads),
    )


def _view(figures: Figures, view: View, downloads: Sequence[Download]) -> Context:
    return {
        **map_and_table(figures, view),
        **trends(figures, trend_topics(figures, view.topic)),
        "view": view,
        "units": UNITS,
        "view_path": view_path,
        "common": _common(figures, view),
        "verdict": figures.trends.get(view.topic.code),
        "year_ago": year_ago(figures, view.topic),
        **subtopics(figures, view.topic),
        "downloads": downloads,
    }


def _common(figures: Figures, view: View) -> list[Context]:
    """The most common issues of the view's span, each with its change over the same offices."""
    span = view.span
    issues = sorted(figures.topics[1:], key=lambda topic: (-figures.total(topic.code, span), topic.title))
    return [_issue_row(figures, topic, span.key) for topic in issues[:MOST_COMMON]]


def _issue_row(figures: Figures, topic: Topic, span_key: str) -> dict[str, object]:
    span = next(span for span in figures.spans if span.key == span_key)
    change = figures.changes[span_key].get(topic.code)
    return {
        "topic": topic,
        "cases": figures.total(topic.code, span),
        "change": change.share if change else None,
        "verdict": words.verdict(
            trend.verdict if (trend := figures.trends.get(topic.code)) else "too little data"
        ),
        "path": view_path(topic, "month", "rate"),
    }


def _issues(figures: Figures) -> Context:
    def row(topic: Topic) -> Context:
        line = sparkline(
            figures.monthly_rates(topic.code),
            title=_("{issue}, by month").format(issue=topic.title),
            name=f"line-{topic.slug}",
        )
        rate = figures.average_rate(topic.code, figures.year)
        return {**_issue_row(figures, topic, "year"), "line": Markup(line), "rate": rate}

    return {"issues": [row(topic) for topic in figures.topics[1:]]}


def _places(figures: Figures) -> Context:
    by_region = sorted(
        constituencies().values(), key=lambda place: place.region
    )  # names stay in order within
    counts = figures.counts["year"].get(ALL, {})
    return {
        "regions": [
            (
                region,
                [
                    (
                        place,
                        name_of(place),
                        place.code in figures.offices,
                        counts.get(place.code),
                        councils_of(place),
                    )
                    for place in places
                ],
            )
            for region, places in groupby(by_region, key=lambda place: place.region)
        ],
        "other_offices": [
            publications[0].office
            for area, publications in sorted(figures.offices.items())
            if area not in constituencies()
        ],
    }


def _quality(figures: Figures) -> Context:
    publications = figures.collection.publications
    offices = sorted(publications, key=lambda publication: (publication.office.area_name, publication.name))
    return {
        "offices": offices,
        "office_path": office_path,
        "left_out": figures.collection.left_out,
        "methods": {code: title_of(method) for code, method in codelists.load("method").items()},
    }


def _place_page(figures: Figures, area: str) -> Page:
    place = _place_of(figures, area)
    return Page(
        path=f"places/{place.code}/",
        template="place.html",
        section="places",
        title=name_of(place),
        context=partial(_place, figures, place),
    )


def _place(figures: Figures, place: Place) -> Context:
    total = figures.counts["year"].get(ALL, {}).get(place.code)
    by_month = figures.by_month.get(place.code, {})
    return {
        "place": place,
        "offices": [(office_path(each), each.office.name) for each in figures.offices[place.code]],
        "total": total,
        "on_map": place.code in constituencies(),
        "whole": _is_compared(figures, place, total),
        "issues": _issues_of(figures, place, total) if total else [],
        "trend": _place_trend(figures, place),
        "by_month": by_month,
        "verdict": figures.place_trends.get(place.code),
        "limits": rate_with_limits(total.value, place.population, rounding=total.uncertainty)
        if total and place.population
        else None,
    }


def _place_of(figures: Figures, area: str) -> Place:
    return constituencies().get(area) or _place_elsewhere(figures.offices[area][0].office)


def _place_trend(figures: Figures, place: Place) -> list[Markup]:
    by_month = figures.by_month.get(place.code, {})
    heights = [_height(by_month[month], place) if month in by_month else None for month in figures.months]
    return trend_pictures([Line(name_of(place), heights)], figures.months)


def _place_measure(place: Place) -> str:
    if place.population:
        return _("New cases per 10,000 people each month")
    return _("New cases each month")


def _height(cases: int, place: Place) -> float:
    """What a place's line shows: a rate where the residents are known, otherwise the count."""
    return rate_per_10_000(cases, place.population) if place.population else cases


def _is_compared(figures: Figures, place: Place, total: PlaceCount | None) -> bool:
    """Whether a place is set beside the average: one of the map that published every month."""
    return bool(place.population) and total is not None and total.months == len(figures.year.months)


def _place_elsewhere(office: OfficeIdentity) -> Place:
    """An area not on the map, such as a ward or a seat of another parliament; its residents are not known."""
    kind = title_of(codelists.load("area_type")[office.area_type])
    return Place(office.area_code, office.area_name, "", country="", region=kind, population=0)


def _issues_of(figures: Figures, place: Place, total: PlaceCount) -> list[Context]:
    """A place's issues beside the average of all offices; the bars share one scale."""
    if not _is_compared(figures, place, total):
        return [{"topic": topic, "cases": _cases(figures, topic, place)} for topic in figures.topics[1:]]
    rates = {
        topic.code: rate_per_10_000(_cases(figures, topic, place), place.population)
        for topic in figures.topics[1:]
    }
    averages = {
        topic.code: figures.average_rate(topic.code, figures.year) or 0.0 for topic in figures.topics[1:]
    }
    largest = max([*rates.values(), *averages.values()], default=0.0)

    def row(topic: Topic) -> Context:
        rate, average = rates[topic.code], averages[topic.code]
        bar = bar_with_average(
            rate,
            average=average,
            largest=largest,
            width=BAR_WIDTH,
            title=_("{rate} here, {average} over all offices").format(
                rate=words.rate(rate), average=words.rate(average)
            ),
            name=f"bar-{topic.slug}",
        )
        return {
            "topic": topic,
            "cases": _cases(figures, topic, place),
            "rate": rate,
            "bar": Markup(bar),
            "beside": words.beside_average(rate, average),
        }

    return [row(topic) for topic in figures.topics[1:]]


def _cases(figures: Figures, topic: Topic, place: Place) -> int:
    count = figures.counts["year"].get(topic.code, {}).get(place.code)
    return count.value if count else 0
