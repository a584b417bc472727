"""Rows of My day about closed cases that somebody is to look at again."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from opencasework.office.cases.models import FollowUp
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Todo


def follow_ups(staff: StaffMember, day: Day) -> QuerySet[FollowUp]:
    """What is due this week, on cases that this colleague may know of. Their cases stay closed."""
    return on_visible_cases(FollowUp.objects.open().filter(on__lte=day.end_of_week), staff)


def whose(staff: StaffMember) -> Q:
    """Whoever has the case; of one nobody here has, whoever closed it, or managers if they left too."""
    nobodys = Q(case__owner=None) | Q(case__owner__is_active=False)
    mine = Q(case__owner=staff) | nobodys & Q(by=staff)
    if not may(staff, May.MANAGE_OFFICE):
        return mine
    return mine | nobodys & (Q(by=None) | Q(by__is_active=False))


def read(follow_up: FollowUp, day: Day) -> Todo:
    """The row of a closed case to be looked at."""
    return Todo(
        case=follow_up.case,
        title=f"{follow_up.what}: {follow_up.case.title}",
        url=follow_up.case.get_absolute_url(),
        icon="history",
        on=follow_up.on,
        note="",
        button="Look again",
        button_icon="history",
        button_url=follow_up.get_absolute_url(),
    )
