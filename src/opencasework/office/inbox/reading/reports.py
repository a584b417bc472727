"""What a mail server reports about a mail: delivered, delayed or returned (RFC 3464, or in plain words).

Exchange, Gmail and Postfix write the proper form; Exim, qmail and many a gateway write a letter to a person.
Whose mail it is, only the Message-ID in it can say; that it is ours, only we can (`inbox.returned`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from . import characters, headers, limits
from .addresses import addresses
from .structure import File, Report

LOOKED_AT = 20_000  # characters of a letter to a person
MOST = 20  # ids, or recipients, of one report
REPORT_TYPES = characters.words("message/delivery-status message/global-delivery-status")
RETURNED_TYPES = characters.words(
    "message/rfc822 message/global text/rfc822-headers message/rfc822-headers message/global-headers"
)
DAEMONS = re.compile(
    r"(?i)(?:mailer-daemon|mail-daemon|postmaster|mail(?:er)?-?delivery[\w.-]{0,40}|microsoftexchange[0-9a-f]{16,40}|mdaemon)@"
)
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ -][45]\.\d|[ -][A-Za-z<])")
ID_IN_TEXT = re.compile(r"(?im)^[> \t]{0,9}message-id:\s{0,9}(<[^<>\s]{1,990}>)")
MARK = "x-casework-return"  # the header in which a mail of ours carries its mark
MARK_IN_TEXT = re.compile(rf"(?im)^[> \t]{{0,9}}{MARK}:\s{{0,9}}([0-9a-f]{{32}})(?![0-9a-f])")
FAILED = re.compile(
    r"(?i)undeliver(?:able|ed)|could ?n[o']t be delivered|could not deliver|was(?:n't| not) delivered"
    r"|delivery (?:has )?failed|delivery (?:status notification \()?failure|failure notice|returned mail"
    r"|permanent (?:fatal )?error|returning message to sender|(?:giving|given) up"
    r"|address (?:not found|rejected)"
)
DELAYED = re.compile(
    r"(?i)delay(?:ed)?\b|not yet been delivered|has not been delivered yet|still (?:being retried|trying)"
    r"|will (?:keep trying|continue to (?:try|be tried)|be retried)|delivery incomplete"
    r"|do not need to (?:resend|take)"
)
# The headers that are asked for here.
HEADERS_READ = characters.words(
    "content-type return-path from subject in-reply-to references x-failed-recipients"
    " x-ms-exchange-message-is-ndr x-original-message-id"
)
WORST = ("failed", "delayed", "delivered")
MEANS = {
    "failed": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}


def read(
    by_name: Mapping[str, Sequence[str]], *, content_type: str, text: str, attachments: Sequence[File]
) -> Report | None:
    """The report a mail is; None for a mail that is none, though a person sends one on.

    `by_name` are those of `HEADERS_READ` it has; `text` is what it says to a person.
    """
    if not _from_a_server(by_name, content_type):
        return None
    proper = [content for facts, content in attachments if _is_status(facts["content_type"], content)]
    found = _proper(proper) if proper else _in_words(by_name, text)
    if found is not None:
        found["message_ids"] = _about(by_name, text, attachments)
        found["marks"] = _marks(text, attachments)
    return found


def _from_a_server(by_name: Mapping[str, Sequence[str]], content_type: str) -> bool:
    """A report has no return path, or comes from a daemon; a person's mail with one attached does not."""
    no_return = next(iter(by_name.get("return-path", ())), "").strip() == "<>"
    return content_type == "multipart/report" or no_return or _is_a_daemon(by_name)


def _is_a_daemon(by_name: Mapping[str, Sequence[str]]) -> bool:
    """Whether it is nothing but a mail server; no return path have people's automatic replies as well."""
    sender = next(iter(by_name.get("from", ())), "")
    marked = "x-failed-recipients" in by_name or "x-ms-exchange-message-is-ndr" in by_name
    return marked or bool(DAEMONS.search(sender[:1_000]))


def _is_status(content_type: str, content: bytes) -> bool:
    # Some gateways give it no type of its own: it is known by how it begins.
    return content_type in REPORT_TYPES or content.lstrip()[:14].lower() in (
        b"reporting-mta:",
        b"original-envel",
    )


def _proper(parts: Sequence[bytes]) -> Report | None:
    """RFC 3464: a block about the mail, then one for each recipient. The worst that happened counts."""
    found: Report | None = None
    for part in parts:
        position, text = 0, part.replace(b"\r\n", b"\n")[: limits.HEADER_BYTES]
        for _ in range(MOST):
            block, position = headers.fields(text, position)
            said = {name.lower(): headers.decoded(headers.as_text(value[:2_000])) for name, value in block}
            action = MEANS.get(said.get("action", "").split("(")[0].strip().lower(), "")
            status = STATUS.search(said.get("status", "")) or STATUS.search(said.get("diagnostic-code", ""))
            if not action and status and "final-recipient" in said:
                action = {"5": "failed", "4": "delayed", "2": "delivered"}[status[1]]
            if action and (found is None or WORST.index(action) < WORST.index(found["action"])):
                found = Report(
                    action=action,
                    status=status[0] if status else "",
                    recipient=_address(said.get("original-recipient") or said.get("final-recipient", "")),
                    message_ids=[],
                    marks=[],
                )
            if position >= len(text):
                break
    return found


def _address(value: str) -> str:
    """rfc822; somebody@example.org"""
    return next((each["address"] for each in addresses(value.rpartition(";")[2])), "")[:320]


def _in_words(by_name: Mapping[str, Sequence[str]], text: str) -> Report | None:
    """A letter from a server to a person. What is both late and lost was late first."""
    subject = headers.subject(next(iter(by_name.get("subject", ())), ""))
    beginning = text[:LOOKED_AT]
    # Somebody who is away may write that their answer is delayed: of them only a subject counts.
    looked_at = (subject, beginning) if _is_a_daemon(by_name) else (subject,)
    said = next((where for where in looked_at if FAILED.search(where) or DELAYED.search(where)), "")
    if not said:
        return None
    action = "delayed" if DELAYED.search(said) and not FAILED.search(DELAYED.sub("", said)) else "failed"
    status = STATUS.search(beginning)
    code = CODE.search(beginning)
    if action == "failed" and (status[1] if status else code[1] if code else "5") == "2":
        return None
    return Report(
        action=action,
        status=status[0] if status else "",
        recipient=_address(next(iter(by_name.get("x-failed-recipients", ())), "").split(",")[0]),
        message_ids=[],
        marks=[],
    )


def _marks(text: str, attachments: Sequence[File]) -> list[str]:
    """What the mails it brings back carried beside their ids."""
    found = MARK_IN_TEXT.findall(text[:LOOKED_AT])
    for facts, content in attachments:
        if facts["content_type"].startswith(("text/", "message/")):
            found += MARK_IN_TEXT.findall(content[: limits.HEADER_BLOCK_BYTES].decode("ascii", "replace"))
    return list(dict.fromkeys(found))[:MOST]


def _about(by_name: Mapping[str, Sequence[str]], text: str, attachments: Sequence[File]) -> list[str]:
    """The ids of the mails it is about: first of the one it brings back, then of those it answers."""
    found: list[str] = []
    for facts, content in attachments:
        if facts["content_type"] in RETURNED_TYPES:
            block, _ = headers.fields(content[: limits.HEADER_BLOCK_BYTES])
            ids = [headers.as_text(value) for name, value in block if name.lower() == "message-id"]
            found += headers.message_ids(ids[0]) if ids else []
        elif facts["content_type"].startswith(("text/", "message/")):
            found += ID_IN_TEXT.findall(content[:LOOKED_AT].decode("utf-8", "replace"))
    found += ID_IN_TEXT.findall(text[:LOOKED_AT])
    for name in ("in-reply-to", "references", "x-original-message-id"):
        found += headers.message_ids(next(iter(by_name.get(name, ())), ""))
    return list(dict.fromkeys(found))[:MOST]
