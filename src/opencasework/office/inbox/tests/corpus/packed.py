"""Writes the packages mail may come in: Outlook's winmail.dat, and the envelopes of S/MIME."""

import struct
import zlib
from collections.abc import Sequence

TEXT, RICH, DATA_CODE_PAGE = 0x1000, 0x1009, 0x069007


def winmail(
    text: str, files: Sequence[tuple[str, bytes]], *, properties: Sequence[tuple[int, int, bytes]] = ()
) -> bytes:
    """A winmail.dat with this text, these files, and further properties of the message."""
    packed = struct.pack("<IH", 0x223E9F78, 1) + _attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    values = [(TEXT, 0x1E, text.encode("cp1252") + b"\0"), *properties]
    packed += _attribute(1, 0x00069003, _properties(values))
    for name, content in files:
        packed += _attribute(2, 0x00069002, bytes(14))
        packed += _attribute(2, 0x00018010, name.encode("cp1252", "replace")[:8] + b"\0")
        packed += _attribute(2, 0x0006800F, content)
        packed += _attribute(2, 0x00069005, _properties([(0x3707, 0x1F, name.encode("utf-16-le") + b"\0\0")]))
    return packed


def _attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _properties(values: Sequence[tuple[int, int, bytes]]) -> bytes:
    packed = struct.pack("<I", len(values))
    for name, kind, data in values:
        packed += struct.pack("<HHII", kind, name, 1, len(data)) + data + bytes(-len(data) % 4)
    return packed


def rich_text(words: bytes) -> bytes:
    """Rich text in the form Outlook keeps it, with nothing in it repeated."""
    runs = b"".join(b"\0" + words[start : start + 8] for start in range(0, len(words), 8))
    return struct.pack("<II4sI", len(runs) + 12, len(words), b"LZFu", 0) + runs


def rich_text_repeated(words: bytes, times: int) -> bytes:
    """Rich text that is 17 bytes, said again and again in two bytes each."""
    first = b"{\\rtf1 " + (words * 17)[:17]
    write = 207 + len(first)  # in the dictionary, behind what it holds before the first byte
    runs = b"".join(b"\0" + first[index : index + 8] for index in range(0, len(first), 8))
    for _ in range(times // 8):
        runs += b"\xff"
        for _ in range(8):
            runs += ((write - 17) % 4096 << 4 | 15).to_bytes(2, "big")
            write = (write + 17) % 4096
    return struct.pack("<II4sI", len(runs) + 12, len(first) + times * 17, b"LZFu", 0) + runs


def signed(content: bytes, *, in_pieces: bool = False) -> bytes:
    """A CMS SignedData around a message, without certificates or signatures."""
    data = bytes.fromhex("06092a864886f70d010701")
    if in_pieces:  # as some programs stream it: lengths unknown, the content in several strings
        half = len(content) // 2
        octets = b"\x24\x80" + _value(0x04, content[:half]) + _value(0x04, content[half:]) + b"\0\0"
        inner = b"\x30\x80" + data + b"\xa0\x80" + octets + b"\0\0\0\0"
    else:
        inner = _value(0x30, data + _value(0xA0, _value(0x04, content)))
    body = _value(0x30, bytes.fromhex("020101") + _value(0x31, b"") + inner + _value(0x31, b""))
    return _value(0x30, bytes.fromhex("06092a864886f70d010702") + _value(0xA0, body))


def compressed(content: bytes) -> bytes:
    """A CMS CompressedData around a message (RFC 3274)."""
    method = _value(0x30, bytes.fromhex("060b2a864886f70d0109100308"))
    octets = _value(0xA0, _value(0x04, zlib.compress(content)))
    inner = _value(0x30, bytes.fromhex("06092a864886f70d010701") + octets)
    body = _value(0x30, bytes.fromhex("020100") + method + inner)
    return _value(0x30, bytes.fromhex("060b2a864886f70d0109100109") + _value(0xA0, body))


def enveloped(content: bytes) -> bytes:
    """As much of a CMS EnvelopedData as says that it is one."""
    return _value(
        0x30, bytes.fromhex("06092a864886f70d010703") + _value(0xA0, _value(0x30, _value(4, content)))
    )


def _value(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content
