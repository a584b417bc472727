"""The figures for programs: JSON files to be asked for like an API, and an Atom feed of each series.

Files at fixed addresses, so that whoever puts the site on the web has put the API there too. What is said in
them is what the pages say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from opencasework.observatory.measures import Trend
from opencasework.observatory.months import days_of, month_name
from opencasework.observatory.places import constituencies
from opencasework.observatory.site import words
from opencasework.observatory.site.bodies import body_path
from opencasework.observatory.site.figures import ALL, Figures, Topic
from opencasework.observatory.site.memory import Memory, hash_of_all
from opencasework.observatory.site.standing import Coming
from opencasework.standard.atom import Entry, feed

VERSION = 1  # of the addresses and names here; what is added later does not change it
DIGITS = 4
INVENTED = "Invented figures: "


Make: TypeAlias = Callable[..., bytes]


def write_api(figures: Figures, coming: Coming, memory: Memory) -> dict[str, str]:
    """Write everything below api/, and the feeds beside the pages, or take it from the build before.

    Returns what each file was made of.
    """
    made = {}
    for name, (make, given) in _files(figures).items():
        made[name] = hash_of_all([make.__name__, *given])
        if not memory.take(name, made[name], "", coming):
            coming.put(name, make(*given))
    return made


def _files(figures: Figures) -> dict[str, tuple[Make, tuple[Any, ...]]]:
    """How each file is made, and of what alone."""
    files: dict[str, tuple[Make, tuple[Any, ...]]] = {
        "api/index.json": (_json, (_index(figures),)),
        "api/issues.json": (_json, ([_issue(figures, topic) for topic in figures.topics],)),
        "api/bodies.json": (_json, ([vars(body) for body in figures.bodies],)),
        "api/places.json": (_json, ([_place_named(area, figures) for area in sorted(figures.offices)],)),
    }

    def series(
        key: str, title: str, counts: Mapping[str, int], what: str = "new cases"
    ) -> tuple[Make, tuple[Any, ...]]:
        return _atom, (key, (INVENTED if figures.synthetic else "") + title, counts, figures.months, what)

    for area in sorted(figures.offices):
        files[f"api/places/{area}.json"] = (_json, (_place(figures, area),))
        title = f"Casework in {_name(figures, area)}"
        files[f"places/{area}/feed.xml"] = series(f"place:{area}", title, figures.by_month.get(area, {}))
    for topic in figures.topics[1:]:
        title = f"{topic.title}: new cases"
        counts = figures.series.get(topic.code, {})
        files[f"issues/{topic.slug}/feed.xml"] = series(f"issue:{topic.code}", title, counts)
    for body in figures.bodies:
        if path := body_path(body):
            sent = {row.key: row.sent for row in figures.dealings.get(body.body, [])}
            title = f"{body.title}: enquiries sent"
            files[f"{path}feed.xml"] = series(f"body:{body.body}", title, sent, "enquiries sent")
    files["feed.xml"] = series("all", "All casework: new cases", figures.series.get(ALL, {}))
    return files


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _index(figures: Figures) -> Mapping[str, Any]:
    return {
        "version": VERSION,
        "synthetic": figures.synthetic,
        "measure": "cases_opened",
        "newest_month": figures.month.months[-1],
        "coverage": [
            {"month": row.month, "offices": row.offices, "population": row.population}
            for row in figures.coverage
        ],
        "files": {
            "issues.json": "each issue by month over all offices, with its trend",
            "places.json": "the places with an office that publishes; places/CODE.json is one of them",
            "bodies.json": "what was put to public bodies and answered in twelve months",
        },
    }


def _issue(figures: Figures, topic: Topic) -> Mapping[str, Any]:
    return {
        "code": topic.code,
        "title": topic.title,
        "months": dict(sorted(figures.series.get(topic.code, {}).items())),
        "trend": _trend(figures.trends.get(topic.code)),
    }


def _trend(found: Trend | None) -> Mapping[str, Any]:
    if found is None or found.ratio is None or found.low is None or found.high is None:
        return {"verdict": "too little data"}
    limits = {name: round(getattr(found, name), DIGITS) for name in ("ratio", "low", "high")}
    return {"verdict": found.verdict, **limits, "months": found.months, "offices": found.offices}


def _name(figures: Figures, area: str) -> str:
    place = constituencies().get(area)
    return place.name if place else figures.offices[area][0].office.area_name


def _place_named(area: str, figures: Figures) -> Mapping[str, Any]:
    return {"area_code": area, "name": _name(figures, area), "file": f"places/{area}.json"}


def _place(figures: Figures, area: str) -> Mapping[str, Any]:
    place = constituencies().get(area)
    counts = figures.counts["year"]
    return {
        **_place_named(area, figures),
        "population": place.population if place else None,
        "offices": [publication.office.name for publication in figures.offices[area]],
        "months": dict(sorted(figures.by_month.get(area, {}).items())),
        "trend": _trend(figures.place_trends.get(area)),
        "twelve_months": {
            code: {"cases": by_area[area].value, "give_or_take": by_area[area].uncertainty}
            for code, by_area in sorted(counts.items())
            if area in by_area
        },
    }


def _atom(key: str, title: str, counts: Mapping[str, int], months: Sequence[str], what: str) -> bytes:
    """A feed of a series: an entry for each month, newest first, dated on its last day."""
    known = [month for month in reversed(months) if month in counts]
    identifier = f"urn:casework-observatory:{key}"
    entries = [
        Entry(
            f"{identifier}:{month}",
            f"{month_name(month)}: {words.count(counts[month])} {what}",
            _moment(month),
            _beside(month, counts, months),
        )
        for month in known
    ]
    return feed(
        id=identifier,
        title=title,
        updated=_moment(known[0] if known else months[-1]),
        author="Casework Observatory",
        page="./",
        entries=entries,
    )


def _beside(month: str, months: Mapping[str, int], known: Sequence[str]) -> str:
    before = [each for each in known if each < month and each in months]
    if not before:
        return "The first month published."
    then = f"{words.count(months[before[-1]])} in {month_name(before[-1])}"
    return f"{then}. Offices join and leave: see the trend."


def _moment(month: str) -> str:
    return f"{month}-{days_of(month)}T00:00:00Z"
