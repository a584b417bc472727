"""Reply times of bodies in what is published: sums of published cells, and medians only of many."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command

from opencasework.office.figures.models import Measure
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.counting import medians
from opencasework.office.publishing.tests.counted import a_busy_office, counted
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.standard.publication import MEASURES
from opencasework.standard.validate import validate

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
YEAR = ["2025-11", "2025-12", *(f"2026-{month:02}" for month in range(1, 11))]


def answers(number: int, days: int, *, body: str = "DWP-UC", period: str = "2026-10") -> None:
    counted(number, period, body=body, measure=Measure.REPLIES_RECEIVED, days=days)


def test_a_median_is_told_of_20_answers_and_not_of_19():
    counted(20, "2026-10", body="DWP-UC")
    counted(20, "2026-10", body="HMRC")
    answers(10, 8)
    answers(10, 30)
    answers(19, 12, body="HMRC")

    assert medians("2026-10") == {"GB-GOR-D10": 19.0, "_T": 12.0}


def test_the_median_of_a_body_too_small_to_be_named_is_not_told():
    counted(19, "2026-10", body="DWP-UC")
    answers(40, 8)

    assert medians("2026-10") == {"_T": 8.0}


def test_answers_of_restricted_cases_are_in_no_median():
    counted(20, "2026-10", body="DWP-UC")
    counted(40, "2026-10", body="DWP-UC", measure=Measure.REPLIES_RECEIVED, days=90, was_restricted=True)

    assert medians("2026-10") == {}


@pytest.mark.skipif("replies_in_20wd" not in MEASURES, reason="the standard has no reply times yet")
@time_machine.travel(datetime(2026, 11, 11, 9, tzinfo=LONDON), tick=False)
def test_when_a_year_is_out_its_reply_times_are_too(home):
    OfficeFactory()
    StaffFactory(office_manager=True, username="tom")
    StaffFactory(member=True, username="amira")
    a_busy_office(*YEAR)
    for month in YEAR:
        counted(20 if month == YEAR[0] else 5, month, body="DWP-UC")
        counted(8, month, body="DWP-UC", measure=Measure.ENQUIRIES_SENT)
        answers(6, 10, period=month)
        counted(6, month, body="DWP-UC", measure=Measure.REPLIES_IN_20WD)

    for month in YEAR:
        call_command("publish", month=month, sign_as="amira", stdout=StringIO())

    published = Path(settings.HOME.publications) / "published"
    with (published / "data" / "responses.csv").open() as file:
        rows = {row["body"]: row for row in csv.DictReader(file)}
    dwp = rows["GB-GOR-D10"]
    assert dwp["period"] == "2026-10"
    assert (dwp["n_enquiries"], dwp["n_replied"], dwp["n_replied_20wd"]) == ("96", "72", "72")
    assert dwp["median_days_5"] == "10"
    assert validate(published).ok
    page = (published / "index.html").read_text()
    assert "Typical days" in page
    assert "100% of 72" in page

    call_command("publish", month="2026-05", withdraw=True, sign_as="amira", why="Wrong", stdout=StringIO())
    assert validate(published).ok
    assert "Typical days" not in (published / "index.html").read_text()

    call_command("publish", month="2026-05", stdout=StringIO())
    call_command("publish", month="2026-05", sign_as="amira", stdout=StringIO())
    assert validate(published).ok
    assert "Typical days" in (published / "index.html").read_text()
