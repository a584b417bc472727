"""The reply on a day to come, the member of those outside, and the reply on the website."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Campaign
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.places.tests import onspd
from opencasework.office.staff.tests.factories import StaffFactory

from .answering import approve_it, arrange, opened, write
from .factories import campaign_mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
LONDON = timezone.get_default_timezone()
SITE = "https://www.amira.example/library"


@pytest.fixture
def desk(client, time_machine):
    time_machine.move_to(datetime(2026, 6, 12, 12, tzinfo=LONDON), tick=False)
    client.force_login(arrange())
    return client


@pytest.fixture
def places(home, tmp_path):
    """A directory of postcodes and a list of members."""
    onspd.load(tmp_path)


def approve_on(desk, campaign, day):
    version = campaign.letters.get(audience="here").version
    return desk.post(f"/campaigns/{campaign.pk}/letters/here/approval/", {"version": version, "on": day})


def test_an_approved_letter_leaves_at_nine_on_the_day_somebody_says_and_can_be_taken_back(desk):
    campaign, _ = opened(desk)
    write(desk, campaign)

    said = approve_on(desk, campaign, "mon")
    page = desk.get(said["Location"]).content.decode()
    leaves = {timezone.localtime(each.send_after) for each in OutgoingMail.objects.all()}
    desk.post(f"/campaigns/{campaign.pk}/letters/here/undo/")

    assert "5 mails leave on Monday 15 June 2026, one to each." in page
    assert "5 leave on Monday 15 June" in page
    assert leaves == {datetime(2026, 6, 15, 9, tzinfo=LONDON)}
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"withdrawn"}


@pytest.mark.parametrize(
    ("day", "said"), [("11 jun 2026", "That day has gone."), ("soonish", "is not a date we understand")]
)
def test_a_day_on_which_nothing_can_leave_is_refused_and_nothing_is_approved(desk, day, said):
    campaign, _ = opened(desk)
    write(desk, campaign)

    answer = approve_on(desk, campaign, day)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not OutgoingMail.objects.exists()
    assert campaign.letters.get().approved_at is None


def test_the_note_names_the_member_of_each_as_far_as_that_is_known(desk, places):
    campaign, _ = opened(desk)
    known, unknown = campaign_mail(postcode="ZZ1 2AB"), campaign_mail(postcode="LS1 4DY")
    gather()
    desk.post(f"/campaigns/{campaign.pk}/page/", {"reply_page": SITE})
    note = desk.get(f"/campaigns/{campaign.pk}/letters/elsewhere/").context["form"].initial["text"]
    write(desk, campaign, note, audience="elsewhere")
    approve_it(desk, campaign, audience="elsewhere")

    texts = {each.to: each.text for each in OutgoingMail.objects.all()}

    assert "Jo Ashdown, the member for Aldershot speaks for you" in texts[known.from_address]
    assert "another member speaks for you" in texts[unknown.from_address]
    assert all(f"What I think about it stands at {SITE}" in text for text in texts.values())


def test_a_letter_that_names_a_page_nobody_gave_cannot_go(desk):
    campaign, _ = opened(desk)
    write(desk, campaign, "Dear {{ name }},\n\nRead {{ reply_page }}")

    answer = approve_it(desk, campaign)

    assert "Fill in or take out: [reply page missing]" in answer.content.decode()
    assert not OutgoingMail.objects.exists()


def test_the_page_for_the_website_has_the_reply_and_its_date_and_nobodys_name(desk):
    campaign, mails = opened(desk)
    before = desk.get(f"/campaigns/{campaign.pk}/page/").status_code
    write(desk, campaign)
    approve_it(desk, campaign)

    page = desk.get(f"/campaigns/{campaign.pk}/page/")

    text = page.content.decode()
    assert before == 404
    assert page["Content-Disposition"] == 'attachment; filename="reply.html"'
    assert "I shall speak for the library." in text
    assert '<time datetime="2026-06-12">12 June 2026</time>' in text
    assert not any(mail.from_name in text or mail.from_address in text for mail in mails)


def test_nothing_is_published_before_it_is_approved_or_by_somebody_who_may_send_nothing(desk):
    campaign, _ = opened(desk)
    here = f"/campaigns/{campaign.pk}/page/"

    early = desk.post(here, {"reply_page": SITE, "published_on": "today"})
    desk.force_login(StaffFactory(assistant=True))
    refused = desk.post(here, {"reply_page": SITE})

    assert "The reply is not approved." in early.content.decode()
    assert refused.status_code == 403
    assert Campaign.objects.get().reply_page == ""
