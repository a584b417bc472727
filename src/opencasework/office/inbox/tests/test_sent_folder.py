"""A mail of which nobody knows whether it left is looked for where sent mail lies, on a real server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.inbox.tests.factories import MailboxFactory
from opencasework.office.letters import mailing, outbox
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.hostile_smtp import HostileSmtp, Way, always

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


@pytest.fixture
def doubtful(settings, home) -> OutgoingMail:
    letter = LetterFactory()
    mail = outbox.queue(letter, by=letter.drafted_by)
    with HostileSmtp(always(Way.RESET_AT_THE_END)) as server:
        settings.EMAIL_PORT = server.port
        outbox.send_ready(timezone.now() + timedelta(minutes=2))
    mail.refresh_from_db()
    assert mail.state == State.UNCERTAIN
    return mail


def look(client, mail: OutgoingMail) -> str:
    client.force_login(mail.queued_by)
    page = client.post(f"/mails/{mail.pk}/sent-folder/", follow=True).content.decode()
    mail.refresh_from_db()
    return page


def test_one_that_lies_in_the_sent_folder_has_left(client, mailbox, doubtful):
    MailboxFactory(account=mailbox, address="office@member.example")
    mailbox.create("Sent Items")
    mailbox.deliver(mailing.content_of(doubtful), folder="Sent Items")

    page = look(client, doubtful)

    assert doubtful.state == State.SENT
    assert "It is in Sent Items of office@member.example: it has left." in page
    assert doubtful.letter.case.events.filter(kind="letter_out").count() == 1
    doubtful.letter.refresh_from_db()
    assert doubtful.letter.state == Letter.State.SENT


def test_one_that_does_not_stays_a_question(client, mailbox, doubtful):
    MailboxFactory(account=mailbox, address="office@member.example")
    mailbox.create("Sent")
    mailbox.deliver(b"Message-ID: <other@member.example>\r\n\r\nAnother\r\n", folder="Sent")

    page = look(client, doubtful)

    assert doubtful.state == State.UNCERTAIN
    assert "It is not in Sent of office@member.example." in page
    assert "ask whether it came before you send it again" in page


def test_a_server_that_is_away_says_so(client, doubtful):
    MailboxFactory()

    page = look(client, doubtful)

    assert doubtful.state == State.UNCERTAIN
    assert "does not answer" in page


def test_who_may_not_send_letters_does_not_look(client, doubtful):
    vic = StaffFactory(volunteer=True)
    doubtful.letter.case.shared_with.add(vic)
    client.force_login(vic)

    assert client.post(f"/mails/{doubtful.pk}/sent-folder/").status_code == 403
