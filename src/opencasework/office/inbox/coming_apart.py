"""Two cases come apart: what waits in the inbox for the one is proposed for the one that it is of."""

from __future__ import annotations

from typing import Any

from opencasework.office.authority.models import Ask
from opencasework.office.cases.models import Case
from opencasework.office.inbox import filing, previewing
from opencasework.office.inbox.models import Message

NAMED = 20  # of the mails that a message answers, so many of the last are looked at


def when_apart(case: Case, of: list[int], **_: object) -> None:
    """Let what waits for the cases `of`, and is of this one, be proposed for this one. Somebody decides.

    It is asked as if it came now. What would be proposed for no case, or for another, stays as it is.
    """
    waiting = Message.objects.filter(decision="", proposed_case__in=of)
    # What a report brought back is kept nowhere, so whose mail it is about cannot be asked again.
    for message in waiting.exclude(proposal=Message.Proposal.RETURNED).order_by("pk"):
        filing.propose_anew(message, _clues(message))
        previewing.claim(message, Ask.objects.filter(files__message=message).distinct())
        if message.proposed_case == case:
            message.save(update_fields=["proposal", "proposed_case", "proposed_enquiry", "proposal_reason"])


def _clues(message: Message) -> list[str]:
    """Where a reply token may stand in it, of what is kept."""
    people: list[dict[str, Any]] = [*message.to, *message.cc]
    return [
        *(each.get("address", "") for each in people),
        message.in_reply_to,
        *message.references[-NAMED:],
    ]
