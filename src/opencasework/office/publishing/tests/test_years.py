"""Publishing a whole year, when its twelve months are out: finer tables that add up to them."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from opencasework.office.cases.models import Channel, Outcome
from opencasework.office.figures.models import Fact, Measure
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.tests.command import refused as refusal
from opencasework.office.publishing.tests.command import typed as publish
from opencasework.office.publishing.tests.counted import counted, out_already
from opencasework.office.publishing.writing import drafts_folder, home_folder
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import CASEWORK, Category
from opencasework.standard import codelists
from opencasework.standard import publication as standard
from opencasework.standard.files import read_files
from opencasework.standard.validate import validate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]
LONDON = ZoneInfo("Europe/London")
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]


@pytest.fixture
def a_year(home) -> None:
    """2025: 61 and more issues taken on every month, among them 11 sensitive ones; 40 ended."""
    OfficeFactory()
    StaffFactory(office_manager=True, username="tom")
    amira = StaffFactory(member=True, username="amira")
    for month in MONTHS:
        counted(40, month, category="HOU-DAMP", channel="email")
        counted(20, month, category="BEN-UC", channel="surgery")
        counted(1, month, category="BEN-PIP", channel="letter")
        counted(40, month, measure=Measure.CASES_CLOSED, outcome="explained", days=23)
    counted(3, "2025-06", category="FAM-DA", channel="phone")
    counted(8, "2025-09", category="HOU-ASYL", channel="phone")  # inside housing, and not named
    counted(9, "2025-07", category="HOU-LEASE", channel="web")  # folded in with them
    out_already(*MONTHS, by=amira)


def rows_of(folder: Path, **wanted: str) -> dict[str, int]:
    return {
        f"{row.category} {row.channel} {row.outcome}": row.value or 0
        for row in standard.read(folder).observations
        if row.period == "2025" and all(getattr(row, name) == value for name, value in wanted.items())
    }


def sign_the_year(**options: object) -> None:
    publish(month="2025", prepared_by="tom")
    publish(month="2025", sign_as="amira", **options)


def test_the_year_adds_detailed_topics_channels_and_outcomes_that_add_up_to_its_months(a_year):
    sign_the_year()

    written = standard.read(home_folder())
    months = sum(
        row.value or 0
        for row in written.observations
        if row.period in MONTHS and row.category == row.body == "_T" and row.measure == "cases_opened"
    )
    rows = [row for row in written.observations if row.period == "2025"]
    assert sum(row.value for row in rows if row.channel != "_T") == months
    assert "housing.damp-and-mould" in {row.category for row in rows}
    assert sum(row.value for row in rows if row.outcome != "_T") == 480
    assert all(row.value == 0 or row.value >= 5 for row in rows)
    assert "2025-counts-1" in {release.release_id for release in written.releases}
    assert validate(home_folder()).ok


def test_a_sensitive_matter_is_in_no_table_of_the_year(a_year):
    sign_the_year()

    files = read_files(home_folder())
    assert [name for name, data in files.items() if b"damp-and-mould" in data]
    assert not [name for name, data in files.items() if b"domestic-abuse" in data]
    assert not [name for name, data in files.items() if b"asylum-accommodation" in data]


def test_the_draft_of_a_year_is_complete_and_leaves_what_is_out_alone(a_year):
    before = read_files(home_folder())

    publish(month="2025", prepared_by="tom")

    draft = standard.read(drafts_folder("2025"))
    assert draft.status == "draft"
    assert draft.periods == ["2025", *MONTHS]
    assert validate(drafts_folder("2025")).ok
    assert read_files(home_folder()) == before
    assert Publication.objects.get(month="2025").report["passed"]


def test_a_year_prepared_again_takes_the_place_of_its_draft(a_year):
    publish(month="2025", prepared_by="tom")
    publish(month="2025", prepared_by="tom")

    assert "is published" in publish(month="2025", sign_as="amira")


def test_the_same_person_cannot_prepare_and_sign_a_year(a_year):
    publish(month="2025", prepared_by="tom")

    assert "so somebody else has to sign it" in refusal(month="2025", sign_as="tom")
    assert not Publication.objects.get(month="2025").is_published


def test_a_signed_year_stays_as_it_is_with_other_numbers(a_year):
    sign_the_year()
    before = read_files(home_folder())
    Fact.objects.filter(period="2025-03", category="HOU-DAMP").first().delete()

    assert "published with other numbers" in refusal(month="2025", sign_as="amira")
    assert "is published already" in refusal(month="2025", prepared_by="tom")
    assert read_files(home_folder()) == before


def test_a_year_with_a_month_not_out_is_refused(a_year):
    Publication.objects.filter(month="2025-12").delete()

    said = refusal(month="2025", prepared_by="tom")

    assert said == "2025 is the sum of all its months, and 2025-12 is not published. Publish it first."


def test_a_year_with_a_month_withdrawn_is_refused(a_year):
    publish(month="2025-05", withdraw=True, sign_as="amira", why="Counted the wrong mailbox")

    assert "2025-05 was withdrawn, so 2025 is not published" in refusal(month="2025", prepared_by="tom")


def test_with_the_key_lost_a_year_is_published_once_that_is_said(a_year, settings):
    before = standard.read(home_folder())
    (Path(settings.HOME.root) / "keys" / "publishing.key").unlink()
    settings.HOME.keep_key("publishing", "ab" * 32)

    said = refusal(month="2025", prepared_by="tom")
    publish(month="2025", prepared_by="tom", new_key=True)
    publish(month="2025", sign_as="amira", new_key=True)

    after = standard.read(home_folder())
    assert "publish with --new-key: what is out stays as it is" in said
    assert "2025" in after.periods
    assert [row for row in after.observations if row.period != "2025"] == list(before.observations)
    assert validate(home_folder()).ok


def test_this_year_is_refused(a_year):
    assert "2026 is not over" in refusal(month="2026", prepared_by="tom")


def test_a_month_is_withdrawn_after_the_year_that_would_still_show_it(a_year):
    sign_the_year()

    said = refusal(month="2025-05", withdraw=True, sign_as="amira", why="Wrong mailbox")
    publish(month="2025", withdraw=True, sign_as="amira", why="Wrong mailbox")
    publish(month="2025-05", withdraw=True, sign_as="amira", why="Wrong mailbox")

    assert "withdraw 2025 first" in said
    assert standard.read(home_folder()).periods == [month for month in MONTHS if month != "2025-05"]
    assert validate(home_folder()).ok
    assert "2025 was withdrawn" in refusal(month="2025", prepared_by="tom")


def test_a_channel_of_few_issues_is_not_named(home):
    OfficeFactory()
    StaffFactory(office_manager=True, username="tom")
    amira = StaffFactory(member=True, username="amira")
    for month in MONTHS:
        counted(64, month, channel="email")
        counted(10, month, channel="surgery")
    counted(3, "2025-04", channel="social")
    counted(3, "2025-05", channel="referral")
    out_already(*MONTHS, by=amira)

    sign_the_year()

    named = {row.channel for row in standard.read(home_folder()).observations if row.period == "2025"}
    page = (home_folder() / "index.html").read_text()
    assert named == {"_T", "email", "surgery", "_O"}
    assert "Social media" not in page
    assert page.index("Surgery") < page.index("Other channels")


def test_a_table_is_left_out_where_an_issue_does_not_say(a_year):
    counted(1, "2025-08", category="HOU-DAMP", channel="")

    publish(month="2025", prepared_by="tom")

    rows = standard.read(drafts_folder("2025")).observations
    assert {row.channel for row in rows} == {"_T"}
    assert {row.outcome for row in rows} == {"_T", "explained"}


def test_a_withdrawn_year_takes_all_its_tables_out_and_its_ledger_shows_it(a_year, client: Client):
    sign_the_year()
    of_the_year = rows_naming_the_year()

    publish(month="2025", withdraw=True, sign_as="amira", why="Counted the wrong mailbox")

    ledger = (home_folder() / "releases.csv").read_text()
    assert {"data/counts.csv", "data/durations.csv"} <= set(of_the_year)
    assert rows_naming_the_year() == []
    assert "2025-withdrawal-1,2025,counts" in ledger
    assert "2025-durations-withdrawal-2,2025,durations" in ledger
    assert "2025, more closely" not in (home_folder() / "index.html").read_text()
    assert "Damp and mould" not in (home_folder() / "index.html").read_text()
    assert validate(home_folder()).ok


def rows_naming_the_year() -> list[str]:
    """The tables of the publication that have a row of 2025 itself."""
    return [
        name
        for name, data in sorted(read_files(home_folder()).items())
        if name.startswith("data/") and name.endswith(".csv") and b"\n2025," in data
    ]


def test_the_year_says_how_long_cases_took_to_the_nearest_five_days(a_year):
    sign_the_year()

    lines = (home_folder() / "data" / "durations.csv").read_text().splitlines()[1:]

    assert [line.split(",")[2:5] for line in lines] == [["_T", "480", "25"], ["housing", "480", "25"]]
    assert "2025-durations-1" in (home_folder() / "releases.csv").read_text()


def test_nothing_is_said_of_how_long_cases_took_where_few_say_it(a_year):
    ended = Fact.objects.filter(measure=Measure.CASES_CLOSED).order_by("pk")
    told = list(ended.values_list("pk", flat=True)[:20])
    ended.exclude(pk__in=told).update(days=None)
    publish(month="2025", prepared_by="tom")
    with_20 = Publication.objects.get(month="2025").durations

    Fact.objects.filter(pk=told[0]).update(days=None)
    sign_the_year()

    assert [line.split(",")[2] for line in with_20] == ["_T", "housing"]
    assert not (home_folder() / "data" / "durations.csv").exists()


def test_a_year_is_not_signed_with_other_durations_than_were_read(a_year):
    publish(month="2025", prepared_by="tom")
    Fact.objects.filter(measure=Measure.CASES_CLOSED).update(days=90)

    assert "has changed since" in refusal(month="2025", sign_as="amira")


def test_the_year_is_read_on_the_screen_and_signed_by_a_second_person(a_year, client: Client):
    client.force_login(StaffMember.objects.get(username="tom"))
    listed = client.get("/publications/").content.decode()
    client.post("/publications/2025/draft/")
    client.force_login(StaffMember.objects.get(username="amira"))

    page = client.get("/publications/2025/").content.decode()
    public = client.get("/publications/2025/public/index.html").content.decode()
    answer = client.post("/publications/2025/signature/")

    assert "/publications/2025/" in listed
    assert "Issues ended, by how they ended" in page
    assert "Damp and mould" in page
    assert "How long cases took" in page
    assert "2025, more closely" in public
    assert "Decision explained" in public
    assert answer.status_code == 302
    assert "Casework figures of 2025" in (home_folder() / "feed.xml").read_text()


def test_the_page_of_a_year_says_that_months_are_out_only_where_they_are(a_year, client: Client):
    client.force_login(StaffMember.objects.get(username="tom"))

    this, before = (client.get(f"/publications/{year}/").content.decode() for year in ("2025", "2024"))

    assert "All of this year is out" in this
    assert "All of this year is out" not in before


def test_what_is_said_after_signing_a_year_begins_with_a_capital(a_year, client: Client):
    publish(month="2025", prepared_by="tom")
    client.force_login(StaffMember.objects.get(username="amira"))

    signed = client.post("/publications/2025/signature/", follow=True).content.decode()
    withdrawn = client.post("/publications/2025/withdrawal/", {"why": "Wrong"}, follow=True).content.decode()

    assert "The year 2025 is published." in signed
    assert "The year 2025 is withdrawn" in withdrawn
    assert "this month" not in signed.casefold()
    assert "this month" not in withdrawn.casefold()


def test_the_channels_outcomes_and_topics_of_the_office_are_those_of_the_standard(db):
    assert set(Channel.values) <= set(codelists.load("channel"))
    assert set(Outcome.values) <= set(codelists.load("outcome"))
    for category in Category.objects.exclude(parent=None).select_related("parent"):
        found = codelists.of_office_code(category.code)
        if category.kind == CASEWORK and found:
            assert codelists.load("category")[found].parent == codelists.of_office_code(category.parent.code)
