"""Writing a call down, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.bodies.models import Body
from opencasework.office.calls import promises
from opencasework.office.cases import told
from opencasework.office.cases.actions import without_numbers
from opencasework.office.cases.models import Case, Event
from opencasework.office.kit.alone import lock
from opencasework.office.kit.once import once
from opencasework.office.kit.words import begun_small
from opencasework.office.letters import recipients
from opencasework.office.letters.actions import best_contact, keep_draft, template_of, worded
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.staff.models import StaffMember

TO_BODY, TO_PERSON = "LT-CALL", "LT-CALLED"
DAY = timedelta(days=1)
SENT_TWICE = timedelta(minutes=1)  # the same words from the same hand within it are one call


@dataclass(frozen=True)
class Kept:
    """What became of a call on one case."""

    line: Event
    planned: bool
    closed: bool
    is_new: bool = True
    promised: Enquiry | None = None  # which they promised to answer


@transaction.atomic
def keep_call(
    *,
    case: Case,
    headline: str,
    other_side: str,
    given: dict[str, Any],
    end: dict[str, Any] | None,
    body: Body | None,
    by: StaffMember,
    reached: bool = True,
) -> Kept:
    """Add the call to the timeline; plan the next step, or close the case, where that was said.

    `given` and `end` are what a `WhatFollowedForm` asks. What somebody else did to the case meanwhile stands:
    a case that is closed already is neither planned nor closed again. A form sent twice is kept once. Where
    nobody was `reached`, nobody was told anything; else the line says which enquiries a call to a body was
    about: their chasers wait until somebody has read it.

    What was said to a body about the people of the case without authority stands in the weekly review. Raises
    gate.NoAuthority where that wants a reason, and neither it nor that nothing was said of them is given.
    """
    lock(Case.objects.filter(pk=case.pk))  # sent twice at once, too
    person = told.whom(case, other_side) if body is None else None
    detail: dict[str, Any] = {"person": person} if person else {}
    spoken_of: list[Enquiry] = []
    if body is not None:
        spoken_of = promises.about(case, body, chosen=given.get("about", "")) if reached else []
        detail |= {"body": body.code, "about": [one.pk for one in spoken_of]}
    if not reached:
        detail["unreached"] = True
    reason, is_reported = given["no_authority_reason"], False
    text = f"{headline}\n{given['text'].strip()}"
    if body is not None and given.get("promised_on"):
        text += f"\nThey promise an answer by {in_words(given['promised_on'])}."
    if body is not None and (shut := gate.why_shut(case, body, on=timezone.localdate())):
        if reached and not reason and not given["nothing_said"]:
            raise gate.NoAuthority(shut)
        is_reported = bool(reason)
        text += (
            f"\nSaid without authority to act: {reason}" if reason else "\nNothing about the person was said."
        )
    if is_reported:
        detail["without_authority"] = True
    kept = _kept_already(case, text, detail, by=by)
    line = kept or case.record(
        Event.Kind.CALL, by=by, text=text, minutes=given.get("minutes"), noted=True, **detail
    )
    if body is not None and is_reported and kept is None:
        gate.record_override(case=case, body=body, call=line.pk, reason=reason, by=by, at=line.at)
    promised = None
    if body is not None and given.get("promised_on") and kept is None:
        promised = promises.keep(spoken_of, by_when=given["promised_on"], call=line.pk, by=by)
    planned = closed = False
    if end is not None:
        closed = case.close(by=by, **_but_for_no_money(end))
    elif given["on"] and case.is_open:
        words = without_numbers(case, given["next_action"], by=by)
        case.plan(next_action=words or case.next_action, on=given["on"], by=by)
        planned = case.is_open
    return Kept(line, planned, closed, is_new=kept is None, promised=promised)


def _but_for_no_money(end: dict[str, Any]) -> dict[str, Any]:
    # Whoever notes a call is not shown the pounds that stand there, so saying none takes none away.
    return {name: said for name, said in end.items() if name != "amount" or said is not None}


def _kept_already(case: Case, text: str, detail: dict[str, Any], *, by: StaffMember) -> Event | None:
    """The line of the same call, from the same hand a moment ago; None where it is new."""
    recent = case.events.filter(kind=Event.Kind.CALL, by=by, recorded_at__gte=timezone.now() - SENT_TWICE)
    same = (
        call
        for call in recent
        if call.text == text and all(call.detail.get(name) == detail.get(name) for name in ("body", "about"))
    )
    return next((call for call in same if stands(case, call)), None)


def rung_today(on: date) -> dict[str, set[int]]:
    """The cases about which each body was rung on this day, by its code: not by a call that was taken back,
    nor by one in which nobody was reached. One of another day that was written down today is none of today.
    """
    lines = Event.objects.filter(recorded_at__gte=day_begins(on), recorded_at__lt=day_begins(on + DAY))
    of_the_day = lines.filter(at__gte=day_begins(on), at__lt=day_begins(on + DAY))
    calls = of_the_day.filter(kind=Event.Kind.CALL).values_list("pk", "case", "detail")
    back = lines.filter(kind=Event.Kind.UNDELIVERED).values_list("detail__call", flat=True)
    taken_back, found = set(back), dict[str, set[int]]()
    for line, case, detail in calls:
        if line not in taken_back and not detail.get("unreached") and (code := detail.get("body")):
            found.setdefault(code, set()).add(case)
    return found


def day_begins(day: date) -> datetime:
    """Midnight in the office."""
    return timezone.make_aware(datetime.combine(day, time()))


def stands(case: Case, line: Event) -> bool:
    """Whether this call, as it was noted, has not been taken back."""
    lines = case.events.filter(kind=Event.Kind.UNDELIVERED).values_list("detail__call", flat=True)
    return line.pk not in once(f"calls taken back on {case.pk}", lambda: set(lines))


def not_so(case: Case, line: Event, by: StaffMember) -> str:
    """There was no such call, or it was noted on the wrong case: the timeline keeps both, the review says so.

    What they promised in it goes with it; what was planned or drafted has a way of its own to be taken back.
    """
    heading = line.text.partition("\n")[0]
    gate.take_back_override(call=line.pk, by=by)
    enquiry, became, said = promises.take_back(line, by=by)
    case.record(
        Event.Kind.UNDELIVERED,  # the person has not heard from us by it
        by=by,
        call=line.pk,
        text=" ".join(filter(None, [f"Taken back: {begun_small(heading)} was not as noted.", became])),
        **({"enquiry": enquiry.pk} if enquiry else {}),
    )
    stands = "What was planned or drafted from it stands."
    return " ".join(filter(None, ["Taken back: the call counts no more.", said, stands]))


def confirm(*, case: Case, other_side: str, said: str, body: Body | None, by: StaffMember) -> Letter | None:
    """Draft a letter that puts the call in writing: to the body that was rung, or else to the person.

    None where there is neither. Raises TemplateProblem. Call it outside a transaction: a wording may be a
    Word file, which takes its time.
    """
    if body is None and case.constituent is None:
        return None
    today = timezone.localdate()
    letter = worded(
        case=case,
        template=template_of(TO_BODY if body else TO_PERSON),
        by=by,
        today=today,
        to_body=body,
        to_contact=best_contact(body) if body else None,
        to_person=None if body else recipients.first(case),
        given={"call_on": in_words(today), "spoken_to": other_side, "what_was_said": said.strip()},
    )
    return keep_draft(letter, by=by)
