"""Publishing a month, by the front doors: the screen and the command."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError
from django.test import Client

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.models import Fact
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.tests.command import publish
from opencasework.office.publishing.tests.counted import a_busy_office, counted
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import CASEWORK, Category
from opencasework.standard import codelists
from opencasework.standard import publication as standard
from opencasework.standard.validate import validate

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
IN_OCTOBER = datetime(2026, 10, 14, 11, tzinfo=LONDON)
IN_NOVEMBER = datetime(2026, 11, 11, 9, tzinfo=LONDON)


@pytest.fixture
def a_month_of_cases(home) -> None:
    """October: 7 cases about Universal Credit, which concern DWP, 2 about potholes, 64 about damp."""
    OfficeFactory()
    a_busy_office("2026-09", "2026-10")
    counted(20, "2026-09", category="BEN-UC", body="DWP-UC")
    with time_machine.travel(IN_OCTOBER, tick=False):
        dwp = Body.objects.get(code="DWP-UC")
        for _ in range(7):
            CaseFactory(category=Category.objects.get(code="BEN-UC"), body=dwp)
        for _ in range(2):
            CaseFactory(category=Category.objects.get(code="TRA-ROAD"))


def value_of(folder: Path, **dimensions: str) -> int | None:
    for row in standard.read(folder).observations:
        if all(getattr(row, name) == wanted for name, wanted in dimensions.items()):
            return row.value
    return None


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_unsigned_a_month_is_a_complete_draft(a_month_of_cases, tmp_path):
    StaffFactory(office_manager=True, username="tom")

    said = publish(month="2026-10", out=tmp_path / "p")

    assert "draft" in said
    assert validate(tmp_path / "p").ok
    written = standard.read(tmp_path / "p")
    assert written.status == "draft"
    assert written.releases == ()


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_a_second_person_makes_the_draft_the_publication(a_month_of_cases, tmp_path):
    StaffFactory(office_manager=True, username="tom")
    StaffFactory(member=True, username="amira")
    publish(month="2026-10", out=tmp_path / "p")

    publish(month="2026-10", out=tmp_path / "p", sign_as="amira")

    assert validate(tmp_path / "p").ok
    assert standard.read(tmp_path / "p").status == "published"
    assert Publication.objects.get(month="2026-10").is_published


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_large_counts_stand_and_small_ones_become_0_or_5(a_month_of_cases, tmp_path):
    StaffFactory(office_manager=True)

    publish(month="2026-10", out=tmp_path / "p")

    benefits = value_of(tmp_path / "p", category="benefits", body="GB-GOR-D10", measure="cases_opened")
    roads = value_of(tmp_path / "p", category="transport", body="_T", measure="cases_opened") or 0
    total = value_of(tmp_path / "p", category="_T", body="_T", measure="cases_opened")
    assert benefits == 7
    assert roads in {0, 5}
    assert total == benefits + roads + 64


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_whoever_prepared_a_month_cannot_sign_it(a_month_of_cases, client: Client):
    tom = StaffFactory(office_manager=True)
    client.force_login(tom)
    client.post("/publications/2026-10/draft/")

    response = client.post("/publications/2026-10/signature/")

    assert response.status_code == 422
    assert "somebody else has to sign" in response.content.decode()
    assert not Publication.objects.get(month="2026-10").is_published


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_the_member_signs_on_the_screen(a_month_of_cases, client: Client, settings):
    tom, amira = StaffFactory(office_manager=True), StaffFactory(member=True)
    client.force_login(tom)
    client.post("/publications/2026-10/draft/")
    client.force_login(amira)

    page = client.get("/publications/2026-10/").content.decode()
    response = client.post("/publications/2026-10/signature/")

    assert "Sign and publish" in page
    assert response.status_code == 302
    assert standard.read(settings.HOME.publications / "published").periods == ["2026-10"]


@pytest.mark.parametrize(
    ("month", "sentence"),
    [
        ("2027-03", "2027-03 has not begun. The latest month that can be published is 2026-10."),
        ("2026-11", "2026-11 is not over."),
        ("october", "“october” is not a month. Write the year and the month, like 2026-10."),
    ],
)
@time_machine.travel(IN_NOVEMBER, tick=False)
def test_a_month_that_is_not_over_is_refused(a_month_of_cases, tmp_path, month, sentence):
    StaffFactory(office_manager=True)

    with pytest.raises(CommandError) as refused:
        publish(month=month, out=tmp_path / "p")

    assert sentence in str(refused.value)
    assert not (tmp_path / "p").exists()


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(a_month_of_cases, tmp_path):
    StaffFactory(office_manager=True)
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(CommandError) as refused:
        publish(month="2026-10", out=tmp_path / "file" / "p")

    assert "cannot be written" in str(refused.value)
    assert not Publication.objects.exists()


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_a_volunteer_sees_no_publications(a_month_of_cases, client: Client):
    client.force_login(StaffFactory(volunteer=True))

    assert client.get("/publications/").status_code == 403


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_nobody_is_named_but_those_who_answer_for_it(a_month_of_cases, tmp_path):
    tom = StaffFactory(office_manager=True)
    with time_machine.travel(IN_OCTOBER, tick=False):
        case = CaseFactory()

    publish(month="2026-10", out=tmp_path / "p")

    with ZipFile(tmp_path / "p" / "figures.xlsx") as sheet:
        everything = b"".join(sheet.read(name) for name in sheet.namelist()).decode()
    everything += b"".join(
        file.read_bytes() for file in (tmp_path / "p").rglob("*") if file.is_file() and file.suffix != ".xlsx"
    ).decode()
    assert case.constituent.full_name not in everything
    assert case.reference not in everything
    descriptor = json.loads((tmp_path / "p" / "datapackage.json").read_text())
    assert str(tom) in json.dumps(descriptor)


def test_every_casework_group_has_a_name_in_the_standard(db):
    groups = [category.code for category in Category.objects.filter(parent=None) if category.kind == CASEWORK]

    published = [codelists.of_office_code(group) for group in groups]

    assert None not in published
    assert len(set(published)) == len(groups) > 15


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_what_is_signed_is_what_was_prepared(a_month_of_cases, tmp_path):
    StaffFactory(office_manager=True, username="tom")
    StaffFactory(member=True, username="amira")
    publish(month="2026-10", out=tmp_path / "draft")
    Fact.objects.filter(period="2026-10", category="BEN-UC").first().delete()
    Event.objects.filter(kind=Event.Kind.ISSUE_ADDED)._raw_delete("default")

    with pytest.raises(CommandError) as refused:
        publish(month="2026-10", out=tmp_path / "p", sign_as="amira")

    assert "has changed since" in str(refused.value)
    assert not (tmp_path / "p").exists()


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_an_office_has_one_publication_and_no_second_ledger_beside_it(a_month_of_cases, tmp_path):
    StaffFactory(office_manager=True, username="tom")
    StaffFactory(member=True, username="amira")
    publish(month="2026-10", out=tmp_path / "p", sign_as="amira")
    again = publish(month="2026-10", sign_as="amira")

    with pytest.raises(CommandError) as refused:
        publish(month="2026-10", out=tmp_path / "copy", sign_as="amira")

    assert f"published in {tmp_path / 'p'}" in again
    assert "an office has one, with one ledger" in str(refused.value)
    assert not (tmp_path / "copy").exists()


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_a_draft_never_goes_where_signed_months_are(a_month_of_cases, tmp_path):
    StaffFactory(office_manager=True, username="tom")
    StaffFactory(member=True, username="amira")
    with time_machine.travel(datetime(2026, 9, 16, 11, tzinfo=LONDON), tick=False):
        CaseFactory()
    publish(month="2026-09", out=tmp_path / "p", sign_as="amira")

    with pytest.raises(CommandError) as refused:
        publish(month="2026-10", out=tmp_path / "p")

    assert "give it a folder of its own" in str(refused.value)
    assert standard.read(tmp_path / "p").status == "published"


@pytest.mark.parametrize("month", ["0000-01", "1999-01", "2020-01"])
@time_machine.travel(IN_NOVEMBER, tick=False)
def test_a_month_before_the_office_had_cases_is_refused(a_month_of_cases, client: Client, month):
    client.force_login(StaffFactory(office_manager=True))

    response = client.post(f"/publications/{month}/draft/")

    assert response.status_code in {404, 422}
    assert not Publication.objects.exists()
    assert client.get("/publications/").status_code == 200


@time_machine.travel(IN_NOVEMBER, tick=False)
def test_the_draft_is_read_as_the_public_will_see_it_by_those_who_see_figures(
    a_month_of_cases, client: Client
):
    client.force_login(StaffFactory(office_manager=True))
    client.post("/publications/2026-10/draft/")

    page = client.get("/publications/2026-10/public/index.html")
    style = client.get("/publications/2026-10/public/style.css")
    client.force_login(StaffFactory(volunteer=True))

    assert "A draft, for the office to read." in page.content.decode()
    assert style["Content-Type"] == "text/css; charset=utf-8"
    assert client.get("/publications/2026-10/public/index.html").status_code == 403


@pytest.mark.parametrize("name", ["../../../keys/publishing.key", "%2e%2e/%2e%2e/office.env", "nothing", ""])
@time_machine.travel(IN_NOVEMBER, tick=False)
def test_nothing_but_the_files_of_the_publication_is_shown(a_month_of_cases, client: Client, name: str):
    client.force_login(StaffFactory(office_manager=True))
    client.post("/publications/2026-10/draft/")

    assert client.get(f"/publications/2026-10/public/{name}").status_code == 404
