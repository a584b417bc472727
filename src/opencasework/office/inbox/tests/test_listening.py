"""The worker listens to every mailbox: new mail within seconds, and none is held up by another."""

import contextlib
import socket
import threading
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from imapclient import IMAPClient

from opencasework.office.config import worker
from opencasework.office.inbox import listening
from opencasework.office.inbox.faring import waits
from opencasework.office.inbox.models import Arrival, Mailbox, Message
from tests.services.cutting import CuttingProxy
from tests.services.local import wait_until

from .factories import MailboxFactory

pytestmark = pytest.mark.django_db(transaction=True)


def mail(number):
    return f"From: Nia <nia@post.example>\r\nSubject: Letter {number}\r\n\r\nThe damp again.\r\n".encode()


@contextlib.contextmanager
def listeners():
    """The worker's listening in a thread of its own, ended at the end, which must not take long."""
    stopping = threading.Event()
    thread = threading.Thread(target=listening.listen_to_all, args=(lambda: not stopping.is_set(),))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(timeout=30)
    assert not thread.is_alive()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(listening, "SLICE_SECONDS", 0.1)
    monkeypatch.setattr(listening, "LOOK_FOR_MAILBOXES_SECONDS", 0.1)
    monkeypatch.setattr(listening, "ENDING_SECONDS", 2.0)


def arrives(number):
    wait_until(lambda: Message.objects.count() == number, what=f"message {number}")


def test_new_mail_shows_without_waiting_for_the_next_look(mailbox, home):
    """The next look is a minute away, longer than this test waits: the server itself has said so."""
    box = MailboxFactory(account=mailbox)
    mailbox.deliver(mail(1))

    with listeners():
        arrives(1)
        mailbox.deliver(mail(2))
        arrives(2)
        mailbox.deliver(mail(3))
        arrives(3)

    box.refresh_from_db()
    assert box.last_error == ""
    assert box.last_received_at is not None


def test_news_that_comes_in_one_piece_with_the_answer_to_idle_is_heard(mailbox, home):
    """As when mail arrives in the very moment in which we begin to listen."""
    mailbox.deliver(mail(1))
    with CuttingProxy(mailbox.port, lambda: 10**9, held=b"+ idling") as line:
        MailboxFactory(account=mailbox, port=line.port)

        with listeners():
            arrives(1)
            mailbox.deliver(mail(2))
            arrives(2)
            mailbox.deliver(mail(3))
            arrives(3)


def test_where_the_server_tells_us_nothing_we_look_again(strict_mailbox, home, monkeypatch):
    monkeypatch.setattr(listening, "POLL_SECONDS", 0.3)
    MailboxFactory(account=strict_mailbox)
    with IMAPClient(strict_mailbox.host, port=strict_mailbox.port, ssl=False) as server:
        server.login(strict_mailbox.user, strict_mailbox.password)
        assert not server.has_capability("IDLE")

    with listeners():
        strict_mailbox.deliver(mail(1))
        arrives(1)
        strict_mailbox.deliver(mail(2))
        arrives(2)


def test_a_server_that_never_answers_holds_up_no_other_mailbox_and_not_the_end(mailbox, home):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        MailboxFactory(name="A", port=mute.getsockname()[1])
        MailboxFactory(name="B", account=mailbox)
        mailbox.deliver(mail(1))

        with listeners():
            arrives(1)


def test_what_nobody_thought_of_is_noted_on_the_mailbox(home, monkeypatch):
    def surprise(*_args, **_options):
        raise RuntimeError("Dear member, my roof leaks")

    monkeypatch.setattr(listening, "look_into", surprise)
    monkeypatch.setattr(listening, "connection", lambda _box: contextlib.nullcontext())
    box = MailboxFactory(address="strange@member.example")

    with listeners():
        wait_until(lambda: Mailbox.objects.get(pk=box.pk).failures > 0, what="a failure")

    box.refresh_from_db()
    assert box.last_error.startswith("Something went wrong here while we collected strange@member.example.")
    assert "roof" not in box.last_error


def test_a_mailbox_added_later_is_listened_to_and_a_paused_one_is_not(mailbox, dovecot, home):
    other = dovecot.add_mailbox()
    with listeners():
        first = MailboxFactory(account=mailbox)
        mailbox.deliver(mail(1))
        arrives(1)
        Mailbox.objects.filter(pk=first.pk).update(enabled=False)
        mailbox.deliver(mail(2))
        MailboxFactory(account=other)
        other.deliver(mail(3))
        arrives(2)

    assert set(Arrival.objects.values_list("mailbox__username", flat=True)) == {mailbox.user, other.user}


def test_a_server_that_comes_back_is_listened_to_again(strict_mailbox, home, monkeypatch):
    monkeypatch.setattr(listening, "POLL_SECONDS", 0.2)
    monkeypatch.setattr("opencasework.office.inbox.faring.FIRST_WAIT", timedelta(seconds=0.2))
    box = MailboxFactory(account=strict_mailbox)
    strict_mailbox.deliver(mail(1))

    with listeners():
        arrives(1)
        strict_mailbox.server.stop()
        wait_until(lambda: Mailbox.objects.get(pk=box.pk).failures > 0, what="a failure")
        strict_mailbox.server.start()
        strict_mailbox.deliver(mail(2))
        arrives(2)
        wait_until(lambda: not Mailbox.objects.get(pk=box.pk).last_error, what="the all-clear")


@pytest.mark.parametrize("never", [b"IDLE", b"Last"])
def test_a_server_that_always_hangs_up_at_the_same_point_is_left_alone_for_a_while(mailbox, home, never):
    """Though what comes before that point is collected each time."""
    mailbox.create("Last")
    mailbox.deliver(mail(1))
    with CuttingProxy(mailbox.port, lambda: 10**9, never=never) as line:
        box = MailboxFactory(account=mailbox, port=line.port, folders=["INBOX", "Last"])

        with listeners():
            wait_until(lambda: Mailbox.objects.get(pk=box.pk).failures > 0, what="a failure")

        # Once when the first mail had come, which may well bring us further; then it is noted.
        assert line.cuts <= 2
    box.refresh_from_db()
    assert waits(box)
    assert "broke off" in box.last_error
    assert Arrival.objects.count() == 1


def test_once_a_night_everything_is_compared_and_what_is_missing_is_fetched(mailbox, home):
    box = MailboxFactory(account=mailbox)
    for number in range(3):
        mailbox.deliver(mail(number))
    with listeners():
        arrives(3)
    Arrival.objects.filter(uid=2).delete()
    Mailbox.objects.update(added_at=timezone.now() - timedelta(days=3))

    with listeners():
        wait_until(lambda: Mailbox.objects.get(pk=box.pk).reconciled_at is not None, what="the comparison")

    box.refresh_from_db()
    assert box.reconciled_missing == 1
    assert Arrival.objects.count() == 3
    assert not listening.reconciling_is_due(box)


@pytest.mark.parametrize(
    ("now", "then"), [("2026-11-25 01:59", "2026-11-24 02:00"), ("2026-11-25 02:00", "2026-11-25 02:00")]
)
def test_the_comparison_is_made_at_two_at_night(now, then):
    moments = [timezone.make_aware(datetime.fromisoformat(each)) for each in (now, then)]

    assert listening.last_reconciling(moments[0]) == moments[1]


def test_the_worker_listens_beside_what_else_it_does(mailbox, home, monkeypatch):
    monkeypatch.setattr(worker, "lanes", list)
    MailboxFactory(account=mailbox)
    mailbox.deliver(mail(1))

    worker.run(wanted=lambda: not Message.objects.exists())

    assert Message.objects.count() == 1
