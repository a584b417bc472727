"""Drafting the reminders that are due, for a person to read and send."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from opencasework.office.chasing.models import Chaser
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.actions import best_contact, draft
from opencasework.office.letters.facts import REMINDER_DAYS, in_words
from opencasework.office.letters.models import Enquiry, Letter, LetterTemplate
from opencasework.office.staff.models import StaffMember

LADDER = ["LT-CH1", "LT-CH2", "LT-ESC"]  # and the last again, for as long as the body is silent


class NothingToChase(Exception):
    """The enquiry needs no chaser; the message says why."""


def next_chase_on(enquiry: Enquiry) -> date | None:
    """The first day on which the next chaser is due; None while one waits to be sent.

    The day after the reply was due, then ten working days after the last chaser left. One thrown away
    unsent counts for nothing here.
    """
    chasers = [each for each in enquiry.chasers.all() if each.letter.state != Letter.State.DISCARDED]
    if not chasers:
        return enquiry.due_on + timedelta(days=1)
    sent_on = chasers[-1].letter.sent_on
    if sent_on is None:
        return None
    return working_days_after(sent_on, REMINDER_DAYS, nation=enquiry.body.holiday_nation)


def was_thrown_away(enquiry: Enquiry) -> bool:
    """Whether somebody discarded the latest chaser unsent; then a person asks for the next."""
    chasers = list(enquiry.chasers.all())
    return bool(chasers) and chasers[-1].letter.state == Letter.State.DISCARDED


def to_chase(*, on: date) -> list[Enquiry]:
    """Enquiries to draft a chaser for unasked on this day, worst first."""
    overdue = (
        Enquiry.objects.overdue(on=on)
        .select_related("body__parent", "case", "letter")
        .prefetch_related("chasers__letter")
        .order_by("due_on", "pk")
    )
    waiting = [enquiry for enquiry in overdue if not was_thrown_away(enquiry)]
    return [enquiry for enquiry in waiting if (day := next_chase_on(enquiry)) and day <= on]


@transaction.atomic
def draft_chaser(*, enquiry: Enquiry, by: StaffMember | None, today: date | None = None) -> Chaser:
    """Draft the next chaser for an enquiry, or return the one that waits to be sent.

    `by` nobody, it is drafted unasked. Raises NothingToChase when the enquiry is answered or its case is
    closed or a reply waits to be read, and unasked when somebody threw the last draft away.
    """
    today = today or timezone.localdate()
    # Locked (on SQLite a write is alone anyway), so two people at once draft chasers 1 and 2, not 1 and 1.
    enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    if enquiry.is_answered:
        raise NothingToChase(f"{enquiry.body} has answered this enquiry. There is nothing to chase.")
    if unread := enquiry.unread_reply:
        on = in_words(unread.received_on)
        raise NothingToChase(f"{enquiry.body} has replied on {on}: say first what the reply is.")
    if not enquiry.case.is_open:
        raise NothingToChase("This case is closed. Reopen it to chase a reply.")
    last = enquiry.chasers.select_related("letter").order_by("sequence").last()
    if last and last.letter.state in {Letter.State.DRAFT, Letter.State.SENDING}:
        return last
    if last and last.letter.state == Letter.State.DISCARDED:
        if by is None:
            raise NothingToChase("Somebody threw the last draft away. It is drafted again when they ask.")
        # Thrown away unsent: its number has not been used.
        last.letter = _draft_letter(enquiry, last.sequence, by=by, today=today)
        last.save(update_fields=["letter"])
        return last
    sequence = last.sequence + 1 if last else 1
    letter = _draft_letter(enquiry, sequence, by=by, today=today)
    return Chaser.objects.create(enquiry=enquiry, letter=letter, sequence=sequence)


def _draft_letter(enquiry: Enquiry, sequence: int, *, by: StaffMember | None, today: date) -> Letter:
    code = LADDER[min(sequence, len(LADDER)) - 1]
    original = enquiry.letter
    escalates = code == LADDER[-1]
    contact = best_contact(enquiry.body, escalate=True) if escalates else original.to_contact
    return draft(
        case=enquiry.case,
        template=LetterTemplate.objects.get(code=code),
        by=by,
        today=today,
        to_body=enquiry.body,
        to_contact=contact or original.to_contact,
        to_email=(contact.email if contact else "") or original.to_email,
        issue=enquiry.issue,
        about_enquiry=enquiry,
    )


def draft_due_chasers(today: date) -> int:
    """Draft every chaser that is due and return how many. Drafts only: a person sends."""
    return draft_each(to_chase(on=today), today=today)


def draft_each(enquiries: Iterable[Enquiry], *, today: date) -> int:
    """Draft a chaser for each of these enquiries; one that was answered meanwhile is passed over."""
    drafted = 0
    for enquiry in enquiries:
        try:
            draft_chaser(enquiry=enquiry, by=None, today=today)
        except NothingToChase:
            continue
        drafted += 1
    return drafted
