"""How many issues were open at the end of a month: one rounded number, counted from the issues themselves."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from opencasework.office.cases import ledger
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import OpenAtEnd
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.tests.counted import a_busy_office
from opencasework.office.publishing.writing import drafts_folder, home_folder
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.standard import publication as standard
from opencasework.standard.validate import validate

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def on(year: int, month: int, day: int):
    return time_machine.travel(datetime(year, month, day, 11, tzinfo=LONDON), tick=False)


@pytest.fixture
def seven_cases(home) -> list[Case]:
    """Seven cases of September, of which one ended in September, one in October and one is restricted."""
    OfficeFactory()
    tom = StaffFactory(office_manager=True, username="tom")
    StaffFactory(member=True, username="amira")
    with on(2026, 9, 14):
        cases = [CaseFactory() for _ in range(7)]
        ledger.end_issue(issue=cases[0].issues.get(), outcome="explained", by=tom)
    with on(2026, 10, 5):
        ledger.end_issue(issue=cases[1].issues.get(), outcome="explained", by=tom)
    Case.objects.filter(pk=cases[2].pk).update(need_to_know=True)
    return cases


def publish(month: str) -> standard.Publication:
    call_command("publish", month=month, prepared_by="tom", stdout=StringIO())
    call_command("publish", month=month, sign_as="amira", stdout=StringIO())
    return standard.read(home_folder())


@on(2026, 11, 11)
def test_an_issue_is_open_at_the_end_of_a_month_until_the_one_in_which_it_ended(seven_cases):
    gather()

    known = dict(OpenAtEnd.objects.values_list("period", "number"))

    assert (known["2026-08"], known["2026-09"], known["2026-10"]) == (0, 5, 4)


@on(2026, 11, 11)
def test_it_is_published_as_one_number_that_is_a_multiple_of_five(seven_cases):
    a_busy_office("2026-09", "2026-10")

    rows = [row for row in publish("2026-10").observations if row.measure == "cases_open_at_end"]

    assert [(row.category, row.body) for row in rows] == [("_T", "_T")]
    assert rows[0].value in {0, 5}
    assert validate(home_folder()).ok


@on(2026, 11, 11)
def test_a_month_signed_again_keeps_the_number_it_was_published_with(seven_cases):
    a_busy_office("2026-09", "2026-10")
    before = publish("2026-10")
    Case.objects.filter(pk=seven_cases[3].pk).update(need_to_know=True)

    call_command("publish", month="2026-10", sign_as="amira", stdout=StringIO())

    assert OpenAtEnd.objects.get(period="2026-10").number == 3
    assert standard.read(home_folder()).observations == before.observations


@on(2026, 11, 11)
def test_work_done_between_preparing_and_signing_leaves_the_number_as_it_was_prepared(seven_cases):
    a_busy_office("2026-09", "2026-10")
    call_command("publish", month="2026-10", prepared_by="tom", stdout=StringIO())
    prepared = standard.read(drafts_folder("2026-10")).observations
    kept_issue = seven_cases[4].issues.get()
    seven_cases[3].issues.update(duplicate_of=kept_issue)
    gather()

    call_command("publish", month="2026-10", sign_as="amira", stdout=StringIO())

    assert OpenAtEnd.objects.get(period="2026-10").number == 3
    assert standard.read(home_folder()).observations == prepared


@on(2026, 11, 11)
def test_of_a_month_long_ago_nothing_is_said_rather_than_nothing_counted(seven_cases):
    a_busy_office("2025-03")

    rows = publish("2025-03").observations

    assert "cases_opened" in {row.measure for row in rows}
    assert "cases_open_at_end" not in {row.measure for row in rows}
