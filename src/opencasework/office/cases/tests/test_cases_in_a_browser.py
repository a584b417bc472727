"""The case page in a browser: by keyboard, with scripts off, on a small phone, and for axe."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.actions import add_issue, add_reference
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.kit import dates
from opencasework.office.letters.tests.factories import EnquiryFactory
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
    case = CaseFactory(by=ana, title="Housing element stopped", next_action_on=timezone.localdate())
    add_reference(case=case, kind="NINO", value="QQ 12 34 56 C", by=ana)
    case.record(Event.Kind.NOTE, by=ana, text="She sounded tired.")
    return case


def test_a_case_is_worked_by_keyboard_alone(live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Housing element stopped")
    page.keyboard.press("e")
    expect(page.get_by_label("What happens next")).to_be_visible()
    page.get_by_label("What happens next").fill("Ring DWP")
    page.get_by_label("When").press_sequentially("10 wd")
    due = dates.parse("10 wd", today=timezone.localdate())
    expect(page.locator("#id_on_echo")).to_have_text(f"{dates.say(due)}, 10 working days")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", level=2, name="Next: Ring DWP")).to_be_visible()
    case.refresh_from_db()
    assert case.next_action_on == due


def test_the_keys_that_write_go_to_the_field_so_that_no_letter_is_taken_for_a_key(live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/")

    page.keyboard.press("n")
    page.keyboard.type("Rang Angus. !fri ask DWP")
    expect(page.get_by_label("Note")).to_have_value("Rang Angus. !fri ask DWP")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry:focus")).to_contain_text("Rang Angus.")
    expect(page.get_by_text("Note added. Next: Ask DWP")).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_label("Call with")).to_be_focused()
    page.keyboard.type("Tom")
    expect(page.get_by_label("Call with")).to_have_value("Tom")
    page.keyboard.press("Escape")
    page.goto(f"{live_office.url}/cases/{case.pk}/?write=note#composer")

    expect(page.get_by_label("Note")).to_be_focused()


@pytest.mark.parametrize(
    ("act", "first"),
    [
        ("references/new/", "#id_text"), ("tags/", "[name=urgency]:checked"), ("closure/", "#id_outcome_0"),
        ("next-action/", "#id_next_action"), ("owner/", "#id_owner"), ("authorities/new/", "#id_person"),
    ],
)  # fmt: skip
def test_the_page_of_an_act_begins_in_its_first_field(act, first, live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()

    page.goto(f"{live_office.url}/cases/{case.pk}/{act}")

    expect(page.locator(first)).to_be_focused()


def test_on_a_phone_what_narrows_the_list_is_folded(phone, ana, case):
    phone.sign_in(ana)
    page = phone.page()
    page.goto(f"{phone.url}/cases/")

    expect(page.get_by_label("Opened in")).to_be_hidden()
    page.get_by_text("Change").click()

    expect(page.get_by_label("Opened in")).to_be_visible()


def test_a_row_keeps_its_facts_on_one_line_and_its_next_action_whole(live_office, ana):
    long = "Ring the housing officer about the promised repairs"
    case = CaseFactory(by=ana, tag_reason="Risk of eviction", urgency="URG-3", next_action=long)
    EnquiryFactory(case=case, to_body=body("DWP"))
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/?show=all")

    assert page.locator(".row-case .row-meta").bounding_box()["height"] < 30
    words = page.locator(".row-case .btn-next .two-lines")
    assert words.evaluate("words => words.scrollHeight <= words.clientHeight + 1")


def test_showing_a_number_and_narrowing_the_timeline_leave_the_page_where_it_is(live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/")

    page.get_by_role("button", name="Show National Insurance number; this is recorded").click()
    expect(page.get_by_text("QQ 12 34 56 C")).to_be_visible()
    page.get_by_role("link", name="Correspondence").click()

    expect(page.locator("#timeline").get_by_text("She sounded tired.")).to_have_count(0)
    assert case.events.filter(kind=Event.Kind.SEEN).count() == 1


@pytest.mark.parametrize(("width", "entry"), [(1440, "#rail .rail-item"), (390, ".nav-bottom > .nav-item")])
def test_the_counts_beside_the_menu_follow_the_page_once(width, entry, live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(f"{live_office.url}/cases/{case.pk}/")

    count = page.locator(f"{entry}[href='/cases/'] > :is(.rail-count, .nav-count)")
    expect(count).to_have_text("1")
    expect(count).to_be_visible()
    assert axe(page) == []


def test_with_scripts_off_a_case_is_opened_noted_and_closed(live_server, browser, ana):
    PersonFactory(full_name="Nkechi Marrowby")
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    sign_in(context, live_server, ana)
    page = context.new_page()

    page.goto("/cases/new/")
    page.get_by_role("searchbox", name="Find the person").fill("marrow")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Nkechi Marrowby").click()
    page.get_by_label("Title").fill("Damp in the bedroom")
    page.get_by_label("What it is about").select_option("HOU-DAMP")
    page.get_by_role("button", name="Open the case").click()
    page.get_by_label("Note").fill("Landlord has not answered.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("link", name="Close case").click()
    page.get_by_label("Put right", exact=True).check()
    page.get_by_label("Draft the closing letter").uncheck()  # else it is what comes next
    page.get_by_role("button", name="Close case").click()

    expect(page.get_by_role("heading", name="Closed: Put right")).to_be_visible()
    context.close()
    assert not Case.objects.get().is_open


def sign_in(context, live_server, staff) -> None:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(staff)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])


PAGES = [
    "/cases/", "/cases/new/", "/cases/{case}/", "/cases/{case}/?write=call", "/cases/{case}/tags/",
    "/cases/{case}/closure/", "/cases/{case}/next-action/", "/cases/{case}/authorities/new/",
    "/people/", "/people/{person}/", "/bodies/", "/bodies/{body}/", "/account/", "/staff/", "/help/",
]  # fmt: skip


@pytest.mark.looks
@pytest.mark.parametrize("window", ["live_office", "phone"])
def test_every_screen_is_sound_for_axe_and_does_not_scroll_sideways(window, request, ana):
    person = PersonFactory(email__address="a.long.name.of.somebody@a.provider.of.mail.example")
    case = CaseFactory(by=ana, person=person, title="Housing element stopped after a move in with her mother")
    add_reference(case=case, kind="NINO", value="QQ 12 34 56 C", by=ana)
    office = request.getfixturevalue(window)
    office.sign_in(ana)
    page = office.page()

    wrong = []
    for address in PAGES:
        page.goto(office.url + address.format(case=case.pk, person=person.pk, body=body("DWP").pk))
        page.wait_for_load_state("networkidle")
        # A page that begins further down has its buttons half under the bar; axe takes those for small ones.
        page.evaluate("window.scrollTo(0, 0)")
        wrong += [f"{address}: {line}" for line in axe(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{address}: scrolls sideways")

    assert wrong == []


def test_what_a_colleague_adds_while_a_case_is_split_is_said_and_ticks_stay(live_office, ana, case):
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP", label="Damp and mould"), by=ana)
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/splitting/")
    page.get_by_label("Title of the new case").fill("Damp in the bedroom")
    page.get_by_label("What happens next on it").fill("Ring the council")
    page.get_by_label("When").fill("5 wd")
    page.get_by_label("Damp and mould").check()
    late = add_reference(case=case, kind="NHS", value="999 000 0018", by=ana)

    page.get_by_role("button", name="Open the new case").click()

    expect(page.get_by_text("Came to this case meanwhile").first).to_be_visible()
    expect(page.get_by_label(f"{late.kind_name} {late.masked}")).not_to_be_checked()
    expect(page.get_by_label("Damp and mould")).to_be_checked()
    assert axe(page) == []
    page.get_by_role("button", name="Open the new case").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Damp in the bedroom")
    assert not Case.objects.get(title="Damp in the bedroom").references.exists()
