"""The headers of a message, read without the standard library's parsers: those raise and hang on some.

Every function takes what a header holds and returns something usable; none raises. All are linear in the
length.
"""

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from . import characters, limits
from .structure import Address

Field = tuple[str, bytes]

FIELD_START = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:(.*)", re.DOTALL)
ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?]{0,40})?\?([bBqQ])\?([^?]*)\?=")
BETWEEN_ENCODED_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=)")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
BRACKET = re.compile(r"[()]")
PARAMETER_STOP = re.compile(r'[;"]')
ADDRESS_TOKEN = re.compile(r'=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=|[",;:<()\\]|[^",;:<()\\=]+|=')


def fields(block: bytes) -> tuple[list[Field], int]:
    """The header fields at the start of a message, unfolded, and where its body begins.

    The header ends at an empty line, or at a line that cannot belong to one.
    """
    found: list[tuple[str, list[bytes]]] = []
    position = 0
    while position < len(block):
        end = block.find(b"\n", position)
        end = len(block) if end < 0 else end + 1
        line = block[position:end].rstrip(b"\r\n")
        if not line.strip():
            return _joined(found), end
        start = FIELD_START.match(line)
        if line[:1] in b" \t" and found:
            found[-1][1].append(line)
        elif start:
            found.append((start[1].decode("ascii"), [start[2]]))
        elif not (position == 0 and line.startswith((b"From ", b">From "))):
            break
        position = end
    return _joined(found), position


def _joined(found: list[tuple[str, list[bytes]]]) -> list[Field]:
    return [(name, b"".join(lines).strip()) for name, lines in found]


def as_text(value: bytes | str) -> str:
    """A header's bytes as text, its encoded words still encoded. Raw 8-bit is read as UTF-8, or guessed."""
    if isinstance(value, str):  # as the standard library keeps it: 8-bit bytes are surrogates
        value = value.encode("utf-8", "surrogateescape")
    return characters.decode(value).replace("\n", " ")


def decoded(value: str) -> str:
    """Text with its encoded words (RFC 2047) decoded, on one line."""
    if "=?" not in value:
        return characters.one_line(value)
    value = BETWEEN_ENCODED_WORDS.sub(r"\1", value)
    pieces: list[str] = []
    position = 0
    waiting: tuple[str, bytes] = ("", b"")  # neighbours may share a character between them
    for word in ENCODED_WORD.finditer(value):
        charset, data = word[1].lower(), _word_bytes(word[2], word[3])
        if word.start() == position and waiting[0] == charset:
            waiting = (charset, waiting[1] + data)
        else:
            pieces += [characters.decode(waiting[1], waiting[0]), value[position : word.start()]]
            waiting = (charset, data)
        position = word.end()
    pieces += [characters.decode(waiting[1], waiting[0]), value[position:]]
    return characters.one_line("".join(pieces))


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    raw = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    # One left-over character holds no whole byte.
    raw = raw[:-1] if len(raw) % 4 == 1 else raw
    return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))


def addresses(value: str) -> list[Address]:
    """The people a header names. What stands in angle brackets is the address, whatever the name claims."""
    found: list[Address] = []
    for words, angle in _entries(value):
        entry = _address("".join(words), angle)
        if entry:
            found.append(entry)
        if len(found) >= limits.ADDRESSES:
            break
    return found


def _entries(value: str) -> Iterator[tuple[list[str], str | None]]:
    """Split a header at the commas that separate people: (words of the name, what was in angle brackets)."""
    words: list[str] = []
    angle: str | None = None
    position = 0
    quotes_close = comments_close = True
    groups_end = value.rfind(";")
    while position < len(value):
        token = ADDRESS_TOKEN.match(value, position)
        if token is None:
            break
        piece, position = token[0], token.end()
        if piece == '"' and quotes_close:
            text, position, quotes_close = _quoted(value, position)
            words.append(text)
        elif piece == "(" and comments_close:
            text, position, comments_close = _comment(value, position)
            words.append(f"\x00{text}\x00" if comments_close else "")
        elif piece == "<":
            end = value.find(">", position)
            if angle is not None:  # two in a row: somebody forgot the comma
                yield words, angle
                words = []
            angle = value[position:end] if end >= 0 else value[position:]
            position = end + 1 if end >= 0 else len(value)
        elif piece in ",;":
            yield words, angle
            words, angle = [], None
        elif piece == ":" and groups_end >= position and angle is None and not (words and "@" in words[-1]):
            words = []  # the name of a group, not of a person
        else:
            words.append(piece)
    yield words, angle


def _quoted(value: str, position: int) -> tuple[str, int, bool]:
    """The text up to the closing quotation mark, the place after it, and whether there was one."""
    pieces: list[str] = []
    while True:
        end = value.find('"', position)
        if end < 0:
            return "".join(pieces), position, False
        slash = value.find("\\", position, end)
        if slash < 0:
            return "".join([*pieces, value[position:end]]), end + 1, True
        pieces.append(value[position:slash] + value[slash + 1 : slash + 2])
        position = slash + 2


def _comment(value: str, position: int) -> tuple[str, int, bool]:
    """The text up to the bracket that closes a comment; comments may nest."""
    depth, start = 1, position
    for bracket in BRACKET.finditer(value, position):
        depth += 1 if bracket[0] == "(" else -1
        if depth == 0:
            return value[start : bracket.start()], bracket.end(), True
    return "", position, False


def _address(text: str, angle: str | None) -> Address | None:
    plain: list[str] = []
    comment: list[str] = []
    for index, piece in enumerate(text.split("\x00")):
        (comment if index % 2 else plain).append(piece)
    name = " ".join("".join(plain).split())
    if angle is not None:
        address = angle.rpartition(":")[2] if angle.startswith("@") else angle
        name = name or " ".join(comment)
    else:
        address = next((word for word in name.split() if "@" in word), "")
        name = " ".join(comment) or name.replace(address, "", 1) if address else name
    name = decoded(name).strip("'\" ")
    address = "".join(characters.one_line(address).split())[:320]
    if name.lower() == address.lower():
        name = ""
    return Address(name=name[:300], address=address) if name or address else None


def message_ids(value: str) -> list[str]:
    """The ids in a Message-ID, In-Reply-To or References header, angle brackets and all."""
    found: list[str] = MESSAGE_ID.findall(value)
    if not found and value.strip() and len(value) < 990:
        return [characters.one_line(value.strip().split()[0])]
    return [characters.one_line(each) for each in found]


def moment(value: str) -> datetime | None:
    """The time a Date header means, in UTC; None when it means none. Without a zone it is taken as UTC."""
    try:
        found = parsedate_to_datetime(value[:200])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value of a Content-Type or Content-Disposition in lower case, and its parameters, decoded.

    Understands quoted values, values in pieces and in other charsets (RFC 2231), and the encoded words
    and raw 8-bit that mail programs write instead.
    """
    if len(value) > limits.STRUCTURED_HEADER_CHARACTERS:
        return "", {}
    main, *rest = _split_parameters(value)
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for each in rest[: limits.PARAMETERS]:
        name, equals, text = each.partition("=")
        name, text = name.strip().lower(), _unquoted(text.strip())
        if not equals or not name:
            continue
        parts = re.fullmatch(r"([^*]+)(?:\*(\d{1,3}))?(\*)?", name)
        if parts is None or (parts[2] is None and not parts[3]):
            plain.setdefault(name, text)
        else:
            pieces.setdefault(parts[1], {})[int(parts[2] or 0)] = (bool(parts[3]), text)
    whole = {name: _in_pieces(numbered) for name, numbered in pieces.items()}
    return main.strip().lower(), {name: decoded(text) for name, text in plain.items()} | whole


def _split_parameters(value: str) -> list[str]:
    """Split at semicolons outside quotation marks."""
    found: list[str] = []
    start = position = 0
    while True:
        stop = PARAMETER_STOP.search(value, position)
        if stop is None:
            return [*found, value[start:]]
        if stop[0] == ";":
            found.append(value[start : stop.start()])
            start = stop.end()
            position = start
        else:
            _, position, closed = _quoted(value, stop.end())
            if not closed:
                return [*found, *value[start:].split(";")]


def _unquoted(text: str) -> str:
    if text.startswith('"'):
        inside, _, closed = _quoted(text, 1)
        return inside if closed else text.strip('"')
    return text.strip("'") if text.startswith("'") and text.endswith("'") else text


def _in_pieces(numbered: dict[int, tuple[bool, str]]) -> str:
    """Join `name*0*=`, `name*1=` …; the first may carry `charset'language'`."""
    charset, data = "", b""
    for index, (number, (percent, text)) in enumerate(sorted(numbered.items())):
        if percent and index == 0 and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if percent else text.encode("utf-8", "replace")
    return characters.one_line(characters.decode(data, charset))
