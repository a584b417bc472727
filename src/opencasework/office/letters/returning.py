"""Taking back what was done to a letter at the desk: thrown away, or marked as posted."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority import clock, gate
from opencasework.office.bodies.models import Body
from opencasework.office.cases import taking_back
from opencasework.office.cases.models import Case, Event
from opencasework.office.letters import leaving
from opencasework.office.letters.expecting import next_after_asking
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.staff.models import StaffMember

GOOD_FOR = timedelta(hours=24)  # a letter in the post is on its way after that


class NotTakenBack(Exception):
    """It stays as it is; the message says why."""


def was_posted_by_hand(letter: Letter) -> bool:
    """Whether somebody marked it as posted, so recently that it may not have been after all."""
    by_post = letter.state == Letter.State.SENT and letter.means == Letter.Means.POST and not letter.mail
    line = departure(letter) if by_post else None
    return line is not None and timezone.now() - line.recorded_at < GOOD_FOR


def departure(letter: Letter) -> Event | None:
    """The line on the timeline that says it left."""
    kinds = (Event.Kind.LETTER_OUT, Event.Kind.CHASED)
    lines = Event.objects.filter(case__in=letter.case.family, kind__in=kinds, detail__letter=letter.pk)
    return lines.order_by("-pk").first()


@transaction.atomic
def restore(letter: Letter, *, by: StaffMember) -> None:
    """A draft that was thrown away is a draft again. Raises NotTakenBack where it is not thrown away.

    Also where another has been drafted in its place: a reminder that nobody chases with any more.
    """
    # A step of the ladder, also the one that is an enquiry to the head of the body.
    if letter.to_body_id and letter.about_enquiry_id and not hasattr(letter, "chaser"):
        raise NotTakenBack("Another reminder was drafted in its place. Look at the enquiry.")
    thrown_away = Letter.objects.filter(pk=letter.pk, state=Letter.State.DISCARDED)
    if not thrown_away.update(state=Letter.State.DRAFT):
        raise NotTakenBack("It is not thrown away any more; look where it is.")
    letter.case.record(
        Event.Kind.NOTE, by=by, letter=letter.pk, text=f"Taken back: the draft to {letter.recipient} stays."
    )


@transaction.atomic
def unpost(letter: Letter, *, by: StaffMember) -> None:
    """It was not posted after all: a draft again, its enquiry and its clock gone. The timeline keeps both.

    Raises NotTakenBack where it went another way or a day ago, or something has followed from it.
    """
    # Of two people who take it back at once, the lock lets one through.
    letter = (
        Letter.objects.select_for_update(of=("self",)).select_related("case", "to_body").get(pk=letter.pk)
    )
    line = departure(letter)
    if line is None or not was_posted_by_hand(letter):
        raise NotTakenBack("It can be taken back for a day after it was marked as posted, and no longer.")
    call_back(letter, line, by=by, why="it was not posted after all")
    Enquiry.objects.filter(letter=letter).delete()
    # An authority may have been given and withdrawn since: why it goes without one is asked anew.
    Letter.objects.filter(pk=letter.pk).update(
        state=Letter.State.DRAFT, sent_by=None, pdf_sha256="", no_authority_reason=""
    )


def call_back(letter: Letter, line: Event, *, by: StaffMember, why: str) -> None:
    """What its departure, this line, has set going goes; the letter is on its way again. Call it with the
    letter locked.

    Its enquiry stays, for the caller to say what becomes of it. Raises NotTakenBack where something has
    followed.
    """
    enquiry = Enquiry.objects.filter(letter=letter).first()
    reasons = [said for ask in leaving.STAYS_GONE if (said := ask(letter))]
    if enquiry is not None and _has_followed(enquiry):
        reasons.append("Something has come of it already. Look at the enquiry.")
    if reasons:
        raise NotTakenBack(" ".join(reasons))
    if enquiry is not None:
        _plan_as_before(enquiry, by=by)
    gate.take_back_override(letter=letter.pk, by=by)
    body, day = letter.to_body, letter.sent_on
    if body is not None and day is not None and not was_asked(letter.case, body, on=day, beside=letter):
        clock.forget_letter(letter.case, body, on=day)
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENDING, sent_at=None)
    for act in leaving.WHEN_CALLED_BACK:
        act(letter)
    letter.case.record(
        Event.Kind.UNDELIVERED,  # the person has not heard, and figures count it no more
        by=by,
        letter=letter.pk,
        uncounts=[line.pk],
        text=f"To {letter.recipient}: taken back, {why}.",
    )


def was_asked(case: Case, body: Body, *, on: date, beside: Letter | None = None) -> bool:
    """Whether the body was asked by word or by a letter `beside` this one that day: it starts a clock."""
    letters = Letter.objects.filter(case=case, to_body=body, state=Letter.State.SENT)
    others = letters.exclude(pk=beside.pk) if beside else letters
    by_word = Enquiry.objects.filter(case=case, body=body, letter=None, sent_on=on)
    return by_word.exists() or any(other.sent_on == on for other in others.only("sent_at"))


def _has_followed(enquiry: Enquiry) -> bool:
    touched = enquiry.is_answered or enquiry.is_paused or enquiry.resumed_on is not None
    return touched or enquiry.replies.exists() or enquiry.follow_ups.exists()


def _plan_as_before(enquiry: Enquiry, *, by: StaffMember) -> None:
    """What was planned before, where nothing but the reply was planned since."""
    case = enquiry.case
    line = taking_back.last_line(case, Event.Kind.PLANNED)
    if line is not None and case.next_action == next_after_asking(enquiry):
        taking_back.take_back(case, line, by=by)
