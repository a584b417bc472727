"""A server breaks off while mail is collected: what it had handed over is kept, and nothing comes twice."""

import socket

import pytest

from opencasework.office.inbox import collecting
from opencasework.office.inbox.collecting import collect
from opencasework.office.inbox.models import Mailbox
from tests.services.dovecot import Dovecot

from .factories import MailboxFactory
from .receiving import SIXTY, arrived, deliver, sha256s

pytestmark = pytest.mark.django_db


@pytest.fixture
def cut_off_at_the_third(monkeypatch):
    """Take two mails at a time; before the third batch do something, if told, and lose the line."""
    monkeypatch.setattr(collecting, "BATCH", 2)
    fetch, asked, before = collecting._fetch, [], []

    def breaks_off(connection, batch):
        asked.append(batch)
        if len(asked) == 3:
            for act in before:
                act()
            connection.socket().shutdown(socket.SHUT_RDWR)
        return fetch(connection, batch)

    monkeypatch.setattr(collecting, "_fetch", breaks_off)
    return asked, before


def test_what_a_server_handed_over_before_it_broke_off_is_kept(mailbox, home, cut_off_at_the_third):
    asked, _ = cut_off_at_the_third
    deliver(mailbox, SIXTY[:8])

    collected = collect(MailboxFactory(account=mailbox))

    assert (collected.counts.new, collected.counts.known, collected.error) == (8, 0, "")
    assert len(asked) == 5  # the third batch was asked for twice, the first two were not
    assert arrived() == sha256s(SIXTY[:8])


def test_a_password_that_changes_while_we_collect_loses_and_doubles_nothing(home, cut_off_at_the_third):
    _, before = cut_off_at_the_third
    with Dovecot() as server:
        account = server.add_mailbox()
        deliver(account, SIXTY[:8])
        box = MailboxFactory(account=account)
        before.append(lambda: server.change_password("another"))

        shut_out = collect(box)
        kept = sum(arrived().values())
        box.set_password("another")
        box.save()
        back = collect(box)

    assert f"refuses the user name or password for {box.address}. Enter them again." in shut_out.error
    assert (shut_out.counts.new, kept) == (4, 4)
    assert (back.counts.new, back.error, Mailbox.objects.get().last_error) == (4, "", "")
    assert arrived() == sha256s(SIXTY[:8])
