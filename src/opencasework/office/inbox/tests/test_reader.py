"""Hostile mail is read in a child process that may be killed, and nobody else notices."""

import json
import os
import signal
import time

import pytest
from click.testing import CliRunner

from opencasework.office.inbox.reading import limits
from opencasework.office.inbox.reading.cli import parse_mail
from opencasework.office.inbox.reading.reader import Reader

from . import corpus


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


@pytest.mark.parametrize("name", corpus.COSTLY)
def test_a_costly_message_is_read_or_given_up_within_its_limits(name, reader):
    reading = reader.read(corpus.COSTLY[name]())

    assert reading.facts["sender"]["address"] == "nia@mail.example"
    assert reading.facts["text"] or reading.facts["attachments"] or reading.facts["unreadable"]


def test_after_a_killed_child_the_next_message_is_read(reader):
    reader.read(corpus.READABLE["no_mime"])
    os.kill(reader._child.pid, signal.SIGKILL)

    reading = reader.read(corpus.READABLE["no_mime"])

    assert reading.facts["text"] == corpus.WORDS.decode()


def test_a_message_that_takes_too_long_is_unreadable():
    with Reader(wall_seconds=0.01) as reader:  # less than any machine needs to unpack it
        reading = reader.read(corpus.COSTLY["rich_text_that_unpacks_to_more"]())

    assert "too long" in reading.facts["unreadable"]


def test_a_message_over_the_size_limit_says_so(reader):
    raw = corpus.HEAD + b"\r\n" + b"x" * limits.MESSAGE_BYTES

    reading = reader.read(raw)

    assert reading.facts["unreadable"] == "It is larger than 50 MB, so only its headers were read."
    assert reading.facts["subject"] == "Broken"


TANGLED = {
    "grows": b"<p>" + b"".join(b"<b x%d>" % number for number in range(400)) + b"</p>" + b"<p>x</p>" * 4_000,
    "pictures": b'<p title="' + b"<img " * 190_000 + b'">',
}
HTML_HEAD = corpus.HEAD + b"Content-Type: text/html\r\n\r\n"


@pytest.mark.parametrize("name", TANGLED)
def test_html_too_tangled_to_clean_has_no_formatted_view_and_does_no_harm(name, reader):
    started = time.monotonic()

    assert reader.formatted(HTML_HEAD + TANGLED[name]) is None
    assert time.monotonic() - started < limits.FORMATTING_WALL_SECONDS
    assert "<b>member</b>" in reader.formatted(HTML_HEAD + b"<p>Dear <b>member</b></p>")["html"]


def test_html_that_takes_too_long_to_clean_has_no_formatted_view():
    attributes = b" ".join(b"a%d" % number for number in range(120_000))

    with Reader(wall_seconds=0.01) as reader:
        assert reader.formatted(HTML_HEAD + b"<p " + attributes + b">x</p>") is None


def test_attachments_come_back_byte_for_byte(reader):
    content = os.urandom(300_000)
    raw = corpus.multipart(b"b", corpus.text_part(), corpus.file_part(b"Content-Type: image/png", content))

    assert reader.read(raw).contents == [content]


def test_parse_mail_prints_one_message_as_json(tmp_path):
    file = tmp_path / "letter.eml"
    file.write_bytes(
        corpus.multipart(b"b", corpus.text_part(), corpus.file_part(b"Content-Type: image/png", b"PNG"))
    )

    result = CliRunner().invoke(parse_mail, [str(file)])

    said = json.loads(result.stdout)
    assert result.exit_code == 0
    assert said["from"] == "Nia Prys <nia@mail.example>"
    assert said["to"] == ["office@member.example"]
    assert said["cc"] == []
    assert said["message_id"] == "<broken@mail.example>"
    assert said["subject"] == "Broken"
    assert said["text"] == said["reply_text"] == corpus.WORDS.decode()
    assert [each["shown_as"] for each in said["attachments"]] == ["attachment-1.png"]
    assert [(a["filename"], a["size"], a["content_type"]) for a in said["attachments"]] == [
        ("", 3, "image/png")
    ]


def test_parse_mail_refuses_what_may_never_end():
    result = CliRunner().invoke(parse_mail, ["/dev/zero"])

    assert result.exit_code == 1
    assert "/dev/zero is not a regular file" in result.stderr


def test_parse_mail_refuses_a_file_that_is_no_mail(tmp_path):
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")

    result = CliRunner().invoke(parse_mail, [str(file)])

    assert result.exit_code == 1
    assert "is not a mail" in result.stderr
