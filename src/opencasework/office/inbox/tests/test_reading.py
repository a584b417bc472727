"""What one message says: people, times, text, what is new in it, attachments."""

import base64
import json

import pytest

from opencasework.office.inbox.reading import headers, message, plain, replies, transfer
from opencasework.office.inbox.reading.addresses import addresses
from opencasework.office.inbox.reading.body import unflowed

from . import corpus


def people(value: str) -> list[tuple[str, str]]:
    return [(each["name"], each["address"]) for each in addresses(value)]


@pytest.mark.parametrize("name", corpus.READABLE)
def test_a_broken_message_still_gives_its_words(name):
    facts, _ = message.read(corpus.READABLE[name])

    assert corpus.WORDS.decode() in facts["text"]
    assert facts["sender"] == {"name": "Nia Prys", "address": "nia@mail.example"}
    assert facts["unreadable"] == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Nia Prys <nia@mail.example>", [("Nia Prys", "nia@mail.example")]),
        ('"Prys, Nia" <nia@mail.example>', [("Prys, Nia", "nia@mail.example")]),
        ("nia@mail.example (Nia Prys)", [("Nia Prys", "nia@mail.example")]),
        ("nia@mail.example", [("", "nia@mail.example")]),
        ("<nia@mail.example>", [("", "nia@mail.example")]),
        ("a@b.example, c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ("Staff: Ana <ana@b.example>, vic@b.example;", [("Ana", "ana@b.example"), ("", "vic@b.example")]),
        ("=?utf-8?B?" + base64.b64encode("Siân Llŷr".encode()).decode() + "?= <s@m.example>",
         [("Siân Llŷr", "s@m.example")]),
        ("=?iso-8859-1?Q?Doe,_J=F6rg?= <j@m.example>", [("Doe, Jörg", "j@m.example")]),
        ('"O\\"Neill" <o@m.example>', [('O"Neill', "o@m.example")]),
        ("<@relay.example:nia@mail.example>", [("", "nia@mail.example")]),
        ('Nia "never closed <nia@mail.example>', [("Nia never closed", "nia@mail.example")]),
        ("", []),
        ("<>", []),
    ],
)  # fmt: skip
def test_people_in_a_header(value, expected):
    assert people(value) == expected


def test_the_address_in_angle_brackets_counts_whatever_the_name_claims():
    assert people("victim@parliament.example <attacker@evil.example>") == [
        ("victim@parliament.example", "attacker@evil.example")
    ]


def test_a_name_cannot_turn_the_reading_direction_round():
    [(name, _)] = people("=?utf-8?Q?=E2=80=AEgnp=2Eexe?= <a@b.example>")

    assert name == "gnp.exe"


def test_a_character_split_over_two_encoded_words_is_joined():
    assert headers.decoded("=?utf-8?B?w7Q=?= =?utf-8?B?xbc=?= ok") == "ôŷ ok"
    assert headers.decoded("=?utf-8?Q?=C3?=\r\n =?utf-8?Q?=B4?=") == "ô"


@pytest.mark.parametrize(
    ("header", "filename"),
    [
        (b'Content-Disposition: attachment; filename="letter.pdf"', "letter.pdf"),
        (b"Content-Disposition: attachment; filename*=utf-8''Siarter%20T%C5%B7.pdf", "Siarter Tŷ.pdf"),
        (
            b"Content-Disposition: attachment; filename*0*=utf-8''T%C5; filename*1*=%B7; filename*2=.pdf",
            "Tŷ.pdf",
        ),
        (b'Content-Disposition: attachment; filename="=?utf-8?B?VMW3LnBkZg==?="', "Tŷ.pdf"),
        ('Content-Disposition: attachment; filename="Tŷ.pdf"'.encode(), "Tŷ.pdf"),
        (b'Content-Disposition: attachment; filename="T\xf4.pdf"', "Tô.pdf"),
        (b"Content-Type: application/pdf; name=form.pdf\r\nContent-Disposition: attachment", "form.pdf"),
        (b'Content-Disposition: attachment; filename="../../etc/passwd"', "passwd"),
        (b'Content-Disposition: attachment; filename="C:\\\\temp\\\\a;b.pdf"', "a;b.pdf"),
        ('Content-Disposition: attachment; filename="\u200b.htaccess"'.encode(), "htaccess"),
        (b"Content-Type: application/pdf", "attachment-1.pdf"),
    ],
)
def test_the_name_of_a_file(header, filename):
    raw = corpus.multipart(b"b", corpus.text_part(), corpus.file_part(header))

    facts, contents = message.read(raw)

    assert [each["filename"] for each in facts["attachments"]] == [filename]
    assert contents == [b"%PDF-1.4 x"]
    assert facts["attachments"][0]["size"] == 10


def test_a_message_in_the_message_is_an_attachment_under_its_subject():
    raw = corpus.READABLE["message_in_message"]

    facts, contents = message.read(raw)

    assert facts["attachments"][0]["filename"] == "Broken.eml"
    assert facts["attachments"][0]["content_type"] == "message/rfc822"
    assert contents[0].startswith(b"From: Nia Prys")
    assert contents[0].rstrip().endswith(b"x")


def test_a_picture_in_the_text_is_an_inline_attachment():
    picture = corpus.file_part(b"Content-Type: image/png\r\nContent-ID: <pic@m>", b"PNG")
    html = b'Content-Type: text/html\r\n\r\n<p>Look <img src="cid:pic@m"> here</p>'

    facts, _ = message.read(corpus.multipart(b"b", html, picture, kind=b"related"))

    assert facts["text"] == "Look here"
    assert facts["attachments"][0]["inline"]
    assert facts["attachments"][0]["content_id"] == "pic@m"


def test_of_text_and_html_the_text_is_read_and_the_html_kept():
    html = b"Content-Type: text/html\r\n\r\n<p>Formatted</p>"

    facts, _ = message.read(corpus.multipart(b"b", corpus.text_part(), html, kind=b"alternative"))

    assert facts["text"] == corpus.WORDS.decode()
    assert facts["html"] == "<p>Formatted</p>"


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("Tŷ £5 – “iawn”".encode(), "utf-8"),
        ("Tŷ £5 – “iawn”".encode(), "us-ascii"),
        ("Tŷ £5 – “iawn”".encode(), "iso-8859-1"),
        ("Tŷ £5 – “iawn”".encode("utf-16"), "utf-16"),
    ],
)
def test_a_charset_may_be_mislabelled(data, charset):
    raw = corpus.HEAD + b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset="
    facts, _ = message.read(raw + charset.encode() + b"\r\n\r\n" + base64.encodebytes(data))

    assert facts["text"] == "Tŷ £5 – “iawn”"


def test_what_calls_itself_latin_1_is_read_as_windows_wrote_it():
    raw = corpus.HEAD + b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nIt\x92s \x80 5"

    facts, _ = message.read(raw)

    assert facts["text"] == "It’s € 5"


def test_flowed_lines_are_joined():
    text = "The council \nhas not answered.\n\n> quoted \n> words\n-- \nNia"

    assert unflowed(text) == "The council has not answered.\n\n> quoted words\n-- \nNia"


def test_html_becomes_lines_a_person_would_read():
    html = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>Dear   Ms Shah,</p><p>See <a "
        'href="https://council.example/form">the form</a>.</p><ul><li>one</li><li>two</li></ul>'
        "<table><tr><td>Rent</td><td>£400</td></tr></table><blockquote>old<br>mail</blockquote>"
        "<script>alert(1)</script>&copy; me</body>"
    )

    assert plain.from_html(html) == (
        "Dear Ms Shah,\n\nSee the form <https://council.example/form>.\n\n- one\n- two\n\n"
        "Rent  £400\n\n> old\n> mail\n\n© me"
    )


FRESH = "Thank you. The boiler was mended today."


@pytest.mark.parametrize(
    "text",
    [
        f"{FRESH}\n\nOn Mon, 2 Nov 2026 at 10:00, Office <o@m.example> wrote:\n> How is it?\n>\n> Ana",
        f"{FRESH}\n\nOn Mon, 2 Nov 2026 at 10:00, The Office\n<o@m.example> wrote:\n\n> How is it?",
        f"On Mon, 2 Nov 2026, Office wrote:\n> How is it?\n\n{FRESH}",
        f"{FRESH}\n\n-----Original Message-----\nFrom: Office\nSent: Mon\nTo: Nia\nSubject: x\n\nHow is it?",
        f"{FRESH}\n\n____________________\nFrom: Office\nSent: Mon\nTo: Nia\nSubject: x\n\nHow is it?",
        f"{FRESH}\n\nFrom: Office <o@m.example>\nDate: Monday\nTo: Nia\nSubject: Re: Boiler\nHow is it?",
        f"{FRESH}\n\nAr Llun, 2 Tach 2026 am 10:00, ysgrifennodd Swyddfa:\n> Sut mae?",
        f"{FRESH}\n\n-- \nNia Prys\n01632 960123",
        f"{FRESH}\n\nSent from my iPhone",
        f"{FRESH}\n\nKind regards,\nNia Prys\n01632 960123",
    ],
)
def test_what_is_new_in_a_reply(text):
    assert replies.new_text(text) == FRESH


@pytest.mark.parametrize(
    "text",
    [
        "My problems are:\n- the damp\n- the boiler\n- the lift",
        "Thank you for seeing me.\n\nThanks, by the way, for the number 960123.\n\nThe lift is broken.",
        "I agree with the campaign.\n\nKind regards,\nNia\n\nPS My own case: I am being evicted on Friday.",
        "From: nowhere\nI write to you.",
        "Hello.\n\nOn Monday I went to the council and they wrote:\nwe will not pay.",
        "> everything is quoted",
    ],
)
def test_words_that_may_matter_are_not_folded_away(text):
    assert replies.new_text(text) == text


@pytest.mark.parametrize(
    ("head", "automatic"),
    [
        (b"Auto-Submitted: auto-replied\r\n", True),
        (b"Auto-Submitted: no\r\n", False),
        (b"Precedence: auto_reply\r\n", True),
        (b"X-Autoreply: yes\r\n", True),
        (b"Return-Path: <>\r\nX-Auto-Response-Suppress: All\r\n", True),
        (b"X-Auto-Response-Suppress: DR, OOF\r\n", False),
        (b"Return-Path: <>\r\n", False),
        (b"", False),
    ],
)
def test_automatic_replies_are_recognised(head, automatic):
    facts, _ = message.read(head + corpus.HEAD + b"\r\n" + corpus.WORDS)

    assert facts["auto_reply"] is automatic


def test_a_subject_alone_does_not_make_a_machine():
    facts, _ = message.read(corpus.HEAD.replace(b"Broken", b"Out of office hours noise") + b"\r\nx")

    assert not facts["auto_reply"]


def test_welsh_is_recognised():
    welsh = "Annwyl Ms Shah, mae fy nhŷ yn oer ac dydy y cyngor ddim wedi ateb. Diolch i chi.".encode()

    facts, _ = message.read(corpus.HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + welsh)

    assert facts["language"] == "cy"


def test_a_shopping_list_does_not_look_like_mail():
    assert not message.looks_like_mail(b"Shopping: milk, bread\nTo: do\n")
    assert not message.looks_like_mail(b"\x89PNG\r\n\x1a\n")
    assert message.looks_like_mail(corpus.HEAD)


def test_no_mutation_of_a_message_stops_the_reader():
    for raw in corpus.mutations(1_000, seed=7):
        facts, contents = message.read(raw)

        assert len(contents) == len(facts["attachments"])
        # What a database and a page must be able to hold.
        assert "\0" not in json.dumps(facts, ensure_ascii=False).encode("utf-8").decode()


@pytest.mark.parametrize(
    "text", ["Thank you very much, Nia", "OK I will ring on Monday", "Yes, see you on the 9th."]
)
def test_a_short_text_under_a_label_that_lies_is_left_as_it_is(text):
    raw = corpus.HEAD + b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\n"
    facts, _ = message.read(raw + text.encode() + b"\r\n")
    assert facts["text"].strip() == text


def test_base64_in_the_alphabet_of_addresses_is_read_as_well():
    data = bytes(range(256)) * 4

    assert transfer.undone(base64.urlsafe_b64encode(data), "base64") == data
    assert transfer.undone(base64.encodebytes(data), "base64") == data
