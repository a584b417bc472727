"""What a person finds out of a mail of which nobody knew: it arrived, it did not, or went another way."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.letters import outbox, returning
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.staff.models import StaffMember

State = OutgoingMail.State


@transaction.atomic
def mark_sent(mail: OutgoingMail, *, by: StaffMember, now: datetime | None = None, answer: str = "") -> bool:
    """An uncertain mail did arrive; `answer` says how that was found out. False where it is none any more."""
    answer = answer or f"{by} found that it arrived."
    return _decide(mail, {State.UNCERTAIN}, answer, by=by, state=State.SENT, sent_at=now or timezone.now())


@transaction.atomic
def mark_otherwise(mail: OutgoingMail, *, by: StaffMember, now: datetime | None = None) -> bool:
    """A person has sent this part of a letter another way, such as by post. Not a whole letter."""
    if mail.parts < 2:
        return False
    answer, waiting = f"{by} sent this part another way.", {State.FAILED, State.RETURNED, State.STOPPED}
    return _decide(mail, waiting, answer, by=by, state=State.SENT, sent_at=now or timezone.now())


@transaction.atomic
def mark_lost(mail: OutgoingMail, *, by: StaffMember) -> bool:
    """An uncertain mail did not arrive; from here it can go back to draft."""
    answer = f"{by} found that it did not arrive."
    return _decide(mail, {State.UNCERTAIN}, answer, by=by, state=State.FAILED, may_have_arrived=False)


def _decide(mail: OutgoingMail, waiting: set[State], answer: str, *, by: StaffMember, **new: object) -> bool:
    mail.lock_letter()
    ours = OutgoingMail.objects.select_for_update().filter(pk=mail.pk, state__in=waiting)
    found = ours.first()
    if found is None:
        return False
    sent_at = found.sent_at.isoformat() if found.sent_at else None
    before = {
        "state": found.state,
        "answer": found.answer,
        "may_have_arrived": found.may_have_arrived,
        "sent_at": sent_at,
    }
    decided = {"before": before, "at": timezone.now().isoformat()}
    OutgoingMail.objects.filter(pk=mail.pk).update(answer=answer[:500], decided=decided, **new)
    mail.refresh_from_db()
    if mail.state == State.SENT:
        outbox.depart(mail, at=mail.sent_at or timezone.now(), by=mail.queued_by)  # in whose name it was sent
    _say(mail, answer, by=by)
    return True


def _say(mail: OutgoingMail, words: str, *, by: StaffMember) -> None:
    if mail.letter is not None:
        text = f"Mail to {mail.whom}: {words}"[:500]
        mail.letter.case.record(Event.Kind.NOTE, by=by, letter=mail.letter_id, mail=mail.pk, text=text)


# --- taking it back -----------------------------------------------------------------------------------


def can_take_back(mail: OutgoingMail) -> bool:
    """Whether a person said what became of it, less than a day ago, and nothing has changed since."""
    if not mail.decided or mail.state not in {State.SENT, State.FAILED}:
        return False
    return timezone.now() - datetime.fromisoformat(mail.decided["at"]) < returning.GOOD_FOR


@transaction.atomic
def take_back(mail: OutgoingMail, *, by: StaffMember) -> None:
    """Nobody knows again what became of it. Raises NotTakenBack where something has followed from it."""
    mail.lock_letter()
    mail = OutgoingMail.objects.select_for_update(of=("self",)).select_related("letter__case").get(pk=mail.pk)
    if not can_take_back(mail):
        raise returning.NotTakenBack("It can be taken back for a day, and while nothing else became of it.")
    letter = mail.letter
    if letter is not None and letter.state == Letter.State.SENT:
        line = returning.departure(letter)
        if line is None:  # the letter has gone to another case since, by a split
            raise returning.NotTakenBack("Its case was split or taken apart since. Look at the letter.")
        returning.call_back(letter, line, by=by, why="nobody knows whether it arrived")
    OutgoingMail.objects.filter(pk=mail.pk).update(**mail.decided["before"], decided={})
    _say(mail, "what became of it is open again.", by=by)
