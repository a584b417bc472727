"""Questions that are put into SQL once a minute and asked each time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db.models import QuerySet
from django.utils import timezone

from opencasework.office.kit.questions import rows_of
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db
PUT: list[object] = []


def names(office: Office | None = None) -> QuerySet[Office, tuple[str]]:
    PUT.append(timezone.now())
    return Office.objects.order_by("pk").values_list("member_name")


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


def test_a_question_that_nothing_can_answer_has_no_rows():
    assert rows_of(nothing) == []
