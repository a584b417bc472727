"""Two campaigns made one by mistake are taken apart again, and stand as they did."""

from __future__ import annotations

import pytest

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Campaign, CampaignMerge
from opencasework.office.inbox.models import Act, Message
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import campaign_mail, many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
HEDGEHOGS = (
    "Hedgehogs walk two kilometres a night and find no mate behind boards. Ask for a hole in each fence."
)
WORDS = "Dear {{ name }},\n\nI shall speak for it.\n\nYours sincerely,\n{{ member }}"


@pytest.fixture
def ana(client):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


def two(number=5):
    """The campaign for the library and that for hedgehogs, both proposed."""
    many(number)
    many(number, text=HEDGEHOGS, subject="Hedgehogs")
    gather()
    return Campaign.objects.get(name__contains="Library"), Campaign.objects.get(name__contains="Hedgehogs")


def decide(client, campaign, act):
    return client.post(f"/campaigns/{campaign.pk}/decision/", {"act": act})


def merge(client, campaign, into):
    page = client.post(f"/campaigns/{campaign.pk}/merge/", {"into": into.pk}, follow=True)
    return page.content.decode()


def apart(client, into):
    number = CampaignMerge.objects.filter(into=into).latest("pk").pk
    return client.post(f"/campaigns/{into.pk}/merge/", {"apart": number}, follow=True).content.decode()


def standing():
    return {
        each.name: (
            each.state,
            each.merged_into_id,
            each.gathered.count(),
            each.gathered.filter(counted=True).count(),
        )
        for each in Campaign.objects.all()
    }


@pytest.mark.parametrize("confirmed", [(), ("library",), ("hedgehogs",), ("library", "hedgehogs")])
def test_a_merge_is_taken_back_and_both_stand_as_they_did(client, ana, confirmed):
    library, hedgehogs = two()
    for name, campaign in (("library", library), ("hedgehogs", hedgehogs)):
        if name in confirmed:
            decide(client, campaign, "confirm")
    before, waiting = standing(), Message.objects.untriaged().count()

    page = merge(client, hedgehogs, library)
    assert "Take “Hedgehogs” out again" in page
    assert f"/campaigns/{library.pk}/merge/?apart=" in page
    gather()
    apart(client, library)

    assert standing() == before
    assert Message.objects.untriaged().count() == waiting


def test_answers_and_letters_go_back_to_the_campaign_they_were_of(client, ana):
    library, hedgehogs = two()
    decide(client, hedgehogs, "confirm")
    client.post(f"/campaigns/{hedgehogs.pk}/letters/here/?edit=1", {"subject": "Hedgehogs", "text": WORDS})
    version = hedgehogs.letters.get().version
    client.post(f"/campaigns/{hedgehogs.pk}/letters/here/approval/", {"version": version})

    merge(client, hedgehogs, library)
    apart(client, library)

    assert hedgehogs.answers.count() == 5
    assert not library.answers.exists()
    assert hedgehogs.letters.count() == 1


def test_once_somebody_was_answered_they_stay_one(client, ana):
    library, hedgehogs = two()
    decide(client, library, "confirm")
    merge(client, hedgehogs, library)
    client.post(f"/campaigns/{library.pk}/letters/here/?edit=1", {"subject": "Both", "text": WORDS})
    version = library.letters.get().version
    client.post(f"/campaigns/{library.pk}/letters/here/approval/", {"version": version})

    page = apart(client, library)

    assert "They stay one" in page
    assert library.gathered.count() == 10


def test_a_second_undo_and_one_of_another_campaign_change_nothing(client, ana):
    library, hedgehogs = two()
    merge(client, hedgehogs, library)
    apart(client, library)
    before = standing()

    assert "They stay one" in apart(client, library)
    number = CampaignMerge.objects.get().pk
    assert client.post(f"/campaigns/{hedgehogs.pk}/merge/", {"apart": number}).status_code == 404
    assert standing() == before


def test_what_came_since_stays_where_it_came(client, ana):
    library, hedgehogs = two()
    decide(client, library, "confirm")
    merge(client, hedgehogs, library)
    campaign_mail()
    gather()

    apart(client, library)

    assert (library.gathered.count(), hedgehogs.gathered.count()) == (6, 5)


def test_a_confirmation_that_is_taken_back_stands_in_the_log_of_decisions(client, ana):
    library, _ = two()
    one = library.gathered.first().message
    client.post(f"/inbox/messages/{one.pk}/decision/", {"decision": "campaign"})
    decide(client, library, "confirm")
    gather()

    decide(client, library, "unconfirm")

    line = Act.objects.get(kind="campaign").lines.get()
    assert line.taken_back_by == ana
    assert "Take back" not in client.get("/inbox/log/").content.decode()
