"""What one types is not lost, and one sees who else is here: in a browser, over a poor line, for axe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from opencasework.office.cases import asking, team
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import Draft
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory
from tests.services.browser import axe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana():
    OfficeFactory()
    return StaffFactory(first_name="Ana", last_name="Reed")


@pytest.fixture
def case(ana):
    case = CaseFactory(by=ana, title="Housing element stopped")
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), by=ana)
    return case


def test_what_is_typed_without_a_connection_goes_to_the_server_when_it_is_back(live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/")
    page.route("**/drafts/**", lambda route: route.abort())

    page.get_by_label("Note").fill("She said that on Tue")
    expect(page.get_by_text("No connection.")).to_be_visible()
    assert not Draft.objects.exists()
    page.unroute("**/drafts/**")

    # It tries again every five seconds.
    expect(page.get_by_text("Kept until you save it")).to_be_visible(timeout=30_000)
    assert Draft.objects.get().values["text"] == "She said that on Tue"


def test_a_note_typed_and_left_is_there_again_and_saved_it_is_gone(live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/")
    page.get_by_label("Note").fill("She said that on Tue")
    expect(page.get_by_text("Kept until you save it")).to_be_visible()

    page.goto(f"{live_office.url}/cases/{case.pk}/")
    expect(page.get_by_text("This is what you began on")).to_be_visible()
    page.get_by_role("button", name="Add note").click()

    expect(page.locator(".entry").first).to_contain_text("She said that on Tue")
    expect(page.get_by_label("Note")).to_have_value("")


def test_one_sees_that_a_colleague_is_writing(live_office, ana, case):
    kofi = StaffFactory(first_name="Kofi", last_name="Wren")
    case.presences.create(staff=kofi, seen_at=timezone.now() + timedelta(minutes=1))
    case.drafts.create(staff=kofi, form="note", values={"text": "She"}, saved_at=timezone.now())
    live_office.sign_in(ana)
    page = live_office.page()

    page.goto(f"{live_office.url}/cases/{case.pk}/")

    expect(page.get_by_text("Kofi Wren is writing here")).to_be_visible()


@pytest.mark.looks
def test_the_new_pages_of_a_case_have_no_accessibility_faults(live_office, ana, case):
    other = CaseFactory(by=ana, person=case.constituent, title="The same again")
    team.add_helper(case=case, staff=StaffFactory(), by=ana)
    team.link_cases(case=case, other=other, kind="problem", by=ana)
    asking.ask(case=case, to="member", text="May we?", due_on=timezone.localdate(), by=ana)
    live_office.sign_in(ana)
    page = live_office.page()
    issue = case.issues.first()

    for address in (
        "", "merging/", f"merging/?other={other.reference}", "splitting/", f"issues/{issue.pk}/ending/",
        f"issues/{issue.pk}/duplicate/", "questions/new/", "helpers/new/", "links/new/",
    ):  # fmt: skip
        page.goto(f"{live_office.url}/cases/{case.pk}/{address}")
        assert axe(page) == [], address


def test_the_comparison_has_no_accessibility_faults_and_one_click_saves_both(live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/title/")
    case.describe(title="Rent unpaid", channel="email", by=StaffFactory())

    page.get_by_label("Title").fill("Rent late")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Both of you changed this")
    assert axe(page) == []
    page.get_by_role("button", name="Save mine").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Rent late")
