"""A session that ended while somebody was typing: nothing typed is lost, and the page says what to do."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.drawings import image
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import axe

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def ana(home):
    OfficeFactory()
    return StaffFactory(first_name="Ana")


@pytest.fixture
def case(ana) -> Case:
    return CaseFactory(by=ana, title="Housing element stopped")


@pytest.fixture
def page(live_office, ana, case) -> Page:
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/")
    return page


def session_ends(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def signs_in(page: Page, ana) -> None:
    page.get_by_label("Sign-in name or email").fill(ana.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def signs_in_in_another_tab(page: Page, who) -> Page:
    with page.context.expect_page() as opened:
        page.locator("#entry").get_by_role("link", name="Sign in again in another tab").click()
    signs_in(opened.value, who)
    opened.value.get_by_role("heading", name="You are signed in").wait_for()
    return opened.value


def test_a_call_written_down_then_is_saved_as_it_stands_once_one_signed_in_in_another_tab(page, ana):
    page.keyboard.press("Alt+1")
    page.locator("#entry [name=from_name]").fill("Mr Osei")
    page.get_by_text("Nobody by that name.").wait_for()
    page.locator("#entry textarea").first.fill("He flies on Friday.")
    session_ends(page)
    page.keyboard.press("Control+Enter")

    said = page.locator("#entry").get_by_role("alert")
    expect(said).to_contain_text("Not saved: you are signed out.")
    tabs = page.locator("#entry .entry-kinds")
    assert said.bounding_box()["y"] + said.bounding_box()["height"] < tabs.bounding_box()["y"]
    assert axe(page) == []
    other = signs_in_in_another_tab(page, ana)
    assert axe(other) == []
    other.close()
    expect(page.locator("#entry").get_by_text("You are signed in again.")).to_be_visible()
    expect(said).to_have_count(0)
    assert axe(page) == []
    page.locator("#entry textarea").first.focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/inbox/messages/**")

    assert Message.objects.get().text == "He flies on Friday."


def test_the_scans_chosen_for_a_letter_are_still_chosen_after_signing_in(page, ana):
    page.keyboard.press("Alt+2")
    page.locator("#entry [name=from_name]").fill("Mr Osei")
    page.get_by_text("Nobody by that name.").wait_for()
    page.locator("#entry [name=scans]").set_input_files(
        {"name": "page1.png", "mimeType": "image/png", "buffer": image()}
    )
    session_ends(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#entry").get_by_role("alert")).to_contain_text("with the files you chose")
    signs_in_in_another_tab(page, ana).close()
    expect(page.locator("#entry").get_by_text("You are signed in again.")).to_be_visible()
    page.locator("#entry [name=from_name]").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/inbox/messages/**")

    assert Message.objects.get().attachments.filter(filename="page1.png").exists()


def test_what_one_began_is_not_saved_in_the_name_of_another_who_signs_in(live_office, page, ana):
    bob = StaffFactory(first_name="Bob")
    page.keyboard.press("Alt+1")
    page.locator("#entry [name=from_name]").fill("Mr Osei")
    page.get_by_text("Nobody by that name.").wait_for()
    page.locator("#entry textarea").first.fill("He flies on Friday.")
    session_ends(page)
    page.keyboard.press("Control+Enter")
    signs_in_in_another_tab(page, bob).close()
    page.locator("#entry textarea").first.focus()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.keyboard.press("Control+Enter")

    assert answered.value.status == 403
    assert not Message.objects.exists()
    expect(page.locator("#entry textarea").first).to_have_value("He flies on Friday.")
    expect(page.locator("#entry").get_by_role("alert")).to_contain_text("Not saved")
    live_office.complaints.lines.clear()  # the browser's word about that refusal


def test_who_types_on_then_is_told_that_they_are_signed_out_not_that_the_line_is_down(
    live_office, page, case
):
    page.goto(f"{live_office.url}/cases/{case.pk}/?write=note#composer")
    session_ends(page)
    page.get_by_label("Note", exact=True).fill("She sounded tired.")

    said = page.locator("[data-draft-said]:visible")
    expect(said).to_contain_text("You are signed out. What you type is kept on this device")
    expect(said).not_to_contain_text("No connection")
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)  # nor is that page put into this one


def test_what_is_typed_then_is_kept_by_the_server_once_one_signed_in_in_another_tab(
    live_office, page, ana, case
):
    page.goto(f"{live_office.url}/cases/{case.pk}/?write=note#composer")
    session_ends(page)
    page.get_by_label("Note", exact=True).fill("She sounded tired.")
    said = page.locator("[data-draft-said]:visible")
    expect(said).to_contain_text("sign in in another tab")
    other = page.context.new_page()
    other.goto(f"{live_office.url}/")
    signs_in(other, ana)
    other.get_by_role("heading", name="My day").wait_for()
    page.get_by_label("Note", exact=True).press_sequentially(" Ring her.")

    expect(said).to_contain_text("Kept until you save it")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("She sounded tired. Ring her.").first).to_be_visible()


def test_a_note_sent_then_is_there_again_after_signing_in_and_not_twice_once_it_is_saved(
    live_office, page, ana, case
):
    page.goto(f"{live_office.url}/cases/{case.pk}/?write=note#composer")
    session_ends(page)
    note = page.get_by_label("Note", exact=True)
    note.fill("She sounded tired.")
    page.get_by_role("button", name="Add note").click()
    page.wait_for_url("**/accounts/login/**")
    signs_in(page, ana)

    page.wait_for_url(f"**/cases/{case.pk}/**")
    expect(note).to_have_value("She sounded tired.")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("She sounded tired.").first).to_be_visible()
    page.goto(f"{live_office.url}/cases/{case.pk}/?write=note#composer")
    expect(note).to_have_value("")
    assert case.events.filter(kind=Event.Kind.NOTE, text="She sounded tired.").count() == 1
