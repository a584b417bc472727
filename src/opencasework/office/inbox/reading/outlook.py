"""Outlook's own file of one message, .msg ([MS-OXMSG]), read into the same facts as any other mail."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from . import characters, compound, headers, limits, plain
from .structure import Address, AttachmentFacts

SUBJECT, BODY, HTML, HEADERS = 0x0037, 0x1000, 0x1013, 0x007D
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
MESSAGE_ID, IN_REPLY_TO, REFERENCES = 0x1035, 0x1042, 0x1039
DISPLAY_NAME, EMAIL_ADDRESS, SMTP_ADDRESS, RECIPIENT_TYPE = 0x3001, 0x3003, 0x39FE, 0x0C15
DATA, FILENAME, LONG_FILENAME, MIME_TYPE, CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
SENT_AT, DELIVERED_AT, CODE_PAGE = 0x0039, 0x0E06, 0x3FFD
UNICODE, ANSI, BINARY = "001F", "001E", "0102"
TO, CC = 1, 2
FIXED_VALUES = "__properties_version1.0"
DEFAULT_CODE_PAGE = 1252


@dataclass
class OutlookMessage:
    """What a .msg file holds, before it is made into facts."""

    transport_headers: bytes = (
        b""  # as the message travelled; empty for a draft or a message within one house
    )
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
    attachments: list[tuple[AttachmentFacts, bytes]] = field(default_factory=list)


def is_outlook(raw: bytes) -> bool:
    """Whether the file may be a .msg; other Office files begin the same."""
    return raw.startswith(compound.MAGIC)


def read(raw: bytes) -> OutlookMessage:
    """Read a .msg file. Raises `compound.NotCompound` when it is none."""
    try:
        return _read(compound.CompoundFile(raw))
    except struct.error as error:
        raise compound.NotCompound("It is damaged.") from error


def _read(file: compound.CompoundFile) -> OutlookMessage:
    top = _Properties(file, file.root, fixed_from=32)
    if not top.names & {"__nameid_version1.0", FIXED_VALUES}:
        raise compound.NotCompound("It is an Office file, but not a message.")
    html = characters.decode(top.binary(HTML), "utf-8") or top.text(HTML)
    message = OutlookMessage(
        transport_headers=top.text(HEADERS).encode(),
        subject=characters.one_line(top.text(SUBJECT)),
        sender=_address(top.text(SENDER_NAME), top.text(SENDER_SMTP) or top.text(SENDER_ADDRESS)),
        message_id=next(iter(headers.message_ids(top.text(MESSAGE_ID))), ""),
        in_reply_to=next(iter(headers.message_ids(top.text(IN_REPLY_TO))), ""),
        references=headers.message_ids(top.text(REFERENCES))[-limits.REFERENCES :],
        sent_at=top.moment(SENT_AT) or top.moment(DELIVERED_AT),
        text=top.text(BODY) or plain.from_html(html),
        html=html,
    )
    for name, entry in sorted(file.children(file.root).items()):
        if name.startswith("__recip_version1.0_"):
            _recipient(_Properties(file, entry, fixed_from=8), message)
        elif name.startswith("__attach_version1.0_") and len(message.attachments) < limits.PARTS:
            _attachment(_Properties(file, entry, fixed_from=8), message)
    return message


class _Properties:
    """The properties of a message, a recipient or an attachment."""

    def __init__(self, file: compound.CompoundFile, storage: compound.Entry, *, fixed_from: int) -> None:
        self.file = file
        self.children = file.children(storage)
        self.names = self.children.keys()
        fixed = self.children.get(FIXED_VALUES)
        data = file.read(fixed)[fixed_from:] if fixed else b""
        self.fixed = {
            tag >> 16: value for tag, _, value in struct.iter_unpack("<IIQ", data[: len(data) // 16 * 16])
        }
        self.charset = f"cp{self.fixed.get(CODE_PAGE, DEFAULT_CODE_PAGE) & 0xFFFF}"

    def text(self, number: int) -> str:
        unicode = self._stream(number, UNICODE)
        if unicode:
            return characters.tidy(unicode.decode("utf-16-le", "replace"))
        return characters.decode(self._stream(number, ANSI), self.charset)

    def binary(self, number: int) -> bytes:
        return self._stream(number, BINARY)

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
    name = characters.one_line(name)
    return Address(name="" if name.lower() == address.lower() else name[:300], address=address[:320])


def _recipient(properties: _Properties, message: OutlookMessage) -> None:
    person = _address(
        properties.text(DISPLAY_NAME), properties.text(SMTP_ADDRESS) or properties.text(EMAIL_ADDRESS)
    )
    people = message.cc if properties.fixed.get(RECIPIENT_TYPE, TO) & 0xFF == CC else message.to
    if (person["name"] or person["address"]) and len(people) < limits.ADDRESSES:
        people.append(person)


def _attachment(properties: _Properties, message: OutlookMessage) -> None:
    content = properties.binary(DATA)
    filename = characters.safe_filename(properties.text(LONG_FILENAME) or properties.text(FILENAME))
    content_type = properties.text(MIME_TYPE).strip().lower()
    content_id = characters.one_line(properties.text(CONTENT_ID)).strip("<>")[:300]
    facts = AttachmentFacts(
        given_name=filename,
        filename=filename or f"attachment-{len(message.attachments) + 1}.bin",
        content_type=content_type if "/" in content_type else "application/octet-stream",
        size=len(content),
        content_id=content_id,
        inline=bool(content_id),
    )
    message.attachments.append((facts, content))
