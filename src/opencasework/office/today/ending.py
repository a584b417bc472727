"""Rows of My day about the person's own time limits that end soon."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from opencasework.office.kit import dates
from opencasework.office.referrals.models import Complaint
from opencasework.office.routes.models import LastDay
from opencasework.office.routes.schemes import all_schemes
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.referred import ENDS_SOON
from opencasework.office.today.row import Day, Todo

LAST_DAYS = timedelta(days=3)  # in which its picture is that of what is late


def limits(staff: StaffMember, day: Day) -> QuerySet[LastDay]:
    """Time limits that end soon, or have ended, and of which nobody has said what became of them."""
    return on_visible_cases(unused().filter(until__lte=day.today + ENDS_SOON), staff)


def unused() -> QuerySet[LastDay]:
    """Time limits that run, but those for a complaint that is kept: it has its own last day, or has gone."""
    limit_of = [
        When(scheme_code=code, then=Value(scheme.time_limit.code))
        for code, scheme in all_schemes().items()
        if scheme.time_limit
    ]
    kept = Complaint.objects.exclude(state=Complaint.State.WITHDRAWN).alias(
        limit_code=Case(*limit_of, default=Value(""))
    )
    kept = kept.filter(Q(issue=None) | Q(issue=OuterRef("issue")), case=OuterRef("case"))
    return LastDay.objects.running().exclude(Exists(kept.filter(limit_code=OuterRef("limit_code"))))


def read_limit(last_day: LastDay, day: Day) -> Todo:
    """The row of a limit: at today with its last day, and once that has passed at the day it was."""
    ends = dates.short(last_day.until, today=day.today)
    return Todo(
        case=last_day.case,
        title=f"{last_day.limit_name}: {last_day.case.title}",
        url=f"{last_day.case.get_absolute_url()}#route",
        icon="clock-alert" if last_day.until <= day.today + LAST_DAYS else "calendar-clock",
        on=min(last_day.until, day.today),
        note=f"last day {ends}" if last_day.until >= day.today else f"last day was {ends}",
        button="Was it used?",
        button_icon="calendar-check",
        button_url=last_day.get_absolute_url(),
    )
