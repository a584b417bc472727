"""What only some messages have, in `Message.details`, and how it is shown. Nothing empty is.

Of a mail its list and what a machine says; `damaged`: something in it could not be read as it was meant. Of
the web form `WebDetails`. Of what
was written down the fields of `WORDS`, and of a letter `problems`, sentences about scans not in its PDF.
"""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from opencasework.office.constituents.forms import HOW_TO_REACH
from opencasework.office.inbox.models import Message
from opencasework.office.kit import dates


class WebDetails(TypedDict, total=False):
    """Of the web form: what is filled in when a case is opened, under the names of `Person`."""

    safe_contact: str  # what to mind before anybody rings or writes
    preferred_channel: str
    language: str  # of letters
    access_needs: str
    authority: bool  # whether they ticked that the office may act for them


# Every field that is listed above the text, with its words, in that order.
WORDS = {
    "for_them": "Rang for them",
    "body_name": "Of a body",
    "about": "About",
    "told_because": "Why without authority",
    "nothing_said": "Said about a person",
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
    "list_name": "Mailing list",
    "back_on": "Back on",
    "away_until": "Away until",
    "calendar": "The invitation is",
}
SAID = {("nothing_said", True): "Nothing", ("follow_up", True): "Yes", ("follow_up", False): "No",
        ("private", True): "Only us, a private message", ("private", False): "Everybody"}  # fmt: skip

DAYS = ("back_on", "away_until")


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
            if name in DAYS:
                said = dates.say(date.fromisoformat(str(value)))
            found.append((words, said or (length(value) if name == "seconds" else str(value))))
    return found


def how_to_reach(message: Message) -> dict[str, str]:
    """What they said about reaching them, by the field of `Person`."""
    return {name: str(message.details[name]) for name in HOW_TO_REACH if message.details.get(name)}


def care(message: Message) -> str:
    """What to mind before anybody contacts them; empty where they asked for no care."""
    return str(message.details.get("safe_contact", ""))


def problems(message: Message) -> list[str]:
    """Sentences about scans that could not be used."""
    return [str(each) for each in message.details.get("problems", [])]
