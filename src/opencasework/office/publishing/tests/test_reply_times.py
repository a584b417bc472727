"""Reply times of bodies in what is published: sums of published cells, and medians only of many."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError
from django.test import Client

from opencasework.office.figures.models import Fact, Measure
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing import gate
from opencasework.office.publishing.counting import medians
from opencasework.office.publishing.tests.command import publish
from opencasework.office.publishing.tests.counted import a_busy_office, counted, out_already
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.standard import attacks, responses
from opencasework.standard import publication as standard
from opencasework.standard.validate import validate

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
YEAR = ["2025-11", "2025-12", *(f"2026-{month:02}" for month in range(1, 11))]


def answers(number: int, days: int, *, body: str = "DWP-UC", period: str = "2026-10") -> None:
    counted(number, period, body=body, measure=Measure.REPLIES_RECEIVED, days=days)


def test_the_standard_says_by_published_numbers_alone_of_how_many_answers_a_median_is_told():
    counted(20, "2026-10", body="DWP-UC")
    counted(20, "2026-10", body="HMRC")
    answers(10, 8)
    answers(10, 30)
    answers(19, 12, body="HMRC")

    assert medians("2026-10") == {"GB-GOR-D10": 19.0, "GB-GOR-D25": 12.0, "_T": 12.0}


def test_where_some_answers_lack_their_days_a_median_is_told_of_20_that_have_them():
    counted(20, "2026-10", body="DWP-UC")
    counted(20, "2026-10", body="HMRC")
    answers(20, 8)
    answers(19, 12, body="HMRC")
    for body in ("DWP-UC", "HMRC"):
        counted(3, "2026-10", body=body, measure=Measure.REPLIES_RECEIVED)

    assert medians("2026-10") == {"GB-GOR-D10": 8.0, "_T": 8.0}


def test_how_many_cases_a_body_truly_had_decides_nothing_about_its_median():
    counted(19, "2026-10", body="DWP-UC")
    answers(40, 8)

    assert medians("2026-10") == {"GB-GOR-D10": 8.0, "_T": 8.0}


def test_answers_of_restricted_cases_are_in_no_median():
    counted(20, "2026-10", body="DWP-UC")
    counted(40, "2026-10", body="DWP-UC", measure=Measure.REPLIES_RECEIVED, days=90, was_restricted=True)

    assert medians("2026-10") == {}


@pytest.fixture
def eleven_months_are_out(home):
    """Of twelve months in which DWP answered 72 of 96 enquiries, all in time, the last is not out."""
    with time_machine.travel(datetime(2026, 11, 11, 9, tzinfo=LONDON), tick=False):
        OfficeFactory()
        StaffFactory(office_manager=True, username="tom")
        amira = StaffFactory(member=True, username="amira")
        a_busy_office(*YEAR)
        for month in YEAR:
            counted(20 if month == YEAR[0] else 5, month, body="DWP-UC")
            counted(8, month, body="DWP-UC", measure=Measure.ENQUIRIES_SENT)
            answers(6, 10, period=month)
            counted(6, month, body="DWP-UC", measure=Measure.REPLIES_IN_20WD)
        out_already(*YEAR[:-1], by=amira)
        yield


def published() -> Path:
    return Path(settings.HOME.publications) / "published"


def replies() -> dict[str, dict[str, str]]:
    with (published() / "data" / "responses.csv").open() as file:
        return {row["body"]: row for row in csv.DictReader(file)}


def test_when_a_year_is_out_its_reply_times_are_too(eleven_months_are_out):
    publish(sign_as="amira")

    dwp = replies()["GB-GOR-D10"]
    assert dwp["period"] == "2026-10"
    assert (dwp["n_enquiries"], dwp["n_replied"], dwp["n_replied_20wd"]) == ("96", "72", "72")
    assert dwp["median_days_5"] == "10"
    assert validate(published()).ok
    page = (published() / "index.html").read_text()
    assert "Typical days" in page
    assert "100% of 72" in page


def test_reply_times_are_attacked_before_they_go_out(eleven_months_are_out, monkeypatch):
    seen = []

    def audit(paths, **known):
        seen.append([path.name for path in paths if (path / "data" / "responses.csv").is_file()])
        return attacks.audit(paths, **known)

    monkeypatch.setattr(gate, "audit", audit)

    publish(sign_as="amira")

    assert seen == [[], ["published"]]


def test_reply_times_that_give_a_number_away_are_not_signed(eleven_months_are_out, monkeypatch):
    monkeypatch.setattr(responses, "rounded_days", lambda days: int(days) + 1)
    publish()

    with pytest.raises(CommandError, match="write a multiple of 5"):
        publish(sign_as="amira")

    assert "2026-10" not in standard.read(published()).periods
    assert not (published() / "data" / "responses.csv").exists()


def test_who_signs_sees_the_reply_times_first(eleven_months_are_out, client: Client):
    publish()
    client.force_login(StaffFactory(member=True))

    screen = client.get("/publications/2026-10/").content.decode()
    page = client.get("/publications/2026-10/public/index.html").content.decode()

    cells = ["October 2026", *("96", "72", "72", "10")]
    dwp = "Department for Work and Pensions</th>" + "".join(f"<td>{cell}</td>" for cell in cells)
    assert dwp in screen.replace(' class="num"', "")
    assert "Typical days" in page
    assert validate(Path(settings.HOME.publications) / "drafts" / "2026-10").ok


def test_reply_times_that_changed_since_the_draft_are_not_signed(eleven_months_are_out):
    publish()
    Fact.objects.filter(measure=Measure.REPLIES_RECEIVED, period__lt="2026-10").update(days=40)

    with pytest.raises(CommandError, match="2026-10 has changed since"):
        publish(sign_as="amira")


def test_reply_times_go_with_a_withdrawn_month(eleven_months_are_out):
    publish(sign_as="amira")

    publish("2026-05", withdraw=True, sign_as="amira", why="Wrong")

    assert validate(published()).ok
    assert replies() == {}
    assert "Typical days" not in (published() / "index.html").read_text()
