"""The process that publishes needs no right to read a name: it sees counted facts and nothing else."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.actions import gather
from opencasework.office.letters.actions import receive_reply
from opencasework.office.letters.enquiries import Reply
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
# All that publishing reads: facts, the directory of bodies, the office, its two colleagues, its own rows.
WITHOUT_CONSTITUENTS = {
    "figures_fact", "figures_gathered", "publishing_publication", "bodies_body", "places_office",
    "staff_staffmember",
}  # fmt: skip


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def publish(**options: object) -> None:
    call_command("publish", stdout=StringIO(), facts_only=True, **options)


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
    publish(month="2026-10", out=tmp_path / "with" / "draft")
    publish(month="2026-10", out=tmp_path / "with" / "public", sign_as="amira")

    put_away_every_table_but(WITHOUT_CONSTITUENTS)
    publish(month="2026-10", out=tmp_path / "without" / "public", sign_as="amira")

    assert everything_in(tmp_path / "with" / "public") == everything_in(tmp_path / "without" / "public")


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
