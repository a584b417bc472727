"""The shape of a message once read, as it travels from the child process: plain JSON."""

from typing import Any, TypedDict


class Address(TypedDict):
    """A person as a header names them. The address is as written; compare it in lower case."""

    name: str
    address: str


class AttachmentFacts(TypedDict):
    """A part that is not the text. `size` is in bytes, once decoded."""

    filename: str  # safe to show and to offer; made up where the sender gave none
    given_name: str  # as the sender gave it, or empty
    content_type: str
    size: int
    content_id: str
    inline: bool


File = tuple[AttachmentFacts, bytes]


class Report(TypedDict):
    """What a mail server says became of a mail."""

    action: str  # "failed", "delayed" or "delivered"
    status: str  # RFC 3463, such as 5.1.1; empty where it says none
    recipient: str  # whom it could not reach, as it says
    message_ids: list[str]  # of the mails it is about, the surest first
    marks: list[str]  # what a mail of ours carries, as far as it brings back its headers


class Facts(TypedDict):
    """All that was read from one message. Missing things are empty; nothing is guessed."""

    message_id: str
    in_reply_to: str
    references: list[str]
    sender: Address
    senders: int  # how many addresses the From headers name; one is the honest number
    to: list[Address]
    cc: list[Address]
    reply_to: list[Address]
    delivered_to: list[str]
    subject: str
    date: str  # ISO 8601 in UTC, or empty
    text: str
    reply_text: str
    html: str
    attachments: list[AttachmentFacts]
    protection: str  # "signed-smime", "signed-pgp", "encrypted-smime", "encrypted-pgp" or empty
    language: str  # "cy", "en" or empty
    auto_reply: bool
    auto_reply_because: list[str]
    bulk: bool
    list_name: str  # of the mailing list it came by
    bounce: bool
    report: Report | None
    # Which machine wrote it: "failed", "delayed", "delivered", "absence", "calendar", "automatic" or empty.
    machine: str
    back_on: str  # ISO date; when somebody who is away says they are back
    away_until: str  # ISO date; where they say that instead
    calendar: str  # what a reply to an invitation answers: "accepted", "declined", "tentative"
    authentication_results: list[str]  # in the order of the message, the newest first
    headers: list[list[str]]  # name and text of each, in order
    problems: list[str]  # sentences: what was broken and how we read it all the same
    unreadable: str  # a sentence, or empty: then only the headers were read


class Link(TypedDict):
    """A link of a formatted mail: what stands on the screen, and where it leads."""

    words: str
    host: str
    url: str


class Formatted(TypedDict):
    """A mail as its sender laid it out, cleaned, and what the cleaning shows about it."""

    html: str
    links: list[Link]
    pictures: list[str]  # addresses from which it wanted pictures loaded
    unshown: int  # pictures that came with it and could not be drawn


class PreviewFacts(TypedDict):
    """What a file is that pictures are made of."""

    kind: str  # "image", "pdf", or empty for what we do not draw
    total: int  # pages
    reason: str  # a sentence: why there is no picture; empty where there is one


class PaperFacts(TypedDict):
    """What became of the files of a letter; the PDF made of them comes with it."""

    pages: int
    text: str  # what stands in their text layers, in order
    problems: list[list[Any]]  # the number of a file that is not in the PDF, and a sentence why


class WordFacts(TypedDict):
    """What stands in a Word file."""

    text: str
    problem: str  # a sentence about what was not read of it, and why


def nothing_read(reason: str = "") -> Facts:
    """Facts of a message of which nothing could be read."""
    return Facts(
        message_id="",
        in_reply_to="",
        references=[],
        sender=Address(name="", address=""),
        senders=0,
        to=[],
        cc=[],
        reply_to=[],
        delivered_to=[],
        subject="",
        date="",
        text="",
        reply_text="",
        html="",
        attachments=[],
        protection="",
        language="",
        auto_reply=False,
        auto_reply_because=[],
        bulk=False,
        list_name="",
        bounce=False,
        report=None,
        machine="",
        back_on="",
        away_until="",
        calendar="",
        authentication_results=[],
        headers=[],
        problems=[],
        unreadable=reason,
    )


def written(address: Address) -> str:
    """`Name <a@b>`, or the address alone when there is no name."""
    if address["name"] and address["address"]:
        return f"{address['name']} <{address['address']}>"
    return address["address"] or address["name"]
