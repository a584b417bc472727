"""A form that somebody leaves half filled in is half filled in when they come back: in a browser."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.models import Case, Draft
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import axe

pytestmark = pytest.mark.django_db(transaction=True)
BEGUN = "This is what you began on"


@pytest.fixture
def case(live_office) -> Case:
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Reed")
    live_office.sign_in(ana)
    return CaseFactory(by=ana, title="Housing element stopped")


def kept(page: Page) -> None:
    expect(page.get_by_text("Kept until you save it")).to_be_visible()


@pytest.mark.looks
def test_a_case_half_closed_is_so_when_they_come_back_and_closed_nothing_is_left(live_office, case):
    page = live_office.page()
    address = f"{live_office.url}/cases/{case.pk}/closure/"
    page.goto(address)
    page.get_by_text("Put right", exact=True).click()
    page.get_by_label("What changed").fill("The arrears were paid on Tuesday.")
    kept(page)

    page.goto(f"{live_office.url}/cases/{case.pk}/")
    page.goto(address)
    expect(page.get_by_text(BEGUN)).to_be_visible()
    expect(page.get_by_label("What changed")).to_have_value("The arrears were paid on Tuesday.")
    assert axe(page) == []
    page.get_by_role("button", name="Close case").click()

    expect(page.get_by_text("closed").first).to_be_visible()
    case.refresh_from_db()
    assert not case.is_open
    assert case.issues.get().outcome == "put-right"
    assert not case.drafts.exclude(values={}).exists()


def test_the_statement_of_an_authority_is_kept_and_can_be_thrown_away(live_office, case):
    page = live_office.page()
    address = f"{live_office.url}/cases/{case.pk}/authorities/asking/"
    page.goto(address)
    problem = page.get_by_label("What the problem is")
    problem.fill("My housing element was stopped in May.")
    kept(page)

    page.goto(address)
    expect(problem).to_have_value("My housing element was stopped in May.")
    page.get_by_role("button", name="Throw it away").click()

    expect(page.get_by_text(BEGUN)).to_be_hidden()
    expect(problem).not_to_have_value("My housing element was stopped in May.")


def test_of_two_who_change_one_person_neither_loses_a_word_that_was_begun_before(live_office, case):
    page = live_office.page()
    person = case.constituent
    address = f"{live_office.url}/people/{person.pk}/edit/"
    page.goto(address)
    page.get_by_label("What helps them").fill("Large print.")
    kept(page)
    page.goto(f"{live_office.url}/people/{person.pk}/")
    Person.objects.filter(pk=person.pk).update(access_needs="A hearing loop.")

    page.goto(address)
    expect(page.get_by_label("What helps them")).to_have_value("Large print.")
    page.get_by_role("button", name="Save").click()

    # Both stand side by side: what came meanwhile is not written over.
    expect(page.get_by_text("A hearing loop.").first).to_be_visible()
    expect(page.get_by_text("Large print.").first).to_be_visible()
    person.refresh_from_db()
    assert person.access_needs == "A hearing loop."

    page.get_by_role("button", name="Save mine").click()
    page.wait_for_url(f"**/people/{person.pk}/")
    page.goto(address)
    expect(page.get_by_label("What helps them")).to_have_value("Large print.")
    expect(page.get_by_text(BEGUN)).to_be_hidden()
    assert not Draft.objects.exclude(values={}).exists()


def test_what_was_said_in_one_call_about_two_cases_is_kept_beside_each(live_office, case):
    uc = body("DWP-UC")
    BodyContactFactory(body=uc, kind="hotline", phone="01632 960310")
    given = {
        "by": case.owner,
        "body": uc,
        "next_action": "Ring DWP again",
        "next_action_on": timezone.localdate(),
    }
    one, other = CaseFactory(**given), CaseFactory(**given)
    page = live_office.page()
    address = f"{live_office.url}/calls/{uc.pk}/"
    page.goto(address)
    page.locator(f"[name=case-{one.pk}-text]").fill("They pay on Friday.")
    page.locator(f"[name=case-{other.pk}-text]").fill("They have no record of it.")
    kept(page)

    page.goto(address)

    expect(page.get_by_text(BEGUN)).to_be_visible()
    expect(page.locator(f"[name=case-{one.pk}-text]")).to_have_value("They pay on Friday.")
    expect(page.locator(f"[name=case-{other.pk}-text]")).to_have_value("They have no record of it.")


def test_what_is_typed_in_one_tab_after_the_other_was_saved_is_kept(live_office, case):
    page, other = live_office.page(), live_office.page()
    address = f"{live_office.url}/cases/{case.pk}/"
    for tab in (page, other):
        tab.goto(address)
    other.get_by_label("Note").fill("She rang.")
    kept(other)
    other.get_by_role("button", name="Add note").click()
    expect(other.locator(".entry").first).to_contain_text("She rang.")

    page.get_by_label("Note").fill("They called back.")
    kept(page)

    page.goto(address)
    expect(page.get_by_label("Note")).to_have_value("They called back.")


def test_words_that_stayed_in_the_tab_write_over_nothing_that_a_colleague_saved_meanwhile(live_office, case):
    page = live_office.page()
    person = case.constituent
    address = f"{live_office.url}/people/{person.pk}/edit/"
    page.goto(address)
    page.route("**/typing/**", lambda route: route.abort())
    page.get_by_label("What helps them").fill("Large print.")
    expect(page.get_by_text("No connection.")).to_be_visible()
    Person.objects.filter(pk=person.pk).update(contact_limit="Never alone in the office.")

    page.goto(address)
    expect(page.get_by_label("What helps them")).to_have_value("Large print.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/people/{person.pk}/")

    person.refresh_from_db()
    assert person.access_needs == "Large print."
    assert person.contact_limit == "Never alone in the office."
