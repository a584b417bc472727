"""Mails of ours that came back: what is said on the case, and which addresses do not work.

Only words of ours stand on a timeline. Our Message-ID travels on in every answer and copy of it, so whoever
knows it is not yet a server that had the mail: a report acts only where it brings back the mark that the mail
itself carried. Whoever was sent the mail has that, so of a report only the status code is used.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.kit import dates
from opencasework.office.letters import leaving
from opencasework.office.letters.models import BadAddress, Letter, OutgoingMail
from opencasework.office.staff.models import StaffMember

HEADER = (
    "X-Casework-Return"  # in it a mail of ours carries its mark, which servers bring back with its headers
)
# RFC 3463 and the registry of its codes, in words for an office.
REASONS = {
    "5.1.0": "there is no such address",
    "5.1.1": "there is no such address",
    "5.1.2": "there is no such mail domain",
    "5.1.3": "the address is written wrongly",
    "5.1.6": "the mailbox has moved",
    "5.1.10": "there is no such address",
    "5.2.1": "the mailbox is switched off",
    "5.2.2": "the mailbox is full",
    "5.2.3": "the mail is too large for it",
    "5.4.1": "its server takes no mail from us",
    "5.4.4": "there is no such mail domain",
    "5.7.1": "its server refuses our mail",
    "4.4.1": "its server could not be reached",
    "4.4.7": "its server could not be reached in time",
}


def reason(status: str) -> str:
    """What a status code means; its number where we have no words for it."""
    return REASONS.get(status) or (f"its server says {status}" if status else "its server does not say why")


def mark(message_id: str) -> str:
    """What the mail of this Message-ID carries beside it. Without the office's key nobody can make one."""
    key = bytes.fromhex(settings.HOME.key("reply"))
    return hmac.new(key, f"returned\n{message_id}".encode(), hashlib.sha256).hexdigest()[:32]


def is_marked(mail: OutgoingMail, marks: Iterable[str]) -> bool:
    """Whether one of these marks is that of the mail."""
    ours = mark(mail.message_id)
    return any(hmac.compare_digest(ours.encode(), each.lower().encode()) for each in marks)


@transaction.atomic
def came_back(mail: OutgoingMail, *, status: str) -> bool:
    """A server reports that this mail could not be delivered: its address is marked, and a person is told.

    From here it is as a mail that was refused: it stands in My day until somebody sends it again or takes it
    back, and nobody is chased for what never reached them. False where it is known already, or was answered.
    """
    State = OutgoingMail.State
    mail.lock_letter()
    left = OutgoingMail.objects.filter(pk=mail.pk, state__in=[State.SENT, State.UNCERTAIN])
    enquiry = getattr(mail.letter, "enquiry", None)
    if enquiry is not None and enquiry.replies.exists():
        return False  # somebody there has it all the same
    said = f"Came back: {reason(status)}."
    if not left.update(state=State.RETURNED, may_have_arrived=False, lease_until=None, answer=said):
        return False
    BadAddress.objects.update_or_create(
        address=mail.to.lower(), defaults={"status": status, "reported_at": timezone.now()}
    )
    if mail.letter is None:
        return True  # it was about no case; its address is marked, so it gets no more of such mail
    Letter.objects.filter(pk=mail.letter.pk).update(state=Letter.State.SENDING)
    mail.letter.case.record(
        Event.Kind.UNDELIVERED,
        by=None,
        text=f"To {mail.letter.recipient}: the mail to {mail.to} came back, {reason(status)}.",
        letter=mail.letter_id,
        mail=mail.pk,
    )
    for act in leaving.WHEN_CAME_BACK:
        act(mail.letter)
    return True


@transaction.atomic
def is_late(mail: OutgoingMail, *, status: str) -> bool:
    """A server reports that it is still trying: no failure, said once on the timeline. False if it was."""
    if mail.letter is None:
        return False
    lines = mail.letter.case.events.filter(kind=Event.Kind.NOTE)
    if any(line.detail.get("delayed_mail") == mail.pk for line in lines):
        return False
    if mail.state not in {OutgoingMail.State.SENT, OutgoingMail.State.UNCERTAIN}:
        return False
    mail.letter.case.record(
        Event.Kind.NOTE,
        by=None,
        text=f"The mail to {mail.to} is delayed: {reason(status)}. Their server is still trying.",
        letter=mail.letter_id,
        delayed_mail=mail.pk,
    )
    return True


def warning(bad: BadAddress) -> str:
    """What a letter to such an address says before it leaves."""
    day = dates.short(timezone.localdate(bad.reported_at), today=timezone.localdate())
    return f"A mail to {bad.address} came back on {day}: {reason(bad.status)}. Look for another address."


def is_bad(address: str) -> bool:
    """Whether a mail came back from this address and nothing has been heard of it since."""
    return bool(address) and BadAddress.objects.filter(address=address.strip().lower()).exists()


def works_again(address: str) -> bool:
    """It has written to us, confirmed, or a colleague knows better. False where it was never marked."""
    return bool(BadAddress.objects.filter(address=address.strip().lower()).delete()[0])


def say_it_works(letter: Letter, *, by: StaffMember) -> bool:
    """A colleague says that the address of this letter is good; the case keeps a line of it."""
    with transaction.atomic():
        if not works_again(letter.to_email):
            return False
        letter.case.record(
            Event.Kind.NOTE,
            by=by,
            text=f"{letter.to_email} works again, as far as we know.",
            letter=letter.pk,
        )
    return True
