"""An account that its server has locked, and a fault of our own computer: each is called what it is."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.inbox.collecting import collect
from opencasework.office.inbox.models import Mailbox, Message
from tests.services.tokens import CLIENT_ID, CLIENT_SECRET

from .factories import MailboxFactory

pytestmark = pytest.mark.django_db
RAW = b"From: Nia Pryce <nia@post.example>\r\nSubject: Damp\r\n\r\nMould in both bedrooms.\r\n"


@contextmanager
def server_that_refuses(words: str) -> Iterator[int]:
    """A mail server that answers every sign-in with these words. Yields its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connected, _ = listening.accept()
                with connected, connected.makefile("rb") as asked:
                    connected.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] Ready\r\n")
                    for line in asked:
                        tag, command, *_ = line.split()
                        answer = f"NO {words}" if command.upper() == b"LOGIN" else "OK done"
                        connected.sendall(tag + f" {answer}\r\n".encode())

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


@pytest.mark.parametrize(
    "words",
    [
        "Too many failed login attempts. Please try again later.",
        "[UNAVAILABLE] Too many invalid authentication attempts",
        "[AUTHENTICATIONFAILED] Account is locked temporarily",
        "[ALERT] Please log in via your web browser: https://support.example/answer (Failure)",
        "[CONTACTADMIN] Your mailbox has been suspended",
    ],
)
def test_a_locked_account_is_no_busy_server_and_is_left_alone_for_long(home, words):
    with server_that_refuses(words) as port:
        box = MailboxFactory(address="casework@member.example", port=port)
        result = collect(box)

    assert result.error == (
        "127.0.0.1 has locked casework@member.example, as servers do after several wrong passwords, and we "
        "leave it alone for hours so that it opens again. Sign in to it in a web browser, do what it asks "
        "there, then enter the password here again, under Settings, Mailboxes."
    )
    assert box.refused
    assert box.next_try_at - timezone.now() > timedelta(minutes=85)


@pytest.mark.parametrize(
    "words",
    [
        "[LIMIT] Maximum number of connections from user+IP exceeded",
        "Too many simultaneous connections. (Failure)",
        "[UNAVAILABLE] Temporary authentication failure, try again",
    ],
)
def test_a_busy_server_is_tried_again_soon(home, words):
    with server_that_refuses(words) as port:
        box = MailboxFactory(port=port)
        collect(box)

    assert not box.refused
    assert box.next_try_at - timezone.now() < timedelta(minutes=1)


def test_a_sign_in_that_is_switched_off_is_refused_and_not_called_locked(home):
    with server_that_refuses("[PRIVACYREQUIRED] Plaintext login is disabled on this server") as port:
        result = collect(MailboxFactory(address="casework@member.example", port=port))

    assert result.error.startswith("127.0.0.1 refuses the user name or password for casework@member.example.")


def test_an_account_that_microsoft_has_locked_is_left_alone_for_long(strict_mailbox, issuer, home):
    box = MailboxFactory(
        account=strict_mailbox,
        sign_in=Mailbox.SignIn.MICROSOFT_APP,
        client_id=CLIENT_ID,
        tenant="member.example",
    )
    box.set_client_secret(CLIENT_SECRET)
    box.save()
    issuer.refuse_with = ("invalid_grant", "AADSTS50053: The account is locked.")

    result = collect(box)

    assert result.error == (
        f"Microsoft has locked {box.username} (AADSTS50053), so we leave it alone for hours. Sign in to it "
        "in a web browser, do what it asks there, then sign in again under Settings, Mailboxes."
    )
    assert box.next_try_at - timezone.now() > timedelta(minutes=85)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "raw"), "permission denied"),
        (OSError(errno.EROFS, os.strerror(errno.EROFS)), "read-only file system"),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "too many open files"),
    ],
)
def test_a_fault_of_our_own_computer_is_not_blamed_on_the_server(mailbox, home, monkeypatch, error, reason):
    mailbox.deliver(RAW)
    box = MailboxFactory(account=mailbox, address="casework@member.example")

    def fails(_handle):
        raise error

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", fails)
        result = collect(box)

    assert result.error == (
        f"The computer that runs the office cannot keep the mail of casework@member.example ({reason}), so "
        "it stays on its server, where nothing is lost. Ask whoever runs that computer to look at the "
        "office's folder and disk; collecting then goes on by itself."
    )
    assert not Message.objects.exists()
    assert collect(box).counts.new == 1
