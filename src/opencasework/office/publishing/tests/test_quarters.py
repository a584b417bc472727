"""A small office publishes quarters, and a year that is the sum of the four."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from opencasework.office.figures.models import Measure
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.tests.command import refused as refusal
from opencasework.office.publishing.tests.command import typed as publish
from opencasework.office.publishing.tests.counted import counted, out_already
from opencasework.office.publishing.writing import home_folder
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.standard import publication as standard
from opencasework.standard.attacks import audit
from opencasework.standard.files import read_files
from opencasework.standard.validate import validate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]
LONDON = ZoneInfo("Europe/London")
QUARTERS = [f"2025-Q{number}" for number in range(1, 5)]


@pytest.fixture
def four_quarters(home) -> None:
    """2025: some 24 issues taken on every month, 20 ended; the four quarters are out."""
    OfficeFactory()
    StaffFactory(office_manager=True, username="tom")
    amira = StaffFactory(member=True, username="amira")
    for month in range(1, 13):
        counted(14, f"2025-{month:02}", category="HOU-DAMP", channel="email")
        counted(8, f"2025-{month:02}", category="BEN-UC", channel="surgery")
        counted(2, f"2025-{month:02}", category="BEN-PIP", channel="letter")
        counted(20, f"2025-{month:02}", measure=Measure.CASES_CLOSED, outcome="explained", days=23)
    out_already(*QUARTERS, by=amira)


def sign_the_year() -> None:
    publish(month="2025", prepared_by="tom")
    publish(month="2025", sign_as="amira")


def test_the_year_is_the_sum_of_its_four_quarters_and_shows_detailed_topics(four_quarters):
    sign_the_year()

    rows = standard.read(home_folder()).observations
    opened = [row for row in rows if row.measure == "cases_opened"]
    quarters = sum(row.value for row in opened if row.period in QUARTERS and row.category == row.body == "_T")
    year = {(row.category, row.channel): row.value for row in opened if row.period == "2025"}
    assert year["_T", "_T"] == quarters
    assert sum(value for (_, channel), value in year.items() if channel != "_T") == quarters
    assert year["housing.damp-and-mould", "_T"] == year["housing", "_T"]
    assert validate(home_folder()).ok
    assert Publication.objects.get(month="2025").report["passed"]


def test_the_year_of_quarters_says_how_long_cases_took(four_quarters):
    sign_the_year()

    lines = (home_folder() / "data" / "durations.csv").read_text().splitlines()[1:]

    assert [line.split(",")[2:5] for line in lines] == [["_T", "240", "25"], ["housing", "240", "25"]]


def test_every_attack_on_the_four_quarters_and_their_year_fails(four_quarters):
    sign_the_year()

    report = audit(home_folder())

    assert report.passed
    assert report.narrowest == 4


def test_a_year_that_is_not_the_sum_of_its_quarters_is_found(four_quarters):
    sign_the_year()
    counts = home_folder() / "data" / "counts.csv"
    total = next(line for line in counts.read_text().splitlines() if line.startswith("2025,") and
                 line.split(",")[2:7] == ["_T", "_T", "_T", "_T", "cases_opened"])  # fmt: skip

    counts.write_text(counts.read_text().replace(total, total.replace(",288,", ",293,")))

    found = {finding.rule: finding.message for finding in validate(home_folder()).findings}
    assert "its parts add up to 288" in found["period-sum"]


def test_a_year_with_a_quarter_not_out_is_refused(four_quarters):
    Publication.objects.filter(month="2025-Q3").delete()

    said = refusal(month="2025", prepared_by="tom")

    assert said == "2025 is the sum of all its quarters, and 2025-Q3 is not published. Publish it first."


def test_a_quarter_is_withdrawn_after_the_year_that_would_still_show_it(four_quarters):
    sign_the_year()

    said = refusal(month="2025-Q2", withdraw=True, sign_as="amira", why="Wrong mailbox")
    publish(month="2025", withdraw=True, sign_as="amira", why="Wrong mailbox")
    publish(month="2025-Q2", withdraw=True, sign_as="amira", why="Wrong mailbox")

    assert "withdraw 2025 first" in said
    assert standard.read(home_folder()).periods == ["2025-Q1", "2025-Q3", "2025-Q4"]
    assert not [name for name, data in read_files(home_folder()).items() if b"\n2025," in data
                and name.startswith("data/")]  # fmt: skip
    assert validate(home_folder()).ok
    assert "2025-Q2 was withdrawn, so 2025 is not published" not in said


def test_an_office_that_became_smaller_goes_on_with_quarters_until_the_year_is_over(home, client: Client):
    OfficeFactory()
    tom = StaffFactory(office_manager=True, username="tom")
    amira = StaffFactory(member=True, username="amira")
    for month in range(1, 13):
        counted(25 if month < 7 else 6, f"2025-{month:02}")
    out_already(*QUARTERS[:3], by=amira)
    client.force_login(tom)

    offered = client.get("/publications/").content.decode()
    publish(month="2025-Q4", prepared_by="tom")
    publish(month="2025-Q4", sign_as="amira")

    assert "/publications/2025-Q4/" in offered
    assert standard.read(home_folder()).periods == QUARTERS


def test_the_year_of_quarters_is_read_on_the_screen_and_signed_by_a_second_person(
    four_quarters, client: Client
):
    client.force_login(StaffMember.objects.get(username="tom"))
    listed = client.get("/publications/").content.decode()
    before = client.get("/publications/2025/").content.decode()
    client.post("/publications/2025/draft/")
    client.force_login(StaffMember.objects.get(username="amira"))

    public = client.get("/publications/2025/public/index.html").content.decode()
    client.post("/publications/2025/signature/")

    assert "/publications/2025/" in listed
    assert "All of this year is out" in before
    assert "2025, more closely" in public
    assert "January to March 2025" in public
    assert Publication.objects.get(month="2025").is_published
