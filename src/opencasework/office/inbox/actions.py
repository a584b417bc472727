"""What a person does with a message: take it, decide about it, change their mind, write one down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority.models import ReturnedForm
from opencasework.office.authority.returned import CannotFile
from opencasework.office.cases.models import Channel, Event
from opencasework.office.constituents.models import Person
from opencasework.office.inbox import answering, erasing
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.handing_over import LEVELS
from opencasework.office.inbox.models import Attachment, Message
from opencasework.office.inbox.papers import Paper
from opencasework.office.inbox.reading.message import language_of
from opencasework.office.letters.actions import forget_reply
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category


def take(message: Message, *, by: StaffMember) -> bool:
    """Say that you are dealing with a message. False when a colleague has it."""
    free = Message.objects.filter(pk=message.pk, taken_by=None) | Message.objects.filter(
        pk=message.pk, taken_by=by
    )
    taken = bool(free.update(taken_by=by))
    message.refresh_from_db(fields=["taken_by"])
    return taken


def release(message: Message, *, by: StaffMember) -> None:
    """Let go of a message you had taken."""
    Message.objects.filter(pk=message.pk, taken_by=by).update(taken_by=None)
    message.refresh_from_db(fields=["taken_by"])


def file_away(message: Message, *, by: StaffMember, note: str = "") -> bool:
    """Nothing needs doing about it. False when it was decided about already."""
    return _decide(message, Message.Decision.FILED_AWAY, by=by, note=note)


def give_to_other_member(message: Message, *, by: StaffMember, note: str = "") -> bool:
    """It is for another member; `note` says whom. False when it was decided about already.

    It is not ours to keep: after the days the office has set it is erased.
    """
    erase_on = erasing.keep_until(timezone.localdate())
    return _decide(message, Message.Decision.OTHER_MEMBER, by=by, note=note, erase_on=erase_on)


def mark_as_campaign(message: Message, *, by: StaffMember, note: str = "") -> bool:
    """It is one of many like it; `note` names the campaign. False when it was decided about already."""
    return _decide(message, Message.Decision.CAMPAIGN, by=by, note=note)


def _decide(
    message: Message, decision: str, *, by: StaffMember, note: str, erase_on: date | None = None
) -> bool:
    undecided = Message.objects.filter(pk=message.pk, decision="")
    decided = undecided.update(
        decision=decision,
        decided_by=by,
        decided_at=timezone.now(),
        decision_note=note[:300],
        erase_on=erase_on,
    )
    message.refresh_from_db()
    return bool(decided)


@transaction.atomic
def take_back(message: Message, *, by: StaffMember) -> None:
    """Undo a decision: the message is in the inbox again. A case it was on keeps a line that says so."""
    case, enquiry = message.case, message.enquiry
    changed = (
        Message.objects.filter(pk=message.pk)
        .exclude(decision="")
        .update(
            decision="",
            decided_by=None,
            decided_at=None,
            decision_note="",
            erase_on=None,
            case=None,
            enquiry=None,
        )
    )
    if changed and "before_accepting" in message.details:
        _untag(message)
    if changed and enquiry is not None:
        forget_reply(enquiry=enquiry, message_id=message.pk)
    if changed and case is not None:
        case.record(
            Event.Kind.NOTE, by=by, text=f"Taken off this case: {message.subject}", message=message.pk
        )
    answering.take_back(message)
    message.refresh_from_db()


def _untag(message: Message) -> None:
    """Give a message back the tags it had before everything suggested was accepted."""
    details = dict(message.details)
    was = details.pop("before_accepting")
    category = was.pop("category", None)
    Message.objects.filter(pk=message.pk).update(
        category=Category.objects.filter(pk=category).first(),
        details=details,
        **{axis: was.get(axis, "") for axis in LEVELS},
    )


def join_case_of_form(form: ReturnedForm, by: StaffMember) -> None:
    """A signed form is filed: the message it came with joins its case, where nobody had decided about it.

    Call inside the transaction that files it. Raises CannotFile for an infected file.
    """
    file = Attachment.objects.filter(pk=form.attachment or 0).first()
    if file is not None and file.is_infected:
        raise CannotFile("The virus scanner found something in this file. Ask for the form again.")
    message = Message.objects.filter(pk=form.message or 0, decision="").first()
    if message is not None:
        file_on_case(message, case=form.ask.case, by=by, person=form.ask.person)


@transaction.atomic
def write_down(
    *,
    channel: str,
    text: str,
    by: StaffMember,
    subject: str = "",
    from_name: str = "",
    from_address: str = "",
    person: Person | None = None,
    received_at: datetime | None = None,
    sent_at: datetime | None = None,
    details: Mapping[str, object] | None = None,
    paper: Paper | None = None,
    fingerprint: str | None = None,
) -> Message:
    """Record what did not come by mail: a letter, a call, a visit, a post. It waits in the inbox like all.

    What stands in the text layer of a letter's scans follows what was typed. Give `fingerprint` for a file
    that must not become two messages; a second one raises IntegrityError.
    """
    if paper and paper.text:
        text = f"{text}\n\n{paper.text}".strip()
    message = Message.objects.create(
        channel=Channel(channel),
        state=Message.State.READ,
        text=text,
        reply_text=text,
        language=language_of(text),
        subject=subject[:998],
        from_name=(from_name or (person.full_name if person else ""))[:300],
        from_address=from_address.strip().lower(),
        person=person,
        received_at=received_at or timezone.now(),
        sent_at=sent_at,
        taken_by=by,
        written_down_by=by,
        written_down_at=timezone.now(),
        details={**(details or {}), **(paper.details() if paper else {})},
        fingerprint=fingerprint,
    )
    if paper:
        paper.attach_to(message)
    return message
