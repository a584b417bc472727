"""What senders and servers do in the very moment we look: nothing is lost, doubled or held up."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from opencasework.office.inbox import collecting
from opencasework.office.inbox.collecting import collect
from opencasework.office.inbox.models import Arrival, Message
from opencasework.office.inbox.processing import process_raw
from opencasework.office.inbox.samples import sample_messages

from .factories import MailboxFactory

pytestmark = pytest.mark.django_db
FOUR = sample_messages(1, date(2026, 11, 20))[:4]
NO_HEADERS = b"\r\nMy rent went up and nobody answers."
TO_ALL = b"From: a@post.example\r\nTo: " + b",\r\n ".join(
    b"n%d@post.example" % each for each in range(10_000)
)
TO_ALL += b"\r\nSubject: To all of you\r\n\r\nRead this.\r\n"


def letter(words, *, number=b"one"):
    return b"From: nia@post.example\r\nSubject: Rent\r\nMessage-ID: <%b@post.example>\r\n\r\n%b\r\n" % (
        number,
        words,
    )


def everything_once(raws):
    arrived = Counter(Arrival.objects.values_list("sha256", flat=True))
    return arrived == Counter(hashlib.sha256(raw).hexdigest() for raw in raws)


@pytest.fixture
def meanwhile(monkeypatch):
    """Let something happen once, after the server has listed its mail and before it hands over the first."""
    fetch = collecting._fetch
    waiting = []

    def happens(server, batch):
        while waiting:
            waiting.pop()()
        return fetch(server, batch)

    monkeypatch.setattr(collecting, "BATCH", 1)
    monkeypatch.setattr(collecting, "_fetch", happens)
    return waiting.append


def test_a_folder_renamed_while_it_is_collected_is_followed(strict_mailbox, home, meanwhile):
    strict_mailbox.create("Casework")
    box = MailboxFactory(account=strict_mailbox, folders=["Casework"])
    strict_mailbox.deliver(FOUR[0], folder="Casework")
    collect(box)
    for raw in FOUR[1:]:
        strict_mailbox.deliver(raw, folder="Casework")
    meanwhile(lambda: strict_mailbox.rename("Casework", "Old casework"))
    collect(box)
    result = collect(box)

    assert result.error == ""
    assert everything_once(FOUR)
    assert Message.objects.count() == 4


def test_a_mailbox_renumbered_while_it_is_collected_loses_and_doubles_nothing(mailbox, home, meanwhile):
    for raw in FOUR:
        mailbox.deliver(raw)
    box = MailboxFactory(account=mailbox)
    meanwhile(lambda: mailbox.set_uid_validity(4242))
    collect(box)
    result = collect(box)

    assert result.error == ""
    assert everything_once(FOUR)
    assert Message.objects.count() == 4


def test_what_is_deleted_for_good_in_that_moment_stops_none_of_the_others(mailbox, home, meanwhile):
    for raw in FOUR:
        mailbox.deliver(raw)
    gone = ("expunge", "-u", mailbox.user, "mailbox", "INBOX", "uid", "1")
    meanwhile(lambda: mailbox.server.doveadm(*gone))

    assert collect(MailboxFactory(account=mailbox)).error == ""
    assert everything_once(FOUR[1:])


def test_what_a_server_hands_over_as_nothing_and_still_has_comes_once_it_is_handed_over(
    mailbox, home, monkeypatch
):
    fetch, failing = IMAPClient.fetch, [b"BODY[]"]

    def hands_over_nothing(server, messages, data, *more):
        answers = fetch(server, messages, data, *more)
        for answer in answers.values():
            for key in failing:
                if key in answer:
                    answer[key] = None
        return answers

    monkeypatch.setattr(IMAPClient, "fetch", hands_over_nothing)
    mailbox.deliver(FOUR[0])
    box = MailboxFactory(account=mailbox)
    first = collect(box)
    failing.clear()

    assert "does not hand over 1 of the messages in INBOX" in first.error
    assert not Message.objects.exists()
    assert collect(box).error == ""
    assert everything_once(FOUR[:1])


def test_what_a_colleague_marked_as_deleted_and_is_still_there_is_collected(mailbox, home):
    mailbox.deliver(FOUR[0])
    mailbox.server.doveadm("flags", "add", "-u", mailbox.user, "\\Deleted", "mailbox", "INBOX", "all")

    assert collect(MailboxFactory(account=mailbox)).counts.new == 1


def test_a_server_too_full_to_note_a_flag_hands_over_everything_once(mailbox, home, monkeypatch):
    def is_full(*_given, **_more):
        raise IMAPClientError("store failed: [OVERQUOTA] Quota exceeded (mailbox for user is full)")

    for raw in FOUR:
        mailbox.deliver(raw)
    box = MailboxFactory(account=mailbox)
    monkeypatch.setattr(IMAPClient, "add_flags", is_full)
    first, second = collect(box), collect(box)

    assert (first.error, first.counts.new) == ("", 4)
    assert (second.error, second.counts.new) == ("", 0)
    assert everything_once(FOUR)


def test_one_message_in_two_folders_is_one(strict_mailbox, home):
    strict_mailbox.create("Casework")
    for folder in ("INBOX", "Casework"):
        strict_mailbox.deliver(letter(b"It went up."), folder=folder)

    assert collect(MailboxFactory(account=strict_mailbox, folders=["INBOX", "Casework"])).error == ""
    assert Message.objects.count() == 1


def test_one_number_for_two_letters_to_two_mailboxes_is_two_messages(dovecot, home):
    for words in (b"It went up.", b"It went up again."):
        account = dovecot.add_mailbox()
        account.deliver(letter(words))
        collect(MailboxFactory(account=account))
    process_raw()

    assert sorted(Message.objects.values_list("text", flat=True)) == ["It went up again.", "It went up."]


@pytest.mark.parametrize("raw", [b"", NO_HEADERS, TO_ALL], ids=["nothing", "no headers", "10,000 recipients"])
def test_the_oddest_mail_is_listed_opens_and_holds_up_nothing(raw, mailbox, home, ana, client):
    mailbox.deliver(raw)
    mailbox.deliver(FOUR[0])
    result = collect(MailboxFactory(account=mailbox))
    process_raw()

    assert (result.error, result.counts.new) == ("", 2)
    assert not Message.objects.filter(state=Message.State.RAW).exists()
    for message in Message.objects.all():
        assert client.get(f"/inbox/messages/{message.pk}/").status_code == 200
    assert client.get("/inbox/").status_code == 200
