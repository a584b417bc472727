"""What of the figures a page may read, so that it need not be made again while that is the same.

A page is given its part of the figures and nothing else: what it cannot read cannot make it out of date. A
part has the same shape as the whole, with nothing in it that is not the page's business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Collection as Several
from dataclasses import fields, replace
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from opencasework.observatory.collect import Collected, Collection, LeftOut
from opencasework.observatory.measures import BodyCount
from opencasework.observatory.site.figures import ALL, Figures
from opencasework.observatory.site.postcodes import area_of

T = TypeVar("T")
SMALL = 50  # entries; the mark of a larger table is kept, since many pages share it
KEPT_PLACES = 1_000  # parts of places; some 3 kB each
FIELDS = tuple(field.name for field in fields(Figures))


class Parts:
    """Cuts the figures of one build into the parts that pages are made of."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._marks: dict[int, tuple[object, str]] = {}
        self._marks_of_parts: dict[Hashable, str] = {}

    @property
    def whole(self) -> Figures:
        """All of them, to find out which pages there are."""
        return self._figures

    def named(self, publication: Collected) -> Collected:
        """A publication without where its rows are and what their bytes are: no page says that."""
        return self._named[publication.office.post]

    @cached_property
    def _named(self) -> Mapping[str, Collected]:
        """One of each, by post, since they are in many parts; no post is in a collection twice."""
        publications = self._figures.collection.publications
        return {each.office.post: replace(each, counts=Path(), mark="") for each in publications}

    @cached_property
    def _nothing(self) -> Figures:
        """What every page may know: the months, the spans, and whether anything is invented."""
        by_span: dict[str, Any] = {span.key: {} for span in self._figures.spans}
        empty: dict[str, Any] = {}
        kept = {"months", "spans", "synthetic", "finds_postcodes"}
        for name in FIELDS:
            if name not in kept:
                empty[name] = {} if isinstance(getattr(self._figures, name), Mapping) else ()
        return replace(
            self._figures,
            **empty
            | {
                "collection": Collection((), ()),
                "counts": by_span,
                "averages": by_span,
                "compared": by_span,
                "changes": by_span,
            },
        )

    @cached_property
    def _newest(self) -> tuple[Any, ...]:
        return (self._figures.now,)

    @cache  # noqa: B019 (it lives as long as the build)
    def view(self, topic: str, span: str) -> Figures:
        """For an issue over a span: its places and months, and the issues beside it."""
        whole = self._figures
        return replace(
            self._nothing,
            coverage=whole.coverage,
            series=whole.series,
            counts=self._of_span(whole.counts, span, (ALL, topic)),
            averages={span: _only(whole.averages[span], [topic])},
            changes=whole.changes,
            trends=whole.trends,
            topics=whole.topics,
            subtopics=_only(whole.subtopics, [topic]),
            offices=self._publishing,
        )

    @cached_property
    def _publishing(self) -> Mapping[str, Any]:
        """The areas with an office, without saying which."""
        return dict.fromkeys(self._figures.offices, ())

    def _of_span(self, counts: Mapping[str, Mapping[str, T]], span: str, topics: Iterable[str]) -> Any:
        return {key: _only(rows, topics) if key == span else {} for key, rows in counts.items()}

    @cache  # noqa: B019
    def issues(self) -> Figures:
        """For the list of issues."""
        whole = self._figures
        return replace(
            self._nothing,
            coverage=whole.coverage,
            topics=whole.topics,
            series=whole.series,
            averages=whole.averages,
            changes=whole.changes,
            trends=whole.trends,
        )

    @cache  # noqa: B019
    def trend(self, topics: Several[str]) -> Figures:
        """For the chart of some issues."""
        whole = self._figures
        drawn = [*whole.topics[:1], *(topic for topic in whole.topics[1:] if topic.code in topics)]
        series = _only(whole.series, topics)
        return replace(self._nothing, coverage=whole.coverage, topics=drawn, series=series)

    @cache  # noqa: B019
    def places(self) -> Figures:
        """For the list of places."""
        whole = self._figures
        offices = {area: [self.named(each) for each in offices] for area, offices in whole.offices.items()}
        counts = self._of_span(whole.counts, "year", (ALL,))
        return replace(self._nothing, coverage=self._newest, offices=offices, counts=counts)

    @lru_cache(maxsize=KEPT_PLACES)  # noqa: B019 (its page and its frames, in both languages)
    def place(self, area: str) -> Figures:
        """For a place, without anything of others."""
        whole, year = self._figures, self._figures.counts["year"]
        return replace(
            self.months_of_place(area),
            counts={
                "month": {},
                "year": {code: {area: rows[area]} for code, rows in year.items() if area in rows},
            },
            place_trends=_only(whole.place_trends, [area]),
        )

    @cache  # noqa: B019
    def averages(self) -> Figures:
        """For what stands beside each place: the average of each issue, and of how many places it is."""
        whole = self._figures
        averages, compared = (
            {"month": {}, "year": getattr(whole, name)["year"]} for name in ("averages", "compared")
        )
        return replace(self._nothing, topics=whole.topics, averages=averages, compared=compared)

    @lru_cache(maxsize=KEPT_PLACES)  # noqa: B019
    def months_of_place(self, area: str) -> Figures:
        """For the chart of a place."""
        whole = self._figures
        offices = {area: [self.named(each) for each in whole.offices[area]]}
        return replace(self._nothing, offices=offices, by_month=_only(whole.by_month, [area]))

    @cache  # noqa: B019
    def bodies(self) -> Figures:
        """For the list of bodies."""
        whole = self._figures
        return replace(self._nothing, coverage=self._newest, bodies=whole.bodies, answered=whole.answered)

    def body(self, body: BodyCount) -> Figures:
        """For one of them."""
        whole, code = self._figures, [body.body]
        return replace(
            self._nothing,
            coverage=whole.coverage,
            topics=whole.topics,
            answered=_only(whole.answered, code),
            dealings=_only(whole.dealings, code),
            dealings_about=_only(whole.dealings_about, code),
        )

    @cache  # noqa: B019
    def data(self) -> Figures:
        """For the page of the files: who published when, and under which licences."""
        whole = self._figures
        publications = [self.named(each) for each in whole.collection.publications]
        return replace(self._nothing, collection=Collection(publications, ()), coverage=whole.coverage)

    def listed(self, offices: Sequence[Collected], left_out: Sequence[LeftOut] = ()) -> Figures:
        """For a list of offices, or of what was wrong with publications."""
        whole, names = self._figures, [each.name for each in offices]
        return replace(
            self._nothing,
            collection=Collection([self.named(each) for each in offices], left_out),
            office_months=_only(whole.office_months, names),
            addresses=_only(whole.addresses, names),
        )

    def office(self, name: str) -> Figures:
        """For the office of the publication of that name."""
        whole = self._figures
        return replace(
            self._nothing,
            office_months=_only(whole.office_months, [name]),
            addresses=_only(whole.addresses, [name]),
        )

    @cache  # noqa: B019
    def districts(self, area: str = "") -> Figures:
        """For the list of postcode areas, or for one of them."""
        every, whole = self._figures.districts, self._figures
        chosen = {name: codes for name, codes in every.items() if not area or area_of(name) == area}
        there = {code for codes in chosen.values() for code in codes} & whole.offices.keys() if area else ()
        return replace(self._nothing, districts=chosen, offices=dict.fromkeys(sorted(there), ()))

    def nothing(self) -> Figures:
        """For a page without figures."""
        return self._nothing

    def mark(self, part: Callable[[], Figures], *more: object) -> str:
        """A hash of everything in a part and whatever else a page is made of."""
        return hashlib.sha256(f"{self._mark_of(part)}{self._said(more)}".encode()).hexdigest()

    def _mark_of(self, part: Callable[[], Figures]) -> str:
        """The hash of a part. It is the same in both languages, and on a page and beside it in a frame."""
        key = (part.func, part.args) if isinstance(part, partial) else part
        try:
            if key not in self._marks_of_parts:
                self._marks_of_parts[key] = self._mark_now(part())
            return self._marks_of_parts[key]
        except TypeError:  # cut out for a list, by which it cannot be looked up
            return self._mark_now(part())

    def _mark_now(self, part: Figures) -> str:
        nothing, found = vars(self._nothing), hashlib.sha256()
        for name, value in vars(part).items():
            if value is not nothing[name]:
                found.update(f"\0{name}\0{self._said(value)}".encode())
        return f"{self._mark_of_nothing}{found.hexdigest()}"

    @cached_property
    def _mark_of_nothing(self) -> str:
        said = [(name, self._said(getattr(self._nothing, name))) for name in FIELDS]
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def _said(self, value: Any) -> str:
        if isinstance(value, Collected):
            return self._marked(value)
        if not isinstance(value, dict | list | tuple):
            return repr(value)
        if len(value) >= SMALL:
            return self._marked(value)
        if isinstance(value, dict):
            return repr([(key, self._said(each)) for key, each in value.items()])
        return repr([*map(self._said, value)])

    def _marked(self, value: object) -> str:
        """What is in many parts is one object; it is kept, lest another be taken for it."""
        if id(value) not in self._marks:
            self._marks[id(value)] = (value, hashlib.sha256(repr(value).encode()).hexdigest())
        return self._marks[id(value)][1]


def _only(rows: Mapping[str, T], keys: Iterable[str]) -> dict[str, T]:
    return {key: rows[key] for key in keys if key in rows}
