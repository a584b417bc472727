"""Rows of My day about authority that ended while an answer is waited for."""

from __future__ import annotations

from django.db.models import QuerySet

from opencasework.office.kit import dates
from opencasework.office.letters.models import Enquiry
from opencasework.office.letters.uncovered import uncovered
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Todo


def rows(staff: StaffMember, day: Day) -> QuerySet[Enquiry]:
    return on_visible_cases(uncovered(on=day.today), staff)


def read(enquiry: Enquiry, day: Day) -> Todo:
    """The row leads to the case, which says whose authority it was and how to ask for it anew."""
    url = enquiry.case.get_absolute_url()
    return Todo(
        case=enquiry.case,
        title=f"Authority for {enquiry.body} has ended, ask for it anew: {enquiry.case.title}",
        url=url,
        icon="shield-alert",
        on=day.today,
        note=f"they were asked {dates.short(enquiry.sent_on, today=day.today)}",
        button="Look",
        button_icon="arrow-right",
        button_url=url,
    )
