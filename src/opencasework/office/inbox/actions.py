"""What a person does with a message: take it, decide about it, change their mind, write one down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority.models import ReturnedForm
from opencasework.office.authority.returned import CannotFile
from opencasework.office.cases.models import Channel, Event
from opencasework.office.constituents.models import Person
from opencasework.office.inbox import acts, answering, erasing
from opencasework.office.inbox.companions import companions, decided_with
from opencasework.office.inbox.filing import PART, file_on_case
from opencasework.office.inbox.handing_over import LEVELS
from opencasework.office.inbox.models import Act, Attachment, Message
from opencasework.office.inbox.models.desk import standing
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
    """It is for another member; `note` says whom. False when it was decided about already."""
    return _decide(message, Message.Decision.OTHER_MEMBER, by=by, note=note)


def mark_as_campaign(message: Message, *, by: StaffMember, note: str = "") -> bool:
    """It is one of many like it; `note` names the campaign. False when it was decided about already."""
    return _decide(message, Message.Decision.CAMPAIGN, by=by, note=note)


@transaction.atomic
def _decide(message: Message, decision: str, *, by: StaffMember, note: str) -> bool:
    decided = decide([message.pk], decision, by=by, note=note) is not None
    message.refresh_from_db()
    return decided


@transaction.atomic
def decide(pks: Iterable[int], decision: str, *, by: StaffMember, note: str = "") -> Act | None:
    """Decide in one act about those of these messages that nobody decided about, and their companions.

    None where none was left. What is on a case is put there with `file_on_case`. What is for another member
    is not ours to keep: after the days the office has set it is erased.
    """
    wanted = list(pks)
    is_elsewhere = decision == Message.Decision.OTHER_MEMBER
    # Of two people deciding at once, the update lets one through.
    taken = {
        "decision": decision,
        "decided_by": by,
        "decided_at": timezone.now(),
        "decision_note": note[:300],
        "erase_on": erasing.keep_until(timezone.localdate()) if is_elsewhere else None,
    }
    changes = []
    for found in acts.current([*wanted, *companions(wanted, staff=by)]):
        before = standing(found)
        if found.is_untriaged and Message.objects.filter(pk=found.pk, decision="").update(**taken):
            for name, value in taken.items():
                setattr(found, name, value)
            changes.append((found, before))
    return acts.write(decision, by=by, changes=changes) if changes else None


@transaction.atomic
def take_back(message: Message, *, by: StaffMember, alone: bool = False) -> None:
    """Undo a decision: the message is in the inbox again. A case it was on keeps a line that says so.

    What was decided about together with it comes back too, unless it is taken back `alone`.
    """
    along = [] if alone else decided_with(message, staff=by)
    _take_back(message, by=by)
    for companion in along:
        _take_back(companion, by=by)
    acts.was_taken_back([message.pk, *(each.pk for each in along)], by=by)


def _take_back(message: Message, *, by: StaffMember) -> None:
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
    # Of a message that was split its subject may be about the other case, which not all here may know of.
    said = PART if changed and message.parts.exclude(case=case).exists() else message.subject
    if changed:
        for part in message.parts.exclude(case=case).select_related("case"):
            part.case.record(Event.Kind.NOTE, by=by, text=f"Taken off this case: {said}", message=message.pk)
        message.parts.all().delete()
    if changed and enquiry is not None:
        forget_reply(enquiry=enquiry, message_id=message.pk)
    if changed and case is not None:
        case.record(Event.Kind.NOTE, by=by, text=f"Taken off this case: {said}", message=message.pk)
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
