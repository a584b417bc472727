"""The sizes every page asks for: put into SQL once a minute, true each time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox import viewing
from opencasework.office.staff.counting import counted
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.today import navigation, views
from opencasework.office.today.row import Day

pytestmark = pytest.mark.django_db
EVERY = [navigation._sets, views._sets_of_others]


@pytest.mark.parametrize("sets", EVERY)
@pytest.mark.parametrize("role", Role.values)
def test_what_is_counted_is_put_without_asking_the_database(sets, role, django_assert_num_queries):
    staff = StaffFactory(role=role)

    with django_assert_num_queries(0):
        sets(staff, Day(timezone.localdate()))
        viewing._numbers(staff)


@pytest.mark.parametrize("sets", EVERY)
def test_the_sizes_are_those_of_the_sets(sets):
    staff, today = StaffFactory(), timezone.localdate()
    for days in (-3, 0, 1, 40):
        case = CaseFactory(owner=staff)
        case.plan(next_action="Ring", on=today + timedelta(days=days), by=staff)
    CaseFactory()

    found = counted(sets, staff, Day(today))

    assert found == {name: rows.count() for name, rows in sets(staff, Day(today)).items()}
    assert any(found.values())


def test_what_happened_since_the_last_page_counts_on_the_next_one(client):
    staff = StaffFactory()
    client.force_login(staff)
    before = counted(navigation._sets, staff, Day(timezone.localdate()))["open_cases"]
    CaseFactory(owner=staff)

    assert counted(navigation._sets, staff, Day(timezone.localdate()))["open_cases"] == before + 1


def test_who_has_another_role_counts_what_that_role_may_see():
    staff = StaffFactory(role=Role.VOLUNTEER)
    CaseFactory()
    day = Day(timezone.localdate())
    assert counted(navigation._sets, staff, day)["open_cases"] == 0

    staff.role = Role.CASEWORKER

    assert counted(navigation._sets, staff, day)["open_cases"] == 1
