"""The process that publishes needs no right to read a name: it sees counted facts and nothing else."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.actions import gather
from opencasework.office.letters.actions import receive_reply
from opencasework.office.letters.enquiries import Reply
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.tests import command
from opencasework.office.publishing.tests.counted import counted, out_already
from opencasework.office.publishing.writing import home_folder
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
# All that publishing reads: facts, the directory of bodies, the office, its two colleagues, its own rows.
WITHOUT_CONSTITUENTS = {
    "figures_fact", "figures_gathered", "figures_openatend", "publishing_publication",
    "publishing_droppeddraft", "bodies_body", "places_office", "staff_staffmember",
}  # fmt: skip


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def publish(**options: object) -> None:
    command.publish(facts_only=True, **options)


@time_machine.travel(datetime(2026, 11, 11, 9, tzinfo=LONDON), tick=False)
def test_without_any_personal_table_the_same_bytes_are_published(home, tmp_path):
    OfficeFactory()
    Office.objects.update(is_demo=True)
    StaffFactory(office_manager=True, username="tom")
    StaffFactory(member=True, username="amira")
    with time_machine.travel(datetime(2026, 10, 5, 11, tzinfo=LONDON), tick=False):
        for _ in range(6):
            CaseFactory(body=body("DWP"))
        enquiry = EnquiryFactory(to_body=body("DWP"))
        receive_reply(enquiry=enquiry, received_on=enquiry.sent_on, by=None, kind=Reply.Kind.SUBSTANTIVE)
    gather()
    publish(month="2026-10")
    publish(month="2026-10", out=tmp_path / "public", sign_as="amira")
    with_them = everything_in(tmp_path / "public")

    put_away_every_table_but(WITHOUT_CONSTITUENTS)
    shutil.rmtree(tmp_path / "public")
    Publication.objects.update(state=Publication.State.DRAFT, signed_by=None, signed_at=None)
    publish(month="2026-10", out=tmp_path / "public", sign_as="amira")

    assert everything_in(tmp_path / "public") == with_them


@time_machine.travel(datetime(2026, 1, 12, 9, tzinfo=LONDON), tick=False)
def test_without_any_personal_table_the_same_year_is_published(home, tmp_path):
    OfficeFactory()
    StaffFactory(office_manager=True, username="tom")
    amira = StaffFactory(member=True, username="amira")
    months = [f"2025-{month:02}" for month in range(1, 13)]
    for month in months:
        counted(61, month, category="HOU-DAMP", channel="email")
    gather()
    out_already(*months, by=amira)
    publish(month="2025", out=tmp_path / "with")

    put_away_every_table_but(WITHOUT_CONSTITUENTS)
    publish(month="2025", out=tmp_path / "without")
    publish(month="2025", sign_as="amira")

    assert everything_in(tmp_path / "with") == everything_in(tmp_path / "without")
    assert "2025-counts-1," in (home_folder() / "releases.csv").read_text()


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return {table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t"}


def put_away_every_table_but(kept: set[str]) -> None:
    """Take the tables out of reach, as where the process has no right to read them; it is rolled back."""
    gone = tables() - kept
    assert {"constituents_person", "cases_case", "cases_event", "letters_letter"} <= gone
    with connection.cursor() as cursor:
        for name in sorted(gone):
            if name in tables():  # those of a full-text index go with it
                cursor.execute(f'ALTER TABLE "{name}" RENAME TO "gone_{name}"')
