"""A body rings: the call is written down with the keyboard, its case found by typing; scripts off too."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from opencasework.office.authority.models import SentWithout
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Message
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import barriers_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
WHY = "Why you spoke about them without authority"
SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})


@pytest.fixture
def ana():
    OfficeFactory()
    return StaffFactory(first_name="Ana", last_name="Reed")


@pytest.fixture
def case(ana):
    return CaseFactory(by=ana, person__full_name="Ada Marrowby", title="Rent not paid", body=body("DWP-UC"))


@pytest.fixture
def page(live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/")
    return page


def entry(page):
    page.keyboard.press("l")
    form = page.locator('.entry-form[action="/inbox/new/call/"][data-begun]')
    form.locator("[name=from_name]:focus").wait_for()
    return form


def test_what_only_a_body_is_asked_is_there_for_a_body_alone(page):
    form = entry(page)
    reason, body_field, caller = (
        form.get_by_label(WHY),
        form.get_by_label("Which body"),
        form.get_by_label("Whom you spoke to"),
    )

    for field in (reason, body_field, caller):
        expect(field).to_be_hidden()
    form.get_by_label("Somebody for them").check()
    expect(caller).to_be_visible()
    expect(reason).to_be_hidden()
    form.get_by_label("A body", exact=True).check()
    for field in (reason, body_field, caller):
        expect(field).to_be_visible()
    form.get_by_label("The person themselves").check()
    expect(body_field).to_be_hidden()


def test_a_body_rings_about_a_case_and_it_is_asked_why(page, case):
    form = entry(page)
    form.get_by_label("A body", exact=True).check()
    form.get_by_label("Which body").select_option("DWP-UC")
    form.get_by_label("Whom you spoke to").fill("Ms Penrose")
    form.locator("[name=from_name]").press_sequentially("marrowby")
    page.get_by_role("option", name="Rent not paid").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    form.locator("[name=text]:focus").wait_for()
    page.keyboard.type("They pay on Friday.")
    page.keyboard.press("Control+Enter")

    error = page.get_by_text("No authority covers Universal Credit. Say why you spoke").first
    error.wait_for()
    page.get_by_label(WHY).fill("No food in the house")
    page.keyboard.press("Control+Enter")

    page.wait_for_url(f"**{case.get_absolute_url()}*")
    expect(page.get_by_text("Said without authority to act: No food in the house")).to_be_visible()
    assert SentWithout.objects.get().case == case
    assert Message.objects.get().case == case


def test_who_says_first_later_that_a_body_rang_finds_its_case_by_the_same_name(page, case):
    form = entry(page)
    form.locator("[name=from_name]").press_sequentially("marrowby")
    page.get_by_role("option", name="Ada Marrowby").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(form.locator("[data-chosen]")).to_be_visible()

    form.get_by_label("A body", exact=True).check()
    expect(form.locator("[data-chosen]")).to_be_hidden()
    form.locator("[name=from_name]").focus()

    expect(page.get_by_role("option", name="Rent not paid")).to_be_visible()


@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
def test_the_pages_are_without_barriers(size, live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.set_viewport_size(size)
    page.goto(f"{live_office.url}/inbox/new/call/")
    page.get_by_label("A body", exact=True).check()
    page.get_by_label("Which body").select_option("DWP-UC")
    page.get_by_label("Whom you spoke to").fill("Ms Penrose")
    page.locator("[name=from_name]").press_sequentially("marrowby")
    page.get_by_role("option", name="Rent not paid").wait_for()
    found = [barriers_on(page, str(size["width"]))]
    _picture(page, "entry", size)
    page.locator("[name=text]").fill("They pay on Friday.")
    page.get_by_role("button", name="Write down").click()
    page.get_by_role("heading", name="They pay on Friday.", level=1).wait_for()
    found.append(barriers_on(page, str(size["width"])))
    _picture(page, "waits", size)
    page.goto(f"{page.url}filing/?q={case.reference}")
    page.get_by_role("button", name=f"Add to {case.reference}").click()
    page.get_by_role("heading", name="Why were they told?").wait_for()
    found.append(barriers_on(page, str(size["width"])))
    _picture(page, "why", size)
    page.goto(f"{live_office.url}/inbox/messages/{Message.objects.get().pk}/")
    page.locator("#decide [value=filed_away]").click()
    page.get_by_role("heading", name="Was something about a person said?").wait_for()
    found.append(barriers_on(page, str(size["width"])))
    _picture(page, "nothing", size)

    assert found == [[], [], [], []]


def test_with_scripts_off_the_case_is_found_and_the_reason_asked(live_office, ana, case):
    live_office.sign_in(ana)
    with live_office.window(java_script_enabled=False) as page:
        page.goto(f"{live_office.url}/inbox/new/call/")
        page.get_by_label("A body", exact=True).check()
        page.get_by_label("Which body").select_option("DWP-UC")
        page.locator("[name=from_name]").fill("marrowby")
        page.locator("[name=text]").fill("They pay on Friday.")
        page.get_by_role("button", name="Find the person, or the case").click()
        page.get_by_label(case.reference).check()
        page.get_by_role("button", name="Write down").click()
        page.get_by_label(WHY).fill("No food in the house")
        page.get_by_role("button", name="Write down").click()

        expect(page.get_by_text("Said without authority to act: No food in the house")).to_be_visible()


def _picture(page, name, size):
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{size['width']}.png", full_page=True)
