"""The reading pane: what of a mail is folded away, and whether all of it came as it was meant."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opencasework.office.inbox.models import Message

from .receiving import mail, receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

DAMAGED = "Parts of this mail are damaged."
TWO_PARTS = 'multipart/mixed; boundary="b"'


def opened(client, message):
    return client.get(reverse("message", args=[message.pk])).content.decode()


def plain_mail(text, *, subject="The damp", **headers):
    head, _, _ = mail("Nia Pryce <nia@post.example>", subject=subject, **headers).partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    "attribution",
    [
        "On 3 Nov 2026, at 10:00, The office wrote:",
        "On Tue, 3 Nov 2026 at 10:00, The office\n<o@x.example> wrote:",
    ],
)
def test_what_an_answer_quotes_is_folded_away_though_its_headers_do_not_say_it_is_one(
    client, ana, attribution
):
    receive(plain_mail(f"It is worse.\n\nNia\n3 Quarry Lane\n\n{attribution}\n\n> How is it?\n>\n> We ask."))

    shown, folded = opened(client, Message.objects.get()).split("Show what it quotes")

    reading = shown.partition('class="reading-text"')[2]
    assert "3 Quarry Lane" in reading
    assert "How is it?" not in reading
    assert "How is it?" in folded


@pytest.mark.parametrize(
    "text",
    [
        "On 3 Nov 2026 the office wrote:\n> How is it?",
        "It is worse.\n\nOn 3 Nov 2026 the office wrote:\n> How is it?\n\nBadly.",
        "The letter says:\n> You owe us nothing.",
    ],
    ids=["nothing else", "answered between", "no attribution"],
)
def test_what_may_be_the_message_itself_is_not_folded_away(client, ana, text):
    receive(plain_mail(text))

    assert 'class="quoted"' not in opened(client, Message.objects.get())


@pytest.mark.parametrize(
    ("below", "label"),
    [
        ("\n\n-- \nNia Pryce\nCarpenter", "Show the signature"),
        (
            "\n\n-- \nNia Pryce\n\nOn 3 Nov 2026 the office wrote:\n> Yes?",
            "Show signature and what it quotes",
        ),
        ("\n\nOn 3 Nov 2026 the office wrote:\n> Yes?", "Show what it quotes"),
    ],
)
def test_the_fold_says_what_is_in_it(client, ana, below, label):
    receive(plain_mail(f"It is worse.{below}", In_Reply_To="<1@member.example>"))

    assert f"<summary>{label}</summary>" in opened(client, Message.objects.get())


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("There is mould.", {"subject": "=?utf-8?B?VGhlIGRhb"}),
        ("There is mould.", {"subject": "=?utf-8?Q?T=C5=B7_a_d=C5=B5r_=C3?="}),
        ("There is mould. But no part begins.", {"Content_Type": TWO_PARTS}),
        ("??? !!! there, is (mould) ???", {"Content_Transfer_Encoding": "base64"}),
        ("There is mould.", {"Content_Transfer_Encoding": "x-uuencode"}),
    ],
    ids=["word cut off", "half a letter", "no boundary", "no base64", "no uuencode"],
)
def test_a_damaged_mail_says_so_and_can_be_downloaded(client, ana, text, headers):
    message = receive(plain_mail(text, **headers))

    shown = opened(client, message)

    assert DAMAGED in shown
    assert reverse("message-raw", args=[message.pk]) in shown.partition(DAMAGED)[2][:300]


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("There is mould.", {"subject": "=?utf-8?Q?The_damp_=C5=B5?="}),
        ("VGhlcmUgaXMgbW91bGQu", {"Content_Transfer_Encoding": "base64"}),
        ("--b\n\nThere is mould.\n--b--\n", {"Content_Type": TWO_PARTS}),
        ("It drips. " * 600_000, {}),
    ],
    ids=["word", "base64", "boundary", "long"],
)
def test_a_mail_that_is_whole_is_not_called_damaged(client, ana, text, headers):
    assert DAMAGED not in opened(client, receive(plain_mail(text, **headers)))
