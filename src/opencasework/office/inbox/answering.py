"""Sending the short mails that belong to no case. Each is handed over once: what ends in doubt stays so."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from email.utils import formataddr, formatdate

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from opencasework.office.inbox import acknowledging
from opencasework.office.inbox.models import Answer, Message
from opencasework.office.letters import courier, outbox
from opencasework.office.letters.actions import one_line
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember

State = Answer.State
LEASE = OutgoingMail.LEASE
BACK_OFF = outbox.BACK_OFF[:7]  # two days: what is of use for so long


@transaction.atomic
def write(message: Message, *, subject: str, text: str, by: StaffMember) -> bool:
    """A colleague tells the writer of a message who represents them; it leaves when the hold is over.

    False where they have been told already, or may have been. One that a server refused is written anew.
    """
    office = Office.here()
    words = {
        "to": message.from_address,
        "subject": one_line(subject)[:200],
        "text": text,
        "send_after": timezone.now() + outbox.hold(),
        "written_by": by,
    }
    theirs = Answer.objects.filter(message=message, kind=Answer.Kind.OTHER_MEMBER)
    if theirs.filter(state=State.FAILED).update(state=State.QUEUED, attempts=0, said="", **words):
        return True
    _, made = theirs.exclude(state=State.WITHDRAWN).get_or_create(
        message=message,
        kind=Answer.Kind.OTHER_MEMBER,
        defaults={**words, "mail_id": f"<{secrets.token_hex(16)}@{office.email.partition('@')[2]}>"},
    )
    return made


def take_back(message: Message) -> bool:
    """Take back what has not left. False when there is nothing, or it is too late."""
    waits = Answer.objects.filter(message=message, kind=Answer.Kind.OTHER_MEMBER, state=State.QUEUED)
    return bool(waits.update(state=State.WITHDRAWN))


def send_ready(now: datetime | None = None, *, at_most: int = 100) -> int:
    """Send what is due; how many left. Any process may do this at any time, and die at any line of it."""
    now = now or timezone.now()
    # Nobody knows whether the server has it: an answer lost is better than one sent twice.
    Answer.objects.filter(state=State.SENDING, lease_until__lt=now).update(
        state=State.UNCERTAIN, said="The sender stopped before the server answered."
    )
    due = Answer.objects.ready(at=now).order_by("send_after", "pk").values_list("pk", flat=True)
    return sum(_send(pk, now) for pk in list(due[:at_most]))


def _send(pk: int, now: datetime) -> bool:
    claimed = Answer.objects.ready(at=now).filter(pk=pk).update(state=State.SENDING, lease_until=now + LEASE)
    if not claimed:
        return False
    answer = Answer.objects.select_related("message").get(pk=pk)
    ours = Answer.objects.filter(pk=pk, state=State.SENDING)
    # Of what a machine writes nobody wants to hear that it could not be delivered (RFC 3834, 3.3).
    by_itself = answer.kind == Answer.Kind.ACKNOWLEDGEMENT
    sender = "" if by_itself else Office.here().email
    try:
        said = courier.hand_over(
            sender=sender, recipient=answer.to, content=content_of(answer), before_the_end=_nothing
        )
    except courier.Uncertain as problem:
        ours.update(state=State.UNCERTAIN, said=str(problem)[:500])
    except courier.Refused as problem:
        ours.update(state=State.FAILED, said=str(problem)[:500])
    except courier.TryLater as problem:
        later = answer.attempts < len(BACK_OFF)
        ours.update(
            state=State.QUEUED if later else State.FAILED,
            attempts=answer.attempts + 1,
            send_after=now + BACK_OFF[min(answer.attempts, len(BACK_OFF) - 1)],
            said=str(problem)[:500],
        )
    else:
        ours.update(state=State.SENT, sent_at=timezone.now(), said=said[:500])
        return True
    return False


def _nothing() -> None:
    """The claim is committed already: nothing is left to say before the last dot."""


def content_of(answer: Answer) -> bytes:
    """The mail as it crosses the wire."""
    office = Office.here()
    headers = {"Message-ID": answer.mail_id, "Date": formatdate(), **acknowledging.headers_of(answer)}
    if answer.kind == Answer.Kind.OTHER_MEMBER and re.fullmatch(
        r"<[\x21-\x7e]{3,240}>", answer.message.message_id
    ):
        headers["In-Reply-To"] = headers["References"] = answer.message.message_id
    message = EmailMessage(
        subject=one_line(answer.subject),
        body=f"{answer.text.strip()}\n\n-- \n{office.title}\n{office.address}\n",
        from_email=formataddr((one_line(office.title), office.email)),
        to=[answer.to],
        headers=headers,
    )
    return courier.as_it_leaves(message)
