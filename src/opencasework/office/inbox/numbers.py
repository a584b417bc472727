"""A body's letter that answers under its own reference number: proposed for the one case that carries it.

Only what comes from an address, or the mail domain, of a body we write to is looked at: anybody may know a
number. What a stranger quotes is shown beside the message, to those who may see that case (`suggesting`).
"""

from __future__ import annotations

from collections.abc import Sequence

from opencasework.office.bodies.addresses import Holders
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, ReferenceNumber
from opencasework.office.inbox.models import Message
from opencasework.office.kit import references
from opencasework.office.letters.models import Enquiry

LOOKED_AT = 20_000  # characters


def propose(messages: Sequence[Message]) -> None:
    """Propose a case for each message of a body that gives a number of it. Changed, not saved."""
    bodies = _bodies(messages)
    for message in messages:
        if message.pk in bodies and not message.bulk:
            _propose(message, bodies[message.pk])


def sent_by(message: Message) -> list[Body]:
    """The bodies its sender may write for, by the address or by where it is; in order of their names."""
    return list(Body.objects.filter(pk__in=_bodies([message]).get(message.pk, ())).order_by("name"))


def _bodies(messages: Sequence[Message]) -> dict[int, set[int]]:
    """By message, the bodies its sender may write for: with that address, else with one at its domain."""
    if not any(message.from_address for message in messages):
        return {}
    holders = Holders()
    found = {message.pk: holders.of(message.from_address) for message in messages}
    return {pk: bodies for pk, bodies in found.items() if bodies}


def _propose(message: Message, bodies: set[int]) -> None:
    text = f"{message.subject}\n{message.text[:LOOKED_AT]}"
    kinds = references.kinds()
    given = {(code, kinds[code].compact(value)) for code, value in references.found_in(text) if code in kinds}
    if not given:
        return
    carried = [
        number
        for number in ReferenceNumber.objects.filter(compact__in=[compact for _, compact in given])
        .select_related("case")
        .order_by("pk")
        if (number.kind, number.compact) in given
    ]
    cases = {number.case.survivor.pk: (number.case.survivor, number) for number in carried}
    asked = {
        enquiry.case_id: enquiry
        for enquiry in Enquiry.objects.filter(case__in=cases, body__in=bodies)
        .select_related("body")
        .order_by("answered_on", "sent_on")
    }
    # A number may be a person's and stand on several cases: of those, the one this body was asked about.
    likely = [found for pk, found in cases.items() if pk in asked] or list(cases.values())
    if len(likely) == 1:
        case, number = likely[0]
        _say(message, case, number, asked.get(case.pk), bodies)


def _say(
    message: Message, case: Case, number: ReferenceNumber, enquiry: Enquiry | None, bodies: set[int]
) -> None:
    body = enquiry.body if enquiry else Body.objects.filter(pk__in=bodies).order_by("pk").first()
    verified = "" if message.sender_check == Message.SenderCheck.ALIGNED else " The sender is not verified."
    message.proposal = Message.Proposal.NUMBER if case.is_open else Message.Proposal.CLOSED
    message.proposed_case = case
    message.proposed_enquiry = enquiry if enquiry and case.is_open and not enquiry.is_answered else None
    closed = "" if case.is_open else ", which is closed"
    message.proposal_reason = (
        f"It comes from {body} and gives the {number.kind_name} of {case.reference}{closed}.{verified}"
    )
