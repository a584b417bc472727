"""The routes that come with the package, and which of them fits a case."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Issue
from opencasework.office.cases.transfers import is_devolved, is_devolved_in_part
from opencasework.office.places.models import NATIONS_OF
from opencasework.office.routes.limits import Limit, all_limits

OF_ANOTHER = ("unit", "local_office")  # kinds of bodies that are a part of another, and no kind of their own


@dataclass(frozen=True)
class Route:
    """What to do with one common problem, an entry of `data/routes.toml`."""

    code: str
    problem: str
    categories: tuple[str, ...]
    nation: str
    collect: str
    authority: str
    first: str
    then: str
    redress: str
    can: str
    cannot: str
    how: str
    bodies: tuple[str, ...]
    limits: tuple[str, ...]
    source: str
    as_of: str  # the day of the research it rests on, YYYY-MM-DD
    checked: str
    part_by_body: bool = False  # what is devolved in part: the body that is named says whose matter it is
    # Limits that are not for each of its categories, see the README of the data: the rules of each.
    limits_of: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def as_of_day(self) -> date:
        return date.fromisoformat(self.as_of)

    @property
    def to_collect(self) -> list[str]:
        return _items(self.collect)

    @property
    def member_can(self) -> list[str]:
        return _items(self.can)

    @property
    def member_cannot(self) -> list[str]:
        return _items(self.cannot)

    def clocks(self, *, nation: str) -> list[Limit]:
        """Its time limits that run in en, wa, sc or ni, in the order in which they come."""
        found = [all_limits()[code] for code in self.limits]
        return [limit for limit in found if limit.speaks_of(nation)]

    def runs(self, limit: Limit, issue: Issue, *, nation: str) -> bool | None:
        """Whether the limit is about this problem of a case; None while no body that says so is named."""
        category, body = issue.category.code, _whole(issue.body)
        rules = dict(self.limits_of).get(limit.code)
        answers = [True] if rules is None else [_of_rule(each, category, body) for each in rules]
        if self.part_by_body and is_devolved_in_part(category, nation):
            own = len(NATIONS_OF[self.nation]) == 1
            of_its_body = None if body is None else (body.nation == nation) == own
            answers = [each and of_its_body for each in answers]
        return True if True in answers else None if None in answers else False

    def speaks_of(self, nation: str) -> bool:
        """Whether it holds in en, wa, sc or ni."""
        return nation in NATIONS_OF[self.nation]


def _whole(body: Body | None) -> Body | None:
    """The body that a unit or a local office is of."""
    return body.parent or body if body is not None and body.kind in OF_ANOTHER else body


def _of_rule(rule: str, category: str, body: Body | None) -> bool | None:
    """Whether a rule such as “MON-DEBT:company,!TELCO” lets a limit run; None where it asks for the body."""
    code, _colon, of = rule.partition(":")
    if code not in (category, category.partition("-")[0]):
        return False
    wanted = [each for each in of.split(",") if each and not each.startswith("!")]
    if body is None:
        return None if wanted else True
    if f"!{body.code}" in of.split(","):
        return False
    return not wanted or body.code in wanted or body.kind in wanted


def limits_of(issue: Issue, *, nation: str) -> Iterator[Limit]:
    """The limits that run for a problem of a case in en, wa, sc or ni: each once."""
    found = {
        limit: None
        for route in routes_for(issue.category.code, nation=nation)
        for limit in route.clocks(nation=nation)
        if route.runs(limit, issue, nation=nation)
    }
    yield from found


def _items(text: str) -> list[str]:
    """A list that is written in one line, each with a capital at its beginning."""
    return [item[:1].upper() + item[1:] for item in text.split("; ") if item]


@lru_cache(maxsize=1)
def all_routes() -> tuple[Route, ...]:
    """Every route, in the order of its code."""
    text = resources.files("opencasework.office.routes").joinpath("data", "routes.toml").read_text("utf-8")
    return tuple(_route(entry) for entry in tomllib.loads(text)["route"])


def _route(entry: dict[str, Any]) -> Route:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
    }
    rules = entry.get("limits_of", {})
    values["limits_of"] = tuple((code, tuple(its)) for code, its in rules.items())
    return Route(**values)


def routes_for(category: str, *, nation: str) -> list[Route]:
    """The routes for a problem with this category's code in en, wa, sc or ni; those made for it first.

    Where none names the category, the one of its whole family. Where the problem is devolved, a route of the
    nation alone stands instead of those of Great Britain or the United Kingdom; else it goes before them.
    """
    family = category.partition("-")[0]
    for wanted in (category, family):
        found = [each for each in all_routes() if wanted in each.categories and each.speaks_of(nation)]
        if is_devolved(category, nation) and any(len(NATIONS_OF[each.nation]) == 1 for each in found):
            found = [each for each in found if each.nation not in ("gb", "uk")]
        if found:
            return sorted(
                found, key=lambda each: (len(NATIONS_OF[each.nation]), each.categories.index(wanted))
            )
    return []
