"""A merge taken back in a browser: the notes written meanwhile are ticked for the other case."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from opencasework.office.cases.actions import write_note
from opencasework.office.cases.moving import merge
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import barriers_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]


def test_notes_written_meanwhile_are_ticked_for_the_other_case(live_office):
    OfficeFactory()
    tom = StaffFactory(first_name="Tom", office_manager=True)
    stays, goes = CaseFactory(by=tom, title="Rent not paid"), CaseFactory(by=tom, title="Damp")
    merge(case=goes, into=stays, by=tom)
    write_note(case=stays, text="The landlord came about the damp.", by=tom)
    write_note(case=stays, text="The rent is paid. " * 30, by=tom)
    live_office.sign_in(tom)
    page = live_office.page()

    page.goto(f"{live_office.url}/cases/{stays.pk}/")
    page.locator("#linked summary").click()
    page.locator("#linked").get_by_role("button", name=f"Take back {goes.reference}").click()
    page.get_by_role("heading", name="Written while they were one").wait_for()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert barriers_on(page, str(width)) == []
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/since-{width}.png", full_page=True)
    page.get_by_label("The landlord came about the damp.").check()
    page.get_by_role("button", name=f"Show them on {goes.reference}").click()

    expect(page.get_by_text(f"One line is shown on {goes.reference}, too.")).to_be_visible()
    expect(page.get_by_text("The landlord came about the damp.")).to_be_visible()
