"""The outbox: held, sent once, tried again, put before a person; never lost and never sent twice by us."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from django.db import IntegrityError, transaction
from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import deciding, outbox, tokens
from opencasework.office.letters.models import Enquiry, Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.hostile_smtp import HostileSmtp, Way, always
from tests.services.local import free_port
from tests.services.smtp import SmtpSink

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


def queued(**given) -> OutgoingMail:
    letter = LetterFactory(**given)
    return outbox.queue(letter, by=letter.drafted_by)


def after(**time) -> object:
    return timezone.now() + timedelta(**time)


def test_a_letter_is_sent_once_with_our_reply_address_and_message_id(smtp):
    mail = queued()

    first = outbox.send_ready(after(minutes=2))
    second = outbox.send_ready(after(minutes=4))

    [received] = smtp.wait_for(1)
    mail.refresh_from_db()
    token = tokens.make(mail.letter.case_id, mail.to)
    assert (first.sent, second.sent) == (1, 0)
    assert received.recipients == [mail.to]
    assert received.message["Message-ID"] == mail.message_id
    assert received.message["Message-ID"].startswith(f"<{token}.")
    assert received.message["Reply-To"] == f"office+{token}@amira-selwood.example"
    assert mail.letter.case.reference in received.message["Subject"]
    assert mail.letter.case.constituent.full_name not in received.message["Subject"]
    assert "Please would you look at this again?" in received.message.get_payload()
    assert (mail.state, mail.letter.state) == (State.SENT, Letter.State.SENT)


def test_nothing_leaves_while_it_is_held_and_undo_makes_it_a_draft_again(smtp, client):
    mail = queued()
    client.force_login(mail.queued_by)

    tally = outbox.send_ready(timezone.now())
    client.post(f"/letters/{mail.letter_id}/undo/")
    later = outbox.send_ready(after(hours=1))

    mail.refresh_from_db()
    assert (tally.sent, later.sent, smtp.received) == (0, 0, [])
    assert (mail.state, mail.letter.state) == (State.WITHDRAWN, Letter.State.DRAFT)
    assert not Enquiry.objects.exists()


def test_what_has_left_cannot_be_undone(smtp, client):
    mail = queued()
    outbox.send_ready(after(minutes=2))
    client.force_login(mail.queued_by)

    client.post(f"/letters/{mail.letter_id}/undo/")

    mail.refresh_from_db()
    assert mail.letter.state == Letter.State.SENT
    assert Enquiry.objects.exists()


def test_sending_twice_in_a_hurry_queues_one_mail(client):
    letter = LetterFactory()
    client.force_login(letter.drafted_by)

    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    assert OutgoingMail.objects.count() == 1


def test_a_letter_has_one_mail_unless_that_was_taken_back():
    mail = queued()
    Letter.objects.update(state=Letter.State.DRAFT)

    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.queue(mail.letter, by=mail.queued_by)
    outbox.withdraw(mail)
    again = outbox.queue(mail.letter, by=mail.queued_by)

    assert again != mail


def test_a_letter_that_came_back_and_is_changed_is_printed_with_its_new_words():
    mail = queued()
    Letter.objects.update(state=Letter.State.SENT, pdf_sha256="0" * 64)  # printed and kept as it left
    OutgoingMail.objects.update(state=OutgoingMail.State.RETURNED)

    assert outbox.withdraw(mail)

    assert Letter.objects.get().pdf_sha256 == ""


def test_who_finds_that_a_mail_arrived_has_not_sent_it():
    mail, finder = queued(), StaffFactory(member=True)
    OutgoingMail.objects.update(state=OutgoingMail.State.UNCERTAIN)

    assert deciding.mark_sent(mail, by=finder)

    assert Letter.objects.get().sent_by == mail.queued_by != finder
    assert str(finder) in OutgoingMail.objects.get().answer


@pytest.mark.parametrize("code", [421, 450])
def test_a_server_that_says_later_is_asked_again_later(smtp, code):
    smtp.refuse_next(code)
    mail = queued()

    first = outbox.send_ready(after(minutes=2))
    too_soon = outbox.send_ready(after(minutes=2, seconds=30))
    in_time = outbox.send_ready(after(minutes=4))

    mail.refresh_from_db()
    assert (first.later, too_soon.sent, in_time.sent) == (1, 0, 1)
    assert len(smtp.received) == 1
    assert mail.attempts == 2


def test_no_server_at_all_means_later(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nothing listens on the discard port
    mail = queued()

    tally = outbox.send_ready(after(minutes=2))

    mail.refresh_from_db()
    assert (tally.later, mail.state) == (1, State.RETRY)


@pytest.mark.parametrize(
    ("greets", "way", "state"),
    [
        ("reset", Way.ACCEPT, State.RETRY),
        ("hang", Way.ACCEPT, State.RETRY),
        ("", Way.RESET_AT_DATA, State.RETRY),
        ("", Way.HANG_AT_DATA, State.RETRY),
        ("", Way.RESET_AT_THE_END, State.UNCERTAIN),
        ("", Way.HANG_AT_THE_END, State.UNCERTAIN),
    ],
)
def test_a_server_that_breaks_off_leaves_a_question_only_after_it_had_the_mail(settings, greets, way, state):
    mail = queued()
    with HostileSmtp(always(way), greets=greets) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 0.3

        outbox.send_ready(after(minutes=2))
        outbox.send_ready(after(minutes=2))

    mail.refresh_from_db()
    assert mail.state == state
    assert server.taken == (1 if state == State.UNCERTAIN else 0)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"250 kept\r\n", State.SENT),
        (b"252 kept, I think\r\n", State.SENT),
        (b"451 later\r\n", State.RETRY),
        (b"554 never\r\n", State.FAILED),
        (b"Thank you for your mail\r\n", State.UNCERTAIN),
        (b"354 go on\r\n", State.UNCERTAIN),
        (b"999 what\r\n", State.UNCERTAIN),
        (b"250-kept\r\nand more\r\n", State.UNCERTAIN),
        (b"\r\n", State.UNCERTAIN),
        (b"", State.UNCERTAIN),
    ],
)
def test_after_the_end_only_a_plain_answer_says_what_became_of_a_mail(settings, answer, state):
    mail = queued()
    with HostileSmtp(always(Way.ACCEPT), answer=answer) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2

        outbox.send_ready(after(minutes=2))
        outbox.send_ready(after(minutes=2))

    mail.refresh_from_db()
    assert mail.state == state
    assert server.taken == 1


@pytest.mark.parametrize(("password", "state"), [("right", State.SENT), ("wrong", State.RETRY)])
def test_the_office_signs_in_to_its_mail_server(settings, password, state):
    mail = queued()
    received = SmtpSink()

    def knows(server, session, envelope, mechanism, given):
        return AuthResult(success=given == LoginPassword(b"office", b"right"), handled=False)

    server = Controller(
        received,
        "127.0.0.1",
        free_port(),
        authenticator=knows,
        auth_required=True,
        auth_require_tls=False,
        auth_exclude_mechanism=["LOGIN"],
    )
    server.start()
    try:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "office", password
        outbox.send_ready(after(minutes=2))
    finally:
        server.stop()

    mail.refresh_from_db()
    assert mail.state == state
    assert mail.answer[:3] == ("250" if state == State.SENT else "535")
    assert len(received.received) == (state == State.SENT)


def test_waiting_grows_and_ends_with_a_person(smtp):
    smtp.refuse_next(450, times=20)
    mail = queued()
    now, waits = after(minutes=2), []

    for _ in range(len(outbox.BACK_OFF) + 1):
        outbox.send_ready(now)
        mail.refresh_from_db()
        waits.append(mail.send_after - now)
        now = mail.send_after + timedelta(seconds=1)

    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
    assert max(waits) == timedelta(hours=24)
    assert mail.state == State.FAILED


def test_a_refusal_is_put_before_a_person_and_on_the_timeline(smtp, client):
    mail = queued()
    smtp.refuse_recipient(mail.to, 550)
    client.force_login(mail.queued_by)

    outbox.send_ready(after(minutes=2))

    mail.refresh_from_db()
    page = client.get("/letters/").content.decode()
    assert mail.state == State.FAILED
    assert "No such mailbox here" in page
    assert mail.letter.case.events.filter(kind=Event.Kind.UNDELIVERED).count() == 1


def test_a_refused_mail_can_go_back_to_draft_or_be_sent_again(smtp, client):
    mail, other = queued(), queued()
    for one in (mail, other):
        smtp.refuse_recipient(one.to, 550)
    outbox.send_ready(after(minutes=2))
    smtp.forget()
    client.force_login(StaffFactory())

    client.post(f"/mails/{mail.pk}/decision/", {"act": "back"})
    client.post(f"/mails/{other.pk}/decision/", {"act": "again"})
    outbox.send_ready(after(minutes=3))

    mail.refresh_from_db()
    other.refresh_from_db()
    assert mail.letter.state == Letter.State.DRAFT
    assert (other.state, other.letter.state) == (State.SENT, Letter.State.SENT)
    assert [received.message["Message-ID"] for received in smtp.received] == [other.message_id]


def test_a_sender_that_died_before_the_end_is_tried_again_and_after_it_is_uncertain(smtp):
    before, after_the_dot = queued(), queued()
    OutgoingMail.objects.update(state=State.SENDING, lease_until=timezone.now() - timedelta(minutes=1))
    OutgoingMail.objects.filter(pk=after_the_dot.pk).update(data_sent=True)

    tally = outbox.send_ready(timezone.now())

    before.refresh_from_db()
    after_the_dot.refresh_from_db()
    assert (tally.sent, tally.uncertain) == (1, 1)
    assert (before.state, after_the_dot.state) == (State.SENT, State.UNCERTAIN)


def test_a_person_says_that_an_uncertain_mail_arrived(client):
    mail = queued()
    OutgoingMail.objects.update(state=State.UNCERTAIN, data_sent=True)
    client.force_login(mail.queued_by)

    client.post(f"/mails/{mail.pk}/decision/", {"act": "sent"})

    mail.refresh_from_db()
    assert (mail.state, mail.letter.state) == (State.SENT, Letter.State.SENT)


def test_a_refused_mail_cannot_be_said_to_have_arrived(smtp, client):
    mail = queued()
    smtp.refuse_recipient(mail.to, 550)
    outbox.send_ready(after(minutes=2))
    client.force_login(mail.queued_by)

    page = client.get(f"/letters/{mail.letter_id}/").content.decode()
    client.post(f"/mails/{mail.pk}/decision/", {"act": "sent"})

    mail.refresh_from_db()
    assert "It arrived" not in page
    assert "Back to draft" in page
    assert (mail.state, mail.letter.state) == (State.FAILED, Letter.State.SENDING)


def uncertain(settings) -> OutgoingMail:
    """A mail whose server fell silent with all of it in its hands; put into the outbox once more."""
    mail = queued()
    with HostileSmtp(always(Way.RESET_AT_THE_END)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        outbox.send_ready(after(minutes=2))
    return mail


def test_a_mail_that_may_have_arrived_is_not_taken_back_when_it_is_sent_again(settings, client):
    mail = uncertain(settings)
    client.force_login(mail.queued_by)

    client.post(f"/mails/{mail.pk}/decision/", {"act": "again"})
    page = client.get(f"/letters/{mail.letter_id}/").content.decode()
    undone = client.post(f"/letters/{mail.letter_id}/undo/", follow=True).content.decode()

    mail.refresh_from_db()
    assert "Take back" not in page
    assert "it may have arrived the first time" in undone
    assert (mail.state, mail.letter.state) == (State.QUEUED, Letter.State.SENDING)
    assert Enquiry.objects.exists()


def test_a_refusal_of_the_second_try_does_not_settle_the_first(settings, client):
    mail = uncertain(settings)
    client.force_login(mail.queued_by)
    client.post(f"/mails/{mail.pk}/decision/", {"act": "again"})
    with HostileSmtp(always(Way.ACCEPT), answer=b"554 never\r\n") as server:
        settings.EMAIL_PORT = server.port
        outbox.send_ready(after(minutes=3))

    client.post(f"/mails/{mail.pk}/decision/", {"act": "back"})
    mail.refresh_from_db()
    question = mail.state
    client.post(f"/mails/{mail.pk}/decision/", {"act": "lost"})
    client.post(f"/mails/{mail.pk}/decision/", {"act": "back"})

    mail.refresh_from_db()
    assert question == State.UNCERTAIN
    assert (mail.state, mail.letter.state) == (State.WITHDRAWN, Letter.State.DRAFT)


def test_an_uncertain_mail_is_never_taken_back_or_sent_without_a_person(smtp, client):
    mail = queued()
    OutgoingMail.objects.update(state=State.UNCERTAIN, data_sent=True)
    client.force_login(mail.queued_by)

    client.post(f"/mails/{mail.pk}/decision/", {"act": "back"})
    outbox.send_ready(after(days=30))

    mail.refresh_from_db()
    assert mail.state == State.UNCERTAIN
    assert smtp.received == []


def test_names_with_line_breaks_put_nothing_into_the_header(smtp):
    OfficeFactory(member_name="Amira\r\nBcc: thief@example.org\r\n\r\nHello")
    mail = queued(template="LT-ACK", text="Hello")
    OutgoingMail.objects.update(subject="We have it\nCc: thief@example.org")

    outbox.send_ready(after(minutes=2))

    [received] = smtp.wait_for(1)
    assert received.recipients == [mail.to]
    assert received.message["Bcc"] is None
    assert received.message["Cc"] is None


def test_a_line_with_a_single_dot_does_not_end_the_letter(smtp):
    queued(text="First.\n.\nMAIL FROM:<thief@example.org>\r.\rLast.")

    outbox.send_ready(after(minutes=2))

    [received] = smtp.wait_for(1)
    assert "First.\r\n.\r\nMAIL FROM:<thief@example.org>\r\n.\r\nLast." in received.raw.decode().replace(
        "\r\n..\r\n", "\r\n.\r\n"
    )


def test_a_token_finds_its_case_and_a_forged_one_finds_nothing():
    mail = queued()
    token = tokens.make(mail.letter.case_id, mail.to)
    other = CaseFactory()

    found = tokens.found_in([f"Office <office+{token}@amira-selwood.example>"])
    guessed = tokens.found_in([f"office+{'0' * 32}@amira-selwood.example", "no token here"])
    mail.letter.case.reply_tokens.update(case=other)
    moved = tokens.found_in([mail.message_id])

    assert found
    assert found.case == mail.letter.case
    assert found.enquiry == mail.letter.enquiry
    assert guessed is None
    assert moved is None


def test_the_command_says_what_it_did(smtp, settings, capsys):
    from django.core.management import call_command

    settings.OUTBOX_HOLD_SECONDS = 0
    queued()

    call_command("send_mail")

    assert capsys.readouterr().out.strip().splitlines()[-1].startswith("1 mail sent, 0 to be tried again")
