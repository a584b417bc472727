"""Outlook's .msg files are read like any other mail."""

import random

import pytest

from opencasework.office.inbox.ingesting import ingest
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.reading import message

from . import corpus, outlook_files
from .corpus import packed

HEADERS = (
    "From: Siân Llewelyn <sian@post.example>\r\nTo: office@member.example\r\nMessage-ID: <1@post.example>\r\n"
)
SAVED = {
    0x0037: "Damp – again",
    0x0C1A: "Siân Llewelyn",
    0x0C1F: "sian@post.example",
    0x1000: "There is mould.\r\n\r\nOn Monday, Office wrote:\r\n> How is it?",
}
RECIPIENTS = [
    {0x3001: "The Office", 0x39FE: "office@member.example", 0x0C15: 1},
    {0x3001: "Ana", 0x3003: "ana@member.example", 0x0C15: 2},
]
FILES = [
    {0x3701: b"%PDF-1.4" + bytes(6_000), 0x3707: "Llythyr tŷ.pdf", 0x370E: "application/pdf"},
    {0x3701: b"small", 0x3704: "NOTE.TXT"},
]


def test_a_saved_message_gives_its_people_its_text_and_its_files():
    facts, contents = message.read(outlook_files.message(SAVED, recipients=RECIPIENTS, files=FILES))

    assert facts["sender"] == {"name": "Siân Llewelyn", "address": "sian@post.example"}
    assert facts["subject"] == "Damp – again"
    assert facts["to"] == [{"name": "The Office", "address": "office@member.example"}]
    assert facts["cc"] == [{"name": "Ana", "address": "ana@member.example"}]
    assert facts["reply_text"] == "There is mould."
    assert [(each["filename"], each["size"]) for each in facts["attachments"]] == [
        ("Llythyr tŷ.pdf", 6_008),
        ("NOTE.TXT", 5),
    ]
    assert contents == [FILES[0][0x3701], b"small"]


def test_the_headers_of_its_journey_are_read_where_there_are_any():
    raw = outlook_files.message({**SAVED, 0x007D: HEADERS}, recipients=[], files=[])

    facts, _ = message.read(raw)

    assert facts["message_id"] == "<1@post.example>"
    assert facts["sender"]["name"] == "Siân Llewelyn"
    assert facts["to"][0]["address"] == "office@member.example"


def test_a_signed_message_that_is_kept_whole_gives_the_files_in_it():
    inside = corpus.KNOWN["signed_pgp"].raw.partition(b"MIME-Version: 1.0\r\n")[2]
    saved = {**SAVED, 0x001A: "IPM.Note.SMIME.MultipartSigned"}

    facts, _ = message.read(outlook_files.message(saved, recipients=[], files=[{0x3701: inside}]))

    assert facts["text"] == "There is mould.\n\nOn Monday, Office wrote:\n> How is it?"
    assert [each["filename"] for each in facts["attachments"]] == ["signature.asc"]


def test_those_who_got_a_copy_in_secret_are_not_named():
    secret = {0x3001: "Vic", 0x39FE: "vic@member.example", 0x0C15: 3}

    facts, _ = message.read(outlook_files.message(SAVED, recipients=[*RECIPIENTS, secret], files=[]))

    assert "vic@member.example" not in str(facts)


def test_a_mail_sent_for_somebody_is_from_them():
    behalf = SAVED | {0x0042: "Cyngor Dref", 0x0065: "cyngor@tref.example"}

    facts, _ = message.read(outlook_files.message(behalf, recipients=[], files=[]))

    assert facts["sender"] == {"name": "Cyngor Dref", "address": "cyngor@tref.example"}


def test_a_message_inside_the_file_is_a_mail_any_program_opens():
    inside = {**SAVED, 0x0037: "The lease: a copy", 0x1000: "It ends in May."}

    facts, contents = message.read(outlook_files.message(SAVED, recipients=[], files=[{0x3701: inside}]))

    assert [each["filename"] for each in facts["attachments"]] == ["The lease_ a copy.eml"]
    assert facts["attachments"][0]["content_type"] == "message/rfc822"
    again, _ = message.read(contents[0])
    assert again["subject"] == "The lease: a copy"
    assert again["sender"] == {"name": "Siân Llewelyn", "address": "sian@post.example"}
    assert again["text"] == "It ends in May."


@pytest.mark.parametrize(
    ("rich", "text", "html"),
    [
        (rb"{\rtf1\ansi\ansicpg1252 It is \'e0 wet,\par {\b very} wet.}", "It is à wet,\nvery wet.", ""),
        (
            rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\b \htmlrtf0 It is\htmlrtf }\htmlrtf0  wet"
            rb"{\*\htmltag72 </p>}}",
            "It is wet",
            "<p>It is wet</p>",
        ),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset204 A;}}\f0 \'f1\'fb\'f0\'ee \uc1\u8211?}", "сыро –", ""),
    ],
)
def test_a_text_kept_only_as_rich_text_is_read(rich, text, html):
    saved = {number: value for number, value in SAVED.items() if number != 0x1000}
    saved[0x1009] = packed.rich_text(rich)

    facts, _ = message.read(outlook_files.message(saved, recipients=[], files=[]))

    assert (facts["text"], facts["html"]) == (text, html)


def test_a_damaged_file_is_read_as_far_as_it_goes_or_said_to_be_unreadable():
    raw = outlook_files.message(SAVED, recipients=RECIPIENTS, files=FILES)
    chance = random.Random(1)

    for _ in range(300):
        damaged = bytearray(raw)
        for _ in range(20):
            damaged[chance.randrange(8, len(raw))] = chance.randrange(256)
        facts, contents = message.read(bytes(damaged[: chance.randrange(100, len(raw))]))

        assert len(contents) == len(facts["attachments"])


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_a_msg_file_is_taken_in(tmp_path):
    (tmp_path / "damp.msg").write_bytes(outlook_files.message(SAVED, recipients=RECIPIENTS, files=FILES))
    (tmp_path / "broken.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "letter.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "plain.eml").write_bytes(corpus.READABLE["no_mime"])

    result = ingest([tmp_path])

    assert (result.counts.new, result.counts.unreadable) == (2, 2)
    assert Message.objects.get(subject="Damp – again").attachments.count() == 2
    assert {each.reason for each in result.unreadable} == {
        "This Outlook file cannot be read. Its sectors have an unknown size.",
        "It is not a mail: it does not begin with headers such as From and Subject.",
    }


@pytest.mark.django_db
def test_a_subject_longer_than_any_mail_may_have_is_cut(tmp_path, home):
    saved = {**SAVED, 0x0037: "Damp " * 600}
    (tmp_path / "long.msg").write_bytes(outlook_files.message(saved, recipients=RECIPIENTS, files=[]))

    ingest([tmp_path])

    assert Message.objects.get().subject.startswith("Damp Damp")
