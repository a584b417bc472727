"""A form that is pressed twice, or sent again from the page before: what it makes is there once."""

from __future__ import annotations

import json
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from opencasework.office.cases.models import Case, Event, Issue
from opencasework.office.kit.alone import lock
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import StaffRequest

AGAIN = timedelta(minutes=10)  # after that somebody means it


def hold(by: StaffMember) -> None:
    """Let what this person sends at the same moment wait until this transaction is over."""
    lock(StaffMember.objects.filter(pk=by.pk))


def mark(request: StaffRequest) -> str:
    """What is posted, as a mark that tells nothing of it: the same of a form that is sent again as it is."""
    posted = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    words = json.dumps([request.path, posted], sort_keys=True)
    return salted_hmac("opencasework.sent-twice", words, algorithm="sha256").hexdigest()[:32]


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
