"""Which case does a message belong to? A wrong join shows one person's life to another.

So only three things together join silently: our reply token, a sender who is part of that case, and a domain
our own mail provider vouches for. Everything else is a proposal with its reason, for a person to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.asking import heard_from
from opencasework.office.cases.models import Case, Event
from opencasework.office.constituents.models import Person, PersonEmail
from opencasework.office.inbox import acts, body_rang, numbers
from opencasework.office.inbox.companions import companions
from opencasework.office.inbox.handing_over import hand_over
from opencasework.office.inbox.models import Act, Message
from opencasework.office.inbox.models.desk import standing
from opencasework.office.kit import dates
from opencasework.office.letters import tokens
from opencasework.office.letters.actions import receive_reply
from opencasework.office.letters.models import Enquiry, OutgoingMail, ReplyToken
from opencasework.office.letters.participants import participants, participants_by_case
from opencasework.office.staff.models import StaffMember

# The fields `place` may set.
FIELDS = [
    "case", "enquiry", "person", "decision", "decided_at", "decision_note",
    "proposal", "proposed_case", "proposed_enquiry", "proposal_reason",
]  # fmt: skip

BY_TOKEN = "Reply token, known participant, confirmed domain"

PART = "part of a message"  # what a case is told a split message is, whose subject is of all of it


def place(messages: Sequence[Message], clues: Mapping[int, Sequence[str]]) -> None:
    """Put each message on its case, or propose one, or leave it to the inbox. Call inside a transaction.

    `clues` are, by message, the addresses it was sent to and the mails it answers. The messages are changed,
    not saved.
    """
    issued = tokens.issued_among(text for message in messages for text in clues[message.pk])
    unclaimed: list[Message] = []
    for message in messages:
        if message.direction != Message.Direction.IN:
            continue
        token = tokens.found_in(clues[message.pk], issued=issued)
        if token:
            _by_token(message, token, clues[message.pk])
        else:
            unclaimed.append(message)
    _by_thread(unclaimed)
    numbers.propose([message for message in unclaimed if not message.proposal])


def propose_anew(message: Message, clues: Sequence[str]) -> None:
    """Propose a case for what waits, or none, as if it came now; put it on none. Changed, not saved."""
    message.proposal, message.proposal_reason = "", ""
    message.proposed_case = message.proposed_enquiry = None
    token = tokens.found_in(clues)
    if token:
        _by_token(message, token, clues, is_new=False)
        return
    _by_thread([message])
    if not message.proposal:
        numbers.propose([message])


def _by_token(message: Message, token: ReplyToken, clues: Sequence[str], *, is_new: bool = True) -> None:
    """What a reply token is worth: it files the new mail of a confirmed participant on an open case.

    A participant nobody vouches for, or one who writes on a closed case, is proposed to those who may know of
    the case; anybody else who has the token is a stranger, whatever became of the case.
    """
    enquiry = tokens.enquiry_answered(token, clues)
    case = enquiry.case if enquiry else token.case.survivor  # where a merge or a split has led it
    is_participant = message.from_address in participants(case)
    if enquiry and _is_person_on(case, message.from_address):
        enquiry = None  # the constituent writes about it; only the body answers it
    confirmed = message.sender_check == Message.SenderCheck.ALIGNED
    closed = "" if case.is_open else ", which is closed"
    if not is_participant:
        reason = (
            f"It carries the reply address of {case.reference}{closed}, but "
            f"{message.from_address or 'its sender'} is not part of that case."
        )
        _propose(message, Message.Proposal.STRANGER, case, enquiry if case.is_open else None, reason)
    elif not case.is_open:
        reason = f"It answers a mail about {case.reference}{closed}."
        _propose(message, Message.Proposal.CLOSED, case, None, reason)
    elif confirmed and is_new:
        _file(message, case, enquiry, by=None, note=BY_TOKEN)
    elif confirmed:
        _propose(message, Message.Proposal.THREAD, case, enquiry, f"It answers a mail on {case.reference}.")
    else:
        reason = (
            f"It answers a mail about {case.reference} and claims to come from {message.from_address}, "
            "who is part of that case. That was not verified."
        )
        _propose(message, Message.Proposal.UNVERIFIED, case, enquiry, reason)


def _by_thread(messages: Sequence[Message]) -> None:
    """A mail that names one of ours, or one on a case, may belong there. Anybody can name it: propose."""
    named = {each for message in messages for each in [message.in_reply_to, *message.references] if each}
    if not named:
        return
    ours = {
        mail.message_id: mail.letter.case
        for mail in OutgoingMail.objects.filter(message_id__in=named).select_related("letter__case")
        if mail.letter is not None  # an answer to a campaign is on no case
    }
    earlier = Message.objects.filter(message_id__in=named).order_by().values_list("message_id", "case_id")
    on_cases = {message_id: case for message_id, case in earlier if case}
    known = Case.objects.in_bulk(on_cases.values())
    theirs = {message_id: known[case] for message_id, case in on_cases.items()}
    cases = {**theirs, **ours}
    answered: list[tuple[Message, Case]] = []
    for message in messages:
        ids = [message.in_reply_to, *reversed(message.references)]
        case = next((cases[each] for each in ids if cases.get(each)), None)
        if case is not None:
            answered.append((message, case))
    taking_part = participants_by_case({case.pk for _, case in answered}) if answered else {}
    for message, case in answered:
        if message.from_address not in taking_part[case.pk]:
            continue
        kind = Message.Proposal.THREAD if case.is_open else Message.Proposal.CLOSED
        closed = "" if case.is_open else ", which is closed"
        verified = (
            "" if message.sender_check == Message.SenderCheck.ALIGNED else " The sender is not verified."
        )
        _propose(message, kind, case, None, f"It answers a mail on {case.reference}{closed}.{verified}")


def _is_person_on(case: Case, address: str) -> bool:
    return PersonEmail.objects.filter(address=address, person__case_people__case=case).exists()


def _propose(message: Message, kind: str, case: Case, enquiry: Enquiry | None, reason: str) -> None:
    message.proposal = kind
    message.proposed_case, message.proposed_enquiry = case, enquiry
    message.proposal_reason = reason


def _file(
    message: Message,
    case: Case,
    enquiry: Enquiry | None,
    *,
    by: StaffMember | None,
    note: str = "",
    said: str = "",
) -> dict[str, Any]:
    """Set what being on the case means, and say so on its timeline, where `said` stands for its subject.

    Returns what that did beyond the message, for `putting_back`.
    """
    message.case, message.enquiry = case, enquiry
    is_of_a_body = bool(body_rang.on_the_line(message))  # which is nobody of the case, and answers for none
    message.person = message.person or (None if is_of_a_body else _writer(case, message.from_address))
    message.decision, message.decided_by = Message.Decision.CASE, by
    message.decided_at, message.decision_note = timezone.now(), note
    # A machine's "we have your mail" is kept on the case, but it is no reply.
    if enquiry and not message.auto_reply:
        received_on = timezone.localdate(message.received_at)
        receive_reply(
            enquiry=enquiry,
            received_on=received_on,
            by=by,
            message_id=message.pk,
            text=said or message.subject,
        )
    else:
        case.record(
            Event.Kind.MESSAGE_IN,
            by=by,
            text=f"From {message.sender}: {said or named(message)}{_away(message)}",
            message=message.pk,
            channel=message.channel,
            auto_reply=message.auto_reply,
            **({"person": message.person_id} if message.person_id else {}),
            **body_rang.on_the_line(message),
        )
    answers = not message.auto_reply and not is_of_a_body
    ended = heard_from(case, message.person, at=message.received_at) if answers else []
    return {"heard": ended} if ended else {}


def named(message: Message) -> str:
    """What a timeline calls a message: its subject or, without one, the way it came."""
    return message.subject or str(message.get_channel_display())


def _away(message: Message) -> str:
    """What somebody who is away says about being back; empty where they say nothing of it."""
    for name, words in (("back_on", "back on"), ("away_until", "away until")):
        if day := message.details.get(name):
            return f". They say they are {words} {dates.say(date.fromisoformat(day))}."
    return ""


def _writer(case: Case, address: str) -> Person | None:
    """Who on the case writes from this address, where only one person does."""
    if not address:
        return None
    people = list(Person.objects.filter(case_people__case=case, emails__address=address).distinct()[:2])
    return people[0] if len(people) == 1 else None


@transaction.atomic
def file_on_case(
    message: Message,
    *,
    case: Case,
    by: StaffMember,
    enquiry: Enquiry | None = None,
    person: Person | None = None,
    said: str = "",
    told: body_rang.Said = body_rang.Said(),  # noqa: B008 (it cannot be changed)
) -> bool:
    """Put a message on a case because a person says so. False when somebody had decided about it already.

    With an `enquiry` of that case the message is recorded as a reply to it. On the timeline `said` stands for
    its subject. A call of a body passes the gate of authority, with what the colleague says in `told`; raises
    NoAuthority. Of what is taken together with it a call that wants a word of its own stays in the inbox.
    """
    case = case.survivor
    before = standing(message)
    # Of two people deciding at once, the update lets one through.
    undecided = Message.objects.filter(pk=message.pk, decision="")
    claimed = undecided.update(decision=Message.Decision.CASE, case=case, taken_by=by)
    message.refresh_from_db()
    if not claimed:
        return False
    was_of = message.person_id
    message.person = _of_whom(message, person)
    if enquiry is not None and enquiry.case_id != case.pk:
        raise ValueError(f"The enquiry {enquiry.pk} is not of the case {case.pk}.")
    body_rang.pass_gate(message, case, by=by, told=told)
    did = _file(message, case, enquiry, by=by, said=said)
    message.save(
        update_fields=["case", "enquiry", "person", "decision", "decided_by", "decided_at", "decision_note"]
    )
    kept = {message.pk: did | _whose(message, was_of) | _tagged(hand_over(message, case=case, by=by))}
    changes = [(message, before)]
    for companion in acts.current(companions([message.pk], staff=by)):
        was = standing(companion)
        if body_rang.asks_why(companion, case):
            continue
        if Message.objects.filter(pk=companion.pk, decision="").update(
            decision=Message.Decision.CASE, case=case
        ):
            was_of = companion.person_id
            companion.person = _of_whom(companion, message.person)
            body_rang.pass_gate(companion, case, by=by, told=body_rang.Said())
            did = _file(companion, case, None, by=by)
            companion.decided_at = message.decided_at  # what was decided together says the same moment
            companion.save(
                update_fields=["case", "person", "decision", "decided_by", "decided_at", "decision_note"]
            )
            tagged = _tagged(hand_over(companion, case=case, by=by))
            kept[companion.pk] = did | _whose(companion, was_of) | tagged
            changes.append((companion, was))
    acts.write(Act.Kind.CASE, by=by, changes=changes, did=kept)
    return True


def _of_whom(message: Message, person: Person | None) -> Person | None:
    """Whose it is, where filing says it is of this person: what a body told us is not."""
    return message.person if message.details.get("body") else person or message.person


def _whose(message: Message, was_of: int | None) -> dict[str, Any]:
    """Whose it was, where filing has said whose it is."""
    return {} if message.person_id == was_of else {"person": was_of, "person_now": message.person_id}


def _tagged(changed: dict[str, Any]) -> dict[str, Any]:
    return {"tagged": [changed]} if changed else {}
