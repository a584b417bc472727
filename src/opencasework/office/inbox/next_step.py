"""What to do first about a message, from its issue and urgency and this office's own directory.

A suggestion with its reason, never more: a number to ring stands in it only where the directory has one.
"""

from __future__ import annotations

from dataclasses import dataclass

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.actions import THEN_WRITE
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.showing import Beside
from opencasework.office.inbox.suggesting.levels import Suggested
from opencasework.office.tags.models import Urgency

PRESSING = {Urgency.EMERGENCY.value, Urgency.URGENT.value}


@dataclass(frozen=True)
class NextStep:
    """What to do first, until when, and why."""

    text: str
    on: str  # as a date field understands it; empty where there is no date
    reason: str
    icon: str = "arrow-right"
    sets_case: bool = True  # whether a case opened from the message gets it as its next action


def next_step(message: Message, beside: Beside, offered: dict[str, Suggested]) -> NextStep:
    """The first step that is suggested for a message."""
    if beside.proposed and beside.proposed.enquiry:
        return NextStep(
            f"Read the reply of {beside.proposed.enquiry.body}, then say what it is",
            "",
            "It answers an enquiry that waits. Only an answer stops its clock.",
            "reply",
            sets_case=False,
        )
    urgency, why = _urgency(message, offered)
    if urgency == Urgency.EMERGENCY:
        return NextStep("Ring them now, before anything is written", "today", why, "phone-call")
    if beside.found.in_area is False:
        return NextStep(
            f"Tell them who represents them: {beside.found.postcode} is not in our area",
            "2 wd",
            "From the postcode in the message. Ask first if it may not be where they live.",
            "map-pin",
        )
    body = beside.usual_bodies[0] if beside.usual_bodies else None
    if body is None:
        return NextStep(
            "Decide the first step",
            "today" if urgency in PRESSING else "5 wd",
            why or "The office’s rule.",
            "list-checks",
        )
    if urgency in PRESSING:
        line = _line_for_members(body)
        where = f"Ring {body}’s line for members, {line.phone}" if line else f"Ring {body} today"
        known = "Number from your directory." if line else "Your directory has no line for members there."
        return NextStep(where, "today", f"{why} {known}".strip(), "phone")
    on, rule = ("2 wd", why) if urgency == Urgency.TIME_LIMITED else ("5 wd", "")
    about = beside.category.label if beside.category else "this"
    return NextStep(
        f"{THEN_WRITE}{body}",
        on,
        " ".join(filter(None, [rule, f"{about} usually goes there."])),
        "pen-line",
    )


def _urgency(message: Message, offered: dict[str, Suggested]) -> tuple[str, str]:
    if message.urgency:
        return message.urgency, f"Tagged “{message.get_urgency_display()}”."
    suggested = offered.get("urgency")
    if suggested is None:
        return "", ""
    return suggested.level, f"Suggested as “{suggested.label}”: {suggested.reason}"


def _line_for_members(body: Body) -> BodyContact | None:
    """The line for members of a body, or of the one above it."""
    lines = BodyContact.objects.filter(kind=BodyContact.Kind.HOTLINE).exclude(phone="")
    return lines.filter(body=body).first() or lines.filter(body=body.parent_id or 0).first()
