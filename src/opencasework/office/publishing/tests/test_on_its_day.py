"""Months prepare themselves ten days after they end; a person signs."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from opencasework.office.config.worker import lanes
from opencasework.office.figures.actions import gather
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing import actions
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.schedule import keep_the_calendar, prepare_due
from opencasework.office.publishing.tests.counted import a_busy_office, counted
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def on(day: int, month: int = 11, year: int = 2026):
    return time_machine.travel(datetime(year, month, day, 9, tzinfo=LONDON), tick=False)


@pytest.fixture(autouse=True)
def office(home):
    OfficeFactory()


def test_a_month_is_prepared_on_the_day_after_ten_days_and_not_before():
    a_busy_office("2026-10")
    with on(10):
        gather()
        assert prepare_due() is None
    with on(11):
        gather()

        prepared = prepare_due()
        again = prepare_due()

    assert prepared is not None
    assert (prepared.month, prepared.prepared_by) == ("2026-10", None)
    assert not prepared.is_published
    assert again is None


def test_those_who_sign_are_told_once(mailoutbox):
    a_busy_office("2026-10")
    StaffFactory(member=True, email="amira@office.example")
    StaffFactory(email="ana@office.example")
    with on(11):
        gather()

        keep_the_calendar()
        keep_the_calendar()

    assert [mail.to for mail in mailoutbox] == [["amira@office.example"]]
    assert "October 2026" in mailoutbox[0].subject


def test_what_prepared_itself_is_signed_by_hand(client: Client):
    a_busy_office("2026-10")
    amira = StaffFactory(member=True)
    with on(11):
        gather()
        prepare_due()
        client.force_login(amira)
        page = client.get("/publications/").content.decode()

        client.post("/publications/2026-10/signature/")

    published = Publication.objects.get(month="2026-10")
    assert "Prepared by Open Casework, on its day" in page
    assert published.is_published
    assert published.signed_by == amira


def test_a_small_office_has_its_year_prepared_when_it_is_over():
    for month in range(1, 13):
        counted(1, f"2026-{month:02}")
    with on(11, 12):
        gather()
        assert prepare_due() is None
    with on(11, 1, 2027):
        gather()

        prepared = prepare_due()

    assert prepared is not None
    assert prepared.month == "2026"


def test_a_withdrawn_month_does_not_prepare_itself_again():
    a_busy_office("2026-09", "2026-10")
    tom, amira = StaffFactory(office_manager=True), StaffFactory(member=True)
    with on(11):
        gather()
        for month in ("2026-09", "2026-10"):
            actions.prepare(month, by=tom)
            actions.sign(month, by=amira)
        actions.withdraw("2026-10", by=amira, why="Counted twice")

        assert prepare_due() is None


def test_the_worker_looks_at_the_calendar():
    assert "Preparing figures on their day" in [duty.name for lane in lanes() for duty in lane]
