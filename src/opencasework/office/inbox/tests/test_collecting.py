"""Every mail on the server is in the inbox, each once, whatever happens on the way."""

import errno
import os
import socket
import threading
from collections import Counter
from contextlib import nullcontext

import pytest
from django.core.management import call_command
from django.db import connections

from opencasework.office.inbox import arriving, collecting, ingesting, processing
from opencasework.office.inbox.collecting import collect, collect_all
from opencasework.office.inbox.ingesting import ingest
from opencasework.office.inbox.models import Arrival, Attachment, Mailbox, MailboxCursor, Message, blobs
from opencasework.office.inbox.processing import process_raw
from opencasework.office.inbox.reading import limits
from opencasework.office.kit.tests.dying import die_at, forget_connections
from tests.services.dovecot import Dovecot
from tests.services.local import wait_until

from . import corpus
from .factories import MailboxFactory
from .receiving import SIXTY, ReaderInThisProcess, arrived, deliver, sha256s

pytestmark = pytest.mark.django_db


def test_sixty_messages_are_collected_and_read_once_each(mailbox, home):
    deliver(mailbox, SIXTY)
    box = MailboxFactory(account=mailbox)

    first, second = collect(box), collect(box)

    assert (first.counts.new, second.counts.new, second.error) == (60, 0, "")
    assert Message.objects.filter(state=Message.State.READ).count() == 60
    assert Message.objects.count() == 60
    assert arrived() == sha256s(SIXTY)
    assert all(blobs().read(sha256) for sha256 in arrived())
    assert Message.objects.get(subject="Mowld yn y tŷ").language == "cy"
    assert Message.objects.filter(auto_reply=True).count() == 1
    roof = Message.objects.filter(subject__endswith="Leaking roof at the community centre").order_by(
        "sent_at"
    )
    assert [message.thread_id for message in roof] == [None, roof[0].pk, roof[0].pk]
    assert roof[2].new_text == "It is worse today. Part of the ceiling came down."
    letter = Attachment.objects.get(filename="Answer to Ms Holloway.pdf")
    assert blobs().read(letter.sha256).startswith(b"%PDF-1.4")


def test_a_message_is_not_marked_as_read_for_the_office_s_other_mail_program(mailbox, home):
    mailbox.deliver(SIXTY[0])

    collect(MailboxFactory(account=mailbox))

    seen = mailbox.server.doveadm("search", "-u", mailbox.user, "mailbox", "INBOX", "seen")
    assert seen == ""


def test_an_empty_mailbox_is_no_error(mailbox, home):
    box = MailboxFactory(account=mailbox)

    result = collect(box)

    assert (result.error, result.counts.new) == ("", 0)
    assert box.last_succeeded_at is not None


def test_new_mail_is_found_next_time(mailbox, home):
    box = MailboxFactory(account=mailbox)
    deliver(mailbox, SIXTY[:2])
    collect(box)
    deliver(mailbox, SIXTY[2:4])

    assert collect(box).counts.new == 2


def test_a_renumbered_mailbox_loses_and_doubles_nothing(mailbox, home):
    box = MailboxFactory(account=mailbox)
    twice = [*SIXTY[:5], SIXTY[0]]
    deliver(mailbox, twice)
    collect(box)
    mailbox.set_uid_validity(777)
    mailbox.deliver(SIXTY[5])

    result = collect(box)

    assert result.counts.new == 1
    assert arrived() == sha256s([*twice, SIXTY[5]])
    assert set(Arrival.objects.values_list("uid_validity", flat=True)) == {777}
    assert Message.objects.count() == 6


@pytest.mark.parametrize("looked_between", [False, True])
def test_a_mailbox_put_back_from_a_copy_gives_its_numbers_anew_and_nothing_is_lost(
    mailbox, home, looked_between
):
    box = MailboxFactory(account=mailbox)
    deliver(mailbox, SIXTY[:3])
    collect(box)
    copy = mailbox.copied()
    deliver(mailbox, SIXTY[3:5])
    collect(box)
    mailbox.put_back(copy)
    if looked_between:
        collect(box)
    deliver(mailbox, SIXTY[5:7])  # under the numbers of the two that are gone

    first, second = collect(box), collect(box)

    assert (first.counts.new, second.counts.new, second.counts.known) == (2, 0, 0)
    assert arrived() == sha256s(SIXTY[:7])
    assert Message.objects.count() == 7


def test_a_thorough_collection_finds_what_is_missing(mailbox, home):
    box = MailboxFactory(account=mailbox)
    deliver(mailbox, SIXTY[:3])
    MailboxCursor.objects.create(mailbox=box, folder="INBOX")
    collect(box)
    Arrival.objects.filter(uid=2).delete()
    Message.objects.all().delete()

    collect(box, thorough=True)

    assert arrived() == sha256s(SIXTY[:3])
    assert Message.objects.count() == 1


def test_a_full_disk_is_said_as_such_and_the_mail_comes_once_there_is_room(mailbox, home, monkeypatch):
    box = MailboxFactory(account=mailbox)
    mailbox.deliver(SIXTY[0])

    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        assert "The office's own disk is full" in collect(box).error
        assert not Message.objects.exists()

    assert collect(box).counts.new == 1
    assert box.last_error == ""


@pytest.mark.django_db(transaction=True)  # each mailbox is collected over a connection of its own
def test_a_wrong_password_is_said_in_a_sentence_and_stops_no_other_mailbox(mailbox, home, capsys):
    wrong = MailboxFactory(account=mailbox, name="A", address="wrong@member.example", password="guess")
    mailbox.deliver(SIXTY[0])
    MailboxFactory(account=mailbox, name="B")

    with pytest.raises(SystemExit):
        call_command("collect_mail")

    wrong.refresh_from_db()
    sentence = "127.0.0.1 refuses the user name or password for wrong@member.example. Enter them again."
    assert wrong.last_error == sentence
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out.strip().endswith("1 new, 0 known, 0 unreadable")


def test_a_server_that_does_not_answer_is_said_in_a_sentence(home):
    [result] = [collect(MailboxFactory())]

    assert result.error == "127.0.0.1:9 does not answer. Check the server's name, the port and the network."


def test_a_password_of_any_letters_lets_us_in(home):
    with Dovecot(password="pa£sswörd") as server:
        account = server.add_mailbox()
        account.deliver(SIXTY[0])

        result = collect(MailboxFactory(account=account, password="pa£sswörd"))

    assert (result.error, result.counts.new) == ("", 1)


def test_a_server_that_takes_plain_letters_only_is_said_in_a_sentence(home):
    with Dovecot(mechanisms="login") as server:
        result = collect(
            MailboxFactory(account=server.add_mailbox(), address="a@member.example", password="pa£ss")
        )

    assert result.error == (
        "127.0.0.1 takes only plain letters, digits and signs in a user name or password, not ones such as "
        "£ or é. Give a@member.example another password there, then enter it here."
    )
    assert Mailbox.objects.get().refused


@pytest.mark.parametrize("host", ["imap..example", f"{'x' * 64}.example"])
def test_a_name_no_server_can_have_is_said_in_a_sentence(home, host):
    result = collect(MailboxFactory(host=host))

    assert result.error == f"There is no server called {host}. Check its name and the network."


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_whose_server_does_not_answer_yet_holds_up_no_other(mailbox, home):
    """It hangs up only once the mail of the other is here, which one after the other would never be."""
    the_other_came = threading.Event()
    mailbox.deliver(SIXTY[0])
    with socket.create_server(("127.0.0.1", 0)) as slow:
        MailboxFactory(name="A", port=slow.getsockname()[1])
        MailboxFactory(name="B", account=mailbox)

        def hang_up_when_the_other_is_done():
            ours, _ = slow.accept()
            with ours:
                wait_until(Arrival.objects.exists, what="the other mailbox's mail")
                the_other_came.set()
            connections.close_all()

        answering = threading.Thread(target=hang_up_when_the_other_is_done)
        answering.start()
        held_up, collected = collect_all()
        answering.join()

    assert the_other_came.is_set()
    assert "broke off" in held_up.error
    assert (collected.error, collected.counts.new) == ("", 1)


@pytest.mark.django_db(transaction=True)
def test_what_nobody_thought_of_is_said_of_its_mailbox_and_stops_no_other(mailbox, home, monkeypatch):
    strange = MailboxFactory(name="A", address="strange@member.example")
    mailbox.deliver(SIXTY[0])
    MailboxFactory(account=mailbox, name="B")
    really = collecting.connection

    def connection(box):
        if box == strange:
            raise RuntimeError("Dear member, my roof leaks")
        return really(box)

    monkeypatch.setattr(collecting, "connection", connection)
    failed, collected = collect_all()

    assert failed.error.startswith("Something went wrong here while we collected strange@member.example.")
    assert "roof" not in failed.error
    assert (collected.error, collected.counts.new) == ("", 1)
    strange.refresh_from_db()
    assert (strange.last_error, strange.failures) == (failed.error, 1)


def test_a_folder_that_is_not_there_is_said_in_a_sentence(mailbox, home):
    result = collect(MailboxFactory(account=mailbox, folders=["Casework"]))

    assert "will not give us the folder Casework" in result.error


def test_a_password_is_not_in_the_database_in_clear(home):
    box = MailboxFactory(password="correct horse")

    box.refresh_from_db()

    assert "correct" not in box.password_encrypted
    assert box.password == "correct horse"


def test_a_message_too_large_to_be_read_is_kept_to_the_byte_and_can_be_downloaded(
    mailbox, home, ana, client, monkeypatch
):
    monkeypatch.setattr(limits, "MESSAGE_BYTES", 100_000)
    monkeypatch.setattr(collecting, "PIECE_BYTES", 40_000)
    large = corpus.HEAD + b"\r\n" + (b"x" * 998 + b"\r\n") * 300
    deliver(mailbox, [large, SIXTY[0], large[: -len(large) % 40_000 - 40_000]])  # the last in whole pieces
    collect(MailboxFactory(account=mailbox))

    process_raw()

    [message, _] = Message.objects.filter(state=Message.State.UNREADABLE).order_by("-size")
    assert (message.subject, message.from_address) == ("Broken", "nia@mail.example")
    assert arrived() == sha256s([large, SIXTY[0], large[: -len(large) % 40_000 - 40_000]])
    assert message in Message.objects.untriaged()
    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert "It is larger than 50 MB, so only its headers were read." in page
    assert "Download it as it came" in page
    assert b"".join(client.get(f"/inbox/messages/{message.pk}/raw/")) == large


def test_of_a_message_too_large_to_be_kept_the_headers_are_listed_and_it_says_where_it_is(
    mailbox, home, ana, client, monkeypatch
):
    monkeypatch.setattr(limits, "KEPT_BYTES", 200_000)
    mailbox.deliver(corpus.HEAD + b"\r\n" + (b"x" * 998 + b"\r\n") * 300)
    monkeypatch.setattr(limits, "MESSAGE_BYTES", 100_000)
    collect(MailboxFactory(account=mailbox))

    process_raw()

    message = Message.objects.get(state=Message.State.UNREADABLE)
    assert (message.subject, message.from_address) == ("Broken", "nia@mail.example")
    assert message.size > 300_000
    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert "It is still in the mailbox: open it there, in a mail program." in page
    assert "Download it as it came" not in page
    assert "Download its headers, all that is here" in page


def test_a_message_nothing_can_be_made_of_is_listed_and_its_raw_text_kept(mailbox, home):
    raw = corpus.COSTLY["1000_nested_parts"]()
    mailbox.deliver(raw)
    collect(MailboxFactory(account=mailbox))

    process_raw()

    message = Message.objects.untriaged().get()
    assert message.state == Message.State.UNREADABLE
    assert "too complex" in message.unreadable_reason
    assert message.raw() == raw


def test_two_mails_with_one_message_id_are_two(mailbox, home):
    deliver(mailbox, [corpus.HEAD + b"\r\none", corpus.HEAD + b"\r\ntwo"])
    collect(MailboxFactory(account=mailbox))

    process_raw()

    assert set(Message.objects.values_list("text", flat=True)) == {"one", "two"}


def test_a_server_that_was_away_is_collected_from_when_it_is_back(mailbox, home):
    box = MailboxFactory(account=mailbox)
    deliver(mailbox, SIXTY[:3])
    mailbox.server.stop()

    away = collect(box)
    mailbox.server.start()
    back = collect(box)

    assert "does not answer" in away.error
    assert (back.error, box.last_error, back.counts.new) == ("", "", 3)


@pytest.mark.django_db(transaction=True)
def test_two_processes_reading_at_once_read_each_message_once(mailbox, home, monkeypatch):
    monkeypatch.setattr(processing, "BATCH", 2)
    monkeypatch.setattr(processing, "Reader", ReaderInThisProcess)
    deliver(mailbox, SIXTY[36:48])
    with arriving.reading_along:  # so that it is kept unread
        collect(MailboxFactory(account=mailbox))
    connections.close_all()

    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            forget_connections()
            process_raw()
            os._exit(0)
        children.append(child)
    ends = [os.waitpid(child, 0)[1] for child in children]

    assert ends == [0, 0]
    assert Message.objects.filter(state=Message.State.READ).count() == 12
    assert Attachment.objects.count() == 3


def run_and_die(act, *, at):
    """Do it in a process of its own that kills itself at step `at`. Whether it was killed."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        die_at(at)
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def killed_at_every_step(act):
    """Kill `act` at its first step and let it run again, then at its second … until a run survives.

    Yields the step, after the run that mended it, each time from an empty inbox.
    """
    at = 0
    killed = True
    while killed:
        at += 1
        for model in (Attachment, Message, Arrival, MailboxCursor):
            model.objects.all().delete()
        killed = run_and_die(act, at=at)
        if killed:
            act()
        yield at


def collect_and_read():
    collect_all()
    process_raw()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("along_the_way", [True, False], ids=["read along the way", "read afterwards"])
def test_killed_at_every_step_of_collecting_nothing_is_lost_or_doubled(
    along_the_way, mailbox, home, monkeypatch
):
    for module in (collecting, processing):
        monkeypatch.setattr(module, "BATCH", 3)
    for module in (arriving, processing):
        monkeypatch.setattr(module, "Reader", ReaderInThisProcess)
    raws = SIXTY[38:44]  # with the thread and an attachment among them
    deliver(mailbox, raws)
    MailboxFactory(account=mailbox)

    with nullcontext() if along_the_way else arriving.reading_along:
        for step in killed_at_every_step(collect_and_read):
            assert arrived() == sha256s(raws), f"killed at step {step}"
            assert Counter(Message.objects.values_list("sha256", flat=True)) == sha256s(raws), f"step {step}"
            assert set(Message.objects.values_list("state", flat=True)) == {"read"}, f"step {step}"
            assert Attachment.objects.count() == 2, f"step {step}"
    assert step > 15


@pytest.mark.parametrize("what", ["read_found", "commit_found"])
def test_mail_that_cannot_be_read_or_placed_along_the_way_is_kept_and_read_afterwards(
    what, mailbox, home, monkeypatch
):
    def fails(*_given, **_named):
        raise ValueError

    deliver(mailbox, SIXTY[:3])
    with monkeypatch.context() as broken:
        broken.setattr(arriving, what, fails)
        collected = collect(MailboxFactory(account=mailbox))

    assert (collected.counts.new, collected.error) == (3, "")
    assert set(Message.objects.values_list("state", flat=True)) == {"raw"}
    assert process_raw().read == 3
    assert arrived() == sha256s(SIXTY[:3])


@pytest.mark.django_db(transaction=True)
def test_killed_at_every_step_of_ingesting_nothing_is_lost_or_doubled(tmp_path, home, monkeypatch):
    monkeypatch.setattr(ingesting, "BATCH", 3)
    monkeypatch.setattr(ingesting, "Reader", ReaderInThisProcess)
    raws = SIXTY[38:44]
    for number, raw in enumerate(raws):
        (tmp_path / f"{number}.eml").write_bytes(raw)

    for step in killed_at_every_step(lambda: ingest(sorted(tmp_path.glob("*.eml")))):
        assert Counter(Message.objects.values_list("sha256", flat=True)) == sha256s(raws), f"step {step}"
        assert arrived() == sha256s(raws), f"step {step}"
        assert set(Message.objects.values_list("state", flat=True)) == {"read"}, f"step {step}"
        assert Attachment.objects.count() == 2, f"step {step}"
    assert step > 8
