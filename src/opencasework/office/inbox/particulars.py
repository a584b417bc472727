"""What only a written-down message has, in `Message.details`, and how it is shown. Nothing empty is."""

from __future__ import annotations

from opencasework.office.inbox.models import Message

# Every field with its words, in the order in which they are shown.
WORDS = {
    "number": "Rang from",
    "seconds": "Length",  # of a call
    "call_back": "Wants a call back",
    "follow_up": "Expects to hear from us",
    "pages": "Pages",  # of the PDF made of the scans of a letter
    "where": "Where",
    "present": "Who else was there",
    "access": "Access or safety",
    "network": "Network",
    "handle": "Account",
    "link": "Link, not opened by us",
    "private": "Seen by",
}
SAID = {("follow_up", True): "Yes", ("follow_up", False): "No",
        ("private", True): "Only us, a private message", ("private", False): "Everybody"}  # fmt: skip


def length(seconds: int) -> str:
    """“4 minutes”; under one it is said so."""
    minutes = round(seconds / 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}" if minutes else "Under a minute"


def facts(message: Message) -> list[tuple[str, str]]:
    """The particulars of a message as the reading pane lists them: words, and what was written down."""
    details = message.details
    found = []
    for name, words in WORDS.items():
        value = details.get(name)
        if name in details and value not in ("", None):
            said = SAID.get((name, value)) if isinstance(value, bool) else None
            found.append((words, said or (length(value) if name == "seconds" else str(value))))
    return found


def problems(message: Message) -> list[str]:
    """Sentences about scans that could not be used."""
    return [str(each) for each in message.details.get("problems", [])]
