"""Choosing what goes out with a letter, with scripts and without, and nothing in the way of anybody."""

from __future__ import annotations

import pytest

from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack.models import PackFile
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.letters.tests.papers import file_on, pdf, signed
from tests.services.browser import barriers_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def letter(live_office) -> Letter:
    letter = LetterFactory(authority=False)
    signed(letter.case)
    file_on(letter.case, pdf(2), "decision.pdf")
    file_on(letter.case, pdf(1), "notice.pdf")
    live_office.sign_in(letter.case.owner)
    return letter


def choose_and_bind(page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Add documents").click()
    page.get_by_label("decision.pdf").check()
    page.get_by_label("notice.pdf").check()
    page.get_by_role("button", name="Add the ticked ones").click()
    page.get_by_role("button", name="Move decision.pdf up").click()
    page.get_by_role("button", name="Bind and look").click()
    page.get_by_text("papers.pdf").first.wait_for()


@pytest.mark.parametrize("width", [1440, 390])
def test_documents_are_chosen_put_in_order_and_bound(live_office, letter, width):
    page = live_office.page()
    page.set_viewport_size({"width": width, "height": 900})

    choose_and_bind(page, f"{live_office.url}/letters/{letter.pk}/")

    assert barriers_on(page, "papers") == []
    assert PackFile.objects.get(letter=letter).pages == 6
    assert letter.enclosures.first().title == "decision.pdf"
    page.get_by_role("link", name="Back to the letter").click()
    page.get_by_text("added automatically").wait_for()
    assert barriers_on(page, "papers") == []


def test_the_same_works_with_scripts_off(live_office, browser, letter):
    cookies = live_office.context.cookies()
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies(cookies)

        choose_and_bind(context.new_page(), f"{live_office.url}/letters/{letter.pk}/")

    assert PackFile.objects.get(letter=letter).pages == 6
