"""Sorting mail with the keyboard alone, and the inbox on a phone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Message
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import axe, barriers

from .factories import MailboxFactory, MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)
Decision = Message.Decision


@pytest.fixture
def ana():
    OfficeFactory()
    return StaffFactory(first_name="Ana")


@pytest.fixture
def mail(ana):
    """A message for a case we have, one for a new case and one for nobody, the newest first."""
    case = CaseFactory(owner=ana, title="Damp on the landing")
    at = [datetime(2026, 11, day, 9, tzinfo=UTC) for day in (3, 2, 1)]
    return [
        MessageFactory(
            subject="Photographs",
            received_at=at[0],
            proposal="thread",
            proposed_case=case,
            proposal_reason="It answers a mail on the case.",
        ),
        MessageFactory(
            subject="Universal Credit stopped",
            received_at=at[1],
            text="My Universal Credit stopped. My number is QQ 12 34 56 C.\n\nWX4 7QP",
        ),
        MessageFactory(subject="This month in trade", received_at=at[2], bulk=True),
    ]


def test_three_messages_are_sorted_and_one_taken_back_by_keyboard_alone(live_office, ana, mail):
    live_office.sign_in(ana)
    page = live_office.page()

    page.goto(f"{live_office.url}/inbox/")
    page.keyboard.press("j")
    page.get_by_role("heading", name="Universal Credit stopped", level=1).wait_for()
    page.keyboard.press("k")
    page.get_by_role("heading", name="Photographs", level=1).wait_for()
    page.keyboard.press("a")
    page.get_by_role("heading", name="Universal Credit stopped", level=1).wait_for()
    page.keyboard.press("c")
    page.get_by_role("heading", name="New case from a message").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="This month in trade", level=1).wait_for()
    page.keyboard.press("e")
    page.get_by_role("heading", name="Inbox is clear").wait_for()
    page.keyboard.press("z")
    page.get_by_role("heading", name="This month in trade", level=1).wait_for()

    for message in mail:
        message.refresh_from_db()
    assert [message.decision for message in mail] == [Decision.CASE, Decision.CASE, ""]
    assert mail[0].case == mail[0].proposed_case
    assert mail[1].case == Case.objects.get(title="Universal Credit stopped")
    assert mail[1].case.references.count() == 1


def test_a_case_is_found_by_typing_and_the_message_added_with_enter(live_office, ana, mail):
    live_office.sign_in(ana)
    page = live_office.page()

    page.goto(f"{live_office.url}/inbox/messages/{mail[2].pk}/")
    page.keyboard.press("a")
    page.get_by_label("Find the case", exact=True).press_sequentially("landing")
    page.get_by_role("button", name="Add to OC-").wait_for()
    page.keyboard.press("Tab")  # the Find button
    page.keyboard.press("Tab")  # the case's own page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Damp on the landing").last.wait_for()

    mail[2].refresh_from_db()
    assert mail[2].case == mail[0].proposed_case


@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (320, 640)])
def test_every_screen_is_free_of_barriers_at_any_width(live_office, ana, mail, size):
    live_office.sign_in(ana)
    pages = [
        "/inbox/",
        f"/inbox/messages/{mail[1].pk}/",
        f"/inbox/messages/{mail[0].pk}/filing/?q=damp",
        f"/inbox/messages/{mail[1].pk}/case/",
        "/inbox/new/",
    ]
    found = []
    with live_office.window(size) as page:
        for address in pages:
            found += barriers(page, address)

    assert found == []


def test_sorting_works_with_scripts_off(live_office, ana, mail):
    live_office.sign_in(ana)
    with live_office.window(java_script_enabled=False) as page:
        page.goto(f"{live_office.url}/inbox/messages/{mail[2].pk}/")
        page.get_by_role("link", name="Add to case").click()
        page.get_by_label("Find the case", exact=True).fill("landing")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("button", name="Add to OC-").click()
        page.get_by_role("button", name="Undo").click()
        page.get_by_text("Back in the inbox, off").wait_for()

    mail[2].refresh_from_db()
    assert mail[2].is_untriaged


def test_on_a_phone_mail_that_stays_away_is_one_line_and_whole_in_the_inbox(live_office, ana):
    MailboxFactory(address="a@member.example", last_error="The server refuses the password.")
    live_office.sign_in(ana)
    with live_office.window((390, 844)) as page:
        headline = page.get_by_text("No mail comes from a@member.example.")
        reason = page.get_by_text("The server refuses the password.")

        page.goto(f"{live_office.url}/cases/")
        assert headline.is_visible()
        assert page.get_by_role("link", name="Mailboxes").first.is_visible()
        assert not reason.is_visible()
        found = axe(page, within=".alarms")
        headline.click()
        assert reason.is_visible()
        page.goto(f"{live_office.url}/inbox/")
        assert reason.is_visible()

    assert found == []
