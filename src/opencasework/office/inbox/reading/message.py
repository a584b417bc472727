"""One raw message to what it says. Pure, but run in the child process: hostile mail can be slow, or worse."""

import re
from datetime import date

from . import absence, automatic, body, characters, headers, limits, replies, reports
from .addresses import addresses
from .parameters import parameters
from .structure import Facts, File, nothing_read

KNOWN_HEADERS = characters.words(
    "from to cc subject date message-id received return-path mime-version content-type delivered-to reply-to"
    " sender in-reply-to references x-mailer user-agent envelope-to"
)
OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how a .msg begins, and every other old Office file
TOO_LARGE = f"It is larger than {limits.MESSAGE_BYTES // 1_000_000} MB, so only its headers were read."
ONLY_BEGINNING = "It is very long; only its beginning is shown."
BEGINS_AS_MOST_DO = re.compile(
    rb"(?i)(?:return-path|received|delivered-to)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*"
    rb"(?:from|date|message-id|received|delivered-to|mime-version|envelope-to)[ \t]*:"
)
LEFT_ENCODED = re.compile(r"=\?[^?\s]{1,40}\?[bBqQ]\?")
EMPTY_LINE = re.compile(rb"\n\r?\n")
SAYS_WHO = re.compile(rb"(?im)^(?:from|subject)[ \t]*:")
WELSH_WORDS = characters.words(
    "yn y yr ac mae ar fy i o am gan wedi dydy ddim diolch annwyl oherwydd hefyd gyda eich ein chi ni"
)
ENGLISH_WORDS = characters.words(
    "the and to of my i is was for have not you your in that it with please dear thank"
)


def looks_like_mail(raw: bytes) -> bool:
    """Whether a file begins as messages do: with header fields, at least two of them usual in mail."""
    if BEGINS_AS_MOST_DO.match(raw):
        return True
    names = {name.lower() for name, _ in headers.fields(_start(raw[:100_000]))[0]}
    return len(names & KNOWN_HEADERS) >= 2


def has_headers(raw: bytes) -> bool:
    """Whether a file begins with even one header field; enough for a file a person says is a mail."""
    return raw.startswith(OUTLOOK) or bool(headers.fields(_start(raw[:100_000]))[0])


def read(raw: bytes, *, in_full: bool = True) -> tuple[Facts, list[bytes]]:
    """Read a message: its facts, and the content of each attachment in the same order.

    Where not `in_full`, without the list of its headers, and of its HTML only the beginning. Beyond the
    limits only the headers are read, and `unreadable` says why.
    """
    if raw.startswith(OUTLOOK):
        return _read_outlook(raw)
    raw = _start(raw)
    head = headers.fields(raw)
    if head[1] <= limits.HEADER_BLOCK_BYTES:
        facts = _facts_of_headers(raw, head[0], in_full=in_full)
    else:
        facts = read_headers(raw)
    if facts["unreadable"]:
        return facts, []
    if len(raw) > limits.TEXT_BYTES and _is_one_text(head[0]):
        raw = raw[: limits.TEXT_BYTES]
        facts["problems"].append(ONLY_BEGINNING)
    try:
        parts = body.read(raw, head)
    except body.TooComplex as error:
        facts["unreadable"] = f"This mail is too complex to read. {error}"
        return facts, []
    facts["problems"] += parts.problems
    facts["protection"] = parts.protection
    facts["calendar"] = parts.calendar
    html = parts.html if in_full else parts.html[:1]
    found = _with_content(facts, parts.text, html, parts.attachments)
    _say_which_machine(facts, head[0], parts.attachments)
    return found


def _is_one_text(found: list[headers.Field]) -> bool:
    types = [headers.as_text(value) for name, value in found if name.lower() == "content-type"]
    return not types or parameters(types[0])[0] in ("", "text", "text/plain", "text/html")


def _with_content(facts: Facts, text: str, html: str, attachments: list[File]) -> tuple[Facts, list[bytes]]:
    facts["text"] = text
    facts["html"] = html
    facts["reply_text"] = replies.new_text(text)
    facts["language"] = language_of(facts["reply_text"])
    facts["attachments"] = [attachment for attachment, _ in attachments]
    line = f"{facts['subject']} {facts['sender']['name']}"
    if LEFT_ENCODED.search(line) or "\ufffd" in line or "\ufffd" in text:
        facts["problems"].append("Some of its characters could not be read.")
    return facts, [content for _, content in attachments]


def _say_which_machine(facts: Facts, found: list[headers.Field], attachments: list[File]) -> None:
    """What kind of machine wrote it, if one did, and what that machine says."""
    by_name: dict[str, list[str]] = {}
    for name, value in found:
        if (wanted := name.lower()) in reports.HEADERS_READ:
            by_name.setdefault(wanted, []).append(headers.as_text(value[: limits.HEADER_BYTES]))
    content_type, _ = parameters(_first(by_name, "content-type"))
    facts["report"] = reports.read(
        by_name, content_type=content_type, text=facts["text"], attachments=attachments
    )
    if facts["report"]:
        facts["machine"] = facts["report"]["action"]
        facts["bounce"] = True
    elif facts["calendar"]:
        facts["machine"] = "calendar"
    elif facts["auto_reply"]:
        _read_absence(facts)
    facts["auto_reply"] = facts["auto_reply"] or bool(facts["machine"])


def _read_absence(facts: Facts) -> None:
    facts["machine"] = "automatic"
    written_on = date.fromisoformat(facts["date"][:10]) if facts["date"] else None
    back = absence.returns(facts["reply_text"], written_on=written_on) if written_on else None
    if back:
        name, day = back
        facts[name] = day.isoformat()  # type: ignore[literal-required]
    if back or absence.is_absence(facts["subject"], facts["reply_text"]):
        facts["machine"] = "absence"


def _read_outlook(raw: bytes) -> tuple[Facts, list[bytes]]:
    """A .msg file: what its travel headers say, and what Outlook noted where there are none."""
    from . import compound, outlook  # few messages come so, and a command should start at once

    try:
        saved = outlook.read(raw)
    except compound.NotCompound as error:
        return nothing_read(f"This Outlook file cannot be read. {error}"), []
    facts = read_headers(saved.transport_headers) if saved.transport_headers else nothing_read()
    facts["unreadable"] = ""
    facts["subject"] = facts["subject"] or saved.subject
    if not facts["sender"]["address"]:
        facts["sender"], facts["senders"] = saved.sender, 1
    facts["to"] = facts["to"] or saved.to
    facts["cc"] = facts["cc"] or saved.cc
    facts["message_id"] = facts["message_id"] or saved.message_id
    facts["in_reply_to"] = facts["in_reply_to"] or saved.in_reply_to
    facts["references"] = facts["references"] or saved.references
    facts["date"] = facts["date"] or (saved.sent_at.isoformat() if saved.sent_at else "")
    facts["protection"] = saved.protection
    text, html = saved.text[: limits.TEXT_CHARACTERS].rstrip(), saved.html
    if saved.protection and len(saved.attachments) == 1:  # Outlook keeps the signed mail whole
        inside = body.read(saved.attachments[0][1])
        if not text:
            text, html = inside.text, inside.html
        return _with_content(facts, text, html, inside.attachments or saved.attachments)
    return _with_content(facts, text, html, saved.attachments)


def read_headers(raw: bytes) -> Facts:
    """The facts that stand in the headers alone; quick whatever the message."""
    raw = _start(raw)
    return _facts_of_headers(raw, headers.fields(raw[: limits.HEADER_BLOCK_BYTES])[0])


def _facts_of_headers(raw: bytes, found: list[headers.Field], *, in_full: bool = True) -> Facts:
    facts = nothing_read()
    if len(raw) > limits.MESSAGE_BYTES:
        facts["unreadable"] = TOO_LARGE
    for name, value in found:
        if len(value) > limits.HEADER_BYTES:
            facts["unreadable"] = f"Its {name[:40]} header is longer than {limits.HEADER_BYTES // 1000} KB."
    if not found:
        facts["problems"].append("It has no headers.")
    charset = headers.charset_named(raw) or headers.charset_guessed([value for _, value in found])
    kept = [
        (name, headers.as_text(value, charset=charset))
        for name, value in found
        if len(value) <= limits.HEADER_BYTES
    ]
    by_name: dict[str, list[str]] = {}
    for name, text in kept:
        by_name.setdefault(name.lower(), []).append(text)
    _fill_people(facts, by_name)
    _fill_thread(facts, by_name)
    content_type, _ = parameters(_first(by_name, "content-type"))
    facts["auto_reply_because"] = automatic.reasons(
        by_name, content_type=content_type, subject=facts["subject"]
    )
    facts["auto_reply"] = bool(facts["auto_reply_because"])
    facts["bulk"] = automatic.is_bulk(by_name)
    facts["list_name"] = headers.decoded(_first(by_name, "list-id")[:300]).replace("<", "").replace(">", "")
    facts["machine"] = "automatic" if facts["auto_reply"] else ""
    facts["bounce"] = automatic.is_bounce(by_name, content_type=content_type)
    facts["authentication_results"] = by_name.get("authentication-results", [])[:20]
    if in_full:
        facts["headers"] = [[name, headers.decoded(text[:2_000])] for name, text in kept[:200]]
    return facts


def _fill_people(facts: Facts, by_name: dict[str, list[str]]) -> None:
    senders = [each for value in by_name.get("from", []) for each in addresses(value)]
    facts["senders"] = len(senders)
    if senders:
        facts["sender"] = next((each for each in senders if "@" in each["address"]), senders[0])
    elif by_name.get("sender"):
        facts["sender"] = next(iter(addresses(by_name["sender"][0])), facts["sender"])
    for key, name in (("to", "to"), ("cc", "cc"), ("reply_to", "reply-to")):
        people = [each for value in by_name.get(name, []) for each in addresses(value)]
        facts[key] = people[: limits.ADDRESSES]  # type: ignore[literal-required]
    reached = [*by_name.get("delivered-to", []), *by_name.get("x-original-to", [])]
    facts["delivered_to"] = [
        each["address"] for value in reached[:20] for each in addresses(value) if each["address"]
    ]


def _fill_thread(facts: Facts, by_name: dict[str, list[str]]) -> None:
    facts["subject"] = headers.subject(_first(by_name, "subject"))[:998]
    facts["message_id"] = next(iter(headers.message_ids(_first(by_name, "message-id"))), "")
    facts["in_reply_to"] = next(iter(headers.message_ids(_first(by_name, "in-reply-to"))), "")
    facts["references"] = headers.message_ids(_first(by_name, "references"))[-limits.REFERENCES :]
    date = headers.moment(_first(by_name, "date"))
    facts["date"] = date.isoformat() if date else ""


def language_of(text: str) -> str:
    """ "cy" or "en" where the small words leave no doubt, else empty."""
    words = re.findall(r"[a-zâêîôûŵŷ]+", text[:5_000].lower())
    welsh = sum(map(WELSH_WORDS.__contains__, words))
    english = sum(map(ENGLISH_WORDS.__contains__, words))
    if max(welsh, english) < 4 or max(welsh, english) < 2 * min(welsh, english):
        return ""
    return "cy" if welsh > english else "en"


def _first(by_name: dict[str, list[str]], name: str) -> str:
    return next(iter(by_name.get(name, [])), "")


def _start(raw: bytes) -> bytes:
    """The message from its first header on, its lines ending in LF, its headers in one piece."""
    stripped = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
    if b"\n" not in stripped and b"\r" in stripped:
        stripped = stripped.replace(b"\r", b"\n")
    gap = EMPTY_LINE.search(stripped, 0, limits.HEADER_BYTES)
    if gap and not SAYS_WHO.search(stripped, 0, gap.start() + 1):
        rest = stripped[gap.end() :].lstrip()
        block = EMPTY_LINE.search(rest, 0, limits.HEADER_BYTES)
        if headers.KNOWN_FIELD.match(rest) and SAYS_WHO.search(
            rest, 0, block.start() + 1 if block else len(rest)
        ):
            # An empty line strayed among the headers: who wrote it stands below.
            stripped = stripped[: gap.start()] + b"\n" + rest
    return stripped or raw
