"""Attempts to get round the two people and the one ledger, and acts that break off half-way."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from opencasework.office.bodies.models import Body
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.tests.command import publish, published, refusal, refused
from opencasework.office.publishing.tests.counted import a_busy_office, counted
from opencasework.office.publishing.writing import drafts_folder
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.standard import files
from opencasework.standard import publication as standard

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


@pytest.fixture
def september_is_out() -> None:
    a_busy_office("2026-09", "2026-10")
    counted(3, "2026-09", body="DWP-UC")
    publish("2026-09", sign_as="amira")


def test_whoever_signs_does_not_prepare_in_a_colleagues_name_by_it():
    a_busy_office("2026-10")

    said = refusal("2026-10", sign_as="amira", prepared_by="")

    assert said == "Nobody has prepared 2026-10 yet. Prepare it first; somebody else then signs."
    assert not Publication.objects.exists()


def test_one_call_does_not_name_both_who_prepares_and_who_signs():
    a_busy_office("2026-10")

    said = refused(month="2026-10", prepared_by="tom", sign_as="amira")

    assert said.startswith("One call names one person.")
    assert not Publication.objects.exists()


def test_a_draft_is_never_written_where_the_public_reads():
    a_busy_office("2026-10")

    assert "where the public reads" in refusal("2026-10", out=published())
    assert "where the public reads" in refusal("2026-10", out=published() / "drafts")
    assert not published().exists()


def test_a_name_that_a_spreadsheet_would_run_is_refused_before_anything_is_written():
    counted(60, "2026-10", body="DWP")
    Body.objects.filter(code="DWP").update(name='=HYPERLINK("https://example.org")')

    said = refusal("2026-10")

    assert "it would not be valid" in said
    assert "takes for a formula" in said
    assert not Publication.objects.exists()
    assert not published().exists()


def test_a_draft_made_with_the_clock_a_year_ahead_can_be_dropped(september_is_out, client: Client):
    publish("2026-10")
    Publication.objects.filter(month="2026-10").update(prepared_at=datetime(2027, 11, 11, tzinfo=LONDON))

    said = refusal("2026-10", sign_as="amira")
    client.force_login(StaffMember.objects.get(username="tom"))
    client.post("/publications/2026-10/draft/drop/")

    assert "`casework publish --month 2026-10 --drop-draft --prepared-by NAME`" in said
    assert not drafts_folder("2026-10").exists()
    assert "is published" in publish("2026-10", sign_as="amira")


def test_what_is_out_cannot_be_dropped_as_if_it_were_a_draft(september_is_out):
    assert "There is no draft of 2026-09" in refusal("2026-09", drop_draft=True)
    assert published().exists()


def killed_once_the_folder_is_swapped(monkeypatch) -> None:
    swap = files.swap_in

    def swapped_and_killed(folder, contents):
        swap(folder, contents)
        if folder == published():
            monkeypatch.setattr(files, "swap_in", swap)
            raise KeyboardInterrupt

    monkeypatch.setattr(files, "swap_in", swapped_and_killed)


def test_a_signature_that_breaks_off_after_the_folder_was_swapped_is_found_in_the_ledger(
    september_is_out, monkeypatch
):
    publish("2026-10")
    killed_once_the_folder_is_swapped(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        publish("2026-10", sign_as="amira")

    publish("2026-10", withdraw=True, sign_as="amira", why="Counted the wrong mailbox")

    october = Publication.objects.get(month="2026-10")
    assert october.is_withdrawn
    assert october.signed_by == StaffMember.objects.get(username="amira")
    assert standard.read(published()).periods == ["2026-09"]


def test_a_withdrawal_that_breaks_off_after_the_folder_was_swapped_is_found_in_the_ledger(
    september_is_out, monkeypatch
):
    publish("2026-10", sign_as="amira")
    killed_once_the_folder_is_swapped(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        publish("2026-10", withdraw=True, sign_as="amira", why="Counted the wrong mailbox")

    said = refusal("2026-10")

    assert said.startswith("2026-10 was withdrawn")
    assert Publication.objects.get(month="2026-10").withdrawn_why == "Counted the wrong mailbox"


def test_a_withdrawal_that_nobody_here_made_is_not_believed(september_is_out):
    publish("2026-10", sign_as="amira")
    standard.withdraw(
        published(), month="2026-10", signed_by="A stranger", created=datetime(2026, 11, 11, tzinfo=LONDON)
    )

    assert "is not what" in refusal("2026-09", sign_as="amira")
    assert Publication.objects.get(month="2026-10").is_published


def test_the_names_of_folded_bodies_are_shown_to_those_who_prepare_only(september_is_out, client: Client):
    counted(1, "2026-10", body="HMCTS", category="ZZZ")
    publish("2026-10")
    body = Body.objects.get(code="HMCTS").name

    def page(who: StaffMember) -> str:
        client.force_login(who)
        return client.get("/publications/2026-10/").content.decode()

    assert body in page(StaffMember.objects.get(username="tom"))
    assert body not in page(StaffMember.objects.get(username="amira"))
