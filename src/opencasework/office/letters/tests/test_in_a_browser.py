"""Writing, sending and taking back, as a caseworker does it; with scripts, and without."""

from __future__ import annotations

import pytest

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyContactFactory
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.models import Letter
from opencasework.office.places.tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case() -> Case:
    OfficeFactory()
    case = CaseFactory(person__full_name="Nkechi Marrowby")
    AuthorityFactory(case=case)
    BodyContactFactory(body=Body.objects.get(code="HMRC"), email="members@revenue.example")
    return case


def test_search_as_one_types_write_send_and_undo(live_office, case):
    live_office.sign_in(case.owner)
    page = live_office.page()

    page.goto(f"{live_office.url}/cases/{case.pk}/letters/new/")
    page.get_by_label("Search the directory of bodies").press_sequentially("customs")
    page.get_by_role("link", name="HM Revenue and Customs", exact=True).click()
    page.locator(".ProseMirror").press("Control+a")
    page.keyboard.type("Dear colleague,")
    page.keyboard.press("Enter")
    page.keyboard.type("Why is the refund late?")
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("It is a draft again").wait_for()

    letter = Letter.objects.get()
    assert letter.state == Letter.State.DRAFT
    assert letter.text == "Dear colleague,\n\nWhy is the refund late?"


def test_the_same_works_with_scripts_off(live_office, browser, case, settings):
    live_office.sign_in(case.owner)
    cookies = live_office.context.cookies()
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies(cookies)
        page = context.new_page()

        page.goto(f"{live_office.url}/cases/{case.pk}/letters/new/")
        page.get_by_label("Search the directory of bodies").fill("customs")
        page.get_by_role("button", name="Search", exact=True).click()
        page.get_by_role("link", name="HM Revenue and Customs", exact=True).click()
        page.get_by_label("Letter", exact=True).fill("Dear colleague,\n\nWhy is the refund late?")
        page.get_by_role("button", name="Keep the draft").click()
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_role("button", name="Take back").click()
        page.get_by_text("It is a draft again").wait_for()

    assert Letter.objects.get().state == Letter.State.DRAFT
