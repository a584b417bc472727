"""Mail from files, once each, and a sentence for every file that is none."""

import json
import mailbox as mailboxes
import os
import tracemalloc
import zipfile
from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from opencasework.office.inbox import ingesting, keeping
from opencasework.office.inbox.collecting import collect
from opencasework.office.inbox.ingesting import ingest
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.samples import sample_messages

from . import corpus
from .factories import MailboxFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
TEN = sample_messages(1, date(2026, 11, 20))[36:46]


def counts(*paths):
    result = ingest(paths).counts
    return result.new, result.known, result.unreadable


def another_process_is_quicker(_batch):
    """For `ingesting.commit_found`: a mail of this batch was kept elsewhere in this moment."""
    raise IntegrityError


def write_mbox(path, raws):
    box = mailboxes.mbox(path)
    for raw in raws:
        message = mailboxes.mboxMessage(raw)
        message.set_from("nia@mail.example", time_=True)
        message.add_flag("R")
        box.add(message)
    box.flush()
    return path


def write_maildir(path, raws):
    box = mailboxes.Maildir(path)
    for raw in raws:
        box.add(raw)
    return path


def write_files(folder, raws):
    folder.mkdir()
    for number, raw in enumerate(raws):
        (folder / f"{number}.eml").write_bytes(raw)
    return folder


def test_the_same_mail_from_a_folder_an_mbox_a_maildir_and_a_zip_is_known(tmp_path):
    folder = write_files(tmp_path / "letters", TEN)
    with zipfile.ZipFile(tmp_path / "letters.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"letters/{file.name}")

    assert counts(folder) == (10, 0, 0)
    assert counts(folder) == (0, 10, 0)
    assert counts(write_mbox(tmp_path / "old.mbox", TEN)) == (0, 10, 0)
    assert counts(write_maildir(tmp_path / "Maildir", TEN)) == (0, 10, 0)
    assert counts(tmp_path / "letters.zip") == (0, 10, 0)
    assert Message.objects.count() == 10


@pytest.mark.parametrize("length", range(12))
def test_a_mail_read_in_pieces_is_known_wherever_a_line_ends(length, monkeypatch):
    monkeypatch.setattr(keeping, "PIECE", 5)
    raw = b"Subject: Damp\r\n\r\n" + b"x" * length + b"\r\n\r\nHelp\r\rme\r\n"

    assert keeping.fingerprint(raw) == keeping.fingerprint(raw.replace(b"\r\n", b"\n"))
    assert keeping.fingerprint(raw) != keeping.fingerprint(raw.replace(b"Help", b"help"))


def test_the_marks_of_a_mail_never_change_as_those_that_are_kept_would_be_taken_in_again():
    raw = (
        b"Subject: Damp\r\nMessage-ID: <1@a.example>\r\nDate: Sun, 1 Nov 2026 10:00:00 +0000\r\n\r\n"
        b"Help\r\rme\r\nFrom the roof > it drips\r\nFrom "
    )

    assert keeping.marks(raw) == keeping.marks(raw.replace(b"From", b">From"))
    assert keeping.marks(raw) == (
        "f65d1b9c5ba41e1e280e253027a0946c5310a05aa034eed463e14be55ea3943f",
        "5f1ca5bb5cb110b9a1518889d48a522d93a3525730c76a58c884cd16cb705159",
    )


def test_a_zip_that_would_fill_the_disk_is_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.eml", TEN[0] + b"A" * 20_000_000)
        archive.writestr("letter.eml", TEN[1])

    done = ingest([tmp_path / "bomb.zip"])

    assert (done.counts.new, len(done.unreadable)) == (1, 1)
    assert "more than a hundred times its size" in done.unreadable[0].reason


def test_a_file_named_in_no_character_set_we_know_is_taken_in(tmp_path):
    write_files(tmp_path / "letters", TEN[:2])
    (tmp_path / "letters" / os.fsdecode(b"caf\xe9.eml")).write_bytes(TEN[2])

    assert counts(tmp_path / "letters") == (3, 0, 0)


def test_mail_collected_from_the_server_is_known_in_a_file(tmp_path, mailbox):
    for raw in TEN:
        mailbox.deliver(raw)
    collect(MailboxFactory(account=mailbox))

    assert counts(write_mbox(tmp_path / "old.mbox", TEN)) == (0, 10, 0)


def test_an_mbox_gives_back_what_was_put_in(tmp_path):
    raw = corpus.HEAD + b"\r\nDear Ms Holloway\r\n\r\nFrom tomorrow we have no roof.\r\n"

    ingest([write_mbox(tmp_path / "old.mbox", [raw, TEN[0]])])

    message = Message.objects.get(subject="Broken")
    assert message.text == "Dear Ms Holloway\n\nFrom tomorrow we have no roof."


def test_old_mail_keeps_its_date(tmp_path):
    ingest([write_files(tmp_path / "letters", TEN[:1])])

    message = Message.objects.get()
    assert message.received_at == message.sent_at


def test_a_file_that_is_no_mail_is_named_and_not_kept(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "shopping.txt").write_text("Milk, bread")
    (tmp_path / "letters" / "empty.eml").write_text("")
    (tmp_path / "letters" / "good.eml").write_bytes(TEN[0])

    result = ingest([tmp_path / "letters", tmp_path / "nowhere"])

    assert (result.counts.new, result.counts.unreadable) == (1, 3)
    assert {each.source.rpartition("/")[2]: each.reason for each in result.unreadable} == {
        "empty.eml": "It is empty.",
        "shopping.txt": "It is not a mail: it does not begin with headers such as From and Subject.",
        "nowhere": "There is no such file or folder.",
    }
    assert Message.objects.count() == 1


def test_a_mail_nobody_can_read_is_kept_and_counted_as_unreadable(tmp_path):
    (tmp_path / "deep.eml").write_bytes(corpus.COSTLY["1000_nested_parts"]())

    assert counts(tmp_path / "deep.eml") == (0, 0, 1)
    assert counts(tmp_path / "deep.eml") == (0, 1, 0)


def test_the_command_says_what_came_of_it(tmp_path, capsys):
    folder = write_files(tmp_path / "letters", TEN[:2])
    (folder / "notes.txt").write_text("Milk")

    call_command("ingest", str(folder))
    assert capsys.readouterr().out.strip().splitlines()[-1] == "2 new, 0 known, 1 unreadable"

    call_command("ingest", str(folder), as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["new"], said["known"], said["unreadable"]) == (0, 2, 1)
    assert said["problems"][0]["source"].endswith("notes.txt")


def test_a_broken_zip_is_said_in_a_sentence(tmp_path):
    (tmp_path / "old.zip").write_bytes(b"PK\x03\x04 nonsense")

    [problem] = ingest([tmp_path / "old.zip"]).unreadable

    assert "cannot be unpacked" in problem.reason


@pytest.mark.parametrize(
    "packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_one_damaged_entry_of_a_zip_is_named_and_keeps_none_of_the_others_out(tmp_path, packed):
    with zipfile.ZipFile(tmp_path / "old.zip", "w", packed) as archive:
        for number, raw in enumerate(TEN):
            archive.writestr(f"{number}.eml", raw)
        damaged, after = archive.infolist()[4:6]
    raw = bytearray((tmp_path / "old.zip").read_bytes())
    for at in range(damaged.header_offset + 60, after.header_offset):
        raw[at] ^= 0x5A
    (tmp_path / "old.zip").write_bytes(raw)

    done = ingest([tmp_path / "old.zip"])

    assert done.counts.new == 9
    [problem] = done.unreadable
    assert problem.source.endswith("old.zip: 4.eml")
    assert "cannot be unpacked: it is damaged or protected by a password" in problem.reason


def test_a_zip_with_a_name_in_no_character_set_is_said_in_a_sentence(tmp_path):
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        archive.writestr("tŷ.eml", TEN[0])
    raw = (tmp_path / "old.zip").read_bytes().replace("ŷ".encode(), b"\xff\xff")
    (tmp_path / "old.zip").write_bytes(raw)

    [problem] = ingest([tmp_path / "old.zip"]).unreadable

    assert "cannot be unpacked" in problem.reason


def test_a_sentence_that_begins_with_from_does_not_end_a_mail_in_an_mbox(tmp_path):
    begins = b"From nia@mail.example Tue Nov  3 10:00:00 2026\n"
    text = "Dear MP,\n\nFrom Monday at 09:30 the council will cut my heating.\n\nNia"
    (tmp_path / "old.mbox").write_bytes(
        begins + corpus.HEAD + b"\n" + text.encode() + b"\n\n" + begins + TEN[0]
    )

    assert counts(tmp_path / "old.mbox") == (2, 0, 0)
    assert Message.objects.get(subject="Broken").text == text


def test_apple_mail_s_own_files_are_read(tmp_path):
    raw = corpus.READABLE["no_mime"]
    (tmp_path / "1.emlx").write_bytes(b"%d\n" % len(raw) + raw + b"<?xml version='1.0'?><plist></plist>")

    assert counts(tmp_path / "1.emlx") == (1, 0, 0)
    assert Message.objects.get().text == corpus.WORDS.decode()


def test_a_count_no_apple_mail_wrote_is_no_mail(tmp_path):
    (tmp_path / "1.emlx").write_bytes(b"9" * 5_000 + b"\n" + corpus.READABLE["no_mime"])

    assert counts(tmp_path / "1.emlx") == (0, 0, 1)


# --- what does not end ----------------------------------------------------------------------------------


def test_a_line_without_an_end_takes_no_more_memory_than_a_message_may(tmp_path, monkeypatch):
    monkeypatch.setattr(ingesting, "LARGEST_FILE", 2_000_000)
    monkeypatch.setattr(ingesting, "PIECE", 100_000)
    with (tmp_path / "old.mbox").open("wb") as file:
        file.write(b"From nia@mail.example Tue Nov  3 10:00:00 2026\n" + corpus.HEAD + b"\n")
        file.writelines([b"x" * 1_000_000] * 60)
        file.write(b"\n\nFrom nia@mail.example Tue Nov  3 10:00:00 2026\n" + TEN[0])

    tracemalloc.start()
    result = ingest([tmp_path / "old.mbox"])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [each.reason for each in result.unreadable] == ["It is larger than 2 MB."]
    assert result.counts.new == 1
    assert most < 20_000_000


def test_a_line_read_in_pieces_is_given_back_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(ingesting, "PIECE", 100)
    full = "x" * 100
    text = f"{full}From here at 10:00\n{full}>From there\n{full}\nFrom tomorrow at 10:00 on.\n\nNia"
    first, second = (
        b"From nia@mail.example Tue Nov  3 10:00:00 2026\n",
        b"\n\nFrom x Tue Nov  3 10:01:00 2026\n",
    )
    (tmp_path / "old.mbox").write_bytes(first + corpus.HEAD + b"\r\n" + text.encode() + second + TEN[0])

    assert counts(tmp_path / "old.mbox") == (2, 0, 0)
    assert Message.objects.get(subject="Broken").text == text


def test_a_linked_folder_is_named_and_not_followed(tmp_path):
    folder = write_files(tmp_path / "letters", TEN[:2])
    (folder / "again").symlink_to(folder)

    result = ingest([folder])

    assert (result.counts.new, result.counts.known) == (2, 0)
    assert [each.reason for each in result.unreadable] == [
        "It is a link to another folder. Give us that folder itself."
    ]


def test_a_pipe_among_the_files_is_named_and_not_waited_for(tmp_path):
    folder = write_files(tmp_path / "letters", TEN[:2])
    os.mkfifo(folder / "pipe.eml")

    assert counts(folder) == (2, 0, 1)


def test_the_command_has_read_all_it_took_in_also_beside_another_process(tmp_path, monkeypatch):
    monkeypatch.setattr(ingesting, "commit_found", another_process_is_quicker)

    call_command("ingest", str(write_mbox(tmp_path / "box", TEN)))

    assert list(Message.objects.values_list("state", flat=True)) == [Message.State.READ] * 10
