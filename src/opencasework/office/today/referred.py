"""Rows of My day about ombudsmen and partners."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse

from opencasework.office.kit import dates
from opencasework.office.referrals.models import Complaint, Inward
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Todo

ENDS_SOON = timedelta(days=14)  # before its last day a complaint is somebody's work today


def complaints(staff: StaffMember, day: Day) -> QuerySet[Complaint]:
    """Complaints to an ombudsman that have not gone, and whose time is nearly over."""
    soon = Complaint.objects.preparing().filter(by_when__lte=day.today + ENDS_SOON, case__closed_at=None)
    return on_visible_cases(soon, staff)


def read_complaint(complaint: Complaint, day: Day) -> Todo:
    """The row of a complaint: at today with its last day, and once that has passed at the day it was."""
    assert complaint.by_when is not None  # `complaints` asks for it
    ends = dates.short(complaint.by_when, today=day.today)
    return Todo(
        case=complaint.case,
        title=f"Complain to the {complaint.scheme.short}: {complaint.case.title}",
        url=complaint.get_absolute_url(),
        icon="landmark",
        on=min(complaint.by_when, day.today),
        note=f"last day {ends}" if complaint.by_when >= day.today else f"last day was {ends}",
        button="Complaint",
        button_icon="landmark",
        button_url=complaint.get_absolute_url(),
    )


def to_tell(staff: StaffMember, day: Day) -> QuerySet[Inward]:
    """Closed cases whose partner waits to hear what came of it."""
    return on_visible_cases(Inward.objects.to_tell(), staff)


def read_to_tell(inward: Inward, day: Day) -> Todo:
    """The row of a partner to tell."""
    return Todo(
        case=inward.case,
        title=f"Tell {inward.partner} what came of it: {inward.case.title}",
        url=inward.case.get_absolute_url(),
        icon="handshake",
        on=day.today,
        note="",
        button="They were told",
        button_icon="check",
        button_url=reverse("inward-told", args=[inward.pk]),
    )
