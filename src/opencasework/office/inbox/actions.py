"""What a person does with a message: take it, decide about it, change their mind, write one down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from opencasework.office.authority.models import ReturnedForm
from opencasework.office.authority.returned import CannotFile
from opencasework.office.cases.models import Case, Channel, Event
from opencasework.office.constituents.models import Person
from opencasework.office.inbox import acts, answering, body_rang, erasing, putting_back
from opencasework.office.inbox.companions import companions, decided_with
from opencasework.office.inbox.filing import PART, file_on_case
from opencasework.office.inbox.handing_over import LEVELS
from opencasework.office.inbox.models import Act, ActLine, Attachment, Message
from opencasework.office.inbox.models.desk import standing
from opencasework.office.inbox.papers import Paper
from opencasework.office.inbox.reading.message import language_of
from opencasework.office.inbox.signed_forms import whose_message
from opencasework.office.letters.actions import forget_reply
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category


@transaction.atomic
def take(message: Message, *, by: StaffMember) -> Act | None:
    """Say that you are dealing with a message. None when a colleague has it, or you have it already."""
    [found] = acts.current([message.pk])
    message.taken_by = found.taken_by or by
    return _held(found, Act.Kind.TAKEN, by, by=by) if found.taken_by is None else None


@transaction.atomic
def release(message: Message, *, by: StaffMember) -> Act | None:
    """Let go of a message you had taken. None when you have it no more."""
    [found] = acts.current([message.pk])
    message.taken_by = None if found.taken_by == by else found.taken_by
    return _held(found, Act.Kind.RELEASED, None, by=by) if found.taken_by == by else None


def _held(found: Message, kind: Act.Kind, to: StaffMember | None, *, by: StaffMember) -> Act:
    before = standing(found)
    found.taken_by = to
    Message.objects.filter(pk=found.pk).update(taken_by=to)
    return acts.write(kind, by=by, changes=[(found, before)])


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
    is not ours to keep: after the days the office has set it is erased. A call of a body in which something
    about somebody may have been told is left: it belongs to their case.
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
        if body_rang.is_unsettled(found):
            continue
        if found.is_untriaged and Message.objects.filter(pk=found.pk, decision="").update(**taken):
            for name, value in taken.items():
                setattr(found, name, value)
            changes.append((found, before))
    return acts.write(decision, by=by, changes=changes) if changes else None


@transaction.atomic
def take_back(message: Message, *, by: StaffMember) -> list[str]:
    """Undo a decision, with what was decided about together with it: see `take_back_all`."""
    return take_back_all([message, *decided_with(message, staff=by)], by=by)


@transaction.atomic
def take_back_all(messages: Iterable[Message], *, by: StaffMember) -> list[str]:
    """Undo decisions: the messages are in the inbox again, and all that came of deciding is as it was.

    A case they were on keeps a line that says so; one that was opened for them goes, while nobody has done
    anything on it. Returns what there is to say of cases, in whole sentences.
    """
    # All are taken off first: with them off it, a case opened for all can go.
    taken = [off for message in messages if (off := _take_off(message))]
    said = [words for off in taken if off.line for words in putting_back.mistaken_cases(off.line, by=by)]
    for off in taken:
        message, line = off.message, off.line
        for case in Case.objects.filter(pk__in=off.cases).order_by("pk"):
            case.record(Event.Kind.NOTE, by=by, text=f"Taken off this case: {off.said}", message=message.pk)
            body_rang.take_back(message, case, by=by)
        if off.enquiry is not None:
            forget_reply(enquiry=off.enquiry, message_id=message.pk)
        if line is not None:
            said += putting_back.on_the_cases(message, line, by=by)
        answering.take_back(message)
        message.refresh_from_db()
    acts.was_taken_back([off.message.pk for off in taken], by=by)
    return said


@dataclass(frozen=True)
class _TakenOff:
    """A message back in the inbox, and what its decision had done."""

    message: Message
    line: ActLine | None
    cases: set[int]
    enquiry: Enquiry | None
    said: str  # what a case is told it was


def _take_off(message: Message) -> _TakenOff | None:
    """The message itself as before it was decided about. None where nobody had decided."""
    line, enquiry = putting_back.line_of(message), message.enquiry
    cases = {part.case_id for part in message.parts.all()}
    cases |= {message.case_id} if message.case_id else set()
    # Of a message that was split its subject may be about the other case, which not all here may know of.
    said = PART if len(cases) > 1 else message.subject
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
    if not changed:
        return None
    if "before_accepting" in message.details:
        _untag(message)
    message.parts.all().delete()
    if line is not None:
        line.message = message
        putting_back.at_the_desk(message, putting_back.left_alone(message, line))
        putting_back.whose(message, line)
    return _TakenOff(message, line, cases, enquiry, said)


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
        file_on_case(message, case=form.ask.case, by=by, person=whose_message(message, form.ask, by=by))


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
