"""What only a written-down message has: the shape of `Message.details`, and how it is shown."""

from __future__ import annotations

from typing import TypedDict

from opencasework.office.inbox.models import Message


class CallDetails(TypedDict, total=False):
    """Of a telephone call. Empty things are left out."""

    number: str  # that rang
    seconds: int  # how long it took
    call_back: str  # when they want to be called, in their words
    follow_up: bool  # whether they expect to hear from us


class LetterDetails(TypedDict, total=False):
    """Of a letter; its own date is `Message.sent_at`."""

    pages: int  # of the PDF made of its scans
    problems: list[str]  # sentences: which scans are not in the PDF, and why


class VisitDetails(TypedDict, total=False):
    """Of somebody who came to a surgery or walked in."""

    where: str
    present: str  # who else was there
    access: str  # what they need, or what is to be minded for anybody's safety


class PostDetails(TypedDict, total=False):
    """Of a message on a social network. The link is shown as text and never opened by us."""

    network: str
    handle: str
    link: str
    private: bool


Details = CallDetails | LetterDetails | VisitDetails | PostDetails
# Every field with its words, in the order in which they are shown.
WORDS = {
    "number": "Rang from",
    "seconds": "Length",
    "call_back": "Wants a call back",
    "follow_up": "Expects to hear from us",
    "pages": "Pages",
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
