"""What somebody said became of a mail is taken back: from the message that says it, and from the letter."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.cases.told import told
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Enquiry, Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.telling import actions as telling
from opencasework.office.telling.models import Word
from tests.services.pages import posts_to

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


@pytest.fixture
def mail(client) -> OutgoingMail:
    """A mail of which nobody knows whether it arrived; its owner is signed in."""
    letter = LetterFactory()
    found = outbox.queue(letter, by=letter.drafted_by)
    OutgoingMail.objects.update(
        state=State.UNCERTAIN, data_sent=True, may_have_arrived=True, answer="The server fell silent."
    )
    client.force_login(letter.case.owner)
    return found


def decide(client, mail: OutgoingMail, act: str) -> str:
    return client.post(f"/mails/{mail.pk}/decision/", {"act": act}, follow=True).content.decode()


def undo_in(page: str) -> str:
    """The address to which the Undo of the message posts."""
    return posts_to(page, r"/mails/\d+/undeciding/")


@pytest.mark.parametrize("act", ["sent", "lost"])
def test_it_is_open_again_whether_the_mail_arrived(client, mail, act):
    page = decide(client, mail, act)
    decided = OutgoingMail.objects.get().state

    page = client.post(undo_in(page), follow=True).content.decode()

    mail.refresh_from_db()
    assert decided == {"sent": State.SENT, "lost": State.FAILED}[act]
    assert (mail.state, mail.may_have_arrived, mail.sent_at) == (State.UNCERTAIN, True, None)
    assert mail.answer == "The server fell silent."
    assert Letter.objects.get().state == Letter.State.SENDING
    assert "Nobody knows whether the mail to" in page


def test_the_timeline_says_who_found_out_what_and_that_it_was_taken_back(client, mail):
    client.post(undo_in(decide(client, mail, "lost")))

    lines = mail.letter.case.events.filter(kind=Event.Kind.NOTE).order_by("pk").values_list("text", flat=True)
    assert [str(mail.letter.case.owner) in lines[0], "did not arrive" in lines[0]] == [True, True]
    assert "what became of it is open again" in lines[1]


def test_a_letter_that_may_not_have_arrived_is_counted_no_more_and_its_enquiry_waits(client, mail):
    planned = mail.letter.case.next_action
    page = decide(client, mail, "sent")
    gather()
    was_counted = Fact.objects.filter(measure="enquiries_sent", case_id=mail.letter.case_id).exists()
    client.post(undo_in(page))
    gather()

    case = mail.letter.case
    case.refresh_from_db()
    assert was_counted
    assert not Fact.objects.filter(measure="enquiries_sent", case_id=case.pk).exists()
    assert case.next_action == planned
    assert Enquiry.objects.get().is_leaving


def test_whoever_was_to_hear_by_it_has_not_heard(client):
    letter = LetterFactory(template="LT-ACK", text="Thank you for your letter.")
    mail = outbox.queue(letter, by=letter.drafted_by)
    OutgoingMail.objects.update(state=State.UNCERTAIN, data_sent=True)
    client.force_login(letter.case.owner)

    page = decide(client, mail, "sent")
    heard = told(letter.case, today=timezone.localdate()).heard
    client.post(undo_in(page))

    assert heard is not None
    assert told(letter.case, today=timezone.localdate()).heard is None


def test_the_word_that_it_was_is_owed_again(client):
    letter = LetterFactory(template="LT-ACK", text="Thank you for your letter.")
    word = Word.objects.create(
        case=letter.case, kind="acknowledgement", since=timezone.localdate(), due_on=timezone.localdate(),
        letter=letter,
    )  # fmt: skip
    mail = outbox.queue(letter, by=letter.drafted_by)
    OutgoingMail.objects.update(state=State.UNCERTAIN, data_sent=True)
    client.force_login(letter.case.owner)

    page = decide(client, mail, "sent")
    telling.settle()
    was_met = not Word.objects.waiting().exists()
    client.post(undo_in(page))
    telling.settle()

    assert was_met
    assert list(Word.objects.waiting()) == [word]


def test_taken_back_it_can_be_decided_the_other_way_and_back(client, mail):
    client.post(undo_in(decide(client, mail, "lost")))
    client.post(undo_in(decide(client, mail, "sent")))
    decide(client, mail, "sent")

    mail.refresh_from_db()
    assert (mail.state, Letter.objects.get().state) == (State.SENT, Letter.State.SENT)
    assert Enquiry.objects.count() == 1


def test_what_has_been_answered_had_arrived(client, mail):
    page = decide(client, mail, "sent")
    actions.receive_reply(
        enquiry=Enquiry.objects.get(), received_on=timezone.localdate(), by=mail.queued_by, kind="substantive"
    )

    said = client.post(undo_in(page), follow=True).content.decode()

    mail.refresh_from_db()
    assert "Something has come of it already" in said
    assert mail.state == State.SENT


@pytest.mark.parametrize("then", ["again", "back"])
def test_once_it_is_on_its_way_again_or_a_draft_nothing_is_taken_back(client, mail, then):
    page = decide(client, mail, "lost")
    decide(client, mail, then)
    before = OutgoingMail.objects.get().state

    said = client.post(undo_in(page), follow=True).content.decode()

    assert "It can be taken back for a day" in said
    assert OutgoingMail.objects.get().state == before


def test_the_letter_offers_it_for_a_day(client, mail, time_machine):
    decide(client, mail, "lost")
    address = f"/mails/{mail.pk}/undeciding/"
    later_that_day = client.get(mail.letter.get_absolute_url()).content.decode()
    time_machine.move_to(datetime.now(tz=timezone.get_default_timezone()) + timedelta(hours=25))
    client.force_login(mail.letter.case.owner)
    next_day = client.get(mail.letter.get_absolute_url()).content.decode()
    said = client.post(address, follow=True).content.decode()

    assert [address in later_that_day, address in next_day] == [True, False]
    assert "It can be taken back for a day" in said
