"""Whatever dies or breaks on the way, every mail on the server is here once. The long forms of these are
`python -m benchmarks.kills`."""

import hashlib
import os
import random
from collections import Counter

import pytest
from django.db import connections

from opencasework.office.inbox import collecting
from opencasework.office.inbox.collecting import collect, collect_all
from opencasework.office.inbox.models import Arrival, Mailbox, Message
from opencasework.office.kit.tests.dying import die_at
from tests.services.cutting import CuttingProxy

from .factories import MailboxFactory

SEED = 20261125


def letters(number):
    """Some without a Message-ID, some with the same one and another text, some the very same."""
    made = []
    for each in range(number):
        identity = "" if each % 10 == 0 else f"Message-ID: <{each // 2}@post.example>\r\n"
        text = "x" * random.Random(each).randrange(200, 3000)
        made.append(f"From: Nia <nia@post.example>\r\n{identity}Subject: {each}\r\n\r\n{text}\r\n".encode())
    return [*made, made[3], made[3]]


def sha256s(raws):
    return Counter(hashlib.sha256(raw).hexdigest() for raw in raws)


def arrived():
    return Counter(Arrival.objects.values_list("sha256", flat=True))


def collect_and_die(at):
    """Whether collecting in a process of its own was killed at that step."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        die_at(at)
        collect_all()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("renumbered", [False, True])
def test_killed_at_random_and_renumbered_meanwhile_nothing_is_lost_or_doubled(
    mailbox, home, monkeypatch, renumbered
):
    monkeypatch.setattr(collecting, "BATCH", 4)
    chance = random.Random(SEED)
    raws = letters(36)
    for raw in raws:
        mailbox.deliver(raw)
    MailboxFactory(account=mailbox)

    kills = 0
    while collect_and_die(at=chance.randrange(2, 20)):
        kills += 1
        if renumbered and kills % 2 and kills < 16:
            mailbox.set_uid_validity(1000 + kills)

    collect_all()
    assert kills >= 5
    assert arrived() == sha256s(raws)
    assert Message.objects.count() == 36


@pytest.mark.django_db
def test_over_a_line_that_breaks_again_and_again_everything_arrives_once(mailbox, home, monkeypatch):
    monkeypatch.setattr(collecting, "BATCH", 4)
    chance = random.Random(SEED)
    raws = letters(40)
    for raw in raws:
        mailbox.deliver(raw)

    with CuttingProxy(mailbox.port, lambda: chance.randrange(300, 12_000)) as line:
        box = MailboxFactory(account=mailbox, port=line.port)
        for _ in range(60):
            if not collect(box).error and arrived() == sha256s(raws):
                break

    assert line.cuts > 10
    assert arrived() == sha256s(raws)
    assert Message.objects.count() == 40


@pytest.mark.django_db
def test_a_message_too_long_for_the_line_stops_none_of_the_others(mailbox, home):
    raws = letters(6)
    large = b"Subject: large\r\n\r\n" + b"x" * 60_000
    for raw in [*raws[:3], large, *raws[3:]]:
        mailbox.deliver(raw)

    with CuttingProxy(mailbox.port, lambda: 40_000) as line:
        box = MailboxFactory(account=mailbox, port=line.port)
        result = collect(box)
    Mailbox.objects.update(port=mailbox.port)
    box.refresh_from_db()
    through = arrived()
    whole = collect(box)

    assert "does not hand over 1 of the messages in INBOX" in result.error
    assert through == sha256s(raws)
    assert (whole.error, whole.counts.new) == ("", 1)
    assert arrived() == sha256s([*raws, large])
