"""Signing on a telephone with a real browser: the link opens by itself, one can draw, nothing is barred."""

from __future__ import annotations

import os
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from opencasework.office.authority.models import Authority
from opencasework.office.authority.signing import statement
from opencasework.office.authority.tests.signing import POSTCODE, ask_of, link_for
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit import printing
from opencasework.office.kit.tests.test_typefaces import NO_ONES
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import Complaints, axe, open_context

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, SMALL_PHONE = {"width": 390, "height": 844}, {"width": 320, "height": 640}


@pytest.fixture
def link(home, live_server, monkeypatch):
    page = b"%PDF-1.7\n/ByteRange " + printing.EMPTY_RANGE + b"/Contents " + printing.EMPTY_SEAL
    monkeypatch.setattr(statement, "printed", lambda _page, **_: page)
    OfficeFactory()
    link = link_for(
        ask_of(CaseFactory(by=StaffFactory(), person__full_name="Nkechi Marrowby"), "DWP", "HMRC")
    )
    link.origin = live_server.url
    link.save()
    return link


@contextmanager
def phone(browser, live_server, **options):
    """A phone whose console is watched."""
    context = open_context(browser, base_url=live_server.url, **({"viewport": PHONE} | options))
    page, complaints = context.new_page(), Complaints()
    complaints.watch(page)
    yield page
    context.close()
    assert complaints.lines == []


def look(page):
    """What every page owes whoever reads it, on a small telephone too."""
    assert axe(page) == []
    page.set_viewport_size(SMALL_PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["width"]
    page.set_viewport_size(PHONE)


def go_on(page, to):
    page.locator("main .btn-primary").click()
    page.wait_for_selector(f"[data-page={to}]")


def test_the_whole_way_with_a_drawn_signature(browser, live_server, link):
    with phone(browser, live_server) as page:
        page.goto(link.url)
        page.wait_for_selector("[data-page=who]")
        look(page)
        assert link.token not in page.evaluate("location.href")
        page.locator("#id_factor").fill(POSTCODE)
        go_on(page, "check")
        go_on(page, "bodies")
        page.locator("#id_name").fill("Nkechi Marrowby")
        assert page.locator("[data-typed]").inner_text() == "Nkechi Marrowby"
        draw(page)
        look(page)
        go_on(page, "sign")
        assert page.locator("svg.drawn path").count() == 1
        go_on(page, "signed")
        look(page)

    assert Authority.objects.get().evidence["drawn"] is True


def draw(page):
    page.locator("[data-drawing] summary").click()
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    for step in range(6):
        page.mouse.move(box["x"] + 30 + 20 * step, box["y"] + 30 + 15 * (step % 2))
    page.mouse.up()


def test_with_the_keyboard_alone_and_nothing_drawn(browser, live_server, link):
    with phone(browser, live_server) as page:
        page.goto(link.url)
        page.wait_for_selector("[data-page=who]")
        for field, typed, to in (("#id_factor", POSTCODE, "check"), ("#id_address", "Room 4", "bodies")):
            page.locator(field).focus()
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type(typed)
            if to == "bodies":
                page.locator("main .btn-primary").focus()
            page.keyboard.press("Enter")
            page.wait_for_selector(f"[data-page={to}]")
        page.locator("#id_name").focus()
        page.keyboard.type("Nkechi Marrowby")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-page=sign]")
        page.locator("main .btn-primary").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-page=signed]")

    assert Authority.objects.get().evidence["address"] == "Room 4"


def test_boxes_in_the_copy_are_said_before_it_is_signed(browser, live_server, link):
    with phone(browser, live_server) as page:
        page.goto(link.url)
        page.wait_for_selector("[data-page=who]")
        page.locator("#id_factor").fill(POSTCODE)
        go_on(page, "check")
        go_on(page, "bodies")
        page.locator("#id_name").fill(f"Nkechi {NO_ONES}")
        go_on(page, "sign")
        page.get_by_text("In the copy, some characters would be boxes").wait_for()
        look(page)
        go_on(page, "signed")


def test_with_scripts_off_the_link_is_pasted(browser, live_server, link):
    with phone(browser, live_server, java_script_enabled=False) as page:
        page.goto(link.url)
        page.locator("#token").fill(link.url)
        go_on(page, "who")
        page.locator("#id_factor").fill(POSTCODE)
        go_on(page, "check")
        go_on(page, "bodies")
        page.locator("#id_name").fill("Nkechi Marrowby")
        go_on(page, "sign")
        go_on(page, "signed")

    assert Authority.objects.count() == 1


def test_opened_in_the_mail_program_and_then_in_a_browser_it_is_signed_in_either(browser, live_server, link):
    with phone(browser, live_server) as mail, phone(browser, live_server) as other:
        for page in (mail, other):
            page.goto(link.url)
            page.get_by_label("Your postcode, or your date of birth").fill(POSTCODE)
            go_on(page, "check")
        mail.get_by_label("Anything to correct or add?").fill("It stopped on the 3rd.")
        go_on(mail, "bodies")
        other.reload()
        expect(other.get_by_label("Anything to correct or add?")).to_have_value("It stopped on the 3rd.")
        mail.get_by_label("Type your full name to sign").fill("Nkechi Marrowby")
        go_on(mail, "sign")
        go_on(mail, "signed")
        go_on(other, "signed")

    assert Authority.objects.count() == 1


def test_after_five_wrong_answers_the_page_offers_a_new_link(browser, live_server, link):
    with phone(browser, live_server) as page:
        page.goto(link.url)
        for left in (4, 3, 2, 1, 0):
            page.get_by_label("Your postcode, or your date of birth").fill("AB1 2CD")
            page.get_by_role("button", name="Continue").click()
            said = (
                f"{left} more times" if left > 1 else "once more" if left else "too often from where you are"
            )
            expect(page.get_by_text(said)).to_be_visible()
        look(page)
        picture(page, "shut")
        page.get_by_role("button", name="Ask for a new link").click()
        expect(page.get_by_role("heading", name="We have your wish")).to_be_visible()

    link.ask.refresh_from_db()
    assert link.ask.asked_again_at is not None


def picture(page, name):
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
