"""The automatic acknowledgement: off unless an office wants it, and then as little as RFC 3834 allows.

At most one to an address in seven days and a hundred in a day; to nobody whose provider does not confirm
them, to no machine and no list; with an envelope from nobody, so that no server answers it; and without a
word the sender chose, not even a subject, so that it is of no use to whoever wants to send something by us.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from opencasework.office.bodies.models import BodyContact
from opencasework.office.cases.models import Channel
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Acknowledged, Answer, Mailbox, Message
from opencasework.office.places.models import Office

PAUSE = timedelta(days=7)  # between two to one address
MOST_A_DAY = 100
LONGEST_ADDRESS = 254  # characters (RFC 5321), and as many as we keep of one to write to
NEWEST = timedelta(days=2)  # what is older is no first mail but a mailbox brought in
SUBJECT = "We have your message"
TEXT = """\
Thank you for writing to {title}.

This is an automatic message to say that yours has arrived. A person in the office reads every message and
will write to you. Please do not answer this one.
"""
# The part before the @ of addresses behind which nobody reads.
ROBOTS = re.compile(
    r"(?:no|not|non|never|do-?not|dont)[-_.]?(?:reply|respond|answer)|mailer-daemon|postmaster|bounces?|daemon|root"
    r"|owner-.{0,64}|.{0,64}-(?:owner|request|bounces?|noreply|no-reply)|listserv|majordomo|auto[-_.]?(?:reply|mail)?"
    r"|notifications?|alerts?|newsletter|ateb-awtomatig"
)


def queue(messages: Sequence[Message]) -> list[Answer]:
    """Put an acknowledgement into the way out for each of these messages that may have one.

    Call it inside the transaction that reads them.
    """
    office = Office.objects.filter(pk=1, acknowledges_mail=True).first() if messages else None
    now = timezone.now()
    wanted = [message for message in messages if _may_be_answered(message, now)] if office else []
    if office is None or not wanted:
        return []
    refused = _not_to(office, {message.from_address for message in wanted})
    made: list[Answer] = []
    left = (
        MOST_A_DAY
        - Answer.objects.filter(kind=Answer.Kind.ACKNOWLEDGEMENT, made_at__gt=now - timedelta(days=1)).count()
    )
    for message in wanted:
        if len(made) < left and message.from_address not in refused and _claim(message.from_address, now):
            made.append(_answer(message, office, now))
    return Answer.objects.bulk_create(made)


def _may_be_answered(message: Message, now: datetime) -> bool:
    """A person wrote it to us just now, first and by mail, and their provider says that it was they."""
    return (
        message.direction == Message.Direction.IN
        and message.channel == Channel.EMAIL
        and message.state == Message.State.READ
        and message.mailbox_id is not None
        and message.sender_check == Message.SenderCheck.ALIGNED
        and not (message.auto_reply or message.machine or message.bulk)
        and not (message.case_id or message.proposal)
        and now - NEWEST < message.received_at
        and not is_robot(message.from_address)
    )


def is_robot(address: str) -> bool:
    """Whether nobody reads what is sent to this address, as far as its name and its length say."""
    local, _, domain = address.lower().rpartition("@")
    if len(address) > LONGEST_ADDRESS:
        return True
    return not local or not domain or len(local) > 64 or bool(ROBOTS.fullmatch(local.split("+")[0]))


def _not_to(office: Office, addresses: set[str]) -> set[str]:
    """Our own, those of bodies, and of people to take care with: somebody else may read their mail."""
    ours = {office.email.lower(), *map(str.lower, Mailbox.objects.values_list("address", flat=True))}
    domain = office.email.lower().rpartition("@")[2]
    bodies = BodyContact.objects.exclude(email="").values_list("email", flat=True)
    return {
        *ours,
        *(each for each in addresses if each.rpartition("@")[2] == domain),
        *map(str.lower, bodies),
        *Person.objects.taken_care_with().addresses(),
    }


def _claim(address: str, now: datetime) -> bool:
    """Whether this address, with any +tag, may have one now; of two who ask, one is told so."""
    local, _, domain = address.partition("@")
    address = f"{local.partition('+')[0]}@{domain}"
    earlier = Acknowledged.objects.filter(address=address)
    if earlier.filter(last_at__lte=now - PAUSE).update(last_at=now):
        return True
    _, made = Acknowledged.objects.get_or_create(address=address, defaults={"last_at": now})
    return made


def _answer(message: Message, office: Office, now: datetime) -> Answer:
    domain = office.email.partition("@")[2]
    return Answer(
        message=message,
        kind=Answer.Kind.ACKNOWLEDGEMENT,
        to=message.from_address,
        subject=SUBJECT,
        text=TEXT.format(title=office.title),
        mail_id=f"<{secrets.token_hex(16)}.ack@{domain}>",
        send_after=now,
    )


def forget_old(now: datetime | None = None) -> int:
    """Forget whom we acknowledged more than seven days ago; how many were forgotten."""
    old = Acknowledged.objects.filter(last_at__lte=(now or timezone.now()) - PAUSE)
    return old.delete()[0]


def headers_of(answer: Answer) -> dict[str, str]:
    """What says to every machine that a machine wrote it; nothing for what a person wrote."""
    if answer.kind != Answer.Kind.ACKNOWLEDGEMENT:
        return {}
    return {
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
    }
