"""Rows of My day about notes that ask a colleague."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.models import Mention
from opencasework.office.kit import dates
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Todo


def rows(staff: StaffMember, day: Day) -> QuerySet[Mention]:
    return on_visible_cases(Mention.objects.open(), staff)


def read(mention: Mention, day: Day) -> Todo:
    """Somebody asks a colleague in a note: the note is read on the case, and then it is done."""
    return Todo(
        case=mention.case,
        title=f"{mention.by or 'Somebody'} asks {mention.whom} in a note: {mention.case.title}",
        url=mention.get_absolute_url(),
        icon="at-sign",
        on=day.today,
        note=f"asked {dates.short(timezone.localdate(mention.at), today=day.today)}",
        button="Seen",
        button_icon="check",
        button_url=reverse("today-mention", args=[mention.pk]),
        posts=True,
        for_anyone=True,
    )
