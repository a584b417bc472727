"""What Outlook packs into a winmail.dat ([MS-OXTNEF]): files, and sometimes the text. Nothing here raises."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import characters, limits, rtf
from .structure import AttachmentFacts, File

SIGNATURE = 0x223E9F78
LEVEL_MESSAGE, LEVEL_FILE = 1, 2
MAPI_PROPERTIES, CODE_PAGE, BODY = 0x069003, 0x069007, 0x02800C
FILE_STARTS, FILE_DATA, FILE_TITLE, FILE_PROPERTIES = 0x069002, 0x06800F, 0x018010, 0x069005
TEXT, HTML, RTF = 0x1000, 0x1013, 0x1009
DATA, FILENAME, LONG_FILENAME, DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x3001
MIME_TYPE, CONTENT_ID, HIDDEN = 0x370E, 0x3712, 0x7FFE
# The size of a value by its kind; the others say their own.
FIXED = {2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 2, 20: 8, 64: 8, 72: 16}
STRING, UNICODE, OBJECT, BINARY = 30, 31, 13, 258
MANY = 0x1000
MOST_VALUES = 10_000
TYPES = {
    "pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
    "gif": "image/gif", "txt": "text/plain", "doc": "application/msword", "rtf": "application/rtf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel", "zip": "application/zip", "ics": "text/calendar",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "htm": "text/html",
    "html": "text/html", "eml": "message/rfc822",
}  # fmt: skip


@dataclass
class Packed:
    """What was inside."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)


@dataclass
class _File:
    title: str = ""
    data: bytes = b""
    properties: dict[int, bytes] = field(default_factory=dict)


def read(raw: bytes, *, depth: int = 0) -> Packed | None:
    """Unpack it; None when it is no such thing, or there is nothing in it that we can read."""
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != SIGNATURE:
        return None
    packed = Packed()
    files: list[_File] = []
    charset = "cp1252"
    for level, name, data in _attributes(raw):
        if name == CODE_PAGE and len(data) >= 4:
            charset = f"cp{struct.unpack_from('<I', data)[0]}"
        elif level == LEVEL_MESSAGE and name == BODY:
            packed.text = packed.text or _string(data, charset)
        elif level == LEVEL_MESSAGE and name == MAPI_PROPERTIES:
            _message(dict(_properties(data)), packed, charset)
        elif name == FILE_STARTS and len(files) < limits.PARTS:
            files.append(_File())
        elif level == LEVEL_FILE and files:
            _add(files[-1], name, data, charset)
    for file in files:
        _finish(file, packed, charset, depth=depth)
    return packed if packed.files or packed.text or packed.html else None


def _attributes(raw: bytes) -> Iterator[tuple[int, int, bytes]]:
    position = 6
    while position + 9 <= len(raw):
        level, name, length = struct.unpack_from("<BII", raw, position)
        if level not in (LEVEL_MESSAGE, LEVEL_FILE):
            return
        start = position + 9
        # The upper byte names a kind of value that programs disagree about.
        yield level, name & 0xFFFFFF, raw[start : start + length]
        position = start + length + 2  # and a sum, which is not looked at: half the file beats none


def _properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The values of a block of properties, the first of each that has many."""
    position = 4
    for _ in range(min(_number(data, 0), MOST_VALUES)):
        if position + 4 > len(data):
            return
        kind, name = struct.unpack_from("<HH", data, position)
        position += 4
        if name >= 0x8000:
            position = _after_name(data, position)
        many, kind = kind & MANY, kind & ~MANY
        count = 1
        sized = kind in (STRING, UNICODE, OBJECT, BINARY)
        if many or sized:
            count = _number(data, position)
            position += 4
        for index in range(min(count, MOST_VALUES)):
            if position >= len(data):
                return
            if sized:
                size = _number(data, position)
                position += 4
            elif kind in FIXED:
                size = FIXED[kind]
            else:
                return
            if index == 0:
                yield name, data[position : position + size]
            position += (size + 3) // 4 * 4


def _after_name(data: bytes, position: int) -> int:
    """Where a property with a name of its own goes on: behind its group, and its number or words."""
    kind = _number(data, position + 16)
    if kind == 0:
        return position + 24
    return position + 24 + (_number(data, position + 20) + 3) // 4 * 4


def _number(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4], "little")


def _string(data: bytes, charset: str) -> str:
    """Text in either of the two ways; the wide one shows in its zeros."""
    if len(data) >= 2 and data[1::2].count(0) * 2 > len(data) // 2:
        return characters.tidy(data.decode("utf-16-le", "replace")).rstrip("\0")
    return characters.decode(data.rstrip(b"\0"), charset)


def _message(values: dict[int, bytes], packed: Packed, charset: str) -> None:
    packed.text = packed.text or _string(values.get(TEXT, b""), charset)
    packed.html = packed.html or characters.decode(values.get(HTML, b"").rstrip(b"\0"), charset)
    if RTF in values and not packed.html:
        text, packed.html = rtf.read(rtf.decompressed(values[RTF]))
        packed.text = packed.text or text
    if packed.html and not packed.text:
        from . import plain

        packed.text = plain.from_html(packed.html)


def _add(file: _File, name: int, data: bytes, charset: str) -> None:
    if name == FILE_TITLE:
        file.title = _string(data, charset)
    elif name == FILE_DATA:
        file.data = data
    elif name == FILE_PROPERTIES:
        file.properties = dict(_properties(data))


def _finish(file: _File, packed: Packed, charset: str, *, depth: int) -> None:
    values = file.properties
    inside = values.get(DATA, b"")[16:]  # an object begins with sixteen bytes that say which
    if not file.data and inside and depth < 3 and (message := read(inside, depth=depth + 1)):
        packed.files += message.files
        name = _string(values.get(DISPLAY_NAME, b""), charset) or file.title or "message"
        _file(f"{characters.named_file(name)}.txt", "text/plain", message.text.encode(), packed)
        return
    name = (
        next(
            (text for key in (LONG_FILENAME, FILENAME) if (text := _string(values.get(key, b""), charset))),
            "",
        )
        or file.title
        or _string(values.get(DISPLAY_NAME, b""), charset)
    )
    kind = _string(values.get(MIME_TYPE, b""), "ascii").strip().lower()
    kind = kind if "/" in kind else TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    content_id = characters.one_line(_string(values.get(CONTENT_ID, b""), "ascii")).strip("<>")
    _file(
        characters.named_file(name), kind, file.data or values.get(DATA, b""), packed, content_id=content_id
    )


def _file(name: str, content_type: str, content: bytes, packed: Packed, *, content_id: str = "") -> None:
    facts = AttachmentFacts(
        filename=characters.safe_filename(name),
        given_name=name,
        content_type=content_type[:170],
        size=len(content),
        content_id=content_id[:300],
        inline=bool(content_id),
    )
    packed.files.append((facts, content))
