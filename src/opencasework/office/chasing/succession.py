"""A body became part of another: its open enquiries are chased there."""

from __future__ import annotations

from django.db import transaction

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Event
from opencasework.office.letters.actions import best_contact
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember


@transaction.atomic
def become_part_of(body: Body, successor: Body, *, by: StaffMember) -> int:
    """Make `body` a part of `successor`, which owes now what `body` owed; return how many enquiries.

    Each keeps its dates: what was promised stays promised. What is answered, and what was on a closed case,
    stays with the old name, for that is who answered. Every case, a restricted one too, is told on its own
    timeline, and nowhere else.
    """
    body.parent = successor
    body.save(update_fields=["parent"])
    contact = best_contact(successor)
    moved = 0
    locked = Enquiry.objects.select_for_update(of=("self",)).unanswered().filter(body=body)
    for enquiry in locked.select_related("case"):
        enquiry.body, enquiry.contact = successor, contact
        enquiry.to_whom = contact.name[:200] if contact else ""
        enquiry.save(update_fields=["body", "contact", "to_whom"])
        enquiry.case.record(
            Event.Kind.NOTE,
            by=by,
            text=f"{body} is part of {successor} now, which owes the answer due {enquiry.due_on:%-d %B %Y}.",
            enquiry=enquiry.pk,
        )
        moved += 1
    return moved
