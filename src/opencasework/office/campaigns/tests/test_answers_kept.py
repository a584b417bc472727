"""What became of an answer to a campaign: taken back, refused, killed on its way, kept as our message."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from django.db import connections
from django.utils import timezone

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.keeping import keep_sent
from opencasework.office.campaigns.models import Answer, Campaign, CampaignLetter
from opencasework.office.campaigns.replying import approve, draft, keep
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Message
from opencasework.office.kit.tests.dying import die_at
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.staff.tests.factories import StaffFactory

from .answering import WORDS, approve_it, arrange, opened, send, write
from .factories import campaign_mail, many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def ana(client):
    ana = arrange()
    client.force_login(ana)
    return ana


def test_what_has_not_left_is_taken_back_and_can_be_sent_again(client, ana, smtp):
    campaign, mails = opened(client)
    write(client, campaign)
    approve_it(client, campaign)

    client.post(f"/campaigns/{campaign.pk}/letters/here/undo/")
    assert send().sent == 0
    assert CampaignLetter.objects.get().approved_at is None

    approve_it(client, campaign)
    assert send().sent == len(mails)


def test_the_confirmation_cannot_be_taken_back_once_people_were_answered(client, ana):
    campaign, _ = opened(client)
    write(client, campaign)
    approve_it(client, campaign)

    client.post(f"/campaigns/{campaign.pk}/decision/", {"act": "unconfirm"})

    campaign.refresh_from_db()
    assert campaign.state == "open"


def test_who_was_answered_stays_answered_when_two_campaigns_become_one(client, ana):
    campaign, mails = opened(client)
    write(client, campaign)
    approve_it(client, campaign)
    text = (
        "Hedgehogs walk two kilometres a night and find no mate behind boards. Ask for a hole in each fence."
    )
    many(5, text=text, subject="Hedgehogs")
    campaign_mail(text=text, subject="Hedgehogs", name=mails[0].from_name, from_address=mails[0].from_address)
    gather()
    other = Campaign.objects.exclude(pk=campaign.pk).get()

    client.post(f"/campaigns/{campaign.pk}/merge/", {"into": other.pk})
    gather()
    write(client, other)
    approve_it(client, other)

    sent = Counter(OutgoingMail.objects.values_list("to", flat=True))
    assert set(sent.values()) == {1}
    assert len(sent) == len(mails) + 5


def test_a_refused_mail_stands_on_the_page_of_its_campaign_and_can_be_sent_again(client, ana, smtp):
    campaign, _ = opened(client)
    write(client, campaign)
    approve_it(client, campaign)
    mail = OutgoingMail.objects.first()
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed", answer="550 no such user")

    assert "550 no such user" in client.get(f"/campaigns/{campaign.pk}/").content.decode()
    client.post(f"/campaigns/{campaign.pk}/mails/{mail.pk}/", {"act": "again"})
    mail.refresh_from_db()
    assert mail.state == "queued"
    for path in ("/letters/", "/", "/inbox/"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(("act", "decided"), [("sent", "sent"), ("lost", "failed")])
def test_what_somebody_said_became_of_an_uncertain_mail_is_taken_back(client, ana, smtp, act, decided):
    campaign, _ = opened(client)
    write(client, campaign)
    approve_it(client, campaign)
    mail = OutgoingMail.objects.first()
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state="uncertain", data_sent=True, answer="It fell silent."
    )
    at = f"/campaigns/{campaign.pk}/mails/{mail.pk}/"

    page = client.post(at, {"act": act}, follow=True).content.decode()
    said = OutgoingMail.objects.get(pk=mail.pk).state
    client.post(f"{at}undeciding/")

    mail.refresh_from_db()
    assert f'action="{at}undeciding/"' in page
    assert said == decided
    assert (mail.state, mail.answer, mail.sent_at) == ("uncertain", "It fell silent.", None)


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_an_approval_killed_at_any_step_and_given_again_writes_to_each_once(client):
    staff = arrange()
    client.force_login(staff)
    campaign, mails = opened(client, 6)
    letter = draft(campaign, "here")
    keep(letter, subject="Your library", text=WORDS, by=staff)
    letter = CampaignLetter.objects.get()
    for kill_at in (1, 2, 3):
        connections.close_all()
        child = os.fork()
        if child == 0:
            die_at(kill_at)
            try:
                approve(letter, by=staff, version=letter.version)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert Answer.objects.count() == OutgoingMail.objects.count() in (0, len(mails))

        approve(letter, by=staff, version=letter.version)

        sent = Counter(OutgoingMail.objects.values_list("to", flat=True))
        assert sent == Counter(mail.from_address for mail in mails)


@pytest.mark.parametrize(
    "name",
    [
        "You have won at http://evil.example/x",
        "Claim at evil.example",
        "Ring 0900 555 1234",
        "Your account is closed please ring the bank on the number below",
    ],
)
def test_what_somebody_signs_with_is_said_to_nobody_where_it_is_no_name(client, ana, name):
    campaign, _mails = opened(client)
    forged = campaign_mail(name=name, from_address="victim@elsewhere.example")
    gather()
    write(client, campaign)

    approve_it(client, campaign)

    forged.refresh_from_db()
    text = OutgoingMail.objects.get(to="victim@elsewhere.example").text
    assert text.startswith("Dear constituent,")
    assert forged.person is None


# --- kept as a message of ours ------------------------------------------------------------------------------


def test_what_each_person_was_sent_is_kept_as_a_message_of_ours_once(client, ana, smtp):
    campaign, mails = opened(client)
    write(client, campaign)
    approve_it(client, campaign)
    before = keep_sent()
    send()

    kept, again = keep_sent(), keep_sent()

    ours = Message.objects.filter(direction=Message.Direction.OUT)
    assert (before, kept, again) == (0, 5, 0)
    assert {message.thread_id for message in ours} == {mail.pk for mail in mails}
    sent = {received.message["Message-ID"] for received in smtp.received}
    assert {message.message_id for message in ours} == sent
    assert "I shall speak for the library." in ours.first().text
    assert (
        "I shall speak for the library." in client.get(f"/inbox/messages/{ours.first().pk}/").content.decode()
    )


def test_each_person_sees_on_their_page_what_they_were_sent_and_where_it_stands(client, ana, smtp):
    campaign, _ = opened(client)
    write(client, campaign)
    approve_it(client, campaign)
    person = Answer.objects.exclude(person=None).first().person
    page = f"/people/{person.pk}/messages/"

    waiting = client.get(page).content.decode()
    send()
    keep_sent()
    sent = client.get(page).content.decode()

    assert f'hx-get="{page}"' in client.get(f"/people/{person.pk}/").content.decode()
    assert "I shall speak for the library." in waiting
    assert "From us: Sent." not in waiting
    assert "From us: Sent." in sent
    assert "I shall speak for the library." in sent
    assert sent.count("I shall speak for the library.") == 1
    assert f"{timezone.localdate():%-d %b %Y}" in sent
    assert str(campaign) in sent


def test_whoever_may_not_know_of_somebody_sees_none_of_their_messages(client, ana, smtp):
    campaign, _ = opened(client)
    write(client, campaign)
    approve_it(client, campaign)
    person = Answer.objects.exclude(person=None).first().person
    CaseFactory(by=StaffFactory(), person=person, need_to_know=True)

    assert client.get(f"/people/{person.pk}/messages/").status_code == 404


def test_what_was_not_sent_is_not_kept(client, ana, smtp):
    campaign, mails = opened(client)
    smtp.refuse_recipient(mails[0].from_address)
    write(client, campaign)
    approve_it(client, campaign)
    send()

    assert keep_sent() == 4


@pytest.mark.django_db(transaction=True)
def test_who_keeps_them_may_die_at_any_step(client, ana, smtp):
    campaign, _ = opened(client)
    write(client, campaign)
    approve_it(client, campaign)
    send()

    for step_number in range(1, 12):
        connections.close_all()
        child = os.fork()
        if child == 0:
            die_at(step_number)
            try:
                keep_sent()
            finally:
                os._exit(0)
        os.waitpid(child, 0)

    ours = Message.objects.filter(direction=Message.Direction.OUT)
    assert Counter(ours.values_list("message_id", flat=True)) == Counter(
        OutgoingMail.objects.values_list("message_id", flat=True)
    )
