"""Signed or encrypted: what a message says of itself. Nothing is verified or decrypted here."""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import limits, transfer

SIGNED_SMIME, SIGNED_PGP = "signed-smime", "signed-pgp"
ENCRYPTED_SMIME, ENCRYPTED_PGP = "encrypted-smime", "encrypted-pgp"

SMIME = re.compile(r"application/(?:x-)?pkcs7-mime")
SIGNATURES = re.compile(r"application/(?:x-)?pkcs7-signature")
IN_TEXT = re.compile(r"^-----BEGIN PGP (MESSAGE|SIGNED MESSAGE)-----[ \t]*$", re.MULTILINE)
# What an envelope says it is, as the first thing in it (RFC 5652, 3274 and 5083).
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # the object identifier 1.2.840.113549.1.7.2
KINDS = {
    SIGNED_DATA: SIGNED_SMIME,
    bytes.fromhex("06092a864886f70d010703"): ENCRYPTED_SMIME,
    bytes.fromhex("060b2a864886f70d0109100117"): ENCRYPTED_SMIME,
}
COMPRESSED_DATA = bytes.fromhex("060b2a864886f70d0109100109")
SEQUENCE = b"\x30"
ARMOUR = re.compile(rb"\s*(?:-----BEGIN (?:PKCS7|CMS)-----\s+)?([A-Za-z0-9+/=\r\n]{40,}+)(?:-----END|\s*\Z)")
OCTETS, CONSTRUCTED_OCTETS = 0x04, 0x24
DEEPEST = 12


def of(content_type: str, parameters: Mapping[str, str], parts: Sequence[str] = ()) -> str:
    """What the type of a part says, and the types of the parts in it: one of the four above, or empty."""
    protocol = parameters.get("protocol", "").lower()
    if content_type == "multipart/signed":
        return SIGNED_PGP if "pgp" in (protocol or " ".join(parts)) else SIGNED_SMIME
    if content_type == "multipart/encrypted":
        return ENCRYPTED_PGP
    if SMIME.fullmatch(content_type):
        kind = parameters.get("smime-type", "").lower()
        if kind in ("certs-only", "compressed-data"):
            return ""
        # Without a word to the contrary it is taken for encrypted until it is seen to be only signed.
        return SIGNED_SMIME if kind == "signed-data" else ENCRYPTED_SMIME
    return SIGNED_SMIME if SIGNATURES.fullmatch(content_type) else ""


def in_text(text: str) -> str:
    """PGP written into the text itself."""
    if "-----BEGIN PGP" not in text:
        return ""
    found = IN_TEXT.search(text)
    return "" if found is None else ENCRYPTED_PGP if found[1] == "MESSAGE" else SIGNED_PGP


@dataclass(frozen=True)
class Envelope:
    """An S/MIME envelope that came as a file: what it is, and the message in it where we can see that."""

    kind: str  # one of the four above; empty where it only compresses
    inside: bytes = b""


def envelope(content_type: str, filename: str, content: bytes) -> Envelope | None:
    """Whether a file is such an envelope, whatever type a server on the way gave it."""
    if not SMIME.fullmatch(content_type) and not filename.lower().endswith((".p7m", ".p7z", ".p7s")):
        return None
    content = _without_armour(content)
    beginning = content[:100]
    if COMPRESSED_DATA in beginning:
        return Envelope("", _unpacked(_inside(content)))
    found = next((kind for mark, kind in KINDS.items() if mark in beginning), None)
    if found is None:
        return None
    return Envelope(found, _inside(content) if found == SIGNED_SMIME else b"")


def _without_armour(content: bytes) -> bytes:
    """The bytes of an envelope that still stands in base64, as some servers leave it."""
    armoured = None if content.startswith(SEQUENCE) else ARMOUR.match(content)
    return transfer.from_base64(armoured[1]) if armoured else content


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, limits.MESSAGE_BYTES)
    except zlib.error:
        return b""


def _inside(content: bytes) -> bytes:
    """The message inside an envelope that only signs or compresses; empty when it cannot be read."""
    try:
        # ContentInfo { type, [0] { SignedData { version, algorithms, { type, [0] { the content } } } } }
        _, outer, _ = _value(content, 0)
        _, explicit, _ = _value(content, _value(content, outer)[2])
        _, signed, _ = _value(content, explicit)
        position = _value(content, _value(content, signed)[2])[2]
        _, inner, _ = _value(content, position)
        _, wrapped, _ = _value(content, _value(content, inner)[2])
        return _octets(content, wrapped, depth=0)[0]
    except (IndexError, ValueError):
        return b""


def _value(data: bytes, position: int) -> tuple[int, int, int]:
    """The tag at a place, where its content begins, and where the next tag stands (BER, X.690)."""
    tag, length = data[position], data[position + 1]
    start = position + 2
    if length == 0x80:
        return tag, start, _end_of_open(data, start, depth=0)
    if length > 0x80:
        size = length & 0x7F
        if size > 4:
            raise ValueError("too long")
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    return tag, start, start + length


def _end_of_open(data: bytes, position: int, *, depth: int) -> int:
    """Where a value of unknown length ends: after the two zeros on its own level."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    while data[position : position + 2] != b"\0\0":
        if data[position + 1] == 0x80:
            position = _end_of_open(data, position + 2, depth=depth + 1)
        else:
            position = _value(data, position)[2]
        if position >= len(data):
            raise ValueError("no end")
    return position + 2


def _octets(data: bytes, position: int, *, depth: int) -> tuple[bytes, int]:
    """A string of bytes, whole or in pieces, and where the next tag stands."""
    tag, start, end = _value(data, position)
    if tag == OCTETS:
        return data[start:end], end
    if tag != CONSTRUCTED_OCTETS or depth > DEEPEST:
        raise ValueError("no content")
    pieces: list[bytes] = []
    while start < min(end, len(data)) and data[start : start + 2] != b"\0\0":
        piece, start = _octets(data, start, depth=depth + 1)
        pieces.append(piece)
    return b"".join(pieces), end
