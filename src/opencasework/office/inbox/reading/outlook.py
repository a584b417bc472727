"""Outlook's own file of one message, .msg ([MS-OXMSG]), read into the same facts as any other mail."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from . import characters, compound, headers, limits, plain, protection, rtf
from .structure import Address, AttachmentFacts, File, written

SUBJECT, BODY, HTML, RICH_TEXT, HEADERS, CLASS = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D, 0x001A
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
AUTHOR_NAME, AUTHOR_ADDRESS, AUTHOR_SMTP = 0x0042, 0x0065, 0x5D02  # on whose behalf it was sent
MESSAGE_ID, IN_REPLY_TO, REFERENCES = 0x1035, 0x1042, 0x1039
DISPLAY_NAME, EMAIL_ADDRESS, SMTP_ADDRESS, RECIPIENT_TYPE = 0x3001, 0x3003, 0x39FE, 0x0C15
DATA, FILENAME, LONG_FILENAME, MIME_TYPE, CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
SENT_AT, DELIVERED_AT, CODE_PAGE, BODY_CODE_PAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE
UNICODE, ANSI, BINARY, OBJECT = "001F", "001E", "0102", "000D"
TO, CC = 1, 2
FIXED_VALUES = "__properties_version1.0"
DEFAULT_CODE_PAGE = 1252
DEEPEST = 5  # messages inside messages; those further down are left as they are


@dataclass
class OutlookMessage:
    """What a .msg file holds, before it is made into facts."""

    # As the message travelled; empty for a draft or a message within one house.
    transport_headers: bytes = b""
    subject: str = ""
    sender: Address = field(default_factory=lambda: Address(name="", address=""))
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    message_id: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    sent_at: datetime | None = None
    text: str = ""
    html: str = ""
    protection: str = ""
    attachments: list[File] = field(default_factory=list)


def read(raw: bytes) -> OutlookMessage:
    """Read a .msg file. Raises `compound.NotCompound` when it is none."""
    try:
        file = compound.CompoundFile(raw)
        return _read(file, file.root, fixed_from=32, depth=0)
    except struct.error as error:
        raise compound.NotCompound("It is damaged.") from error


def _read(
    file: compound.CompoundFile, storage: compound.Entry, *, fixed_from: int, depth: int
) -> OutlookMessage:
    top = _Properties(file, storage, fixed_from=fixed_from)
    if not top.names & {"__nameid_version1.0", FIXED_VALUES}:
        raise compound.NotCompound("It is an Office file, but not a message.")
    text, html = _words(top)
    message = OutlookMessage(
        transport_headers=top.text(HEADERS).encode(),
        subject=characters.seen(top.text(SUBJECT)),
        sender=_sender(top),
        message_id=next(iter(headers.message_ids(top.text(MESSAGE_ID))), ""),
        in_reply_to=next(iter(headers.message_ids(top.text(IN_REPLY_TO))), ""),
        references=headers.message_ids(top.text(REFERENCES))[-limits.REFERENCES :],
        sent_at=top.moment(SENT_AT) or top.moment(DELIVERED_AT),
        text=text,
        html=html,
        protection=_protection(top.text(CLASS).lower()),
    )
    page = top.page
    for name, entry in sorted(file.children(storage).items()):
        if name.startswith("__recip_version1.0_"):
            _recipient(_Properties(file, entry, fixed_from=8, page=page), message)
        elif name.startswith("__attach_version1.0_") and len(message.attachments) < limits.PARTS:
            _attachment(_Properties(file, entry, fixed_from=8, page=page), message, depth=depth)
    return message


def _words(top: "_Properties") -> tuple[str, str]:
    """The text and the HTML; either may be kept only as rich text."""
    data = top.binary(HTML)
    html = characters.decode(data, top.charset_of_html(data)) or top.text(HTML)
    text = top.text(BODY)
    if not html and (rich := top.binary(RICH_TEXT)):
        words, html = rtf.read(rtf.decompressed(rich))
        text = text or words
    return text or plain.from_html(html), html


def _sender(top: "_Properties") -> Address:
    author = _address(top.text(AUTHOR_NAME), top.text(AUTHOR_SMTP) or top.text(AUTHOR_ADDRESS))
    sender = _address(top.text(SENDER_NAME), top.text(SENDER_SMTP) or top.text(SENDER_ADDRESS))
    return author if author["address"] or not sender["address"] else sender


def _protection(kind: str) -> str:
    if not kind.startswith("ipm.note.smime"):
        return ""
    return protection.SIGNED_SMIME if "signed" in kind else protection.ENCRYPTED_SMIME


class _Properties:
    """The properties of a message, a recipient or an attachment."""

    def __init__(
        self, file: compound.CompoundFile, storage: compound.Entry, *, fixed_from: int, page: str = ""
    ) -> None:
        self.file = file
        self.children = file.children(storage)
        self.names = self.children.keys()
        fixed = self.children.get(FIXED_VALUES)
        data = file.read(fixed)[fixed_from:] if fixed else b""
        self.fixed = {
            tag >> 16: value for tag, _, value in struct.iter_unpack("<IIQ", data[: len(data) // 16 * 16])
        }
        self.page = page or self._page(CODE_PAGE) or f"cp{DEFAULT_CODE_PAGE}"

    def _page(self, number: int) -> str:
        page = self.fixed.get(number, 0) & 0xFFFF
        return ("utf-8" if page == 65001 else f"cp{page}") if page else ""

    def charset_of_html(self, html: bytes) -> str:
        """The one its head names, or the one the message is kept in."""
        named = headers.CHARSET.search(html[:4_000].decode("latin-1"))
        return named[1] if named else self._page(BODY_CODE_PAGE) or "utf-8"

    def text(self, number: int) -> str:
        unicode = self._stream(number, UNICODE)
        if unicode:
            return characters.tidy(unicode.decode("utf-16-le", "replace")).rstrip("\0")
        data = self._stream(number, ANSI).rstrip(b"\0")
        return characters.decode(data, (self._page(BODY_CODE_PAGE) if number == BODY else "") or self.page)

    def binary(self, number: int) -> bytes:
        return self._stream(number, BINARY)

    def storage(self, number: int) -> compound.Entry | None:
        entry = self.children.get(f"__substg1.0_{number:04X}{OBJECT}")
        return entry if entry and entry.kind == compound.STORAGE else None

    def moment(self, number: int) -> datetime | None:
        """A time in steps of 100 nanoseconds since 1601."""
        try:
            return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.fixed[number] // 10)
        except (KeyError, OverflowError):
            return None

    def _stream(self, number: int, kind: str) -> bytes:
        entry = self.children.get(f"__substg1.0_{number:04X}{kind}")
        return self.file.read(entry) if entry and entry.kind == compound.STREAM else b""


def _address(name: str, address: str) -> Address:
    # Within one house Outlook writes a path such as /O=…/CN=… where an address belongs.
    address = characters.one_line(address) if "@" in address else ""
    name = characters.one_line(name).strip("'\"")
    return Address(name="" if name.lower() == address.lower() else name[:300], address=address[:320])


def _recipient(properties: _Properties, message: OutlookMessage) -> None:
    person = _address(
        properties.text(DISPLAY_NAME), properties.text(SMTP_ADDRESS) or properties.text(EMAIL_ADDRESS)
    )
    people = {TO: message.to, CC: message.cc}.get(properties.fixed.get(RECIPIENT_TYPE, TO) & 0xF)
    # Those who got a copy in secret are nobody's business but the sender's.
    if people is not None and (person["name"] or person["address"]) and len(people) < limits.ADDRESSES:
        people.append(person)


def _attachment(properties: _Properties, message: OutlookMessage, *, depth: int) -> None:
    name = characters.named_file(
        properties.text(LONG_FILENAME) or properties.text(FILENAME) or properties.text(DISPLAY_NAME)
    )
    content = properties.binary(DATA)
    content_type = properties.text(MIME_TYPE).strip().lower()
    inside = properties.storage(DATA)
    if inside is not None and depth < DEEPEST:
        try:
            embedded = _read(properties.file, inside, fixed_from=24, depth=depth + 1)
        except compound.NotCompound:
            embedded = None  # a drawing or a table, in a form of its program's own
        if embedded is not None:
            content, content_type = as_mail(embedded), "message/rfc822"
            name = f"{characters.named_file(embedded.subject) or name or 'message'}.eml"
    content_id = characters.one_line(properties.text(CONTENT_ID)).strip("<>")[:300]
    facts = AttachmentFacts(
        filename=characters.safe_filename(name) or f"attachment-{len(message.attachments) + 1}.bin",
        given_name=name,
        content_type=content_type if "/" in content_type else "application/octet-stream",
        size=len(content),
        content_id=content_id,
        inline=bool(content_id),
    )
    message.attachments.append((facts, content))


def as_mail(message: OutlookMessage) -> bytes:
    """A message that lay inside another, in a form every mail program opens."""
    from email.message import EmailMessage  # few messages hold another
    from email.policy import SMTP

    mail = EmailMessage(policy=SMTP)
    people = (("From", [message.sender]), ("To", message.to), ("Cc", message.cc))
    lines = [(name, ", ".join(filter(None, map(written, persons)))) for name, persons in people]
    sent = message.sent_at.strftime("%a, %d %b %Y %H:%M:%S +0000") if message.sent_at else ""
    for name, value in (
        *lines,
        ("Subject", message.subject),
        ("Date", sent),
        ("Message-ID", message.message_id),
    ):
        if value:
            try:
                mail[name] = characters.one_line(value)
            except (ValueError, IndexError, AttributeError, KeyError, TypeError):
                continue  # the library refuses what somebody wrote; the file itself still has it
    mail.set_content(message.text or "\n", charset="utf-8")
    if message.html:
        mail.add_alternative(message.html, subtype="html", charset="utf-8")
    for facts, content in message.attachments:
        mail.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=facts["filename"]
        )
    return mail.as_bytes()
