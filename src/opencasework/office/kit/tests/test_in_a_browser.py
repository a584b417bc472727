"""The components in a real browser: accessible in both themes and on a phone, usable by keyboard."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from tests.services.browser import axe

pytestmark = pytest.mark.django_db(transaction=True)


def open_components(office):
    office.sign_in(get_user_model().objects.create_user("priya"))
    page = office.page()
    page.goto("/components/")
    return page


@pytest.mark.looks
def test_nothing_is_inaccessible_in_either_theme(live_office):
    page = open_components(live_office)

    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert axe(page) == []


@pytest.mark.looks
def test_nothing_is_inaccessible_or_cut_off_on_a_small_phone(phone):
    page = open_components(phone)

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_sign_in_page_is_accessible_and_says_what_was_wrong(live_office):
    page = live_office.page()
    page.goto("/accounts/login/")
    page.get_by_label("Sign-in name or email").fill("nobody")
    page.get_by_label("Password", exact=True).fill("a password that is not")
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.wait_for_selector(".error-summary:focus")

    assert page.title().startswith("Error:")
    assert axe(page) == []


def test_j_and_k_move_the_real_focus_from_row_to_row(live_office):
    page = open_components(live_office)
    focused = page.locator(":focus")

    page.keyboard.press("j")
    assert focused.inner_text() == "Chase Fenwick Homes: damp"
    page.keyboard.press("j")
    assert focused.inner_text() == "Authority not signed"
    page.keyboard.press("k")
    assert focused.inner_text() == "Chase Fenwick Homes: damp"


def test_keys_rest_while_one_types(live_office):
    page = open_components(live_office)
    field = page.locator("#sample-due-2")

    field.fill("")
    field.press_sequentially("jjhk")

    assert field.input_value() == "jjhk"
    assert page.locator("#sample-due-2:focus").count() == 1


def test_a_dialog_gives_the_focus_back(live_office):
    page = open_components(live_office)
    opener = page.get_by_role("button", name="Open a dialog")

    opener.click()
    assert page.get_by_role("dialog", name="Merge 2 tags?").is_visible()
    page.keyboard.press("Escape")

    assert opener.evaluate("button => button === document.activeElement")


def test_the_page_is_whole_without_scripts(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")

    assert page.get_by_role("button", name="Sign in", exact=True).is_visible()
    assert page.get_by_role("button", name="Sign in with a passkey").count() == 0
    context.close()
