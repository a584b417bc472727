"""When a problem was brought to this office, which is what some time limits ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from opencasework.office.cases.ledger import line_that_added
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
    """The first we heard of a problem: with the case, unless it was added to it later."""
    opened, line = timezone.localdate(case.opened_at), line_that_added(issue) if issue else None
    if line is not None and (added := timezone.localdate(line.at)) > opened:
        return Put(added, "added to this case then")
    first = case.events.filter(kind=Event.Kind.MESSAGE_IN).order_by("at").first()
    if first is not None and (wrote := timezone.localdate(first.at)) < opened:
        return Put(wrote, "the first message on this case")
    return Put(opened, "the day this case was opened")
