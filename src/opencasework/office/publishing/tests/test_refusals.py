"""What is refused, each with a sentence that says what is wrong and what to do."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from opencasework.office.figures.models import Fact, Gathered, Measure
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing import gate, public
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.periods import grain
from opencasework.office.publishing.tests.command import publish, published, refusal
from opencasework.office.publishing.tests.counted import a_busy_office, counted
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.standard import publication as standard
from opencasework.standard.attacks.report import Tried
from opencasework.standard.files import read_files
from opencasework.standard.observations import lines_hash
from opencasework.standard.validate import validate

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(datetime(2026, 11, 11, 9, tzinfo=LONDON), tick=False):
        yield


@pytest.fixture(autouse=True)
def office(home):
    OfficeFactory()
    StaffFactory(office_manager=True, username="tom")
    StaffFactory(member=True, username="amira")


# --- too few cases ----------------------------------------------------------------------------------------


def test_an_office_with_12_cases_a_year_is_told_to_publish_a_year():
    for month in range(1, 11):
        counted(1, f"2026-{month:02}")

    assert "Publish the year 2026 when it is over." in refusal("2026-10")
    assert "Publish the year 2026 when it is over." in refusal("2026-Q3")


def test_an_office_with_12_cases_a_year_publishes_the_year():
    for month in range(1, 13):
        counted(1, f"2025-{month:02}", category="HOU-DAMP" if month % 2 else "BEN-UC")

    publish("2025", sign_as="amira")

    assert validate(published()).ok
    assert standard.read(published()).periods == ["2025"]
    assert (
        "in 2025" in (published() / "index.html").read_text()
        or "2025" in (published() / "index.html").read_text()
    )


def test_a_year_of_12_cases_that_are_all_alike_is_not_published():
    for month in range(1, 13):
        counted(1, f"2025-{month:02}")

    said = refusal("2025")

    assert "All cases of the area in the twelve months to 2025-12 are about housing" in said
    assert "Leave it out" in said


def test_an_office_between_publishes_quarters():
    for month in range(1, 11):
        counted(30, f"2026-{month:02}")

    assert "Publish the quarter 2026-Q4 when it is over." in refusal("2026-10")
    publish("2026-Q3", sign_as="amira")

    assert validate(published()).ok


def test_one_quiet_month_does_not_change_what_an_office_publishes():
    a_busy_office("2026-06", "2026-07", "2026-09", "2026-10")
    counted(50, "2026-08")

    assert grain("2026-10") == "month"


def test_a_quarter_is_refused_where_one_of_its_months_is_out():
    a_busy_office("2026-08", "2026-09", "2026-10")
    publish("2026-08", sign_as="amira")

    assert "shares a month with 2026-Q3" in refusal("2026-Q3")


def test_a_category_with_one_case_anywhere_is_only_ever_0_or_5_of_its_parent():
    a_busy_office("2026-10")
    counted(1, "2026-10", category="IMM-STATELESS")

    publish()

    folder = Path(settings.HOME.publications) / "drafts" / "2026-10"
    values = {
        row.value for row in standard.read(folder).observations if row.category.startswith("immigration")
    }
    assert values <= {0, 5}
    said = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b"STATELESS" not in said.upper()


# --- what is folded and mapped ----------------------------------------------------------------------------


def rows(**wanted: str) -> dict[str, int | None]:
    folder = Path(settings.HOME.publications) / "drafts" / "2026-10"
    return {
        row.body: row.value
        for row in standard.read(folder).observations
        if all(getattr(row, name) == value for name, value in wanted.items())
    }


def test_a_body_with_fewer_than_20_cases_in_a_year_is_among_the_others(client: Client):
    a_busy_office("2026-10")
    counted(19, "2026-10", body="DWP-UC")
    counted(20, "2026-10", body="HMRC")

    publish()

    assert rows(category="housing", measure="cases_opened") == {
        "_N": 64, "_O": 19, "GB-GOR-D25": 20, "_T": 103,
    }  # fmt: skip
    client.force_login(StaffFactory(office_manager=True))
    assert "Department for Work and Pensions" in client.get("/publications/2026-10/").content.decode()


def test_a_code_of_the_offices_own_counts_as_other_and_is_listed(client: Client):
    a_busy_office("2026-10")
    counted(7, "2026-10", category="XBEES-SWARM")

    publish()

    assert rows(category="_O", measure="cases_opened", body="_T") == {"_T": 7}
    client.force_login(StaffFactory(office_manager=True))
    assert "XBEES (7)" in client.get("/publications/2026-10/").content.decode()


def test_restricted_cases_are_in_no_count():
    a_busy_office("2026-10")
    counted(9, "2026-10", was_restricted=True)

    publish()

    assert rows(category="_T", measure="cases_opened", body="_T") == {"_T": 64}


def test_bodies_stand_by_name_on_the_public_page_and_are_never_ranked():
    a_busy_office("2026-10")
    asked = {"DWP-UC": 20, "HMRC": 80, "HMPO": 40, "": 0}
    for body, number in asked.items():
        counted(number, "2026-10", body=body, measure=Measure.ENQUIRIES_SENT)
    counted(90, "2026-10", body="UNKNOWN", measure=Measure.ENQUIRIES_SENT)

    publish()

    page = (Path(settings.HOME.publications) / "drafts" / "2026-10" / "index.html").read_text()
    rows = re.findall(r'<th scope="row" lang="en">([^<]+)', page)
    assert rows == [
        "Department for Work and Pensions", "HM Passport Office", "HM Revenue and Customs", "Other bodies",
    ]  # fmt: skip


# --- the key, the clock, the ledger -----------------------------------------------------------------------


@pytest.fixture
def september_is_out() -> None:
    a_busy_office("2026-09", "2026-10")
    counted(3, "2026-09", body="DWP-UC")
    publish("2026-09", sign_as="amira")


@pytest.fixture
def another_key(home):
    def change() -> None:
        key = Path(settings.HOME.root) / "keys" / "publishing.key"
        key.unlink()
        settings.HOME.keep_key("publishing", "ab" * 32)

    return change


def test_with_another_key_nothing_is_published_until_the_office_says_that_the_old_one_is_lost(
    september_is_out, another_key
):
    before = (published() / "data" / "counts.csv").read_text().splitlines()
    another_key()

    assert "is not the key with which the earlier months were rounded" in refusal("2026-10")
    publish("2026-10", sign_as="amira", new_key=True)

    after = (published() / "data" / "counts.csv").read_text().splitlines()
    assert set(before) < set(after)
    assert validate(published()).ok


def test_with_a_clock_set_back_nothing_is_published(september_is_out):
    Publication.objects.update(signed_at=datetime(2026, 12, 24, tzinfo=LONDON))

    assert "Set the clock right first." in refusal("2026-10")


def test_a_tampered_ledger_is_found_even_where_its_hash_was_made_to_fit(september_is_out):
    counts, ledger = published() / "data" / "counts.csv", published() / "releases.csv"
    release = standard.read(published()).releases[0]
    counts.write_text(counts.read_text().replace(",64,", ",65,"))
    rows_now = [row.line for row in standard.read(published()).observations]
    ledger.write_text(ledger.read_text().replace(release.sha256, lines_hash(rows_now)))

    assert "its rows or its line in releases.csv were changed" in refusal("2026-10")


def test_a_publication_that_has_gone_is_asked_for(september_is_out):
    published().rename(published().with_name("elsewhere"))

    assert "Put it back from a copy." in refusal("2026-10")


def test_a_month_is_refused_whose_facts_were_not_counted_since_it_ended():
    a_busy_office("2026-10")
    Gathered.objects.create(pk=1, at=datetime(2026, 10, 30, tzinfo=LONDON))

    assert "2026-10 may be incomplete" in refusal("2026-10", facts_only=True)
    assert "is a draft" in publish("2026-10")


def test_a_month_signed_once_is_never_signed_with_other_numbers(september_is_out):
    Fact.objects.filter(period="2026-09").first().delete()

    said = refusal("2026-09", sign_as="amira")

    assert said == "2026-09 was published with other numbers; a published month stays as it is."


# --- the gate ---------------------------------------------------------------------------------------------


@pytest.fixture
def attacks(monkeypatch):
    """Attacks that get through, or not, as the test says."""
    suite = SimpleNamespace(passed=True, asked=[])

    def audit(paths, *, truth, key):
        suite.asked.append((paths, truth))
        findings = (
            [] if suite.passed else [SimpleNamespace(sentence="The count of one cell is known exactly.")]
        )
        return SimpleNamespace(
            passed=suite.passed,
            findings=findings,
            narrowest=4,
            seconds=0.1,
            tried=[Tried("A1", "passed", "12 small cells bounded by everything published.")],
            notes=["A copy of 2026-08, which was withdrawn, is attacked with the rest."],
            work={"undecided": 0},
        )

    monkeypatch.setattr(gate, "audit", audit)
    return suite


def test_a_draft_on_which_an_attack_succeeds_is_not_kept(attacks):
    a_busy_office("2026-10")
    attacks.passed = False

    said = refusal("2026-10")

    assert "an attack on it succeeds: The count of one cell is known exactly." in said
    assert not Publication.objects.exists()
    assert not (Path(settings.HOME.publications) / "drafts" / "2026-10").exists()


def test_a_signature_is_refused_when_an_attack_succeeds_by_now(attacks):
    a_busy_office("2026-09", "2026-10")
    publish("2026-10")
    publish("2026-09", sign_as="amira")
    attacks.passed = False

    said = refusal("2026-10", sign_as="amira")

    assert "an attack on it succeeds" in said
    assert standard.read(published()).periods == ["2026-09"]


def test_what_is_signed_is_attacked_as_it_goes_out_although_its_draft_was(attacks):
    a_busy_office("2026-10")
    publish("2026-10")

    publish("2026-10", sign_as="amira")

    assert len(attacks.asked) == 2


def test_the_attacks_know_the_truth_and_all_that_is_out(attacks):
    a_busy_office("2026-09", "2026-10")
    counted(3, "2026-09", body="DWP-UC")
    publish("2026-09", sign_as="amira")

    publish("2026-10")

    paths, truth = attacks.asked[-1]
    assert [path.name for path in paths] == ["published", "2026-10"]
    assert {cell.period for cell in truth} == {"2026-09", "2026-10"}
    assert 3 in truth.values()


def test_nothing_is_signed_into_a_folder_that_holds_the_offices_key(september_is_out):
    publish("2026-10")
    (published() / "notes.txt").write_text(f"The key, for Tom: {settings.HOME.key('publishing')}")

    said = refusal("2026-10", sign_as="amira")

    assert "notes.txt" in said
    assert "holds the office's key" in said
    assert settings.HOME.key("publishing") not in said
    assert standard.read(published()).periods == ["2026-09"]


def test_the_report_of_the_attacks_stands_on_the_screen(attacks, client: Client):
    a_busy_office("2026-10")
    said = publish("2026-10")
    client.force_login(StaffFactory(member=True))

    page = client.get("/publications/2026-10/").content.decode()

    assert "Note: A copy of 2026-08, which was withdrawn, is attacked with the rest." in said
    assert "Every attack failed." in page
    assert "a range 4 wide" in page
    assert "A1, passed: 12 small cells bounded by everything published." in page
    assert "A copy of 2026-08, which was withdrawn, is attacked with the rest." in page


# --- withdrawal -------------------------------------------------------------------------------------------


def test_a_withdrawn_month_is_gone_and_everybody_can_see_that_it_was_there(september_is_out, client: Client):
    publish("2026-10", sign_as="amira")
    client.force_login(StaffFactory(member=True))

    response = client.post("/publications/2026-10/withdrawal/", {"why": "Counted the wrong mailbox"})

    assert response.status_code == 302
    assert standard.read(published()).periods == ["2026-09"]
    assert validate(published()).ok
    assert "October 2026 was withdrawn on 11 November 2026." in (published() / "index.html").read_text()
    assert "October 2026 was withdrawn" in (published() / "feed.xml").read_text()
    assert "Counted the wrong mailbox" in client.get("/publications/2026-10/").content.decode()


@pytest.mark.parametrize("period", ["2026-10", "2026-Q4", "2026"])
def test_a_withdrawn_month_is_not_published_again_nor_anything_with_it(period, september_is_out):
    publish("2026-10", sign_as="amira")
    publish("2026-10", withdraw=True, sign_as="amira", why="Counted the wrong mailbox")
    counted(5, "2026-10")

    with time_machine.travel(datetime(2027, 1, 20, 9, tzinfo=LONDON), tick=False):
        said = refusal(period)

    assert said.startswith("2026-10 was withdrawn")
    assert standard.read(published()).periods == ["2026-09"]


def test_a_month_that_nobody_here_signed_goes_out_with_no_signature(september_is_out):
    counts = published() / "data" / "counts.csv"
    area = standard.read(published()).office.area_code
    line = f"2026-08,{area},_T,_T,_T,_T,cases_opened,900,,5"
    counts.write_text(counts.read_text() + line + "\n", "utf-8")
    ledger = published() / "releases.csv"
    entry = f"2026-08-counts-1,2026-08,counts,{lines_hash([line])},ocd-scr5,2026-09-11T09:00:00Z,\n"
    ledger.write_text(ledger.read_text() + entry, "utf-8")

    assert "2026-08 is in" in refusal("2026-10")
    assert "nobody here has signed it" in refusal("2026-10")


def test_nobody_signs_what_was_prepared_again_since_they_looked(september_is_out, client: Client):
    publish("2026-10")
    client.force_login(StaffMember.objects.get(username="amira"))
    page = client.get("/publications/2026-10/?sign=1").content.decode()
    seen = re.search('name="seen" value="([0-9a-f]{64})"', page).group(1)
    counted(7, "2026-10")
    publish("2026-10")

    answer = client.post("/publications/2026-10/signature/", {"seen": seen})

    assert answer.status_code == 422
    assert "again since you opened it" in answer.content.decode()


def test_a_withdrawal_that_breaks_off_leaves_data_and_page_as_they_were(september_is_out, monkeypatch):
    publish("2026-10", sign_as="amira")
    before = read_files(published())

    def broken(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(public, "pages", broken)
    with pytest.raises(KeyboardInterrupt):
        publish("2026-10", withdraw=True, sign_as="amira", why="Counted the wrong mailbox")

    assert read_files(published()) == before
    assert Publication.objects.get(month="2026-10").is_published


def test_a_month_on_which_an_attack_succeeds_can_be_withdrawn(september_is_out, attacks):
    publish("2026-10", sign_as="amira")
    attacks.passed = False

    publish("2026-10", withdraw=True, sign_as="amira", why="Something can be worked out")

    assert standard.read(published()).periods == ["2026-09"]


def test_the_only_month_that_is_out_is_taken_off_the_web_instead(september_is_out):
    said = refusal("2026-09", withdraw=True, sign_as="amira", why="Counted the wrong mailbox")

    assert said == "2026-09 is the only month; take the whole publication off the web instead."
    assert Publication.objects.get(month="2026-09").is_published


def test_a_withdrawal_needs_a_reason_and_somebody_who_may(september_is_out):
    assert "Say who withdraws it" in refusal("2026-09", withdraw=True)
    assert "Say why it is withdrawn" in refusal("2026-09", withdraw=True, sign_as="amira")


def test_a_descriptor_names_both_people(september_is_out):
    about = json.loads((published() / "datapackage.json").read_text())["openCasework"]

    assert about["prepared_by"] != about["signed_by"]
