"""Mail of a campaign, for tests."""

from __future__ import annotations

from itertools import count

from django.utils import timezone

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory

TEXT = (
    "I am writing to ask you to stand with the residents of Fenwick against the plan to close our library in "
    "March. "
    "Nobody has asked the people who use it.\n\n"
    "Last year the library lent more than ninety thousand books and ran a homework club on four evenings a "
    "week.\n\n"
    "Please write to the leader of the council and ask her to publish the figures behind the decision."
)
NAMES = [
    "Nia Pryce",
    "Tomasz Kowalski",
    "Ayesha Rahman",
    "Gareth Osei",
    "Moira Byrne",
    "Kwame Quill",
    "Ivo Vance",
]
_numbers = count(1)


def campaign_mail(
    *,
    text: str = TEXT,
    before: str = "",
    after: str = "",
    postcode: str = "WX4 7QP",
    name: str = "",
    **fields: object,
) -> Message:
    """A mail of the campaign for the library, as somebody new sent it on."""
    number = next(_numbers)
    name = name or f"{NAMES[number % len(NAMES)]}"
    body = "\n\n".join(part for part in (before, text, after) if part)
    values: dict[str, object] = {
        "from_name": name,
        "from_address": f"{name.split()[0].lower()}.{number}@post.example",
        "subject": "Save Fenwick Library",
        "message_id": f"<{number}@post.example>",
        "text": f"Dear Ms Holloway,\n\n{body}\n\nYours sincerely,\n{name}\n14 Larkmoor Rise\n{postcode}\n",
        "reply_text": f"Dear Ms Holloway,\n\n{body}",
        "received_at": timezone.now(),
        "sender_check": Message.SenderCheck.ALIGNED,
    }
    return MessageFactory(**(values | fields))


def many(number: int, **fields: object) -> list[Message]:
    """So many people send it on."""
    return [campaign_mail(**fields) for _ in range(number)]
