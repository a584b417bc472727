"""Reports of mail servers about mails of ours: whose mail it is decides, not who says so.

A Message-ID of ours has 64 random bits and the token of its recipient in it, but every answer carries it on.
A report that names none of ours marks nothing; neither does one that does not bring back what the mail
carried beside its id (`undelivered.mark`). One that does may still be forged by whoever was sent the mail, so
it is put on no case by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.reading.structure import Report
from opencasework.office.letters import undelivered
from opencasework.office.letters.models import BadAddress, OutgoingMail


def take_in(messages: Iterable[Message], reports: Mapping[int, Report]) -> list[Message]:
    """Act on the reports among these messages and propose each for the case of its mail. Returns the others.

    `reports` are by message. Call it inside the transaction that reads them; the messages are not saved.
    """
    mails = _mails_named(reports.values())
    others: list[Message] = []
    for message in messages:
        report = reports.get(message.pk)
        mail = (
            next((mails[each] for each in report["message_ids"] if each in mails), None) if report else None
        )
        if report is None or mail is None or message.direction != Message.Direction.IN:
            others.append(message)
            continue
        is_marked = undelivered.is_marked(mail, report["marks"])
        if not is_marked:
            pass  # a person looks at it
        elif report["action"] == "failed":
            undelivered.came_back(mail, status=report["status"])
        elif report["action"] == "delayed":
            undelivered.is_late(mail, status=report["status"])
        if mail.letter is None:  # the answer to a campaign: no case to propose
            others.append(message)
            continue
        case = mail.letter.case.survivor
        message.proposal, message.proposed_case = Message.Proposal.RETURNED, case
        message.proposal_reason = (
            f"A mail server reports about our mail to {mail.to}: {message.get_machine_display().lower()}."
            if is_marked
            else f"It says it is about our mail to {mail.to}, but brings back nothing that only that mail "
            "had. It may be forged, so nothing was marked."
        )
    return others


def _mails_named(reports: Iterable[Report]) -> dict[str, OutgoingMail]:
    named = {each for report in reports for each in report["message_ids"]}
    if not named:
        return {}
    ours = OutgoingMail.objects.filter(message_id__in=named).select_related("letter__case", "letter__enquiry")
    return {mail.message_id: mail for mail in ours}


def heard_from(messages: Iterable[Message]) -> None:
    """An address that writes to us, as its provider confirms, works again."""
    confirmed = {
        message.from_address
        for message in messages
        if message.sender_check == Message.SenderCheck.ALIGNED and not message.machine
    }
    if confirmed:
        BadAddress.objects.filter(address__in=confirmed).delete()
