"""Which enquiry a call to a body is about, and what it promises there: what becomes of that with the call."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.call_form import ALL_OF_THEM, NONE_OF_THEM
from opencasework.office.cases.models import Case, Event
from opencasework.office.kit.words import begun_small
from opencasework.office.letters.actions import receive_reply
from opencasework.office.letters.asked import awaited_until
from opencasework.office.letters.expecting import plan_along
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import Enquiry, Letter, LetterQuerySet, Reply
from opencasework.office.staff.models import StaffMember


def owed(case: Case, body: Body) -> list[Enquiry]:
    """What this body, its whole or a part of it still owes an answer to: its own first, of these the one due
    first.
    """
    waiting = case.enquiries.filter(answered_on=None).exclude(letter__state=Letter.State.SENDING)
    ordered = waiting.select_related("body__parent__parent", "issue__category").order_by("due_on", "pk")
    there = [one for one in ordered if one.body.is_of_one_line_with(body)]
    return sorted(there, key=lambda one: one.body_id != body.pk)


def to_choose(case: Case, body: Body) -> dict[str, str]:
    """The enquiries that a call to this body may be about, by their number, where a person has to say.

    Empty where it owes nothing, and where one is its own.
    """
    there = owed(case, body)
    if not there or _its_own(there, body):
        return {}
    every = {ALL_OF_THEM: "All of these"} if len(there) > 1 else {}
    named = {str(one.pk): _named(one) for one in there}
    return named | every | {NONE_OF_THEM: "None of these: the note alone keeps it"}


def about(case: Case, body: Body, *, chosen: str) -> list[Enquiry]:
    """Which a call to this body was about: the one that is its own, or what was `chosen` among them."""
    there = owed(case, body)
    if own := _its_own(there, body):
        return [own]
    return there if chosen == ALL_OF_THEM else [one for one in there if str(one.pk) == chosen]


def keep(spoken_of: list[Enquiry], *, by_when: date, call: int, by: StaffMember) -> Enquiry | None:
    """A holding reply by telephone, to the one enquiry that a call was about.

    None where there is none: the note of the call alone says it then. `call` is the number of its line.
    """
    found = spoken_of[0] if len(spoken_of) == 1 else None
    if found is not None:
        receive_reply(
            enquiry=found, received_on=timezone.localdate(), by=by, kind=Reply.Kind.HOLDING,
            text="by telephone.", promised_on=by_when, call=call,
        )  # fmt: skip
    return found


def said(enquiry: Enquiry | None) -> str:
    """For the message after a call in which they promised a day: which enquiry it went to."""
    if enquiry is None:
        return "The note alone keeps the promise."
    return f"The promise is kept with the enquiry to {enquiry.body} of {in_words(enquiry.sent_on)}."


def said_of_each(kept: list[tuple[Case, Enquiry | None]]) -> str:
    """The same of a call about several cases."""
    named = [
        f"{case.reference} ({one.body}, {in_words(one.sent_on)})"
        if one
        else f"{case.reference} (the note alone)"
        for case, one in kept
    ]
    return f"Where their promise is kept: {', '.join(named)}."


def take_back(line: Event, *, by: StaffMember) -> tuple[Enquiry | None, str, str]:
    """The promise of a call that was not as noted counts no more, unless something was built on it.

    Returns the enquiry it was about, then what the timeline says of it and the message after: all empty
    where the call brought none. Call it inside a transaction.
    """
    lines = Event.objects.filter(case__in=line.case.family, kind=Event.Kind.REPLY_IN)
    came = lines.filter(detail__call=line.pk).first()
    if came is None:
        return None, "", ""
    enquiry = Enquiry.objects.select_for_update().filter(pk=came.detail["enquiry"]).first()
    reply = Reply.objects.filter(pk=came.detail["reply"], enquiry=enquiry).first()
    if enquiry is None or reply is None or reply.promised_on is None:
        return None, "", ""
    day = in_words(reply.promised_on)
    if reason := _built_on(reply, since=came):
        stands = f"What they promised stands: {reason}"
        return enquiry, stands, stands
    was_awaited = awaited_until(enquiry)
    reply.delete()
    plan_along(enquiry, was=was_awaited, by=by)
    on_the_timeline = f"{enquiry.body} promises no answer by {day}."
    said = f"Nor does their promise to answer by {day}."
    if _drafted(enquiry.pk, since=came).filter(state=Letter.State.DRAFT).exists():
        said += " A draft about the enquiry may name it: read that before it goes."
    return enquiry, on_the_timeline, said


def _built_on(reply: Reply, *, since: Event) -> str:
    """Why a promise is not taken back by itself, and what to do; empty where nothing came of it."""
    if reply.kind != Reply.Kind.HOLDING:
        said = begun_small(reply.get_kind_display()) if reply.kind else "not read yet"
        return f"it was said since to be {said}. Look at the enquiry."
    gone = (Letter.State.SENDING, Letter.State.SENT)
    if _drafted(reply.enquiry_id, since=since).filter(state__in=gone).exists():
        return "a letter about the enquiry left since, which may name it. Look at the enquiry."
    return ""


def _drafted(enquiry: int, *, since: Event) -> LetterQuerySet:
    """The letters about an enquiry that were drafted after a line of the timeline, and may tell of it."""
    return Letter.objects.filter(about_enquiry=enquiry, drafted_at__gte=since.recorded_at)


def _its_own(there: list[Enquiry], body: Body) -> Enquiry | None:
    own = [one for one in there if one.body_id == body.pk]
    return own[0] if len(own) == 1 else None


def _named(enquiry: Enquiry) -> str:
    about = f": {enquiry.issue.category.label}" if enquiry.issue else ""
    asked, due = in_words(enquiry.sent_on), in_words(enquiry.due_on)
    return f"{enquiry.body}, asked on {asked}, due by {due}{about}"
