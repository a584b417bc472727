"""Answers whose clock stands still: they are waited for, are not past their date, and nobody chases them."""

from __future__ import annotations

from django.db.models import QuerySet

from opencasework.office.cases.models import Case
from opencasework.office.kit import dates
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.row import Day, Todo


def rows(staff: StaffMember, day: Day) -> QuerySet[Enquiry]:
    """Of open cases that this colleague may know of; one with a reply to read is listed as that."""
    cases = Case.objects.visible_to(staff).open().order_by()
    stopped = Enquiry.objects.filter(paused_on__isnull=False, answered_on=None, case__in=cases.values("pk"))
    return stopped.unread(yes=False)


def read(enquiry: Enquiry, day: Day) -> Todo:
    """The row of a stopped clock, with why; the page behind it lets it run again."""
    assert enquiry.paused_on is not None  # `rows` asks for it
    return Todo(
        case=enquiry.case,
        title=f"Clock stopped for {enquiry.body}: {enquiry.case.title}",
        url=enquiry.get_absolute_url(),
        icon="pause",
        on=enquiry.paused_on,
        when="Stopped",
        note=f"since {dates.short(enquiry.paused_on, today=day.today)}",
        why=enquiry.pause_reason,
        button="Open",
        button_icon="arrow-right",
        button_url=enquiry.get_absolute_url(),
    )
