"""What the same form made when it was sent the first time, where that stands on a timeline."""

from __future__ import annotations

from django.utils import timezone

from opencasework.office.cases.models import Case, Event, Issue
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.sent_twice import AGAIN


def opened(sent: str, *, by: StaffMember) -> Case | None:
    """The case that they opened with this a moment ago."""
    line = _line(Event.Kind.OPENED, sent, by)
    return line.case if line else None


def added(sent: str, *, by: StaffMember) -> Issue | None:
    """The issue that they added with this a moment ago."""
    line = _line(Event.Kind.ISSUE_ADDED, sent, by)
    return Issue.objects.filter(pk=line.detail.get("issue")).first() if line else None


def _line(kind: str, sent: str, by: StaffMember) -> Event | None:
    since = timezone.now() - AGAIN
    return Event.objects.filter(kind=kind, by=by, recorded_at__gte=since, detail__sent=sent).last()
