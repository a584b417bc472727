"""A body became part of another: its open enquiries are chased there, and what waits to go to it is held."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Event
from opencasework.office.chasing.models import Succession
from opencasework.office.letters import outbox
from opencasework.office.letters.actions import Check, best_contact
from opencasework.office.letters.models import Enquiry, EnquiryQuerySet, Letter
from opencasework.office.staff.models import StaffMember


@transaction.atomic
def become_part_of(body: Body, successor: Body, *, by: StaffMember) -> int:
    """Make `body` a part of `successor`, which owes now what `body` owed; return how many enquiries.

    Each keeps its dates: what was promised stays promised. What is answered, and what is on a closed case,
    stays with the old name; it is handed on if the case is opened again. Every case, a restricted one too,
    is told on its own timeline, and nowhere else. Letters to `body` that have not left are drafts to
    `successor`, and wait there until somebody says to whom of it they go.
    """
    _readdress(body, successor, by=by)
    body.parent = successor
    body.save(update_fields=["parent"])
    Succession.objects.update_or_create(body=body, defaults={"successor": successor})
    return _hand_on(Enquiry.objects.unanswered().filter(body=body), by=by)


def hand_on_late(case: Case, by: StaffMember, **_: object) -> None:
    """A case is open again: what it has not been answered by a body that has become part of another is owed
    by that one.
    """
    _hand_on(Enquiry.objects.unanswered().filter(case=case), by=by)


def _hand_on(enquiries: EnquiryQuerySet, *, by: StaffMember) -> int:
    moved = 0
    went = enquiries.filter(body__in=Succession.objects.values("body"))
    for enquiry in went.select_for_update(of=("self",)).select_related("case", "body"):
        body, successor = enquiry.body, _successor(enquiry.body)
        if successor == body:
            continue
        contact = best_contact(successor)
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


def _successor(body: Body) -> Body:
    """Who owes now what this body owed: its successor, or that one's. A part by itself again owes its own."""
    passed = {body.pk}
    while found := Succession.objects.filter(body=body, successor=body.parent_id).first():
        if found.successor_id in passed:
            break
        passed.add(found.successor_id)
        body = found.successor
    return body


def _readdress(body: Body, successor: Body, *, by: StaffMember) -> None:
    waiting = Letter.objects.filter(to_body=body, state__in=[Letter.State.DRAFT, Letter.State.SENDING])
    for letter in waiting.select_for_update(of=("self",)).select_related("case"):
        mail = letter.mail
        if mail is not None and not letter.is_draft and not outbox.withdraw(mail):
            continue  # it may have arrived: a person decides
        drafts = Letter.objects.drafts().filter(pk=letter.pk)
        # By email, for that cannot go without an address; and a reason was given for another body.
        if not drafts.update(
            to_body=successor, to_contact=None, to_email="", means=Letter.Means.EMAIL, no_authority_reason=""
        ):
            continue
        text = f"{body} is part of {successor} now: choose whom to write to, and read the letter again."
        letter.case.record(Event.Kind.NOTE, by=by, text=text, letter=letter.pk, readdressed=successor.pk)


def choose_anew(letter: Letter, _on: date) -> list[Check]:
    """For what is looked at before a letter leaves: why it has lost its address, while it has none."""
    if letter.to_body_id is None or letter.to_contact_id or letter.to_email:
        return []
    # After a merge of cases the line stays with the case on which it was written.
    lines = Event.objects.filter(case__in=letter.case.family, detail__letter=letter.pk)
    line = lines.filter(detail__has_key="readdressed").order_by("recorded_at", "pk").last()
    return [Check(ok=False, text=line.text)] if line else []
