"""What comes back from a body: a reply, what it is, and when an enquiry counts as answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Event
from opencasework.office.kit.alone import lock
from opencasework.office.letters import final_days
from opencasework.office.letters.asked import awaited_until
from opencasework.office.letters.expecting import CONSIDER, EXPECTING, plan_along
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.staff.models import StaffMember


def one_line(text: str) -> str:
    """Text fit for a header or a heading: line breaks and other control characters become spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def codes_of(about: Letter | Enquiry, *, enquiry: Enquiry | None, body: Body | None) -> dict[str, Any]:
    """What figures count a letter or a reply by."""
    return {
        "enquiry": enquiry.pk if enquiry else None,
        "body": body.code if body else "",
        "category": about.category_code,
        "kind": about.case.kind,
        "channel": about.case.channel,
    }


def _pass_the_answer_on(enquiry: Enquiry, *, by: StaffMember) -> None:
    """The body has answered, so nobody waits for it any more: next the person is told. Other plans stay."""
    case, person = enquiry.case, enquiry.case.constituent
    waits = case.next_action.startswith((*EXPECTING, CONSIDER)) and enquiry.body.name in case.next_action
    if case.is_open and waits:
        told = f"Tell {person or 'them'} what {enquiry.body} said"
        case.plan(next_action=told[:200], on=timezone.localdate(), by=by)


@transaction.atomic
def receive_reply(
    *,
    enquiry: Enquiry,
    received_on: date,
    by: StaffMember | None = None,
    kind: str = "",
    message_id: int | None = None,
    text: str = "",
    promised_on: date | None = None,
    call: int | None = None,
) -> Reply:
    """Something came back from the body. Until a person says what it is (`kind`), it answers nothing.

    `message_id` is the row of the mail it came in, if it came by mail; one mail makes one reply.
    `promised_on` is the day by which it says that the answer will come, `call` the line of the call in which
    it said so.
    """
    if message_id is not None:
        earlier = _replies_by_mail(enquiry, message_id).first()
        if earlier is not None:
            return earlier
    was_awaited = awaited_until(enquiry)
    reply = Reply.objects.create(
        enquiry=enquiry,
        received_on=received_on,
        recorded_by=by,
        note=one_line(text)[:300],
        promised_on=promised_on,
    )
    enquiry.case.record(
        Event.Kind.REPLY_IN,
        by=by,
        text=f"From {enquiry.body}"
        + (f": {text}" if text else "")
        + (f" They promise an answer by {promised_on:%-d %B %Y}." if promised_on else ""),
        reply=reply.pk,
        message=message_id,
        received_on=received_on.isoformat(),
        **({"call": call} if call else {}),
        **codes_of(enquiry, enquiry=enquiry, body=enquiry.body),
    )
    if promised_on:
        plan_along(enquiry, was=was_awaited, by=by)
    if kind:
        mark_reply(reply=reply, kind=kind, by=by)
    return reply


@transaction.atomic
def receive_once(
    *, enquiry: Enquiry, received_on: date, by: StaffMember, kind: str, text: str, promised_on: date | None
) -> tuple[Reply, bool]:
    """`receive_reply` of what a person records, and whether it is new: what is sent twice, or recorded by
    several colleagues, is one reply.

    The same came on one day and was recorded in the same words, by whomever, or now in none.
    """
    lock(Enquiry.objects.filter(pk=enquiry.pk))  # sent twice at once, too
    there = enquiry.replies.filter(kind=kind, received_on=received_on)
    if note := one_line(text)[:300]:
        there = there.filter(note=note)
    if promised_on or note:
        there = there.filter(promised_on=promised_on)
    if (found := there.select_related("recorded_by").first()) is not None:
        return found, False
    made = receive_reply(
        enquiry=enquiry, received_on=received_on, by=by, kind=kind, text=text, promised_on=promised_on
    )
    return made, True


@transaction.atomic
def forget_reply(*, enquiry: Enquiry, message_id: int) -> None:
    """The mail was no reply after all. One that somebody has said is a reply stays: they correct it there."""
    _replies_by_mail(enquiry, message_id).filter(kind="").delete()


def _replies_by_mail(enquiry: Enquiry, message_id: int) -> QuerySet[Reply]:
    """What the timeline says came in this mail about this enquiry, the earliest first."""
    lines = enquiry.case.events.filter(
        kind=Event.Kind.REPLY_IN, detail__message=message_id, detail__enquiry=enquiry.pk
    )
    numbers = [detail["reply"] for detail in lines.values_list("detail", flat=True)]
    return Reply.objects.filter(pk__in=numbers).order_by("pk")


@transaction.atomic
def mark_reply(*, reply: Reply, kind: str, by: StaffMember | None) -> None:
    """Say what a reply is. The first answer answers the enquiry; correcting a mistake takes it back.

    What somebody above answers is answered for those below too, who were asked the same in vain. An empty
    kind takes it all back: the reply is to be read again.
    """
    enquiry = Enquiry.objects.select_for_update().get(pk=reply.enquiry_id)
    before, was = enquiry.answered_on, reply.kind
    reply.kind, reply.recorded_by = kind, by or reply.recorded_by
    reply.save(update_fields=["kind", "recorded_by"])
    final_days.keep(enquiry, reply, was=was, by=by)
    if _settle(enquiry, reply, by=by):
        if by and before is None:
            _pass_the_answer_on(enquiry, by=by)
    elif kind:
        said = "the enquiry stays open" if enquiry.answered_on is None else "it was answered before"
        enquiry.case.record(
            Event.Kind.NOTE,
            by=by,
            text=f"{reply.get_kind_display()} from {enquiry.body}; {said}.",
            reply=reply.pk,
            enquiry=enquiry.pk,
            reply_kind=kind,
        )
    while enquiry.letter is not None and enquiry.letter.takes_it_higher:
        above = enquiry.letter_id
        enquiry = Enquiry.objects.select_for_update().get(follow_ups=above)
        _settle(enquiry, reply, by=by)
    reply.refresh_from_db()


def _settle(enquiry: Enquiry, reply: Reply, *, by: StaffMember | None) -> bool:
    """Work out anew when this enquiry was answered; say so on the timeline and here where that changed."""
    higher = Q(enquiry__letter__about_enquiry=enquiry, enquiry__letter__kind=Letter.Kind.ENQUIRY)
    answers = Reply.objects.filter(Q(enquiry=enquiry) | higher, kind__in=Reply.ANSWERS)
    first = answers.order_by("received_on", "pk").first()
    answered_on = first.received_on if first else None
    if answered_on == enquiry.answered_on:
        return False
    enquiry.answered_on = answered_on
    if answered_on is None:
        enquiry.changed_mind = ""  # what was no answer changed nothing
    enquiry.save(update_fields=["answered_on", "changed_mind"])
    what = reply.get_kind_display() or "not read yet"
    above = "" if reply.enquiry_id == enquiry.pk else f", by {reply.enquiry.body}"
    enquiry.case.record(
        Event.Kind.ANSWERED,
        by=by,
        text=f"{enquiry.body}: {what}{above}",
        reply=reply.pk,
        reply_kind=reply.kind,
        # Figures count an enquiry as answered from the last line that says so; null takes it back.
        answered_on=answered_on.isoformat() if answered_on else None,
        sent_on=enquiry.sent_on.isoformat(),
        **codes_of(enquiry, enquiry=enquiry, body=enquiry.body),
    )
    return True
