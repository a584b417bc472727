"""What somebody was sent of a campaign, on their own page: at a desk and on a phone, free of barriers."""

from __future__ import annotations

import pytest

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Answer, Campaign
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import barriers_on

from .factories import many

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Dear {{ name }},\n\nI shall speak for the library.\n\nYours sincerely,\n{{ member }}"


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_what_somebody_was_sent_is_read_on_their_page(live_office, client, size):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    many(5)
    gather()
    campaign = Campaign.objects.get()
    client.post(f"/campaigns/{campaign.pk}/decision/", {"act": "confirm"})
    gather()
    letter = f"/campaigns/{campaign.pk}/letters/here/"
    client.post(f"{letter}?edit=1", {"subject": "The library", "text": WORDS})
    client.post(f"{letter}approval/", {"version": campaign.letters.get().version})
    person = Answer.objects.exclude(person=None).first().person
    live_office.sign_in(ana)

    with live_office.window(size) as page:
        page.goto(f"/people/{person.pk}/")
        page.locator("#messages summary").first.click()
        page.get_by_text("I shall speak for the library.").first.wait_for()
        found = barriers_on(page, "person")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert found == []
    assert over <= 0
