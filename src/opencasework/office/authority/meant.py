"""Whom a person meant who wrote “someone else” when signing: a colleague says which body that is.

What was signed stays as it is. Who read the words so, and when, is a line of the timeline.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from opencasework.office.authority.actions import WHEN_WITHDRAWN
from opencasework.office.authority.models import Authority
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Event
from opencasework.office.staff.models import StaffMember


@dataclass(frozen=True)
class Meant:
    """A body that the person's own words were read as."""

    body: Body
    line: Event  # who said so, and when


def meant_by(authority: Authority) -> list[Meant]:
    """The bodies that its person's own words were read as, and that stand, in the order they were said."""
    if not authority.in_their_words:
        return []
    lines: dict[int, Event] = {}
    said = Event.objects.filter(kind=Event.Kind.AUTHORITY, detail__authority=authority.pk)
    for line in said.select_related("by").order_by("pk"):
        if "meant" in line.detail:
            lines[line.detail["meant"]] = line
        elif "not_meant" in line.detail:
            lines.pop(line.detail["not_meant"], None)
    bodies = Body.objects.in_bulk(lines)
    return [Meant(bodies[pk], line) for pk, line in lines.items() if pk in bodies]


@transaction.atomic
def say_meant(authority: Authority, body: Body, *, by: StaffMember) -> bool:
    """Their own words mean this body, `by` says: it is covered from now on. False where it was already."""
    held = Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    if held.bodies.filter(pk=body.pk).exists():
        return False
    held.bodies.add(body)
    text = (
        f"“{held.in_their_words}”, whom {held.person} named when signing, is {body}. "
        "Covered from now on; what was signed stays as it is."
    )
    held.case.record(Event.Kind.AUTHORITY, by=by, text=text, authority=held.pk, meant=body.pk)
    return True


@transaction.atomic
def not_meant(authority: Authority, body: Body, *, by: StaffMember) -> bool:
    """Somebody had read the words wrongly: that body is not covered. False where nobody had read them so.

    What was to leave on the strength of it goes back, as after a withdrawal.
    """
    held = Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    if body not in [each.body for each in meant_by(held)]:
        return False
    held.bodies.remove(body)
    text = f"“{held.in_their_words}” is not {body}: it is not covered by what {held.person} signed."
    held.case.record(Event.Kind.AUTHORITY, by=by, text=text, authority=held.pk, not_meant=body.pk)
    for act in WHEN_WITHDRAWN:
        act(held.case)
    return True
