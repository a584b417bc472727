"""P4 in small: a server that misbehaves in every way, and a sender that dies at every step of it."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit.tests.dying import die_at
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory
from tests.services.hostile_smtp import HostileSmtp, Way

State = OutgoingMail.State
MISBEHAVING = [way for way in Way if way is not Way.ACCEPT]
STEPS = 9
SETTLED = [State.SENT, State.UNCERTAIN, State.FAILED]


def misbehave_once(recipient: str, attempt: int) -> Way:
    """Each recipient has a way of their own at the first try; from the second on all is well."""
    return (
        MISBEHAVING[int(recipient.partition("@")[0].lstrip("n")) % len(MISBEHAVING)]
        if attempt == 1
        else Way.ACCEPT
    )


@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_step", [0, 3, 6])
def test_no_mail_is_missing_none_is_doubled_and_every_doubtful_one_is_listed(home, settings, first_step):
    case = CaseFactory()
    mails = []
    for number in range(len(MISBEHAVING)):
        letter = LetterFactory(case=case, email=f"n{number}@body{first_step}.example", text="Please look.")
        mails.append(outbox.queue(letter, by=case.owner))
    settings.EMAIL_TIMEOUT = 1

    with HostileSmtp(misbehave_once) as server:
        settings.EMAIL_PORT = server.port
        for turn in range(12):
            now = timezone.now() + timedelta(days=2 * turn + 1)
            outbox.send_ready(now, at_most=0)  # takes up what the dead left
            for number in range(OutgoingMail.objects.ready(at=now).count()):
                die_in_a_child(now, at=(first_step + number + turn) % STEPS + 1 if turn < 3 else 0)
            if not OutgoingMail.objects.exclude(state__in=SETTLED).exists():
                break
        delivered = server.delivered

    listed = set(OutgoingMail.objects.needing_a_person().values_list("pk", flat=True))
    for mail in mails:
        mail.refresh_from_db()
        times = delivered[mail.message_id]
        assert times <= 1, mail
        assert mail.state in SETTLED, mail
        assert (times == 1) if mail.state == State.SENT else mail.pk in listed, mail
        assert not (times and mail.state == State.FAILED), mail
        assert (mail.letter.state == Letter.State.SENT) == (mail.state == State.SENT)


def die_in_a_child(now: object, *, at: int) -> None:
    connections.close_all()  # a database connection does not survive a fork
    child = os.fork()
    if child == 0:
        die_at(at)
        try:
            outbox.send_ready(now, at_most=1)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
