"""One approved letter to all of a campaign: each gets it once, in a mail of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Answer, Campaign, CampaignLetter
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters.models import BadAddress, OutgoingMail
from opencasework.office.staff.tests.factories import StaffFactory

from .answering import WORDS, approve_it, arrange, opened, send, write
from .factories import campaign_mail, many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def ana(client):
    ana = arrange()
    client.force_login(ana)
    return ana


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


@pytest.mark.parametrize(
    ("kept", "sender_check"),
    [({"safe_contact": "Her husband reads it"}, "unknown"), ({"contact_limit": "Letters only"}, "aligned")],
)
def test_an_address_where_somebody_is_to_be_taken_care_with_is_held_back_whoever_wrote(
    client, ana, kept, sender_check
):
    PersonFactory(full_name="Hester Care", email__address="hester@post.example", **kept)
    campaign, _ = opened(client)
    campaign_mail(name="Sam Other", from_address="Hester@post.example", sender_check=sender_check)
    gather()
    write(client, campaign)

    shown = client.get(f"/campaigns/{campaign.pk}/letters/here/").content.decode()
    approve_it(client, campaign, unverified=list(Message.objects.values_list("pk", flat=True)))

    assert "Nothing goes to this address in one go with others." in shown
    assert not OutgoingMail.objects.filter(to__iexact="hester@post.example").exists()


def test_who_said_on_the_web_form_how_to_reach_them_safely_is_held_back(client, ana):
    campaign, _ = opened(client)
    said = campaign_mail(name="Q", from_address="q@post.example", sender_check="unknown")
    Message.objects.filter(pk=said.pk).update(details={"safe_contact": "Do not contact them"})
    gather()
    write(client, campaign)

    shown = client.get(f"/campaigns/{campaign.pk}/letters/here/").content.decode()
    approve_it(client, campaign, unverified=[said.pk])

    assert "Read first what they wrote about how it is safe to reach them." in shown
    assert not OutgoingMail.objects.filter(to="q@post.example").exists()


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
