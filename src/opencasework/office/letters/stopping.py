"""Whether a letter in the outbox may still leave: not unseen where something new has come to its case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from opencasework.office.cases.models import Case, Event
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.staff.models import StaffMember

# What comes in, as against what we do ourselves, and what ends a case.
NEW = (Event.Kind.MESSAGE_IN, Event.Kind.REPLY_IN, Event.Kind.CALL, Event.Kind.CLOSED)
CHANGED = "The letter was changed after it was sent off. Take it back, read it, and send it as it stands."

# A folder above says here what has come for a case since then that is not on its timeline yet: a sentence, or
# nothing. It is asked for whoever sent the letter: nobody learns here of what they may not see.
NEWS: list[Callable[[Case, datetime, StaffMember | None], str]] = []
# The same of what else a letter is about: of this mail since then.
MORE_NEWS: list[Callable[[OutgoingMail, datetime], str]] = []


def was_changed(mail: OutgoingMail) -> bool:
    """Whether the letter is not any more what was sent off, whoever did that."""
    return bool(mail.letter and mail.letter_version and mail.letter.version != mail.letter_version)


def reason(mail: OutgoingMail) -> str:
    """Why this mail does not leave by itself, as a sentence; empty where nothing is in its way.

    What its sender wrote down themselves they know of, and so does whoever has looked since.
    """
    if mail.letter is None:
        return ""
    if was_changed(mail):
        return CHANGED
    case = mail.letter.case.survivor
    since = mail.looked_at or mail.queued_at
    line = line_since(case, since, sent_by=mail.queued_by)
    if line is not None:
        return f"Since it was sent off: {line.get_kind_display()}. {line.text}"[:450]
    said = untold(case, since, mail.queued_by)
    return said or next((said for ask in MORE_NEWS if (said := ask(mail, since))), "")


def line_since(case: Case, since: datetime, *, sent_by: StaffMember | None) -> Event | None:
    """The first line of a case that whoever sent a letter does not know of; None where there is none."""
    lines = Event.objects.filter(case=case, kind__in=NEW, recorded_at__gt=since)
    if sent_by is not None:
        lines = lines.exclude(by=sent_by)
    # A machine that says it has our mail is nothing to wait for, nor a call that nobody answered.
    for_nothing = ("auto_reply", "unreached")
    ordered = lines.order_by("recorded_at", "pk")
    return next((each for each in ordered if not any(map(each.detail.get, for_nothing))), None)


def untold(case: Case, since: datetime, sent_by: StaffMember | None) -> str:
    """What has come for a case that is not on its timeline yet, a sentence; empty where nothing has."""
    return next((said for ask in NEWS if (said := ask(case, since, sent_by))), "")
