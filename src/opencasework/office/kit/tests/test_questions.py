"""Questions that are put into SQL once a minute for all of one role, and asked each time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from opencasework.office.kit.questions import Numbers, moment, rows_of
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
PUT: list[object] = []


def names(office: Office | None = None) -> QuerySet[Office, tuple[str]]:
    PUT.append(timezone.now())
    return Office.objects.order_by("pk").values_list("member_name")


def who(staff: StaffMember) -> QuerySet[StaffMember, tuple[str]]:
    PUT.append(staff.pk)
    return StaffMember.objects.filter(pk=staff.pk).values_list("first_name")


def nothing() -> QuerySet[Office, tuple[str]]:
    return Office.objects.filter(pk__in=[]).values_list("member_name")


@pytest.fixture(autouse=True)
def clock():
    PUT.clear()
    with time_machine.travel(datetime(2026, 11, 26, 9, 30, 10, tzinfo=UTC), tick=False) as clock:
        yield clock


def test_a_question_is_put_once_a_minute_and_answered_as_things_stand(clock):
    assert rows_of(names) == []
    office = OfficeFactory(member_name="Amira Selwood")

    assert rows_of(names) == [{"member_name": office.member_name}]
    assert len(PUT) == 1
    clock.shift(60)
    rows_of(names)
    assert len(PUT) == 2


def test_a_row_that_changed_makes_another_question():
    office = OfficeFactory(member_name="Amira Selwood")
    rows_of(names, office)
    rows_of(names, Office.objects.get())
    assert len(PUT) == 1

    office.member_name = "Kofi Mensah"
    rows_of(names, office)

    assert len(PUT) == 2


def test_colleagues_of_one_role_put_the_same_question_and_have_each_their_own_answer():
    ana, ben = StaffFactory(first_name="Ana"), StaffFactory(first_name="Ben")
    manager = StaffFactory(first_name="Mia", role=Role.OFFICE_MANAGER)

    assert [rows_of(who, each) for each in (ana, ben)] == [[{"first_name": "Ana"}], [{"first_name": "Ben"}]]
    assert len(PUT) == 1
    assert rows_of(who, manager) == [{"first_name": "Mia"}]
    assert len(PUT) == 2


def test_a_name_or_a_number_hidden_in_a_text_is_no_question_for_others():
    def hidden(staff: StaffMember) -> QuerySet[StaffMember, tuple[str]]:
        return StaffMember.objects.filter(username=f"user-{staff.pk}").values_list("first_name")

    def by_name(staff: StaffMember) -> QuerySet[StaffMember, tuple[str]]:
        return StaffMember.objects.filter(email=staff.email).values_list("first_name")

    for question in (hidden, by_name):
        with pytest.raises(ValueError, match="within a text"):
            rows_of(question, StaffFactory())


def test_a_question_that_nothing_can_answer_has_no_rows():
    assert rows_of(nothing) == []


def test_a_question_about_some_rows_is_put_once_however_many_they_are():
    def of(numbers: tuple[int, ...]) -> QuerySet[StaffMember, tuple[str]]:
        PUT.append(numbers)
        like = StaffMember.objects.filter(first_name__contains="%s", pk__in=numbers)
        return StaffMember.objects.filter(Exists(like) | Q(pk__in=numbers)).order_by("pk").values_list("pk")

    staff = StaffFactory.create_batch(3)

    def asked(*members: StaffMember) -> list[int]:
        return [row["pk"] for row in rows_of(of, Numbers(each.pk for each in members))]

    assert asked(*staff) == [each.pk for each in staff]
    assert asked(staff[1]) == [staff[1].pk]
    assert asked() == []
    assert len(PUT) == 1


def test_what_ends_within_the_minute_is_not_asked_for_as_if_it_had_not(clock):
    def at(_number: int) -> QuerySet[Office, tuple[str]]:
        PUT.append(moment())
        return Office.objects.order_by("pk").values_list("member_name")

    rows_of(at, 1)

    assert [datetime(2026, 11, 26, 9, 31, tzinfo=UTC)] == PUT
    assert moment() == timezone.now()
    with pytest.raises(ValueError, match="goes by the time"):
        rows_of(at, 2, lasting=True)
