"""A campaign that is answered: what its tests do again and again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Campaign, CampaignLetter
from opencasework.office.letters import outbox
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import many

WORDS = "Dear {{ name }},\n\nI shall speak for the library.\n\nYours sincerely,\n{{ member }}"


def arrange():
    OfficeFactory(postcode_prefixes="WX3, WX4")
    return StaffFactory(first_name="Ana")


def opened(client, number=5):
    """A confirmed campaign of so many people."""
    mails = many(number)
    gather()
    campaign = Campaign.objects.get()
    client.post(f"/campaigns/{campaign.pk}/decision/", {"act": "confirm"})
    gather()
    return campaign, mails


def write(client, campaign, text=WORDS, audience="here", subject="Your library"):
    return client.post(
        f"/campaigns/{campaign.pk}/letters/{audience}/?edit=1", {"subject": subject, "text": text}
    )


def approve_it(client, campaign, audience="here", unverified=()):
    letter = CampaignLetter.objects.get(campaign=campaign, audience=audience)
    ticked = {"version": letter.version, "unverified": [str(number) for number in unverified]}
    return client.post(f"/campaigns/{campaign.pk}/letters/{audience}/approval/", ticked)


def send():
    return outbox.send_ready(timezone.now() + timedelta(minutes=2))
