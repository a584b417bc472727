"""When a problem was brought to this office, which is what some time limits ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from opencasework.office.cases.ledger import line_that_added, one_problem
from opencasework.office.cases.models import Case, Event, Issue
from opencasework.office.places.models import MemberKind, Office


@dataclass(frozen=True)
class Put:
    """The problem was brought to a member of the Commons: on which day, and how we know."""

    on: date
    known_from: str


def put_to_us(case: Case, issue: Issue | None, *, known_from: date | None) -> Put | None:
    """When this office's member of the Commons was told of it: None where the person knew of it only later.

    None, too, in the office of another representative. Source: Parliamentary Commissioner Act 1967 s.6(3).
    """
    office = Office.if_any()
    if office is None or office.member_kind != MemberKind.MP:
        return None
    came = _came(case, issue)
    return came if known_from is None or known_from <= came.on else None


def _came(case: Case, issue: Issue | None) -> Put:
    """The first we heard of a problem, or of one that is the same: with its case, unless it was added later.

    Of two cases that became one, each problem came with its own.
    """
    issues = list(case.issues.all())
    numbers = one_problem(issue, issues) if issue else set()
    lines = [line for each in issues if each.pk in numbers and (line := line_that_added(each))]
    return min((_brought(line, case) for line in lines), key=_day_of, default=_with(case, case))


def _brought(line: Event, now: Case) -> Put:
    its = line.case
    opened, added = timezone.localdate(its.opened_at), timezone.localdate(line.at)
    return Put(added, "added to this case then") if added > opened else _with(its, now)


def _with(its: Case, now: Case) -> Put:
    """When the case came that the problem came with, by its first message."""
    opened = timezone.localdate(its.opened_at)
    case = "this case" if its == now else f"{its.reference}, which it came with,"
    first = its.events.filter(kind=Event.Kind.MESSAGE_IN).order_by("at").first()
    if first is not None and (wrote := timezone.localdate(first.at)) < opened:
        return Put(wrote, f"the first message on {case.rstrip(',')}")
    return Put(opened, f"the day {case} was opened")


def _day_of(put: Put) -> date:
    return put.on
