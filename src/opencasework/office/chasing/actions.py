"""Drafting the reminders that are due, for a person to read and send.

In two steps: the words are filled in while nothing is locked (a Word file may take twenty seconds), then
written in one short transaction that looks once more whether the body still owes an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.chasing.addressing import WHO_IS_ABOVE, addressee
from opencasework.office.chasing.ladder import (
    is_step,
    kept,
    left_of,
    next_step,
    put_again,
    put_higher,
    was_thrown_away,
)
from opencasework.office.chasing.models import Chaser, Rung
from opencasework.office.kit.once import asking_once
from opencasework.office.letters.actions import Check, worded
from opencasework.office.letters.expecting import CONSIDER, EXPECTING
from opencasework.office.letters.facts import TOLD_LETTERS, in_words
from opencasework.office.letters.fields import Way
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.models import Enquiry, EnquiryQuerySet, Letter
from opencasework.office.staff.models import StaffMember

LOOKED_AT = 500  # enquiries read at once
AT_ONCE = 100  # enquiries whose chasers are written in one transaction
WORDS = ("letter__text", "letter__html")  # long, and of no matter to when a step is due
IN_WRITING = (*WORDS, "gathered_in__text", "gathered_in__html")  # the same of an enquiry


class NothingToChase(Exception):
    """The enquiry needs no chaser; the message says why."""


@dataclass
class Prepared:
    """A step that is ready to be written: its letter is filled in and not saved."""

    enquiry: Enquiry
    rung: Rung
    sequence: int
    letter: Letter | None  # None for the ombudsman, which is no letter of ours
    instead_of: int | None = None  # the number of a chaser that was thrown away, which this one replaces


# --- which are due ----------------------------------------------------------------------------------------


def next_chase_on(enquiry: Enquiry) -> date | None:
    """The first day on which the next step is due; None while one waits, or when no step is left."""
    step = next_step(enquiry)
    return step.on if step else None


def with_steps(enquiries: EnquiryQuerySet) -> EnquiryQuerySet:
    """With where each stands on the ladder and when its next step is due, in a fixed number of queries."""
    chasers = Chaser.objects.select_related("letter__enquiry", "rung").defer(*WORDS)
    read = enquiries.select_related("case", "letter", "issue", "gathered_in")
    return read.prefetch_related("body", "contact", Prefetch("chasers", chasers), "replies", put_again())


def with_ladder(enquiries: EnquiryQuerySet) -> EnquiryQuerySet:
    """With all that the ladder asks of them, and to whom their next step goes.

    Bodies and people are read beside them rather than joined: many enquiries share few of them.
    """
    return with_steps(enquiries).prefetch_related(
        *WHO_IS_ABOVE, "case__owner", "letter__to_contact", "contact", "chasers__letter__to_contact"
    )


def to_chase(*, on: date) -> list[Enquiry]:
    """Enquiries to draft a chaser for unasked on this day, worst first."""
    overdue = with_steps(Enquiry.objects.overdue(on=on)).defer(*IN_WRITING).order_by("due_on", "pk")
    with asking_once():
        waiting = [one for one in overdue.iterator(chunk_size=LOOKED_AT) if not was_thrown_away(one)]
        return [enquiry for enquiry in waiting if (day := next_chase_on(enquiry)) and day <= on]


# --- drafting them ----------------------------------------------------------------------------------------


def draft_chaser(*, enquiry: Enquiry, by: StaffMember | None, today: date | None = None) -> Chaser:
    """Draft the next step for an enquiry, or return the one that waits to be sent.

    `by` nobody, it is drafted unasked. Call it outside a transaction: filling in may take its time. Raises
    NothingToChase when the enquiry is answered or stopped, its case is closed, a reply waits to be read or
    no step is left, and unasked when somebody threw the last draft away; TemplateProblem where the wording
    cannot be used.
    """
    today = today or timezone.localdate()
    fresh = with_ladder(Enquiry.objects.filter(pk=enquiry.pk)).get()
    if reason := _no_draft(fresh, on=today):
        raise NothingToChase(reason)
    if (taken := kept(fresh)) and taken[-1].is_waiting:
        return taken[-1]
    if by is None and was_thrown_away(fresh):
        raise NothingToChase("Somebody threw the last draft away. It is drafted again when they ask.")
    ready = prepare(fresh, by=by, today=today)
    chaser = keep([ready], by=by, today=today).get(fresh.pk)
    if chaser is None:
        again = with_ladder(Enquiry.objects.filter(pk=enquiry.pk)).get()
        raise NothingToChase(
            _no_draft(again, on=today) or "Somebody else has dealt with this in the same moment."
        )
    return chaser


def why_not(enquiry: Enquiry, *, on: date | None = None, of: Letter | None = None) -> str:
    """Why nothing is to be chased here: a sentence; empty where something is.

    `on` a day, also why a reminder does not leave then: an answer is still to come. `of` is the letter that
    is asked about: where it puts the same to somebody above, it is not held for itself.
    `EnquiryQuerySet.to_remind` says the same for a list.
    """
    if enquiry.is_answered:
        return f"{enquiry.body} has answered this enquiry. There is nothing to chase."
    if unread := enquiry.unread_reply:
        return f"{enquiry.body} has replied on {in_words(unread.received_on)}: say first what the reply is."
    if not enquiry.case.is_open:
        return "This case is closed. Reopen it to chase a reply."
    if enquiry.is_about_what_ended:
        ended = enquiry.issue.ending if enquiry.issue else ""
        return f"What this was asked about has ended: {ended}. Take the issue up again to chase a reply."
    if enquiry.paused_on:
        return f"The clock stands still since {in_words(enquiry.paused_on)}: {enquiry.pause_reason}"
    if enquiry.is_leaving:
        return "The letter has not left yet. Look at it first."
    if above := put_higher(enquiry, but=of):
        return f"The same was put to {above.body} on {in_words(above.sent_on)}: that answer is waited for."
    return _not_yet(enquiry, on=on) if on else ""


def _no_draft(enquiry: Enquiry, *, on: date) -> str:
    """Why nothing is drafted that day. Before the answer is due a draft may be made, and waits; where they
    promised one none is made until that day has passed: it would ask for what they have said.
    """
    return why_not(enquiry, on=on if enquiry.promised_on else None)


def _not_yet(enquiry: Enquiry, *, on: date) -> str:
    """Why it is too early to remind them: the day has not passed by which they are to answer."""
    if enquiry.due_on >= on:
        day = in_words(enquiry.due_on)
        return f"The answer of {enquiry.body} is due by {day}; a chaser goes after that day, not before."
    if (promised := enquiry.promised_on) and promised >= on:
        return f"{enquiry.body} promised an answer by {in_words(promised)}; a chaser goes after that day."
    return ""


def holds(letter: Letter, on: date) -> list[Check]:
    """For what is looked at before a chaser leaves: that it may go on this day."""
    about = letter.about_enquiry_id
    if about is None or letter.to_body_id is None or not is_step(letter):
        return []
    enquiry = with_steps(Enquiry.objects.filter(pk=about)).get()
    if enquiry.is_answered or enquiry.unread_reply:
        return []  # said of every letter that says nothing came
    reason = why_not(enquiry, on=on, of=letter)
    if not reason and hasattr(letter, "chaser") and letter.to_body not in enquiry.body.lineage:
        reason = f"{enquiry.body} owes this answer now: discard this letter, and chase them anew."
    if reason:
        way = Way("", "Open the enquiry", enquiry.get_absolute_url())
        return [Check(ok=False, text=reason, ways=(way,))]
    return []


def prepare(enquiry: Enquiry, *, by: StaffMember | None, today: date) -> Prepared:
    """Fill in the next step of an enquiry; nothing is written. Raises NothingToChase, TemplateProblem."""
    sequence = len(kept(enquiry)) + 1
    left = left_of(enquiry)
    if not left:
        raise NothingToChase("Every step of the ladder has been taken. Ring them, or consider the ombudsman.")
    rung = left[0]
    thrown_away = [chaser.pk for chaser in enquiry.chasers.all() if chaser.sequence == sequence]
    ready = Prepared(enquiry, rung, sequence, None, instead_of=thrown_away[0] if thrown_away else None)
    if rung.template is None:
        return ready
    to = addressee(enquiry, rung)
    letter = worded(
        case=enquiry.case,
        template=rung.template,
        by=by,
        today=today,
        to_body=to.body,
        to_contact=to.contact,
        to_email=to.email,
        issue=enquiry.issue,
        about_enquiry=enquiry,
    )
    if rung.step == Rung.Step.HEAD:  # whoever stands above has not been asked before: a clock of its own
        letter.kind = Letter.Kind.ENQUIRY
    ready.letter = letter
    return ready


@transaction.atomic
def keep(ready: Sequence[Prepared], *, by: StaffMember | None, today: date) -> dict[int, Chaser]:
    """Write what was prepared, and return the chasers by their enquiry.

    What was answered, read, stopped, closed or chased by somebody else meanwhile is left out, and a step that
    was taken off the ladder; of two people
    at once the second gets the first one's chaser.
    """
    numbers = [each.enquiry.pk for each in ready]
    # Locked (on SQLite a write is alone anyway), so two people at once draft chasers 1 and 2, not 1 and 1.
    locked = Enquiry.objects.select_for_update(of=("self",)).filter(pk__in=numbers)
    standing = {one.pk: one for one in with_steps(locked).defer(*IN_WRITING)}
    ladder = set(Rung.objects.values_list("pk", flat=True))
    made: dict[int, Chaser] = {}
    new: list[Prepared] = []
    for each in ready:
        one = standing.get(each.enquiry.pk)
        if one is None or _no_draft(one, on=today) or each.rung.pk not in ladder:
            continue
        taken = kept(one)
        if len(taken) + 1 == each.sequence:
            new.append(each)
        elif taken and taken[-1].is_waiting:
            made[one.pk] = taken[-1]
    return made | _written(new, by=by, today=today)


def _written(ready: Sequence[Prepared], *, by: StaffMember | None, today: date) -> dict[int, Chaser]:
    letters = [each.letter for each in ready if each.letter is not None]
    for letter in letters:
        letter.drafted_by = letter.changed_by = by
    Letter.objects.bulk_create(letters)
    chasers = {}
    for each in ready:
        chasers[each.enquiry.pk] = Chaser(
            enquiry=each.enquiry,
            letter=each.letter,
            rung=each.rung,
            sequence=each.sequence,
            name=each.rung.name,
            made_on=today,
        )
    # One that was thrown away unsent has not used its number up.
    Chaser.objects.filter(pk__in=[each.instead_of for each in ready if each.instead_of]).delete()
    Chaser.objects.bulk_create(chasers.values())
    Event.objects.bulk_create([_line(each, by=by) for each in ready])
    for each in ready:
        if each.letter is None:
            _plan_the_ombudsman(each.enquiry, by=by, today=today)
    return chasers


def _line(each: Prepared, *, by: StaffMember | None) -> Event:
    """What the timeline says of a step that is drafted or due."""
    if each.letter is None:
        about = each.enquiry
        text = f"{each.rung.name}: {about.body} has not answered what was asked on {in_words(about.sent_on)}."
        kind, detail = Event.Kind.NOTE, {"enquiry": about.pk, "rung": each.rung.pk}
    else:
        text = f"{each.rung.name} to {each.letter.recipient}"
        kind, detail = Event.Kind.DRAFTED, {"letter": each.letter.pk}
    return Event(case=each.enquiry.case, kind=kind, by=by, text=text, detail=detail, at=timezone.now())


def _plan_the_ombudsman(enquiry: Enquiry, *, by: StaffMember | None, today: date) -> None:
    """Somebody is to consider it, where nothing but waiting is planned; another plan stays."""
    case = enquiry.case
    if case.is_open and case.next_action.startswith(EXPECTING):
        case.plan(next_action=f"{CONSIDER} for {enquiry.body}"[:200], on=today, by=by)


def draft_due_chasers(today: date) -> int:
    """Draft every chaser that is due and return how many. Drafts only: a person sends."""
    return draft_each(to_chase(on=today), today=today)


def draft_each(enquiries: Iterable[Enquiry], *, today: date) -> int:
    """Draft a chaser for each of these enquiries; one that was answered meanwhile is passed over."""
    return sum(_draft_some(some, today=today) for some in _in_parts(enquiries))


def _draft_some(enquiries: Sequence[Enquiry], *, today: date) -> int:
    ready = []
    numbers = [enquiry.pk for enquiry in enquiries]
    with asking_once():
        for enquiry in with_facts(Enquiry.objects.filter(pk__in=numbers)).order_by("due_on", "pk"):
            try:
                if not why_not(enquiry, on=today) and not was_thrown_away(enquiry):
                    ready.append(prepare(enquiry, by=None, today=today))
            except (NothingToChase, TemplateProblem):
                continue
    return len(keep(ready, by=None, today=today))


def with_facts(enquiries: EnquiryQuerySet) -> EnquiryQuerySet:
    """With all that a reminder is filled in with, in a fixed number of queries however many there are."""
    told = Letter.objects.filter(state=Letter.State.SENT, to_body=None).only("case", "sent_at")
    return with_ladder(enquiries).prefetch_related(
        Prefetch("case__letters", told, to_attr=TOLD_LETTERS),
        "case__enquiries__replies",
        "case__case_people__person__addresses",
        "case__case_people__person__emails",
        "case__case_people__person__phones",
        "case__references",
        "case__issues__category",
        "letter__named_cases",  # a copy follows without the other cases that it put
        "issue__category",
        "follow_ups",
    )


def _in_parts(enquiries: Iterable[Enquiry]) -> Iterator[list[Enquiry]]:
    rest = iter(enquiries)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def why_it_stays_gone(letter: Letter) -> str:
    """Why a letter that was marked as posted is not taken back: a step of the ladder has come after it."""
    chaser: Chaser | None = getattr(letter, "chaser", None)
    steps = Chaser.objects.filter(enquiry__letter=letter)
    if chaser is not None:
        steps |= Chaser.objects.filter(enquiry=chaser.enquiry_id, sequence__gt=chaser.sequence)
    return "Another step of the ladder has come after it. Look at the enquiry." if steps.exists() else ""
