"""Months and years prepare themselves ten days after they end; a person signs."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from opencasework.office.config.worker import lanes
from opencasework.office.figures.actions import gather
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing import actions
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.schedule import keep_the_calendar, prepare_due
from opencasework.office.publishing.tests.counted import a_busy_office, counted, out_already
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
        counted(1, f"2026-{month:02}", category="HOU-DAMP" if month % 2 else "BEN-UC")
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


def test_whoever_dropped_a_draft_does_not_sign_what_then_prepares_itself(client: Client, mailoutbox):
    a_busy_office("2026-10")
    tom = StaffFactory(office_manager=True, username="tom", email="tom@office.example")
    amira = StaffFactory(member=True, username="amira", email="amira@office.example")
    with on(11):
        gather()
        actions.prepare("2026-10", by=tom)
        actions.drop_draft("2026-10", by=amira)
        keep_the_calendar()
        client.force_login(amira)
        page = client.get("/publications/2026-10/").content.decode()
        listed = client.get("/publications/").content.decode()

        answer = client.post("/publications/2026-10/signature/").content.decode()
        with pytest.raises(CommandError, match="dropped the draft of 2026-10 before this one"):
            call_command("publish", month="2026-10", sign_as="amira")
        state_before = Publication.objects.get(month="2026-10").state
        call_command("publish", month="2026-10", sign_as="tom")

    assert "You dropped the draft before this one" in page
    assert "Sign and publish" not in page
    assert "You had it in hand, so somebody else signs." in listed
    assert "Read and sign" not in listed
    assert "dropped the draft of 2026-10 before this one" in answer
    assert state_before == "draft"
    assert Publication.objects.get(month="2026-10").signed_by == tom
    assert [mail.to for mail in mailoutbox] == [["tom@office.example"]]


def test_whoever_dropped_a_draft_signs_what_a_colleague_prepares_in_its_place():
    a_busy_office("2026-10")
    tom, amira = StaffFactory(office_manager=True), StaffFactory(member=True)
    with on(11):
        gather()
        prepare_due()
        actions.drop_draft("2026-10", by=amira)
        prepare_due()

        actions.prepare("2026-10", by=tom)
        actions.sign("2026-10", by=amira)

    assert Publication.objects.get(month="2026-10").is_published


def test_a_year_prepares_itself_when_its_last_month_is_signed(home):
    amira = StaffFactory(member=True)
    months = [f"2026-{month:02}" for month in range(1, 13)]
    for month in months:
        counted(64, month, channel="email")
    with on(11, 1, 2027):
        gather()
        out_already(*months[:-1], by=amira)
        assert prepare_due().month == "2026-12"
        assert prepare_due() is None
        actions.sign("2026-12", by=amira)

        prepared = prepare_due()
        actions.sign("2026", by=amira)
        again = prepare_due()

    assert prepared is not None
    assert (prepared.month, prepared.prepared_by) == ("2026", None)
    assert Publication.objects.get(month="2026").is_published
    assert again is None


def test_the_year_of_an_office_of_quarters_prepares_itself_when_its_last_quarter_is_signed(home):
    amira = StaffFactory(member=True)
    for month in range(1, 13):
        counted(21, f"2026-{month:02}", channel="email")
    with on(11, 1, 2027):
        gather()
        out_already("2026-Q1", "2026-Q2", "2026-Q3", by=amira)
        assert prepare_due().month == "2026-Q4"
        actions.sign("2026-Q4", by=amira)

        prepared = prepare_due()

    assert prepared is not None
    assert prepared.month == "2026"
