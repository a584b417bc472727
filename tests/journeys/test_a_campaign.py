"""Case E of an office's five: a campaign of 400 near-identical mails, day by day.

Where its table is loose: its three personal cases are among the 400 and among the 369, and are written to as
cases, so 366 of the 369 have the reply; its numbers (C-2026-07, OC-2026-00390) are examples.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import islice, product

import pytest

from opencasework.office.audit.models import Trace
from opencasework.office.audit.verifying import verify
from opencasework.office.campaigns.models import Campaign, CampaignLetter
from opencasework.office.cases.models import Case
from opencasework.office.constituents.models import Person
from opencasework.office.figures.models import Fact
from opencasework.office.inbox.models import Message, blobs
from opencasework.office.inbox.tests.receiving import PROVIDER
from opencasework.office.inbox.tests.test_erasing import tables_with
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .desk import collect, worker_does

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places"), pytest.mark.timeout(600)]

HERE, THERE, NOWHERE = "14 Larkmoor Rise\nWX4 7QP", "3 Mill Lane\nZZ1 2AB", ""
TEXT = (
    "I am writing to ask you to support the amendment to the Planning Bill that keeps our meadows from being "
    "built on. Nobody has asked the people who walk there.\n\n"
    "Last year more than forty kinds of bird bred in them, and three schools teach there every week.\n\n"
    "Please speak for the amendment in the debate and tell me how you will vote."
)
HIDDEN = {
    "HOU-EVICT": "Please help me: I am to be evicted from my flat on Friday and have nowhere to go.",
    "SOC-HOME": "My mother's care home says she has to leave. I do not know what to do, please help.",
    "IMM-PASS": "I have waited six months for my passport. Can you help me with it?",
}
FIRST = [
    "Nia", "Ayo", "Bea", "Cem", "Dev", "Eva", "Finn", "Gita", "Hal", "Ines", "Jude", "Kaya", "Leo", "Mina",
    "Noor", "Omar", "Pia", "Quin", "Rafi", "Suki",
]  # fmt: skip
LAST = [
    "Abara", "Birtle", "Corley", "Dunmow", "Esslin", "Fairlop", "Garvey", "Hexby", "Izzard", "Jarrow",
    "Kelby", "Lomas", "Marrow", "Nettle", "Orford", "Pinnock", "Quayle", "Rowsley", "Sallow", "Tarrant",
]  # fmt: skip
NAMES = product(LAST, FIRST)
PAGE = "https://www.amira-selwood.example/planning-bill"
REPLY = "Dear {{ name }},\n\nI shall speak for the amendment.\n\nYours sincerely,\n{{ member }}"


def mails(number: int, home: str, *, own: str = "", names=None) -> list[bytes]:
    """So many people send the text on, each in their own name; our provider vouches for them."""
    return [_mail(first, last, home, own) for last, first in islice(names, number)]


def _mail(first: str, last: str, home: str, own: str) -> bytes:
    address = f"{first}.{last}@post.example".lower()
    body = f"Dear Ms Selwood,\n\n{TEXT}\n\n{own}\n\nYours sincerely,\n{first} {last}\n{home}\n"
    head = (
        f"Authentication-Results: {PROVIDER}; dmarc=pass header.from=post.example\n"
        f"From: {first} {last} <{address}>\nTo: office@member.example\n"
        f"Subject: Support the meadows amendment to the Planning Bill\nMessage-ID: <{address}>\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    return (head + body).replace("\n", "\r\n").encode()


def who_wrote(desk, campaign) -> dict[str, int]:
    """The numbers of the card on the campaign's page."""
    page = desk.read("campaign", campaign.pk)
    return {name: int(number) for name, number in re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)}


def test_a_campaign_of_four_hundred(desk_on, smtp):
    OfficeFactory()
    amira, prue = StaffFactory(member=True), StaffFactory(assistant=True)
    desk, names = desk_on(StaffFactory(administrator=True)), iter(NAMES)

    # Monday 8 June, 10:00: 140 of one title are one group, in one row of the inbox.
    desk.at(2026, 6, 8, 10)
    collect(mails(130, HERE, names=names) + mails(7, THERE, names=names) + mails(3, NOWHERE, names=names))
    worker_does("Gathering campaigns")
    campaign = Campaign.objects.get()
    assert campaign.name == "Support the meadows amendment to the Planning Bill"
    assert "140 near-identical emails" in desk.read("inbox")

    # 11:00: the administrator confirms. What comes later joins by itself, and no case is made.
    desk.at(2026, 6, 8, 11)
    desk.post("campaign-decision", campaign.pk, act="confirm")
    desk.at(2026, 6, 9, 9)
    asked = [mail for own in HIDDEN.values() for mail in mails(1, HERE, own=own, names=names)]
    collect(
        mails(170, HERE, names=names) + mails(12, THERE, names=names) + mails(5, NOWHERE, names=names) + asked
    )
    worker_does("Gathering campaigns")
    worker_does("Catching up with campaigns")
    assert "330 near-identical emails since Monday" in desk.read("campaigns")
    assert Message.objects.filter(decision="campaign").count() == 327
    assert not Case.objects.exists()

    # Tuesday 9 June: three hold a problem of their own; each becomes a case, and one is urgent.
    waiting = list(Message.objects.untriaged().order_by("pk"))
    assert [each.text.count(own) for each, own in zip(waiting, HIDDEN.values(), strict=True)] == [1, 1, 1]
    cases = [
        desk.open_case(message, title="A problem of their own", category=category)
        for message, category in zip(waiting, HIDDEN, strict=True)
    ]
    assert [case.kind for case in cases] == ["casework"] * 3
    assert [case.urgency for case in cases] == ["URG-3", "URG-1", "URG-1"]

    # Thursday 11 June: one reply is drafted, by somebody who may not send it.
    desk.at(2026, 6, 11, 15, staff=prue)
    desk.post("campaign-letter", campaign.pk, "here", subject="The Planning Bill", text=REPLY)
    letter = CampaignLetter.objects.get(audience="here")
    refused = desk.client.post(
        f"/campaigns/{campaign.pk}/letters/here/approval/", {"version": letter.version}
    )
    assert refused.status_code == 403

    # Friday 12 June: 400 are reached, and the page counts whose constituents they are.
    desk.at(2026, 6, 12, 12, staff=amira)
    collect(mails(66, HERE, names=names) + mails(3, THERE, names=names) + mails(1, NOWHERE, names=names))
    worker_does("Gathering campaigns")
    worker_does("Catching up with campaigns")
    counts = {"Messages": 400, "In Wexcombe North": 369, "Outside Wexcombe North": 22, "No postcode": 9}
    assert who_wrote(desk, campaign) == counts | {"People on record": 400}

    # The member changes a line and approves; both letters are to leave on Monday, and nothing has left.
    desk.post("campaign-reply-page", campaign.pk, reply_page=PAGE)
    note = desk.client.get(f"/campaigns/{campaign.pk}/letters/elsewhere/").context["form"].initial["text"]
    changed = REPLY.replace("speak", "speak on Tuesday")
    for audience, text in (("here", changed), ("elsewhere", note)):
        desk.post("campaign-letter", campaign.pk, audience, subject="The Planning Bill", text=text)
        version = CampaignLetter.objects.get(audience=audience).version
        desk.post("campaign-approval", campaign.pk, audience, version=version, on="mon")
    approved = CampaignLetter.objects.get(audience="here")
    assert (approved.approved_by, approved.approved_at.date()) == (amira, date(2026, 6, 12))
    assert "375 leave on Monday 15 June" in desk.read("campaign", campaign.pk)
    worker_does("Sending mail")
    assert not OutgoingMail.objects.filter(state="sent").exists()

    # Monday 15 June: each has one mail, the three none: they are written to as cases.
    desk.at(2026, 6, 15, 9)
    worker_does("Sending mail")
    worker_does("Sending mail")
    worker_does("Keeping what campaigns were sent")
    worker_does("Keeping what campaigns were sent")
    received = smtp.wait_for(397)
    to = [each.recipients[0] for each in received]
    assert len(set(to)) == len(to) == 397
    assert not {message.from_address for message in waiting} & set(to)
    texts = [each.message.get_payload(decode=True).decode() for each in received]
    assert sum("I shall speak on Tuesday for the amendment" in text for text in texts) == 375  # 366 and the 9
    noted = [text for text in texts if "Jo Ashdown, the member for Aldershot speaks for you" in text]
    assert sum(PAGE in text for text in noted) == len(noted) == 22
    shown = desk.read("campaign", campaign.pk)
    assert "375 sent" in shown
    assert "22 sent" in shown
    assert "Its messages are erased on 15 December 2026." in shown

    # Tuesday 16 June: the reply is put on the member's site, with its date.
    desk.at(2026, 6, 16, 10, staff=amira)
    published = desk.read("campaign-reply-page", campaign.pk)
    assert '<time datetime="2026-06-16">16 June 2026</time>' in published
    assert "I shall speak on Tuesday for the amendment." in published
    desk.post("campaign-reply-page", campaign.pk, reply_page=PAGE, published_on="today")
    assert "Published on 16 June 2026." in desk.read("campaign", campaign.pk)
    worker_does("Gathering figures")

    # Tuesday 15 December, six months after the reply: what was personal goes, the counts stay.
    desk.at(2026, 12, 14, 23)
    assert worker_does("Erasing old campaign mail") == 0
    hashes = list(Message.objects.filter(direction="in", case=None).values_list("sha256", flat=True))
    desk.at(2026, 12, 15, 6)
    assert worker_does("Erasing old campaign mail") == 397
    shown = desk.read("campaign", campaign.pk)
    assert "397 messages were erased on 15 December 2026, and 397 people of whom nothing else" in shown
    assert who_wrote(desk, campaign) == counts | {"People on record": 3}
    assert "keeps our meadows from being built on" in shown
    assert tables_with("nia.abara", "nia abara", "zz1 2ab") == set()
    assert not any(blobs().exists(each) for each in hashes)
    assert set(Message.objects.values_list("case", flat=True)) == {case.pk for case in cases}
    assert Person.objects.count() == 3
    assert Trace.objects.filter(kind=Trace.Kind.FORGOTTEN, detail__campaign=campaign.pk).exists()
    assert verify().found == []
    worker_does("Gathering figures")
    assert Fact.objects.filter(measure="policy_messages").count() == 397
