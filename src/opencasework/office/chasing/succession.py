"""A body became part of another: its open enquiries are chased there, and what waits to go to it is held.

Whom an enquiry or a letter was for at first is kept, so that it goes along where another successor is named,
and back where the succession is taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, Event
from opencasework.office.chasing.models import HandedOn, Succession
from opencasework.office.letters import outbox
from opencasework.office.letters.actions import Check, best_contact
from opencasework.office.letters.asked import awaited_until
from opencasework.office.letters.expecting import plan_along
from opencasework.office.letters.models import Enquiry, EnquiryQuerySet, Letter
from opencasework.office.staff.models import StaffMember


@transaction.atomic
def become_part_of(body: Body, successor: Body, *, by: StaffMember) -> None:
    """Make `body` a part of `successor`, which owes now what `body` owed; another that did, does no more.

    Each enquiry keeps its dates: what was promised stays promised. What is answered, and what is on a closed
    case, stays with the old name; it is handed on if the case is opened again. Every case, a restricted one
    too, is told on its own timeline, and nowhere else. Letters to `body` that have not left are drafts to
    `successor`, and wait there until somebody says to whom of it they go.
    """
    standing = successor_named(body)
    was_part_of = standing.was_part_of if standing else body.parent

    def succeed() -> None:
        values = {"successor": successor, "was_part_of": was_part_of}
        Succession.objects.update_or_create(body=body, defaults=values)
        _put_under(body, successor)

    _change(body, succeed, by=by)


@transaction.atomic
def stand_alone_again(body: Body, *, by: StaffMember) -> bool:
    """It became part of no other after all: it owes again what it owed. False where there is none to undo."""
    standing = successor_named(body)
    if standing is None:
        return False

    def undo() -> None:
        _put_under(body, standing.was_part_of)
        standing.delete()

    _change(body, undo, by=by)
    return True


def successor_named(body: Body) -> Succession | None:
    """The succession of this body that is in force."""
    found = Succession.objects.filter(body=body, successor=body.parent_id)
    return found.select_related("body", "successor", "was_part_of").first()


def hand_on_late(case: Case, by: StaffMember, **_: object) -> None:
    """A case is open again: what it has not been answered by a body that has become part of another is owed
    by that one.
    """
    _hand_on(Enquiry.objects.unanswered().filter(case=case), by=by)


def in_force() -> dict[int, Body]:
    """Who does its work now, by the number of each body that has become part of another: in one question."""
    named = Succession.objects.filter(successor=F("body__parent")).select_related("successor")
    one_up = {each.body_id: each.successor for each in named}
    found: dict[int, Body] = {}
    for body, now in one_up.items():
        passed = {body}
        while now.pk in one_up and now.pk not in passed:
            passed.add(now.pk)
            now = one_up[now.pk]
        found[body] = now
    return found


def owes_now(body: Body) -> Body:
    """Who owes now what this body is asked: itself, or whoever it became part of."""
    return _successor(body)


def hand_on(enquiry: Enquiry, *, by: StaffMember) -> None:
    """One that was put to a body after it became part of another: that one owes the answer."""
    _hand_on(Enquiry.objects.filter(pk=enquiry.pk), by=by)
    enquiry.refresh_from_db()


def hand_on_letter(letter: Letter, _at: datetime, by: StaffMember | None) -> None:
    """A letter has left for a body that became part of another: its enquiry is chased at that one."""
    if (by := by or letter.drafted_by) is not None:
        _hand_on(Enquiry.objects.unanswered().filter(letter=letter), by=by)


def _put_under(body: Body, whole: Body | None) -> None:
    body.parent = whole
    body.save(update_fields=["parent"])


def _change(body: Body, act: Callable[[], None], *, by: StaffMember) -> None:
    """Say who succeeds a body, and move what waits where its answers were owed till now."""
    place = _successor(body)
    act()
    for letter in _waiting().filter(to_body=place).select_for_update(of=("self",)):
        _readdress(letter, _first_for(letter), by=by)
    _hand_on(Enquiry.objects.unanswered().filter(body=place), by=by)


def _hand_on(enquiries: EnquiryQuerySet, *, by: StaffMember) -> None:
    """Put each with whoever owes it now, be that the body that was asked, and what waits about it too."""
    went = Q(body__in=Succession.objects.values("body")) | Q(pk__in=HandedOn.objects.values("enquiry"))
    for enquiry in enquiries.filter(went).select_for_update(of=("self",)).select_related("case", "body"):
        kept = HandedOn.objects.filter(enquiry=enquiry).select_related("asked", "contact").first()
        kept = kept or HandedOn(
            enquiry=enquiry, asked=enquiry.body, contact=enquiry.contact, to_whom=enquiry.to_whom
        )
        left, owes = enquiry.body, _successor(kept.asked)
        if owes != left:
            _move(enquiry, kept, owes, by=by)
            for letter in _waiting().filter(about_enquiry=enquiry, to_body=left):
                _readdress(letter, kept.asked, by=by)


def _move(enquiry: Enquiry, kept: HandedOn, owes: Body, *, by: StaffMember) -> None:
    left, due = enquiry.body, f"the answer due {enquiry.due_on:%-d %B %Y}."
    if owes == kept.asked:
        contact, to_whom = kept.contact, kept.to_whom
        text = f"{kept.asked} is no part of {left} after all and owes {due}"
        if kept.pk:
            kept.delete()
    else:
        contact = best_contact(owes)
        to_whom = contact.name[:200] if contact else ""
        text = f"{kept.asked} is part of {owes} now, which owes {due}"
        kept.save()
    enquiry.body, enquiry.contact, enquiry.to_whom = owes, contact, to_whom
    enquiry.save(update_fields=["body", "contact", "to_whom"])
    enquiry.case.record(Event.Kind.NOTE, by=by, text=text, enquiry=enquiry.pk)
    plan_along(enquiry, was=awaited_until(enquiry), of=left, by=by)


def _successor(body: Body) -> Body:
    """Who owes now what this body owed: its successor, or that one's. A part by itself again owes its own."""
    passed = {body.pk}
    while found := successor_named(body):
        if found.successor_id in passed:
            break
        passed.add(found.successor_id)
        body = found.successor
    return body


# --- letters that have not left ---------------------------------------------------------------------------


def _waiting() -> QuerySet[Letter]:
    waits = Letter.objects.filter(state__in=[Letter.State.DRAFT, Letter.State.SENDING])
    return waits.select_related("case", "to_body")


def _first_for(letter: Letter) -> Body:
    """The body it was written to before a succession readdressed it, while it waits where that put it."""
    assert letter.to_body is not None  # it is looked for by its body
    line = _readdressed(letter)
    if line is None or line.detail["readdressed"] != letter.to_body_id:
        return letter.to_body
    return Body.objects.filter(pk=line.detail.get("written_to")).first() or letter.to_body


def _readdress(letter: Letter, written_to: Body, *, by: StaffMember) -> None:
    """Make it a draft to whoever owes now what the body owed that it was written to."""
    owes, left, mail = _successor(written_to), letter.to_body, letter.mail
    if owes == left:
        return
    if mail is not None and not letter.is_draft and not outbox.withdraw(mail):
        return  # it may have arrived: a person decides
    drafts = Letter.objects.drafts().filter(pk=letter.pk)
    # By email, for that cannot go without an address; and a reason was given for another body.
    if not drafts.update(
        to_body=owes, to_contact=None, to_email="", means=Letter.Means.EMAIL, no_authority_reason=""
    ):
        return
    said = f"{written_to} is part of {owes} now"
    if owes == written_to:
        said = f"{written_to} is no part of {left} after all"
    letter.case.record(
        Event.Kind.NOTE,
        by=by,
        text=f"{said}: choose whom to write to, and read the letter again.",
        letter=letter.pk,
        readdressed=owes.pk,
        written_to=written_to.pk,
    )


def _readdressed(letter: Letter) -> Event | None:
    """The line that says last that it waits for another body now."""
    # After a merge of cases the line stays with the case on which it was written.
    lines = Event.objects.filter(case__in=letter.case.family, detail__letter=letter.pk)
    return lines.filter(detail__has_key="readdressed").order_by("recorded_at", "pk").last()


def choose_anew(letter: Letter, _on: date) -> list[Check]:
    """For what is looked at before a letter leaves: why it has lost its address, while it has none."""
    if letter.to_body is None:
        return []
    if (owes := _successor(letter.to_body)) != letter.to_body:
        text = f"{letter.to_body} is part of {owes} now. Should it go there?"
        return [Check(ok=False, must=False, text=text)]
    line = None if letter.to_contact_id or letter.to_email else _readdressed(letter)
    return [Check(ok=False, text=line.text)] if line else []
