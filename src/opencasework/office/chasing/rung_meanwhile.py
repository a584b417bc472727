"""A chaser that waits while the body is rung: it is held until somebody says that it goes all the same."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Event
from opencasework.office.chasing.models import Chaser
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.actions import Check
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.fields import Way
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.staff.models import StaffMember

LATELY_DAYS = 2  # working days of the body's nation, within which a chaser says nothing new
ALL_THE_SAME = "It goes all the same"  # what to press once the call was read
FARTHEST = timedelta(days=14)  # more than that many working days, whatever the holidays


def calls_of(letter: Letter, on: date) -> list[Check]:
    """For what is looked at before a chaser leaves: that nobody has spoken to the body meanwhile."""
    line = call_that_holds(letter, on)
    if line is None:
        return []
    press = ALL_THE_SAME, reverse("chaser-call", args=[letter.pk, line.pk])
    return [rung(letter, line, "Read what they said, then send this or discard it.", press)]


def rung(chaser: Letter, call: Event, then: str, press: tuple[str, str]) -> Check:
    """That the body was rung about the case of a chaser, what to do `then`, and what to press."""
    body = Body.objects.get(code=call.detail["body"])
    day = in_words(timezone.localdate(call.recorded_at))
    way = Way("", "Read the call", f"{chaser.case.get_absolute_url()}#entry-{call.pk}")
    text = f"{body} was rung about this case on {day}. {then}"
    return Check(ok=False, text=text, ways=(way,), press=press)


@transaction.atomic
def send_all_the_same(letter: Letter, *, call: int, on: date, by: StaffMember) -> bool:
    """Somebody has looked at this call, which holds the chaser no more; the timeline says so.

    False where it holds none, or another call came since.
    """
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    line = call_that_holds(letter, on)
    if line is None or line.pk != call:
        return False
    Chaser.objects.filter(letter=letter).update(call_read=line.pk)
    day = in_words(timezone.localdate(line.recorded_at))
    text = f"The chaser to {letter.recipient} may go, although they were rung on {day}."
    letter.case.record(Event.Kind.NOTE, by=by, text=text, letter=letter.pk)
    return True


def call_that_holds(letter: Letter, on: date) -> Event | None:
    """The last call about this enquiry that holds the chaser on this day; None without.

    One that was noted after the chaser was drafted or lately. A call in which they promised a day holds it by
    that day, one by which the enquiry was put by none. One that was noted before calls said which enquiry
    they were about holds whatever its body, the whole of that or a part of it owes.
    """
    chaser: Chaser | None = getattr(letter, "chaser", None)
    if chaser is None or chaser.enquiry.is_answered:
        return None
    enquiry = chaser.enquiry
    kinds = (Event.Kind.CALL, Event.Kind.UNDELIVERED, Event.Kind.REPLY_IN)
    first = min(letter.drafted_at, timezone.now() - FARTHEST)
    lines = list(Event.objects.filter(case__in=enquiry.case.family, kind__in=kinds, recorded_at__gte=first))
    settled = {line.detail.get("call") for line in lines}  # taken back, or it brought a promise

    def holds(line: Event) -> bool:
        noted = line.kind == Event.Kind.CALL and bool(line.detail.get("noted") and line.detail.get("body"))
        if not noted or line.pk in settled or line.pk <= (chaser.call_read or 0):
            return False
        if enquiry.pk not in line.detail.get("about", [enquiry.pk]):
            return False
        day = timezone.localdate(line.recorded_at)
        lately = working_days_after(day, LATELY_DAYS, nation=enquiry.body.holiday_nation) >= on
        return day <= on and (lately or line.recorded_at >= letter.drafted_at)

    calls = [line for line in lines if holds(line)]
    untold = {line.detail["body"] for line in calls if "about" not in line.detail}
    theirs = _theirs(enquiry, untold) if untold else set()
    held_by = [line for line in calls if "about" in line.detail or line.detail["body"] in theirs]
    return max(held_by, key=lambda line: line.pk, default=None)


def _theirs(enquiry: Enquiry, codes: set[str]) -> set[str]:
    """Those of these bodies that are the enquiry's, what that is a part of, or a part of it."""
    bodies = Body.objects.filter(code__in=codes).select_related("parent__parent")
    return {one.code for one in bodies if one.is_of_one_line_with(enquiry.body)}
