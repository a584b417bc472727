"""A letter in the outbox stops where something new has come, and waits as long as the office says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MailboxFactory, MessageFactory
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


def queued(**given) -> OutgoingMail:
    letter = LetterFactory(**given)
    return outbox.queue(letter, by=letter.drafted_by)


def send(mail: OutgoingMail) -> str:
    outbox.send_ready(timezone.now() + timedelta(minutes=3))
    mail.refresh_from_db()
    return mail.state


def write_in(mail: OutgoingMail, *, by=None) -> None:
    mail.letter.case.record(
        Event.Kind.MESSAGE_IN, by=by, text="From Nia Pryce: It has been put right", message=1
    )


def test_something_new_on_the_case_stops_a_letter_and_says_what(smtp, client):
    mail = queued()
    write_in(mail, by=StaffFactory())

    state = send(mail)

    assert state == State.STOPPED
    assert smtp.received == []
    assert mail.answer == "Since it was sent off: Message in. From Nia Pryce: It has been put right"
    client.force_login(mail.queued_by)
    page = client.get(f"/letters/{mail.letter_id}/").content.decode()
    assert "waits for you" in page
    assert "It has been put right" in page
    assert mail.letter.case.events.filter(kind=Event.Kind.UNDELIVERED).exists()


def test_a_person_lets_it_go_all_the_same_or_takes_it_back(smtp, client):
    gone, kept = queued(), queued()
    for mail in (gone, kept):
        write_in(mail)
    assert {send(mail) for mail in (gone, kept)} == {State.STOPPED}
    client.force_login(StaffFactory())

    client.post(f"/mails/{gone.pk}/decision/", {"act": "again"})
    client.post(f"/mails/{kept.pk}/decision/", {"act": "back"})

    assert send(gone) == State.SENT
    assert send(kept) == State.WITHDRAWN
    assert [received.message["Message-ID"] for received in smtp.received] == [gone.message_id]
    kept.letter.refresh_from_db()
    assert kept.letter.state == Letter.State.DRAFT


def test_what_is_let_go_all_the_same_is_held_once_more_and_can_be_taken_back(smtp, client):
    mail = queued()
    write_in(mail)
    send(mail)
    client.force_login(StaffFactory())

    client.post(f"/mails/{mail.pk}/decision/", {"act": "again"})

    assert outbox.send_ready().sent == 0
    assert f"/letters/{mail.letter_id}/undo/" in client.get("/letters/").content.decode()
    client.post(f"/letters/{mail.letter_id}/undo/")
    assert send(mail) == State.WITHDRAWN
    assert smtp.received == []


def test_what_comes_after_that_stops_it_again(smtp):
    mail = queued()
    write_in(mail)
    send(mail)
    outbox.send_again(mail)
    write_in(mail)

    assert send(mail) == State.STOPPED


def test_what_its_sender_wrote_down_themselves_does_not_stop_it(smtp):
    mail = queued()
    write_in(mail, by=mail.queued_by)
    mail.letter.case.record(Event.Kind.NOTE, by=StaffFactory(), text="Nothing that came in")

    assert send(mail) == State.SENT


def test_a_machine_that_answers_does_not_stop_it(smtp):
    mail = queued()
    mail.letter.case.record(Event.Kind.MESSAGE_IN, by=None, text="We have your mail", auto_reply=True)

    assert send(mail) == State.SENT


def test_a_call_that_nobody_answered_does_not_stop_it(smtp, client):
    mail = queued()
    client.force_login(StaffFactory())
    said = {"other_side": "Mr Shah", "body": "else", "text": "No answer."}
    calls = f"/cases/{mail.letter.case.pk}/calls/"

    assert client.post(calls, said | {"nobody_reached": "on"}).status_code == 302

    assert send(mail) == State.SENT


def test_a_message_that_waits_in_the_inbox_and_may_be_about_the_case_stops_it(smtp):
    mail = queued()
    MessageFactory(
        proposal=Message.Proposal.THREAD, proposed_case=mail.letter.case, received_at=timezone.now()
    )

    assert send(mail) == State.STOPPED
    assert mail.answer.endswith("It waits in the inbox.")


def test_a_letter_changed_while_it_waited_does_not_leave_in_either_wording(smtp, client):
    mail = queued(text="As it was approved.")
    Letter.objects.filter(pk=mail.letter_id).update(text="As nobody approved it.")

    state = send(mail)
    client.force_login(mail.queued_by)
    refused = client.post(f"/mails/{mail.pk}/decision/", {"act": "again"})

    assert state == State.STOPPED
    assert "was changed after it was sent off" in refused.content.decode()
    assert send(mail) == State.STOPPED
    assert smtp.received == []
    assert client.post(f"/mails/{mail.pk}/decision/", {"act": "back"}).status_code == 302


def test_a_letter_in_the_outbox_cannot_be_edited(client):
    mail = queued(text="As it was approved.")
    client.force_login(mail.queued_by)

    answer = client.post(f"/letters/{mail.letter_id}/", {"means": "email", "subject": "x", "text": "Other"})

    assert answer.status_code == 422
    assert Letter.objects.get(pk=mail.letter_id).text == "As it was approved."


def test_the_office_says_how_long_a_letter_waits(client, settings):
    settings.OUTBOX_HOLD_SECONDS = None
    OfficeFactory()
    manager = StaffFactory(office_manager=True)
    client.force_login(manager)
    rules = {"other_member_days": 30, "postcode_prefixes": ""}

    refused = client.post(reverse("mail-rules"), {**rules, "hold_seconds": 10})
    client.post(reverse("mail-rules"), {**rules, "hold_seconds": 90})
    now = timezone.now()
    letter = LetterFactory()
    mail = outbox.queue(letter, by=letter.drafted_by, now=now)

    assert "10 is not between 20 and 120 seconds." in refused.content.decode()
    assert Office.here().hold_seconds == 90
    assert mail.send_after == now + timedelta(seconds=90)


def test_an_answer_leaves_from_the_address_the_other_side_wrote_to(smtp):
    letter = LetterFactory(email="team@landlord.example")
    surgery = MailboxFactory(address="surgery@member.example")
    MessageFactory(case=letter.case, mailbox=surgery, from_address="team@landlord.example", decision="case")
    mail = outbox.queue(letter, by=letter.drafted_by)

    send(mail)

    received = smtp.received[0]
    assert received.sender == "surgery@member.example"
    assert received.message["From"].endswith("<surgery@member.example>")
    token = letter.case.reply_tokens.get().token
    assert received.message["Reply-To"] == f"surgery+{token}@member.example"
    assert received.message["Message-ID"].endswith("@member.example>")


def test_a_case_nobody_wrote_to_us_about_is_written_on_from_the_offices_first_address(smtp):
    mail = queued()

    send(mail)

    assert smtp.received[0].sender == Office.here().email
