"""One approved letter to all of a campaign: each gets it once, in a mail of their own."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.keeping import keep_sent
from opencasework.office.campaigns.models import Answer, Campaign, CampaignLetter
from opencasework.office.campaigns.replying import approve, draft, keep
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.kit.tests.dying import die_at
from opencasework.office.letters import outbox
from opencasework.office.letters.models import BadAddress, OutgoingMail
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import campaign_mail, many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

WORDS = "Dear {{ name }},\n\nI shall speak for the library.\n\nYours sincerely,\n{{ member }}"


def arrange():
    OfficeFactory(postcode_prefixes="WX3, WX4")
    return StaffFactory(first_name="Ana")


@pytest.fixture
def ana(client):
    ana = arrange()
    client.force_login(ana)
    return ana


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


def approve_it(client, campaign, audience="here"):
    letter = CampaignLetter.objects.get(campaign=campaign, audience=audience)
    return client.post(f"/campaigns/{campaign.pk}/letters/{audience}/approval/", {"version": letter.version})


def send():
    return outbox.send_ready(timezone.now() + timedelta(minutes=2))


def test_one_approved_reply_goes_to_everybody_once_with_their_own_name(client, ana, smtp):
    campaign, mails = opened(client)
    write(client, campaign)

    approve_it(client, campaign)
    approve_it(client, campaign)
    send()

    received = smtp.wait_for(len(mails))
    assert sorted(each.recipients for each in received) == sorted([mail.from_address] for mail in mails)
    assert len({each.message["Message-ID"] for each in received}) == len(mails)
    by_address = {each.recipients[0]: each.message for each in received}
    for mail in mails:
        message = by_address[mail.from_address]
        assert f"Dear {mail.from_name}," in message.get_payload()
        assert message["In-Reply-To"] == mail.message_id
        assert message["To"] == mail.from_address
        assert all(
            other.from_name not in message.as_string() or other.from_name == mail.from_name for other in mails
        )
    assert send().sent == 0


def test_those_outside_the_area_get_a_note_of_their_own_and_not_the_reply(client, ana, smtp):
    campaign, mails = opened(client)
    outside = campaign_mail(postcode="LS1 4DY")
    gather()
    write(client, campaign)
    approve_it(client, campaign)
    assert not Answer.objects.filter(address=outside.from_address).exists()

    write(client, campaign, "Dear {{ name }},\n\nYou live elsewhere.", audience="elsewhere")
    approve_it(client, campaign, audience="elsewhere")

    assert OutgoingMail.objects.filter(to=outside.from_address).get().text.endswith("You live elsewhere.")
    assert Answer.objects.count() == len(mails) + 1


def test_who_writes_later_is_offered_the_same_reply(client, ana):
    campaign, _mails = opened(client)
    write(client, campaign)
    approve_it(client, campaign)
    late = campaign_mail()
    gather()

    shown = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "1 person has written since" in shown
    approve_it(client, campaign)

    assert OutgoingMail.objects.latest("pk").to == late.from_address
    assert OutgoingMail.objects.count() == 6


def test_nobody_is_written_to_twice_by_two_addresses_or_two_messages(client, ana):
    campaign, mails = opened(client)
    again = campaign_mail(name=mails[0].from_name, from_address=mails[0].from_address)
    other = campaign_mail()
    gather()
    mails[1].refresh_from_db()
    Message.objects.filter(pk=other.pk).update(person=mails[1].person)
    write(client, campaign)

    approve_it(client, campaign)

    assert Answer.objects.count() == len(mails)
    assert OutgoingMail.objects.filter(to__in=[again.from_address, other.from_address]).count() == 1


def test_the_database_itself_refuses_a_second_answer(client, ana):
    campaign, _mails = opened(client)
    write(client, campaign)
    approve_it(client, campaign)
    first = Answer.objects.first()
    mail = OutgoingMail.objects.create(
        to=first.address,
        reply_to="office@x.example",
        subject="x",
        text="x",
        message_id="<2@x>",
        send_after=timezone.now(),
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(campaign=campaign, letter=first.letter, address=first.address, mail=mail)


def test_a_letter_that_was_changed_since_it_was_read_is_not_approved(client, ana):
    campaign, _ = opened(client)
    write(client, campaign)
    read = CampaignLetter.objects.get().version
    write(client, campaign, WORDS + "\nPS")

    answer = client.post(f"/campaigns/{campaign.pk}/letters/here/approval/", {"version": read})

    assert answer.status_code == 422
    assert not OutgoingMail.objects.exists()


def test_an_approved_letter_is_not_changed_any_more(client, ana):
    campaign, _ = opened(client)
    write(client, campaign)
    approve_it(client, campaign)

    write(client, campaign, "Something else")

    assert CampaignLetter.objects.get().text == WORDS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {{ nmae }},\n\nYes.", "There is no such field"),
        ("Dear {{ name.upper() }}", "more than words"),
        ("", "Write the letter"),
    ],
)
def test_wording_that_cannot_be_filled_in_is_not_kept(client, ana, text, said):
    campaign, _ = opened(client)

    answer = write(client, campaign, text)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CampaignLetter.objects.exists()


def test_the_words_to_begin_with_cannot_go_before_the_position_is_written(client, ana):
    campaign, _ = opened(client)
    shown = client.get(f"/campaigns/{campaign.pk}/letters/here/").content.decode()
    assert "[your position missing]" in shown
    write(client, campaign, "Dear {{ name }},\n\n[your position missing]")

    answer = approve_it(client, campaign)

    assert answer.status_code == 422
    assert not OutgoingMail.objects.exists()


def test_a_colleague_who_may_not_send_letters_drafts_it_and_cannot_approve_it(client, ana):
    campaign, _ = opened(client)
    client.force_login(StaffFactory(role="parliamentary_assistant"))

    assert write(client, campaign).status_code == 302
    assert approve_it(client, campaign).status_code == 403
    assert not OutgoingMail.objects.exists()


def test_a_campaign_that_nobody_confirmed_is_not_answered(client, ana):
    many(5)
    gather()
    campaign = Campaign.objects.get()
    write(client, campaign)

    assert approve_it(client, campaign).status_code == 422


def test_those_with_a_limit_on_contact_or_no_address_are_held_back_with_the_reason(client, ana):
    PersonFactory(full_name="Hester Care", email__address="hester@post.example", safe_contact="only by post")
    campaign, mails = opened(client)
    campaign_mail(name="Hester Care", from_address="hester@post.example")
    campaign_mail(from_address="")
    campaign_mail(sender_check="failed")
    answered = campaign_mail()
    MessageFactory(direction="out", thread=answered, from_address="office@member.example")
    gather()
    write(client, campaign)

    shown = client.get(f"/campaigns/{campaign.pk}/letters/here/").content.decode()
    approve_it(client, campaign)

    assert "Check first how to reach them" in shown
    assert "There is no address to write to" in shown
    assert "answered this message already" in shown
    assert Answer.objects.count() == len(mails)


def test_an_address_from_which_a_mail_came_back_is_held_back(client, ana):
    campaign, mails = opened(client)
    BadAddress.objects.create(address=mails[0].from_address, status="5.1.1", reported_at=timezone.now())
    write(client, campaign)

    page = client.get(f"/campaigns/{campaign.pk}/letters/here/").content.decode()
    approve_it(client, campaign)

    assert "A mail to this address came back." in page
    assert OutgoingMail.objects.count() == len(mails) - 1


def test_who_needs_a_look_or_is_on_a_case_is_not_sent_the_reply(client, ana):
    campaign, mails = opened(client)
    campaign_mail(after="I have been homeless since May.")
    gather()
    write(client, campaign)

    approve_it(client, campaign)

    assert Answer.objects.count() == len(mails)


def test_a_sender_nobody_vouches_for_is_shown_apart_and_not_answered_unless_ticked(client, ana):
    campaign, mails = opened(client)
    forged, other = many(2, sender_check=Message.SenderCheck.UNKNOWN)
    gather()
    write(client, campaign)

    page = client.get(f"/campaigns/{campaign.pk}/letters/here/").content.decode()
    assert "Nobody vouches for 2 senders" in page
    assert f"Approve and send to {len(mails)} people" in page
    approve_it(client, campaign)
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {mail.from_address for mail in mails}

    letter = CampaignLetter.objects.get()
    client.post(
        f"/campaigns/{campaign.pk}/letters/here/approval/",
        {"version": letter.version, "unverified": [str(other.pk)]},
    )
    assert OutgoingMail.objects.latest("pk").to == other.from_address
    assert not OutgoingMail.objects.filter(to=forged.from_address).exists()


def test_all_whose_senders_are_not_verified_are_answered_with_one_tick(client, ana):
    campaign, mails = opened(client)
    unknown = many(3, sender_check=Message.SenderCheck.UNKNOWN)
    gather()
    write(client, campaign)
    letter = CampaignLetter.objects.get()

    client.post(
        f"/campaigns/{campaign.pk}/letters/here/approval/", {"version": letter.version, "unverified": "all"}
    )

    assert OutgoingMail.objects.count() == len(mails) + len(unknown)


def test_a_forged_mail_in_front_does_not_keep_its_true_sender_from_the_answer(client, ana):
    campaign, _ = opened(client)
    at, now = "moira@post.example", timezone.now()
    campaign_mail(
        name="Moira Byrne", from_address=at, received_at=now - timedelta(hours=1),
        sender_check=Message.SenderCheck.UNKNOWN,
    )  # fmt: skip
    campaign_mail(name="Moira Byrne", from_address=at)
    gather()
    write(client, campaign)

    approve_it(client, campaign)

    assert OutgoingMail.objects.filter(to=at).count() == 1


def test_a_sender_who_is_not_verified_is_put_on_record_for_nobody(client, ana):
    known = PersonFactory(full_name="Nia Pryce", email__address="nia@post.example")
    campaign, _ = opened(client)
    forged = campaign_mail(
        name="Nia Pryce", from_address="nia@post.example", sender_check=Message.SenderCheck.UNKNOWN
    )
    gather()

    forged.refresh_from_db()
    assert forged.decision == "campaign"
    assert forged.person is None
    assert not known.messages.exists()
    assert "Sender not verified" in client.get(f"/campaigns/{campaign.pk}/").content.decode()


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
