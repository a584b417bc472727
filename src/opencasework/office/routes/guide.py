"""The routes that come with the package, and which of them fits a case."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from opencasework.office.places.models import NATIONS_OF
from opencasework.office.routes.limits import Limit, all_limits


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

    def speaks_of(self, nation: str) -> bool:
        """Whether it holds in en, wa, sc or ni."""
        return nation in NATIONS_OF[self.nation]


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
    return Route(**values)


def routes_for(category: str, *, nation: str) -> list[Route]:
    """The routes for a problem with this category's code in en, wa, sc or ni; those made for it first.

    Where none names the category, the one of its whole family. A route of the nation alone goes before one
    that holds in several, since what is devolved goes another way.
    """
    family = category.partition("-")[0]
    for wanted in (category, family):
        found = [each for each in all_routes() if wanted in each.categories and each.speaks_of(nation)]
        if found:
            return sorted(
                found, key=lambda each: (len(NATIONS_OF[each.nation]), each.categories.index(wanted))
            )
    return []
