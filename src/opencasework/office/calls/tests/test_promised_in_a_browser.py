"""A call in a browser: the form asks which answer it was about, the chaser that waits asks about the call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.chasing.actions import draft_chaser
from opencasework.office.letters.models import Enquiry
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from tests.services.browser import barriers_on

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})


@pytest.fixture
def late() -> Enquiry:
    """Of two enquiries to Universal Credit the one put first, and late."""
    OfficeFactory()
    first = EnquiryFactory(to_body=body("DWP-UC"), sent_on=timezone.localdate() - timedelta(days=90))
    AuthorityFactory(case=first.case, given_on=first.sent_on)
    EnquiryFactory(case=first.case, to_body=first.body, sent_on=timezone.localdate() - timedelta(days=60))
    return first


def ring(page, url, **said):
    page.goto(f"{url}?write=call")
    page.get_by_label("Call with").fill("Ms Penrose")
    page.get_by_label("Which body it was").select_option(label="Universal Credit")
    page.get_by_label("What was said").fill("It is with the decision maker.")
    for label, value in said.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Add call").click()


def nothing_bars_anybody(page, name):
    for size in SIZES:
        page.set_viewport_size(size)
        assert barriers_on(page, f"{name}, {size['width']}") == []


def test_the_form_asks_which_answer_it_was_about(live_office, late):
    live_office.sign_in(late.case.owner)
    page = live_office.page()
    ring(page, f"{live_office.url}{late.case.get_absolute_url()}", **{"They promise an answer by": "10 wd"})

    which = page.get_by_label("Which answer the call was about")
    expect(which).to_be_visible()
    nothing_bars_anybody(page, "which answer")
    which.select_option(str(late.pk))
    page.get_by_role("button", name="Add call").click()

    said = page.get_by_text("The promise is kept with the enquiry to Universal Credit")
    expect(said.first).to_be_visible()
    assert Enquiry.objects.get(pk=late.pk).promised_on is not None


def test_the_chaser_that_waits_asks_about_the_call(live_office, late):
    chaser = draft_chaser(enquiry=late, by=late.case.owner).letter
    live_office.sign_in(late.case.owner)
    page = live_office.page()
    ring(page, f"{live_office.url}{late.case.get_absolute_url()}")
    page.get_by_label("Which answer the call was about").select_option("All of these")
    page.get_by_role("button", name="Add call").click()
    expect(page.locator(".entry").first).to_contain_text("Ms Penrose")
    page.goto(f"{live_office.url}{chaser.get_absolute_url()}")

    expect(page.get_by_role("link", name="Read the call")).to_be_visible()
    nothing_bars_anybody(page, "rung meanwhile")
    page.get_by_role("button", name="It goes all the same").click()

    expect(page.get_by_text("The call does not hold it any more.").first).to_be_visible()
    expect(page.get_by_role("link", name="Read the call")).to_have_count(0)
