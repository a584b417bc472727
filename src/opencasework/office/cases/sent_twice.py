"""A form that is pressed twice, or sent again from the page before: what it makes is there once."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, CasePerson, Event, Issue
from opencasework.office.constituents.models import Person
from opencasework.office.kit import references
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category

AGAIN = timedelta(minutes=10)  # after that somebody means it


def hold(by: StaffMember) -> None:
    """Let what this person sends at the same moment wait until this transaction is over."""
    list(StaffMember.objects.select_for_update().filter(pk=by.pk).values_list("pk"))


def opened(*, title: str, category: Category, by: StaffMember, **whom: object) -> Case | None:
    """The case they opened a moment ago under this title, about this, for a person of whom `whom` is true."""
    lines = Event.objects.filter(kind=Event.Kind.OPENED, by=by, recorded_at__gte=timezone.now() - AGAIN)
    people = CasePerson.objects.filter(
        person__in=Person.objects.filter(**whom), case__title=references.apart(title)[:200]
    )
    same = Case.objects.filter(pk__in=people.values("case"), issues__category=category)
    return same.filter(pk__in=lines.values("case")).order_by("-pk").first()


def added(*, case: Case, category: Category, body: Body | None, by: StaffMember) -> Issue | None:
    """The issue they added a moment ago to this case, about the same and with the same body."""
    lines = Event.objects.filter(
        case=case, kind=Event.Kind.ISSUE_ADDED, by=by, recorded_at__gte=timezone.now() - AGAIN
    )
    numbers = [line.detail.get("issue") for line in lines]
    return case.issues.filter(pk__in=numbers, category=category, body=body).first()
