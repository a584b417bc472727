"""The IMAP server of the tests behaves as the mailboxes of real offices do."""

from __future__ import annotations

import imaplib

import pytest

MESSAGE = b"From: Bronwen Hale <bronwen@hale.example>\r\nSubject: Damp\r\n\r\nThe wall is wet again.\r\n"


@pytest.fixture
def inbox(mailbox):
    with imaplib.IMAP4(mailbox.host, mailbox.port) as connection:
        connection.login(mailbox.user, mailbox.password)
        connection.select("INBOX")
        yield connection


def test_a_delivered_message_is_read_byte_for_byte(mailbox, inbox):
    mailbox.deliver(MESSAGE)

    inbox.noop()
    raw = inbox.fetch("1", "(RFC822)")[1][0][1]

    assert raw == MESSAGE


def test_a_mailbox_can_say_that_its_uids_mean_nothing_any_more(mailbox, inbox):
    mailbox.deliver(MESSAGE)
    mailbox.set_uid_validity(777)

    inbox.select("INBOX")

    assert inbox.response("UIDVALIDITY")[1] == [b"777"]


def test_mail_outlives_a_restart_of_the_server(dovecot, mailbox):
    mailbox.deliver(MESSAGE)

    dovecot.stop()
    dovecot.start()

    assert mailbox.count() == 1


def test_every_test_has_a_mailbox_of_its_own(dovecot):
    one, other = dovecot.add_mailbox(), dovecot.add_mailbox()

    one.deliver(MESSAGE)

    assert (one.count(), other.count()) == (1, 0)
