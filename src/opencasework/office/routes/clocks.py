"""Which time limits of a case run, for each of its problems, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import prefetch_related_objects

from opencasework.office.cases.models import Case, Issue
from opencasework.office.routes.actions import dates_of
from opencasework.office.routes.guide import Route, routes_for
from opencasework.office.routes.limits import Limit, Running, Used, running

SOON = 14  # days


@dataclass(frozen=True)
class Clock:
    """A time limit of some problems: its last day, or which date it waits for.

    `about` names the problems where others of the same route have another last day, or none yet.
    """

    limit: Limit
    running: Running | None
    days_left: int | None
    issues: tuple[Issue, ...]
    used: Used | None  # by what a date of the case says
    about: str = ""
    is_paused: bool = False  # its clock was stopped in time, so that its last day is later and not known
    asks_body: bool = False  # it is not counted before a body is named for the problem

    @property
    def state(self) -> str:
        """The colour: late, due soon, or time left."""
        if self.days_left is None:
            return "draft"
        return "late" if self.days_left < 0 else "due" if self.days_left <= SOON else "waiting"

    @property
    def issue(self) -> Issue | None:
        """The problem that a date which is wanted is about, where it is one."""
        return self.issues[0] if len(self.issues) == 1 else None

    @property
    def days_past(self) -> int:
        return -(self.days_left or 0)


@dataclass(frozen=True)
class Routed:
    """A route of a case, the problems that go it, and its limits: first those that run, by their last day.

    A limit that another route of the case has shown with the same last day is not among them.
    """

    route: Route
    issues: list[Issue]
    clocks: list[Clock] = field(default_factory=list)


def routes_of(case: Case, *, nation: str) -> list[Routed]:
    """The routes of a case's open problems, each once, without limits; of a closed case, of all of them."""
    # Nothing to do where they are fetched already.
    prefetch_related_objects([case], "issues__category", "issues__body")
    issues = list(case.issues.all())
    found: dict[Route, list[Issue]] = {}
    for issue in [each for each in issues if each.is_open] or issues:
        for route in routes_for(issue.category.code, nation=nation):
            found.setdefault(route, []).append(issue)
    return [Routed(route, its) for route, its in found.items()]


def clocks_of(case: Case, *, nation: str, on: date) -> list[Routed]:
    """The routes of a case with their limits, from the dates of each problem."""
    routed = routes_of(case, nation=nation)
    known = {
        issue.pk: {kind: each.day for kind, each in dates_of(case, issue).items()}
        for issue in {issue for each in routed for issue in each.issues}
    }
    # Two problems often have a limit and its day in common, or the date that it waits for.
    shown: dict[tuple[str, date | None, Used | None, bool, bool], tuple[list[Clock], int]] = {}
    for each in routed:
        for limit in each.route.clocks(nation=nation):
            for clock in _by_last_day(each.route, limit, each.issues, known, nation=nation, on=on):
                until = clock.running.until if clock.running else None
                if clock.asks_body and not (clock := _still_asked(clock, routed, nation=nation)).issues:
                    continue
                one = (limit.code, until, clock.used, clock.is_paused, clock.asks_body)
                if one not in shown:
                    shown[one] = (each.clocks, len(each.clocks))
                    each.clocks.append(clock)
                elif clock.running is None:
                    clocks, place = shown[one]
                    clocks[place] = _of_both(clocks[place], clock)
    for each in routed:
        each.clocks.sort(key=lambda clock: (clock.running is None, clock.days_left or 0))
    return routed


def _still_asked(clock: Clock, routed: list[Routed], *, nation: str) -> Clock:
    """Without the problems for which another route of theirs counts the limit, whoever it is about."""
    counted = {
        issue
        for each in routed
        if clock.limit in each.route.clocks(nation=nation)
        for issue in each.issues
        if each.route.runs(clock.limit, issue, nation=nation)
    }
    left = tuple(issue for issue in clock.issues if issue not in counted)
    return replace(clock, issues=left, about=" and ".join(each.named for each in left) if clock.about else "")


def _of_both(one: Clock, other: Clock) -> Clock:
    """One limit that waits for the same date of problems on two routes, which names them all."""
    issues = tuple(dict.fromkeys((*one.issues, *other.issues)))
    if len(issues) == len(one.issues):
        return one
    return replace(one, issues=issues, about=" and ".join(each.named for each in issues))


def running_of(case: Case, *, nation: str, on: date) -> Iterator[Clock]:
    """The limits of a case that have a last day."""
    for routed in clocks_of(case, nation=nation, on=on):
        yield from (clock for clock in routed.clocks if clock.running)


def _by_last_day(
    route: Route,
    limit: Limit,
    issues: list[Issue],
    known: dict[int, dict[str, date]],
    *,
    nation: str,
    on: date,
) -> list[Clock]:
    """The limit once for each last day that problems of one route have, and for each day it was used on."""
    found: dict[tuple[date | None, Used | None, bool], tuple[Running | None, list[Issue]]] = {}
    runs = {issue: route.runs(limit, issue, nation=nation) for issue in issues}
    for issue in (each for each, so in runs.items() if so):
        its, used = running(limit, known[issue.pk], nation=nation), limit.used(known[issue.pk])
        is_paused = its is None and bool(limit.paused_by) and limit.starts in known[issue.pk]
        found.setdefault((its.until if its else None, used, is_paused), (its, []))[1].append(issue)
    asked = tuple(each for each, so in runs.items() if so is None)
    named = " and ".join(each.named for each in asked) if len(issues) > 1 else ""
    return [Clock(limit, None, None, asked, None, about=named, asks_body=True)] * bool(asked) + [
        Clock(
            its.limit if its else limit,
            its,
            its.days_left(on=on) if its else None,
            tuple(about),
            used,
            is_paused=is_paused,
            about=" and ".join(each.named for each in about) if len(about) < len(issues) else "",
        )
        for (_, used, is_paused), (its, about) in found.items()
    ]
