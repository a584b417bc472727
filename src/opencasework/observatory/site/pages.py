"""Every page of the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from markupsafe import Markup

from opencasework.charts import Line, sparkline
from opencasework.observatory.collect import Collected
from opencasework.observatory.measures import BodyCount, rate_per_10_000, rate_with_limits
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
from opencasework.observatory.site.issues_here import in_a_frame, is_compared, on_its_page
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
from opencasework.observatory.site.offices import lists_of_offices, office_path, page_of_office
from opencasework.observatory.site.page import Context, Page, Piece
from opencasework.observatory.site.parts import Parts
from opencasework.observatory.site.postcodes import areas_of, list_of_areas, page_of_area
from opencasework.observatory.site.shares import fits
from opencasework.standard import codelists
from opencasework.standard.publication import OfficeIdentity

MOST_COMMON = 5  # issues in the short table beside a map


def all_pages(parts: Parts, downloads: Sequence[Download]) -> list[Page]:
    """Every page there is, in the language spoken."""
    figures, files = parts.whole, (tuple(downloads),)
    return [
        *(_view_page(parts, view, files) for view in all_views(figures)),
        Page("issues/", "issues.html", "issues", _("Issues"), parts.issues, _issues),
        Page("places/", "places.html", "places", _("Places"), parts.places, _places),
        Page("bodies/", "bodies.html", "bodies", _("Public bodies"), parts.bodies, list_of_bodies),
        Page("data/", "data.html", "data", _("Data"), parts.data, _data, files),
        *lists_of_offices(parts),
        Page("methods/", "methods.html", "methods", _("Methods"), parts.nothing, lambda _figures: {}),
        *_postcode_pages(parts),
        *(page for area in sorted(figures.offices) for page in _pages_of_place(parts, area)),
        *(_body_page(parts, body) for body in figures.bodies if body_path(body)),
        *(_office_page(parts, publication) for publication in figures.collection.publications),
        *_embeds(parts),
    ]


def _postcode_pages(parts: Parts) -> list[Page]:
    """The search by postcode for who has no scripts; none without a directory of postcodes."""
    areas = areas_of(parts.whole.districts)
    if not areas:
        return []
    title, top = _("Places by postcode"), "places/postcodes/"

    def page(area: str) -> Page:
        name, part = _("Postcodes in {area}").format(area=area), partial(parts.districts, area)
        return Page(f"{top}{area}/", "postcodes.html", "places", name, part, page_of_area, (area,))

    listed = Page(top, "postcode_areas.html", "places", title, parts.districts, list_of_areas)
    return [listed, *map(page, areas)]


def _body_page(parts: Parts, body: BodyCount) -> Page:
    title, part = title_of_body(body), partial(parts.body, body)
    return Page(body_path(body), "body.html", "bodies", title, part, page_of_body, (body,))


def _office_page(parts: Parts, publication: Collected) -> Page:
    title, part = publication.office.name, partial(parts.office, publication.name)
    path, given = office_path(publication), (parts.named(publication),)
    return Page(path, "office.html", "data", title, part, page_of_office, given)


def _data(_figures: Figures, downloads: Sequence[Download]) -> Context:
    return {"downloads": downloads}


def _embeds(parts: Parts) -> list[Page]:
    """Each chart as a small page of its own, to be framed by other sites."""
    figures = parts.whole
    places = {area: _place_of(figures, area) for area in sorted(figures.offices)}
    bodies = [body for body in figures.bodies if body_path(body)]
    rates, dealings = (
        _("New cases per 10,000 people each month"),
        _("Enquiries sent and replies received each month"),
    )

    def chart(path: str, title: str, what: str, part: Callable[[], Figures], *drawn: object) -> Page:
        return Page(f"embed/{path}", "embed.html", "", title, part, _chart, (what, path, *drawn))

    def lines(topic: Topic) -> Callable[[], Figures]:
        return partial(parts.trend, tuple(each.code for each in trend_topics(figures, topic)))

    return [
        *(
            chart(view_path(topic, "month", "rate"), topic.title, rates, lines(topic), topic)
            for topic in figures.topics
        ),
        *(
            chart(
                f"places/{area}/",
                name_of(place),
                _place_measure(place),
                partial(parts.months_of_place, area),
                place,
            )
            for area, place in places.items()
        ),
        *(
            chart(body_path(body), title_of_body(body), dealings, partial(parts.body, body), body)
            for body in bodies
        ),
    ]


def _chart(figures: Figures, what: str, path: str, of: Topic | Place | BodyCount) -> Context:
    if isinstance(of, Topic):
        trend = _trend_alone(figures, of)
    else:
        trend = _place_trend(figures, of) if isinstance(of, Place) else body_trend(figures, of)
    coverage = _coverage_of(figures, of, figures.months) if isinstance(of, Place) else None
    return {"what": what, "of": path, "trend": trend, "coverage": coverage}


def _trend_alone(figures: Figures, topic: Topic) -> list[Markup]:
    lines = [Line(each.title, figures.monthly_rates(each.code)) for each in trend_topics(figures, topic)]
    return trend_pictures(lines, figures.months)


def _embedded_issues(figures: Figures, place: Place) -> Context:
    return {
        "of": f"places/{place.code}/",
        "coverage": _coverage_of(figures, place, figures.year.months),
        "whole": is_compared(figures, place),
    }


def _coverage_of(figures: Figures, place: Place, months: Sequence[str]) -> Context:
    """What a frame of one place rests on: its offices, and how many of the months shown they published."""
    known = figures.by_month.get(place.code, {})
    return {
        "offices": [each.office.name for each in figures.offices[place.code]],
        "published": sum(month in known for month in months),
        "months": len(months),
    }


def _view_page(parts: Parts, view: View, files: tuple[Any, ...]) -> Page:
    whole = view.topic.code == ALL
    title = _("What people ask their MPs to fix") if whole else view.topic.title
    return Page(
        path=view.path,
        template="explore.html",
        section="explore" if whole else "issues",
        title=title,
        part=partial(parts.view, view.topic.code, view.span.key),
        make=_view,
        given=(view, *files),
    )


def _view(figures: Figures, view: View, downloads: Sequence[Download]) -> Context:
    return {
        **map_and_table(figures, view),
        **trends(figures, trend_topics(figures, view.topic)),
        "view": view,
        "units": UNITS,
        "view_path": view_path,
        "published_places": figures.published_places(view.span),
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
    others = [
        publications[0].office
        for area, publications in sorted(figures.offices.items())
        if area not in constituencies()
    ]
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
        "other_offices": others if fits(others) else [],
        "other_number": len(others),
    }


def _pages_of_place(parts: Parts, area: str) -> list[Page]:
    """Its own and the frame of its issues: one after the other, since they have the same table."""
    place = _place_of(parts.whole, area)
    part, path = partial(parts.place, area), f"embed/places/{area}/issues/"
    own = Page(
        path=f"places/{place.code}/",
        template="place.html",
        section="places",
        title=name_of(place),
        part=part,
        make=_place,
        given=(place,),
        piece=Piece(parts.averages, on_its_page),
    )
    framed = Piece(parts.averages, in_a_frame)
    frame = Page(path, "embed_issues.html", "", name_of(place), part, _embedded_issues, (place,), framed)
    return [own, frame]


def _place(figures: Figures, place: Place) -> Context:
    total = figures.counts["year"].get(ALL, {}).get(place.code)
    by_month = figures.by_month.get(place.code, {})
    return {
        "place": place,
        "offices": [(office_path(each), each.office.name) for each in figures.offices[place.code]],
        "total": total,
        "on_map": place.code in constituencies(),
        "whole": is_compared(figures, place),
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


def _place_elsewhere(office: OfficeIdentity) -> Place:
    """An area not on the map, such as a ward or a seat of another parliament; its residents are not known."""
    kind = title_of(codelists.load("area_type")[office.area_type])
    return Place(office.area_code, office.area_name, "", country="", region=kind, population=0)
