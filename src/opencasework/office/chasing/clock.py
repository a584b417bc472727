"""An enquiry's clock: putting one by word, stopping it and letting it run, another due date, what came of it.

Every act is a line on the timeline, says who and when, and can be taken back while nothing has come after it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from opencasework.office.authority import clock as demands
from opencasework.office.authority import gate
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case, Event, Issue
from opencasework.office.chasing import succession
from opencasework.office.kit import undoing
from opencasework.office.kit.words import begun_small
from opencasework.office.kit.working_days import working_days_after, working_days_between
from opencasework.office.letters import returning
from opencasework.office.letters.actions import codes_of, one_line
from opencasework.office.letters.asked import awaited_until
from opencasework.office.letters.enquiries import DUE_AS_THEY_SAID, DUE_MOVED, DUE_SET_BY, DUE_SET_MEANWHILE
from opencasework.office.letters.expecting import plan_along
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Enquiry
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember

UNDO_OF = "chasing.clock"
JUST_NOW = timedelta(minutes=1)  # the message offers it for 20 seconds; a slow line may take the rest
KEPT = (
    "due_on", "due_rule", "paused_on", "pause_reason", "paused_by_id", "resumed_on", "changed_mind",
    "their_reference",
)  # fmt: skip


class ClockProblem(Exception):
    """It cannot be so; the message says why and what to do."""


class NoAuthority(ClockProblem):
    """No authority covers the body, and nobody has said why it is asked without."""


class CaseClosed(ClockProblem):
    """Nobody waits for an answer about a case that has been closed: its clock would be no one's."""


# --- putting one by telephone or portal -------------------------------------------------------------------


@transaction.atomic
def put_by_word(
    *,
    case: Case,
    body: Body,
    means: str,
    question: str,
    asked_on: date,
    by: StaffMember,
    to_whom: str = "",
    contact: BodyContact | None = None,
    issue: Issue | None = None,
    their_reference: str = "",
    due_on: date | None = None,
    no_authority_reason: str = "",
) -> Enquiry:
    """Record what was asked by telephone or through a portal, and start its clock.

    It is due as a letter would be, or on `due_on` where they said so. Where the body became part of another,
    that one owes the answer. Raises ClockProblem where that is not
    after the day of asking, and NoAuthority where the gate of letters is shut and no reason is given.
    """
    no_authority_reason = one_line(no_authority_reason)[:300]
    without = not gate.was_open(case, body, on=asked_on)
    if without and not no_authority_reason:
        said, _, _ = gate.asking_since(case, body, on=asked_on)
        raise NoAuthority(f"{said} Say why you asked without it; the weekly review lists it.")
    owes = succession.owes_now(body)
    days, rule = owes.reply_days(Office.here().reply_days)
    if due_on is None:
        due_on = working_days_after(asked_on, days, nation=owes.holiday_nation)
    else:
        rule = DUE_AS_THEY_SAID
    if due_on <= asked_on:
        raise ClockProblem("An answer is due after the day of asking. Give a later day.")
    enquiry = Enquiry.objects.create(
        case=case, issue=issue or case.issues.first(), body=body, means=means, question=question,
        to_whom=one_line(to_whom)[:200], contact=contact, their_reference=one_line(their_reference)[:60],
        asked_by=by, sent_on=asked_on, due_on=due_on, due_rule=rule,
    )  # fmt: skip
    _record_asking(enquiry, by=by, without=no_authority_reason if without else "")
    if owes != body:
        succession.hand_on(enquiry, by=by)
    demands.after_letter(case, body, on=asked_on, by=by)  # asked by word, they want to see it all the same
    return enquiry


@transaction.atomic
def put_once(
    *, case: Case, by: StaffMember, question: str, asked_on: date, due_on: date | None, **said: Any
) -> tuple[Enquiry, bool]:
    """`put_by_word`, and whether it is new: what is sent twice, or again from an older page, is one.

    The same was asked of the same on one day, by one person in the same words: it has one clock. Where it was
    answered that day, it is asked anew. Raises CaseClosed where somebody has closed the case.
    """
    is_open = Case.objects.select_for_update().get(pk=case.pk).is_open  # locked: sent twice at once, too
    asked = said["body"]
    its = Q(body=asked, handed_on=None) | Q(handed_on__asked=asked)  # it may be owed by a successor
    there = Enquiry.objects.filter(
        its, case=case, means=said["means"], issue=said["issue"] or case.issues.first(),
        their_reference=one_line(said["their_reference"])[:60],
        question=question, sent_on=asked_on, asked_by=by, letter=None, gathered_in=None, answered_on=None,
    )  # fmt: skip
    whom = one_line(said["to_whom"])[:200]
    there = there.filter(Q(handed_on=None, to_whom=whom) | Q(handed_on__to_whom=whom))
    if due_on is not None:
        there = there.filter(due_on=due_on)
    if (found := there.select_related("body").first()) is not None:
        return found, False
    if not is_open:
        raise CaseClosed
    made = put_by_word(case=case, by=by, question=question, asked_on=asked_on, due_on=due_on, **said)
    return made, True


def _record_asking(enquiry: Enquiry, *, by: StaffMember, without: str) -> None:
    """The line of the timeline; with why it went without authority, for the weekly review, where it did."""
    phone, body = enquiry.means == Enquiry.Means.PHONE, enquiry.body
    whom = f"{enquiry.to_whom}, {body}" if enquiry.to_whom else str(body)
    heading = f"Asked {whom}" if phone else f"Asked {body} through their portal"
    noon = timezone.make_aware(datetime.combine(enquiry.sent_on, time(12)))
    at = timezone.now() if enquiry.sent_on == timezone.localdate() else noon
    text = f"{heading}\n{enquiry.question}"
    if without:
        text += f"\nAsked without authority to act: {without}"
        gate.record_override(
            case=enquiry.case, body=body, enquiry=enquiry.pk, reason=without, by=by, at=at
        )  # fmt: skip
    enquiry.case.record(
        Event.Kind.CALL if phone else Event.Kind.LETTER_OUT,
        by=by,
        at=at,
        text=text,
        puts_enquiry=True,
        means=enquiry.means,
        **({"without_authority": True} if without else {}),
        **codes_of(enquiry, enquiry=enquiry, body=body),
    )


# --- the clock --------------------------------------------------------------------------------------------


@transaction.atomic
def stop(enquiry: Enquiry, *, on: date, reason: str, by: StaffMember) -> str:
    """Stop the clock from this day, for a reason. Returns what takes it back.

    Raises ClockProblem where it stands already, the enquiry is answered, or the day lies before its sending
    or before the day from which it ran again: no day stands still twice.
    """
    enquiry, before = _standing(enquiry)
    if enquiry.is_answered:
        raise ClockProblem(f"{enquiry.body} has answered. There is no clock to stop.")
    if enquiry.paused_on:
        raise ClockProblem(f"The clock stands still already, since {in_words(enquiry.paused_on)}.")
    if on < enquiry.sent_on:
        raise ClockProblem(f"It was put on {in_words(enquiry.sent_on)}. Give that day or a later one.")
    if enquiry.resumed_on and on < enquiry.resumed_on:
        ran = in_words(enquiry.resumed_on)
        raise ClockProblem(f"The clock ran again from {ran}. Give that day or a later one.")
    enquiry.paused_on, enquiry.pause_reason, enquiry.paused_by = on, one_line(reason)[:300], by
    said = f"Clock stopped from {in_words(on)}: {enquiry.pause_reason}"
    return _kept(enquiry, before, said, by=by)


@transaction.atomic
def resume(enquiry: Enquiry, *, on: date, by: StaffMember) -> str:
    """Let the clock run again: the answer is due as many working days later as it stood still.

    A day that was agreed while it stood still was agreed with that in mind, and stays.

    Raises ClockProblem where it runs, the enquiry is answered, or the day lies before it was stopped.
    """
    enquiry, before = _standing(enquiry)
    if enquiry.is_answered:
        raise ClockProblem(f"{enquiry.body} has answered. There is no clock to run.")
    if enquiry.paused_on is None:
        raise ClockProblem("The clock is running already.")
    if on < enquiry.paused_on:
        raise ClockProblem(f"It was stopped on {in_words(enquiry.paused_on)}. Give that day or a later one.")
    nation = enquiry.body.holiday_nation
    stood = working_days_between(enquiry.paused_on, on, nation=nation)
    was_due = enquiry.due_on
    if enquiry.due_rule.endswith(DUE_SET_MEANWHILE):
        enquiry.due_rule = enquiry.due_rule.removesuffix(DUE_SET_MEANWHILE)
    elif enquiry.paused_on <= was_due:  # what was late before it was stopped stays late
        enquiry.due_on = working_days_after(was_due, stood, nation=nation)
        enquiry.due_rule = f"{enquiry.due_rule}; {stood}{DUE_MOVED}"[-300:]
    enquiry.paused_on, enquiry.pause_reason, enquiry.paused_by = None, "", None
    enquiry.resumed_on = on
    said = f"Clock runs again from {in_words(on)}: due {in_words(enquiry.due_on)}"
    said += f", was {in_words(was_due)}" if enquiry.due_on != was_due else ", as before"
    return _kept(enquiry, before, said, by=by)


@transaction.atomic
def move_due(enquiry: Enquiry, *, to: date, why: str, by: StaffMember) -> str:
    """Another day by which the answer is due, and why. The timeline keeps the old one.

    Raises ClockProblem where the enquiry is answered, or that is not after the day it was put.
    """
    enquiry, before = _standing(enquiry)
    if enquiry.is_answered:
        raise ClockProblem(f"{enquiry.body} has answered. Nothing is due any more.")
    if to <= enquiry.sent_on:
        put = in_words(enquiry.sent_on)
        raise ClockProblem(f"It was put on {put}; an answer is due after that. Give a later day.")
    was_due, why = enquiry.due_on, one_line(why)
    meanwhile = DUE_SET_MEANWHILE if enquiry.paused_on else ""
    enquiry.due_on = to
    enquiry.due_rule = f"{DUE_SET_BY}{by}: {why}"[: 300 - len(meanwhile)] + meanwhile
    said = f"Reply due {in_words(to)} instead of {in_words(was_due)}: {why}"
    return _kept(enquiry, before, said, by=by)


@transaction.atomic
def say_changed_mind(enquiry: Enquiry, *, value: str, by: StaffMember) -> str:
    """Say whether the body changed its mind. Raises ClockProblem where it has not answered."""
    enquiry, before = _standing(enquiry)
    if not enquiry.is_answered:
        raise ClockProblem(f"{enquiry.body} has not answered yet. Record the answer first.")
    enquiry.changed_mind = value
    words = {"yes": "changed its mind", "partly": "changed its mind in part", "no": "did not change its mind"}
    return _kept(enquiry, before, f"{enquiry.body} {words[value]}", by=by)


@transaction.atomic
def name_reference(enquiry: Enquiry, *, reference: str, by: StaffMember) -> str:
    """What the body calls it. The timeline says that it was noted, not the number."""
    enquiry, before = _standing(enquiry)
    enquiry.their_reference = one_line(reference)[:60]
    return _kept(enquiry, before, f"Reference of {enquiry.body} noted", by=by)


def _standing(enquiry: Enquiry) -> tuple[Enquiry, dict[str, Any]]:
    """The enquiry as it stands, locked, and what an act may change of it."""
    locked = Enquiry.objects.select_for_update(of=("self",)).select_related("body", "case")
    fresh = locked.get(pk=enquiry.pk)
    return fresh, _state(fresh)


def _state(enquiry: Enquiry) -> dict[str, Any]:
    values = {name: getattr(enquiry, name) for name in KEPT}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _kept(enquiry: Enquiry, before: dict[str, Any], said: str, *, by: StaffMember) -> str:
    was_awaited = awaited_until(Enquiry.objects.get(pk=enquiry.pk))
    enquiry.save(update_fields=[name.removesuffix("_id") for name in KEPT])
    plan_along(enquiry, was=was_awaited, by=by)
    enquiry.case.record(Event.Kind.NOTE, by=by, text=f"{enquiry.body}: {said}.", enquiry=enquiry.pk)
    act = {"enquiry": enquiry.pk, "before": before, "after": _state(enquiry), "said": said}
    return undoing.sealed(act, of=UNDO_OF)


# --- taking back ------------------------------------------------------------------------------------------


@transaction.atomic
def take_back(enquiry: Enquiry, *, token: str, by: StaffMember) -> str:
    """Put back what stood before an act, and return what was taken back.

    Raises ClockProblem where the token is not of this enquiry or something has come after the act.
    """
    try:
        act = undoing.opened(token, of=UNDO_OF)
    except undoing.NothingToTakeBack as problem:
        raise ClockProblem("There is nothing to take back here.") from problem
    enquiry, now = _standing(enquiry)
    if act["enquiry"] != enquiry.pk or now != act["after"]:
        raise ClockProblem("Something has come after that. Look at the enquiry and set it right there.")
    for name, value in act["before"].items():
        is_day = name.endswith("_on") and value is not None
        setattr(enquiry, name, date.fromisoformat(value) if is_day else value)
    said = str(act["said"])
    _kept(enquiry, now, f"Taken back: {begun_small(said)}", by=by)
    return said


def was_just_asked(enquiry: Enquiry) -> bool:
    """Whether it was written down a moment ago: then it is taken back as other acts are, without a word."""
    asked = _asking(enquiry)
    return asked is not None and timezone.now() - asked.recorded_at < JUST_NOW


def _asking(enquiry: Enquiry) -> Event | None:
    # After a merge its line stays with the case on which it was written.
    lines = Event.objects.filter(case__in=enquiry.case.family, detail__enquiry=enquiry.pk)
    return lines.filter(detail__has_key="puts_enquiry").first()


@transaction.atomic
def take_back_asking(enquiry: Enquiry, *, by: StaffMember, reason: str = "") -> None:
    """It was not asked after all: at once without a word, later with a reason that stays on the timeline.

    Raises ClockProblem where a letter went, something has come of it, or a reason is wanted.
    """
    enquiry, _ = _standing(enquiry)
    reason = one_line(reason)[:300]
    if enquiry.written_in is not None:
        raise ClockProblem("It went in a letter. What was sent cannot be taken back.")
    if enquiry.replies.exists() or enquiry.chasers.exists():
        raise ClockProblem("Something has come of it already. Look at it first.")
    if enquiry.is_answered:
        raise ClockProblem(f"{enquiry.body} has answered. What was answered was asked.")
    if not reason and not was_just_asked(enquiry):
        raise ClockProblem("Say why, for it was written down a while ago and others have gone by it.")
    asked = _asking(enquiry)
    why = f" {reason}" if reason else ""
    enquiry.case.record(
        Event.Kind.NOTE,  # figures count it no more
        by=by,
        text=f"Taken back: {enquiry.body} was not asked after all.{why}",
        **({"uncounts": [asked.pk]} if asked else {}),
    )
    gate.take_back_override(enquiry=enquiry.pk, by=by)
    case, body, asked_on = enquiry.case, enquiry.body, enquiry.sent_on
    enquiry.delete()
    if not returning.was_asked(case, body, on=asked_on):
        demands.forget_letter(case, body, on=asked_on)
