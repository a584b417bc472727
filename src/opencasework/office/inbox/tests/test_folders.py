"""Several folders of a mailbox: any name, renamed, removed, read-only, and one in trouble stops no other."""

import hashlib
from collections import Counter

import pytest

from opencasework.office.inbox.collecting import collect
from opencasework.office.inbox.connecting import check
from opencasework.office.inbox.models import Arrival, Mailbox, Message
from opencasework.office.inbox.processing import process_raw

from .factories import MailboxFactory

pytestmark = pytest.mark.django_db


def mail(number):
    head = f"From: Nia <nia@post.example>\r\nSubject: Letter {number}\r\n"
    return f"{head}\r\nThe damp again, {number}.\r\n".encode()


def sha256s(raws):
    return Counter(hashlib.sha256(raw).hexdigest() for raw in raws)


def arrived():
    return Counter(Arrival.objects.values_list("sha256", flat=True))


@pytest.mark.parametrize(
    "name", ["Case work", "Wähler", "Gwaith achos/Tŷ Coed/2026", 'The "other" one', "R&D", "選挙区"]
)
def test_a_folder_of_any_name_is_collected(strict_mailbox, home, name):
    strict_mailbox.create(name)
    strict_mailbox.deliver(mail(1), folder=name)
    strict_mailbox.deliver(mail(2))
    box = MailboxFactory(account=strict_mailbox, folders=["INBOX", name])

    first, second = collect(box), collect(box)

    assert (first.error, first.counts.new, second.counts.new) == ("", 2, 0)
    assert set(Arrival.objects.values_list("folder", flat=True)) == {"INBOX", name}
    assert name in [folder.name for folder in check(box).folders]


def test_a_folder_that_is_gone_says_so_on_itself_and_stops_none_of_the_others(strict_mailbox, home):
    for name in ("First", "Last"):
        strict_mailbox.create(name)
        strict_mailbox.deliver(mail(name), folder=name)
    box = MailboxFactory(account=strict_mailbox, folders=["First", "Gone", "Last"])

    result = collect(box)

    assert result.counts.new == 2
    assert result.error == (
        "127.0.0.1 will not give us the folder Gone. It was renamed or removed: choose the folders again."
    )
    assert box.last_error == result.error
    assert box.last_succeeded_at is not None
    assert box.next_try_at is None  # the others are collected as often as ever
    errors = dict(box.cursors.values_list("folder", "last_error"))
    assert (errors["First"], errors["Last"], errors["Gone"]) == ("", "", result.error)


def test_a_folder_written_with_the_wrong_sign_between_its_levels_is_recognised(strict_mailbox, home):
    strict_mailbox.create("Casework/2026")
    box = MailboxFactory(account=strict_mailbox, folders=["Casework.2026"])

    assert "Did you mean Casework/2026?" in collect(box).error


def test_a_renamed_folder_is_followed_with_nothing_lost_or_doubled(strict_mailbox, home):
    strict_mailbox.create("Casework")
    strict_mailbox.deliver(mail(1), folder="Casework")
    box = MailboxFactory(account=strict_mailbox, folders=["INBOX", "Casework"])
    collect(box)

    strict_mailbox.deliver(mail(2), folder="Casework")
    strict_mailbox.rename("Casework", "Wähler 2026")
    strict_mailbox.deliver(mail(3), folder="Wähler 2026")
    result = collect(box)

    assert (result.error, result.counts.new) == ("", 2)
    assert arrived() == sha256s([mail(1), mail(2), mail(3)])
    assert Mailbox.objects.get().folders == ["INBOX", "Wähler 2026"]
    assert set(Arrival.objects.values_list("folder", flat=True)) == {"Wähler 2026"}


def test_a_renamed_folder_with_another_in_its_place_is_collected_as_both(strict_mailbox, home):
    strict_mailbox.create("Casework")
    strict_mailbox.deliver(mail(1), folder="Casework")
    box = MailboxFactory(account=strict_mailbox, folders=["Casework"])
    collect(box)

    strict_mailbox.deliver(mail(2), folder="Casework")
    strict_mailbox.rename("Casework", "Old casework")
    strict_mailbox.create("Casework")
    strict_mailbox.set_uid_validity(4242, folder="Casework")
    strict_mailbox.deliver(mail(3), folder="Casework")
    collect(box)
    collect(box)

    assert arrived() == sha256s([mail(1), mail(2), mail(3)])
    assert Mailbox.objects.get().folders == ["Old casework", "Casework"]


def test_a_folder_that_only_resembles_one_that_is_gone_is_not_taken_for_it(strict_mailbox, home):
    strict_mailbox.create("Casework")
    strict_mailbox.deliver(mail(1), folder="Casework")
    box = MailboxFactory(account=strict_mailbox, folders=["Casework"])
    collect(box)
    strict_mailbox.create("Private")
    strict_mailbox.deliver(mail(1) * 50, folder="Private")
    strict_mailbox.set_uid_validity(box.cursors.get().uid_validity, folder="Private")
    strict_mailbox.delete("Casework")

    result = collect(box)

    assert "will not give us the folder Casework" in result.error
    assert Message.objects.count() == 1


def test_a_mailbox_we_may_only_read_is_collected(strict_mailbox, home):
    strict_mailbox.deliver(mail(1))
    strict_mailbox.let_nobody_write()
    box = MailboxFactory(account=strict_mailbox)

    first, second = collect(box), collect(box)

    assert (first.error, first.counts.new, second.error, second.counts.new) == ("", 1, "", 0)
    server = strict_mailbox.server
    assert server.doveadm("search", "-u", strict_mailbox.user, "keyword", "$Casework") == ""


def test_a_message_the_server_cannot_hand_over_stops_none_of_the_others(strict_mailbox, home):
    for number in range(3):
        strict_mailbox.deliver(mail(number))
    box = MailboxFactory(account=strict_mailbox)
    check(box)  # so that the server has numbered them
    strict_mailbox.server.break_message(user=strict_mailbox.user, containing=b"Letter 1")

    collect(box)
    told = collect(box, thorough=True)
    strict_mailbox.server.mend_messages(user=strict_mailbox.user)
    mended = collect(box, thorough=True)

    assert "does not hand over 1 of the messages in INBOX" in told.error
    assert mended.error == ""
    assert arrived() == sha256s(mail(number) for number in range(3))


def test_an_empty_message_is_kept_and_shown(strict_mailbox, home):
    strict_mailbox.deliver(b"")
    strict_mailbox.deliver(mail(1))

    result = collect(MailboxFactory(account=strict_mailbox))
    process_raw()

    assert (result.error, result.counts.new) == ("", 2)
    assert arrived() == sha256s([b"", mail(1)])
    assert Message.objects.untriaged().count() == 2


def test_trying_a_mailbox_out_says_what_is_wrong(strict_mailbox, home):
    box = MailboxFactory(account=strict_mailbox, folders=["INBOX", "Gone"])

    checked = check(box)

    assert [folder.name for folder in checked.folders] == ["INBOX"]
    assert "will not give us the folder Gone" in checked.problems[0]
