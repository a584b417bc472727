"""Outlook's .msg files are read like any other mail."""

import random

import pytest

from opencasework.office.inbox.ingesting import ingest
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.reading import message

from . import corpus, outlook_files

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
