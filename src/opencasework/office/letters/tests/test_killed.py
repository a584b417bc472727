"""A sender killed at any step loses no mail and sends none twice."""

from __future__ import annotations

import os
import signal
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit.tests.dying import die_at
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory

MAILS = 3
State = OutgoingMail.State


def start_sender(now: object, *, kill_at: int = 0) -> int:
    """Run the outbox in a process of its own, which kills itself at that step; its id."""
    connections.close_all()  # a database connection does not survive a fork
    child = os.fork()
    if child == 0:
        die_at(kill_at)
        try:
            outbox.send_ready(now)
        finally:
            os._exit(0)
    return child


def was_killed(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def queue_again(letters: list[Letter]) -> list[str]:
    """The same letters as fresh drafts, put into the outbox; their Message-IDs."""
    OutgoingMail.objects.all().delete()
    Letter.objects.update(state=Letter.State.DRAFT)
    return [outbox.queue(letter, by=letter.drafted_by).message_id for letter in letters]


@pytest.mark.timeout(400)  # two dozen deaths and recoveries: seconds on an idle machine, more on a busy one
@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_at_any_step_loses_nothing_and_doubles_nothing(smtp, home):
    case = CaseFactory()
    letters = [LetterFactory(case=case) for _ in range(MAILS)]
    kill_at, uncertain = 0, 0
    while True:
        kill_at += 1
        smtp.forget()
        ids = queue_again(letters)
        now = timezone.now() + timedelta(minutes=2)

        killed = was_killed(start_sender(now, kill_at=kill_at))
        outbox.send_ready(now + OutgoingMail.LEASE + timedelta(minutes=1))

        arrived = Counter(received.message["Message-ID"] for received in smtp.received)
        states = dict(OutgoingMail.objects.values_list("message_id", "state"))
        assert set(states.values()) <= {State.SENT, State.UNCERTAIN}, kill_at
        assert all(arrived[one] == 1 for one in ids if states[one] == State.SENT), kill_at
        assert all(arrived[one] <= 1 for one in ids), kill_at
        uncertain += sum(state == State.UNCERTAIN for state in states.values())
        if not killed:
            break
    # Only a death between the last dot and the note of it leaves a question, once a mail.
    assert kill_at > MAILS * 7
    assert 0 < uncertain <= MAILS * 5
    assert set(states.values()) == {State.SENT}


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_lost_its_lease_does_not_finish(smtp, home, monkeypatch):
    queue_again([LetterFactory() for _ in range(MAILS)])
    now = timezone.now() + timedelta(minutes=2)
    # The first sender sleeps past its lease just before the end; a second one comes by meanwhile.
    turns = []

    def overtaken(*arguments, **given):
        if not turns:
            turns.append("first")
            OutgoingMail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            outbox.send_ready(now + OutgoingMail.LEASE)

    monkeypatch.setattr(outbox.courier, "step", overtaken)

    outbox.send_ready(now)

    arrived = Counter(received.message["Message-ID"] for received in smtp.received)
    assert sorted(arrived.values()) == [1] * MAILS
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.django_db(transaction=True)
def test_three_senders_at_once_send_each_mail_once(smtp, home):
    ids = queue_again([LetterFactory() for _ in range(MAILS)])
    now = timezone.now() + timedelta(minutes=2)

    senders = [start_sender(now) for _ in range(3)]
    killed = [was_killed(sender) for sender in senders]

    arrived = Counter(received.message["Message-ID"] for received in smtp.received)
    assert not any(killed)
    assert arrived == Counter(ids)
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {State.SENT}
