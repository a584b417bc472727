"""A campaign confirmed, answered, published and erased, by mouse: at a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from opencasework.office.campaigns import erasing
from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Campaign
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import barriers_on

from .factories import many

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_a_campaign_from_the_first_press_to_the_last_line(live_office, size):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    many(5)
    gather()
    here = Campaign.objects.get().get_absolute_url()
    live_office.sign_in(StaffFactory(first_name="Ana"))

    with live_office.window(size) as page:
        page.goto(here)
        page.get_by_role("button", name="Handle as one campaign").click()
        expect(page.get_by_text("Its messages are erased on")).to_be_visible()
        page.goto(f"{here}letters/here/")
        page.get_by_label("Letter", exact=True).fill("Dear {{ name }},\n\nI shall speak for the library.")
        page.get_by_role("button", name="Save").click()
        page.get_by_label("Leaves on").fill("1 week")
        found = barriers_on(page, "letter")
        page.get_by_role("button", name="Approve and send to 5 people").click()
        expect(page.get_by_text("5 leave on")).to_be_visible()
        page.get_by_label("Its web address").fill("https://www.amira.example/library")
        page.get_by_label("Published on").fill("today")
        page.locator(f'form[action="{here}page/"]').get_by_role("button", name="Save").click()
        expect(page.get_by_text("The reply is published.")).to_be_visible()
        found += barriers_on(page, "campaign")
        OutgoingMail.objects.all().delete()
        Message.objects.update(decided_at=timezone.now() - timedelta(days=200))
        erasing.erase_due()
        page.goto(here)
        expect(page.get_by_text("5 messages were erased on")).to_be_visible()
        found += barriers_on(page, "erased")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert found == []
    assert over <= 0
