"""The outbox: a mail is held for a moment, leaves once, and what nobody can know is put before a person.

queued (held, can be undone) → being handed over → sent, or to be tried again (4xx, no server), or refused
(5xx), or uncertain (the server had it all and fell silent), or stopped (something new came to the case).
Exactly-once delivery does not exist in SMTP (RFC 1047): we promise that no mail is lost and that none is sent
twice by us.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Case, Event
from opencasework.office.kit.steps import step
from opencasework.office.letters import courier, mailing, stopping
from opencasework.office.letters.actions import (
    NotSendable,
    insist,
    insist_version,
    lacks_authority,
    put_enquiry,
    record_departure,
)
from opencasework.office.letters.models import Enquiry, Letter, OutgoingMail
from opencasework.office.letters.pack import making
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember

State = OutgoingMail.State

# How long to wait after each failed try; after the last one a person decides (some four days in all).
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440, 1440, 1440)]


@dataclass
class Tally:
    """What one round of sending did."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    uncertain: int = 0
    stopped: int = 0

    def __str__(self) -> str:
        mails = "1 mail" if self.sent == 1 else f"{self.sent} mails"
        return (
            f"{mails} sent, {self.later} to be tried again, {self.failed} refused, "
            f"{self.uncertain} uncertain, {self.stopped} stopped."
        )


class LeaseLost(Exception):
    """Somebody else took this mail over while we were busy with it."""


# --- into the outbox and back -------------------------------------------------------------------------


def hold() -> timedelta:
    """How long a mail waits before it leaves, for whoever sent it to think again."""
    seconds: int | None = settings.OUTBOX_HOLD_SECONDS
    return timedelta(seconds=Office.here().hold_seconds if seconds is None else seconds)


def queue(
    letter: Letter, *, by: StaffMember, version: str | None = None, now: datetime | None = None
) -> OutgoingMail:
    """Put a letter into the outbox; it leaves when the hold is over. Queueing twice queues once.

    Its papers are bound first where they are not yet, so call it outside a transaction where it has any.
    `version` is what was read before sending. Raises NotSendable where the letter has changed since, while
    a check fails, its papers cannot be bound, or when it is not a draft.
    """
    if letter.is_draft:
        insist_version(letter, version)
        insist(letter, on=timezone.localdate(now))
        _bind(letter)
    return _queue(letter, by=by, version=version, now=now or timezone.now())


def _bind(letter: Letter) -> None:
    """See to it that its papers are bound, and that whoever sends it knows of a document that stays out."""
    was_seen = making.is_current(letter)
    try:
        pack = making.made(letter)
    except making.PackProblem as problem:
        raise NotSendable(str(problem)) from problem
    if pack.left_out and not was_seen:
        raise NotSendable(
            f"{' '.join(pack.left_out)} Look at the papers; then send it again, or take that document out."
        )


@transaction.atomic
def _queue(letter: Letter, *, by: StaffMember, version: str | None, now: datetime) -> OutgoingMail:
    today = timezone.localdate(now)
    # Ours first, looked at afterwards: what is checked is what leaves. A check that fails undoes the claim.
    if not Letter.objects.drafts().filter(pk=letter.pk).update(state=Letter.State.SENDING, sent_by=by):
        waiting = letter.mails.filter(state__in=[State.QUEUED, State.RETRY]).order_by("part").first()
        if waiting is None:
            raise NotSendable("This letter is not a draft any more. Open it to see where it is.")
        return waiting
    letter.refresh_from_db()
    insist_version(letter, version)
    insist(letter, on=today)
    if not making.is_current(letter):
        raise NotSendable("Its papers changed while they were bound. Look at them again, then send it.")
    put_enquiry(letter, on=today)
    letter = Letter.objects.select_related("case", "enquiry", "about_enquiry__letter").get(pk=letter.pk)
    mails = mailing.mails_of(letter, by=by, send_after=now + hold())
    OutgoingMail.objects.bulk_create(mails)
    return mails[0]


@transaction.atomic
def withdraw(mail: OutgoingMail) -> bool:
    """Take a mail back before it leaves, or after it was refused or came back. False when it is too late.

    The parts of a letter are taken back together or not at all.
    """
    all_of_it = OutgoingMail.objects.filter(pk=mail.pk)
    mail.lock_letter()
    if mail.letter_id is not None:
        all_of_it = OutgoingMail.objects.filter(letter=mail.letter_id).exclude(state=State.WITHDRAWN)
    standing = all_of_it.count()
    back = all_of_it.filter(state__in=OutgoingMail.WITHDRAWABLE, may_have_arrived=False)
    if not standing or back.update(state=State.WITHDRAWN) < standing:
        transaction.set_rollback(True)
        return False
    if mail.letter_id is not None:
        Letter.objects.filter(pk=mail.letter_id).update(state=Letter.State.DRAFT, sent_by=None, pdf_sha256="")
        # The clock starts when a letter leaves; this one has not.
        Enquiry.objects.filter(letter=mail.letter_id).delete()
    mail.refresh_from_db()
    return True


def hold_back(letter: Letter) -> bool:
    """Whether it is a draft now: what waits to leave is one again, where that is not too late."""
    mail = letter.mail
    return letter.is_draft or (mail is not None and withdraw(mail))


def take_back_uncovered(case: Case) -> None:
    """An authority ended: letters that waited to leave are drafts again, and no reason given before counts.

    Call it inside the transaction that ended it.
    """
    today = timezone.localdate()
    # A draft that was thrown away may be restored.
    unsent = case.letters.filter(state__in=[Letter.State.DRAFT, Letter.State.SENDING, Letter.State.DISCARDED])
    for letter in unsent.select_related("case", "to_body__parent", "to_person"):
        if not lacks_authority(letter, on=today):
            continue
        Letter.objects.filter(pk=letter.pk).update(no_authority_reason="")
        mail = letter.mail
        if mail and withdraw(mail):
            case.record(
                Event.Kind.UNDELIVERED, by=None, letter=letter.pk, mail=mail.pk,
                text=f"To {letter.recipient}: taken back, the authority was withdrawn.",
            )  # fmt: skip


@transaction.atomic
def send_again(mail: OutgoingMail, *, now: datetime | None = None) -> bool:
    """A person decides to try a refused, returned or uncertain mail once more, under the Message-ID it had,
    or to let one leave that was stopped: they know now what is new. It is held as at first.

    Raises NotSendable where a check fails by now, such as an authority withdrawn meanwhile.
    """
    now = now or timezone.now()
    waits = OutgoingMail.objects.needing_a_person().filter(pk=mail.pk)
    if not waits.update(
        state=State.QUEUED, data_sent=False, send_after=now + hold(), looked_at=now, decided={}
    ):
        return False
    if mail.letter_id is not None:
        mail.refresh_from_db()
        if stopping.was_changed(mail):
            raise NotSendable(stopping.CHANGED)
        insist(Letter.objects.get(pk=mail.letter_id), on=timezone.localdate(now))
    return True


def depart(mail: OutgoingMail, *, at: datetime, by: StaffMember | None) -> None:
    """This mail has left; with the last of its parts its letter has. Call it with the letter locked, before
    the mail was changed: of two parts that leave in the same moment, the second sees the first.
    """
    if mail.letter is None:
        return
    others = mail.letter.mails.exclude(pk=mail.pk).exclude(state__in=[State.SENT, State.WITHDRAWN])
    if not others.exists():
        record_departure(mail.letter, at=at, by=by)


# --- leaving ------------------------------------------------------------------------------------------


def send_ready(now: datetime | None = None, *, at_most: int = 200) -> Tally:
    """Send what is due. Any process may do this at any time, and die at any line of it."""
    now = now or timezone.now()
    tally = Tally()
    _take_up_what_was_left(now, tally)
    due = OutgoingMail.objects.ready(at=now).order_by("send_after", "pk").values_list("pk", flat=True)
    for pk in list(due[:at_most]):
        mail = _claim(pk, now)
        if mail is not None:
            _send(mail, now, tally)
    return tally


def _take_up_what_was_left(now: datetime, tally: Tally) -> None:
    """A sender died: what it cannot have handed over is sent anew, the rest is put before a person."""
    left = OutgoingMail.objects.filter(state=State.SENDING, lease_until__lt=now)
    left.filter(data_sent=False).update(state=State.RETRY, send_after=now, answer="The sender stopped.")
    tally.uncertain += left.filter(data_sent=True).update(
        state=State.UNCERTAIN,
        may_have_arrived=True,
        answer="The sender stopped before the server answered.",
    )


def _claim(pk: int, now: datetime) -> OutgoingMail | None:
    """Take one mail for ourselves; of two senders, the update lets one through."""
    mail = OutgoingMail.objects.select_related("letter").get(pk=pk)
    claimed = OutgoingMail.objects.ready(at=now).filter(pk=pk, attempts=mail.attempts)
    if not claimed.update(
        state=State.SENDING,
        lease_until=timezone.now() + mail.lease,
        attempts=mail.attempts + 1,
        data_sent=False,
    ):
        return None
    mail.refresh_from_db()
    step()
    return mail


def _send(mail: OutgoingMail, now: datetime, tally: Tally) -> None:
    # The number of the attempt is our proof that the mail is still ours.
    ours = OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts)

    def before_the_end() -> None:
        if not ours.filter(state=State.SENDING, lease_until__gt=timezone.now()).update(data_sent=True):
            raise LeaseLost

    # Hours or days may have passed since somebody sent it: somebody may have written or answered.
    if news := stopping.reason(mail):
        # Where an earlier try may have arrived, that stays the question.
        _put_before_a_person(mail, State.UNCERTAIN if mail.may_have_arrived else State.STOPPED, news)
        tally.stopped += 1
        return
    sender = mail.from_email or Office.here().email
    try:
        # And an authority may have been withdrawn.
        if mail.letter is not None:
            insist(mail.letter, on=timezone.localdate(now))
        content = mailing.content_of(mail)
        answer = courier.hand_over(
            sender=sender, recipient=mail.to, content=content, before_the_end=before_the_end
        )
    except LeaseLost:
        return
    except courier.Uncertain as problem:
        ours.filter(state=State.SENDING).update(
            state=State.UNCERTAIN, may_have_arrived=True, answer=str(problem)
        )
        tally.uncertain += 1
    except NotSendable as problem:
        _fail(mail, f"Kept back. {problem}")
        tally.failed += 1
    except courier.Refused as problem:
        _fail(mail, str(problem))
        tally.failed += 1
    except courier.TryLater as problem:
        if mail.attempts > len(BACK_OFF):
            _fail(mail, f"Given up after {mail.attempts} tries. The last answer: {problem}")
            tally.failed += 1
        else:
            ours.filter(state=State.SENDING).update(
                state=State.RETRY,
                data_sent=False,
                send_after=now + BACK_OFF[mail.attempts - 1],
                answer=str(problem),
            )
            tally.later += 1
    else:
        if _arrived(mail, answer):
            tally.sent += 1


@transaction.atomic
def _arrived(mail: OutgoingMail, answer: str) -> bool:
    """The server took it: mail, letter, enquiry and timeline say so together."""
    at = timezone.now()
    mail.lock_letter()
    ours = OutgoingMail.objects.filter(
        pk=mail.pk, attempts=mail.attempts, state__in=[State.SENDING, State.UNCERTAIN]
    )
    if not ours.update(state=State.SENT, sent_at=at, answer=answer, lease_until=None):
        # A person was quicker to say that it arrived: now that is known, and nothing to take back.
        known = OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts, state=State.SENT)
        known.update(answer=answer, decided={})
        return False
    depart(mail, at=at, by=mail.queued_by)
    step()
    return True


def _fail(mail: OutgoingMail, answer: str) -> None:
    """This try came to nothing. An earlier one may have arrived all the same: then that is the question."""
    _put_before_a_person(mail, State.UNCERTAIN if mail.may_have_arrived else State.FAILED, answer)


@transaction.atomic
def _put_before_a_person(mail: OutgoingMail, state: str, answer: str) -> None:
    ours = OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts, state=State.SENDING)
    if ours.update(state=state, answer=answer[:500], data_sent=False) and mail.letter is not None:
        mail.letter.case.record(
            Event.Kind.UNDELIVERED,
            by=None,
            text=f"To {mail.whom}: {answer}"[:500],
            letter=mail.letter_id,
            mail=mail.pk,
        )
