"""Calls that wait in the invented office: some cases of one department, to be raised in one call."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from opencasework.office.cases.models import Case
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.reminders.models import DigestWish
from opencasework.office.staff.models import StaffMember

# What is planned on cases of a department; the first is late, the others fall on the days after.
ABOUT = (
    "Ring DWP: where is the payment?",
    "Ring DWP about the journal",
    "Ring DWP: was the letter read?",
    "Ring DWP again",
    "Ring DWP for the decision date",
    "Ring DWP about the advance",
)


def plan_calls(staff: dict[str, StaffMember], today: date) -> None:
    """Of cases about Universal Credit and other benefits the next step is a call; two want the digest."""
    theirs = Q(issues__body__code__startswith="DWP") | Q(issues__body__parent__code="DWP")
    cases = Case.objects.filter(theirs, issues__outcome="", need_to_know=False).standing().open()
    for place, case in enumerate(cases.distinct().order_by("pk")[: len(ABOUT)]):
        if case.owner is not None and case.next_action_on is not None and case.next_action_on > today:
            on = working_days_after(today, place % 4)
            case.plan(next_action=ABOUT[place], on=on, by=case.owner)
    DigestWish.objects.bulk_create(DigestWish(staff=staff[name]) for name in ("priya", "tom"))
