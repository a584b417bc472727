"""Case E of an office's five: a campaign of near-identical mails, at a tenth of its size, day by day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Campaign, CampaignLetter
from opencasework.office.campaigns.tests.factories import campaign_mail, many
from opencasework.office.cases.models import Case
from opencasework.office.inbox.models import Message
from opencasework.office.letters import outbox
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
HIDDEN = [
    "Please help me: I am to be evicted on Friday.",
    "My mother's care home says she has to leave. I do not know what to do, please help.",
    "I have waited six months for my passport. Can you help me with it?",
]


def test_a_campaign_of_forty(client, at, smtp):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    ada, prue = StaffFactory(administrator=True), StaffFactory(assistant=True)
    amira = StaffFactory(member=True)

    # Monday 8 June, 10:00: fourteen of one title are one group, in one row of the inbox.
    at(2026, 6, 8, 10)
    many(14)
    gather()
    campaign = Campaign.objects.get()
    client.force_login(ada)
    assert "14 near-identical emails" in client.get("/inbox/").content.decode()

    # 11:00: the administrator confirms. What comes later joins by itself, and no case is made.
    at(2026, 6, 8, 11)
    client.post(f"/campaigns/{campaign.pk}/decision/", {"act": "confirm"})
    at(2026, 6, 9, 9)
    many(20)
    many(2, postcode="LS1 4DY")
    asked = [campaign_mail(after=words) for words in HIDDEN]
    gather()
    assert Message.objects.filter(decision="campaign").count() == 36
    assert not Case.objects.exists()

    # Tuesday 9 June: three hold a problem of their own; each becomes a case, apart from the campaign.
    assert set(Message.objects.untriaged()) == set(asked)
    client.force_login(ada)  # who signed in yesterday signs in again
    category = CategoryFactory()
    for message in asked:
        form = client.get(f"/inbox/messages/{message.pk}/case/").context["form"]
        given = {name: form[name].value() or "" for name in form.fields}
        given |= {
            "full_name": message.from_name,
            "title": "A problem of their own",
            "category": category.code,
        }
        answer = client.post(f"/inbox/messages/{message.pk}/case/", given)
        assert answer.status_code == 302, answer.context["form"].errors
    assert Case.objects.filter(kind=Case.Kind.CASEWORK).count() == 3

    # Thursday 11 June: one reply is drafted, by somebody who may not send it.
    at(2026, 6, 11, 15)
    client.force_login(prue)
    here = f"/campaigns/{campaign.pk}/letters/here/"
    words = "Dear {{ name }},\n\nI shall speak for the library.\n\nYours sincerely,\n{{ member }}"
    client.post(f"{here}?edit=1", {"subject": "Your library", "text": words})
    letter = CampaignLetter.objects.get(audience="here")
    assert client.post(f"{here}approval/", {"version": letter.version}).status_code == 403

    # Friday 12 June: the member changes a line and approves it.
    at(2026, 6, 12, 12)
    client.force_login(amira)
    changed = words.replace("speak", "speak on Tuesday")
    client.post(f"{here}?edit=1", {"subject": "Your library", "text": changed})
    client.post(f"{here}approval/", {"version": CampaignLetter.objects.get(audience="here").version})
    elsewhere = f"/campaigns/{campaign.pk}/letters/elsewhere/"
    client.post(
        f"{elsewhere}?edit=1",
        {"subject": "Your library", "text": "Dear {{ name }},\n\nYou have another member."},
    )
    client.post(
        f"{elsewhere}approval/", {"version": CampaignLetter.objects.get(audience="elsewhere").version}
    )
    outbox.send_ready(timezone.now() + timedelta(minutes=2))

    # Each has one mail: those here the reply, the others the note, and the three are written to as cases.
    received = smtp.wait_for(36)
    assert len({each.recipients[0] for each in received}) == 36
    texts = [each.message.get_payload() for each in received]
    assert sum("I shall speak on Tuesday" in text for text in texts) == 34
    assert sum("You have another member" in text for text in texts) == 2
    assert not {message.from_address for message in asked} & {each.recipients[0] for each in received}
