"""What a part holds once its transfer encoding is undone, as far as it can be. Nothing here raises."""

import binascii
import re

import pybase64

BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NOT_BASE64 = bytes(set(range(256)) - set(BASE64))
FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")
FEW = 200  # characters of base64 that may well have neither of the last two of its alphabet
SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n|\Z)")
BASE64_NAMES = {"base64", "base-64", "b64", "b"}
# The last of them is "quoted printable", of which the second word is taken for a remark.
QUOTED_PRINTABLE_NAMES = {"quoted-printable", "quotedprintable", "quoted_printable", "qp", "q", "quoted"}
# How pictures, PDFs, archives and old Office files begin, whatever their label says.
NO_TEXT = (b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
LONGEST_FOOTER = 5_000  # bytes, what a mailing list puts below
UU_NAMES = {"x-uuencode", "uuencode", "x-uue", "uue", "x-uu"}
CODED = BASE64_NAMES | UU_NAMES | {"x-yencode"}  # whose content never is what it was before
UU_BEGIN = re.compile(rb"begin[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,300})\r?\n")
YENC_BEGIN = re.compile(rb"=ybegin [^\r\n]{0,200}?\bname=([^\r\n]{1,300})\r?\n")
YENC = bytes((byte - 42) % 256 for byte in range(256))


def undone(data: bytes, encoding: str, *, is_text: bool = True) -> bytes:
    """The content. Of an encoding nobody knows, or one that was not used after all, the data as they are.

    What a mailing list wrote below in plain words stays in a text; a file would be another file with it.
    """
    if encoding in BASE64_NAMES:
        return from_base64(data, with_footer=is_text)
    if encoding in QUOTED_PRINTABLE_NAMES:
        may_be_padded = b"= " in data or b"=\t" in data
        return binascii.a2b_qp(SOFT_BREAK.sub(b"=", data) if may_be_padded else data)
    if encoding in UU_NAMES:
        return next((content for _, content, _, _ in uuencoded(data)), data)
    if encoding == "x-yencode":
        return next((content for _, content, _, _ in yencoded(data)), data)
    return data


def from_base64(data: bytes, *, with_footer: bool = True) -> bytes:
    """Undo base64, whatever stands between, padded in the middle or not padded at the end."""
    body, footer = _without_footer(data)
    body = _without_boundary(body)
    if not _is_base64(body) or (with_footer and _is_a_word(body)):
        return data
    if len(body) > FEW and not any(sign in body for sign in b"+/"):
        body = body.translate(
            FROM_URL_SAFE
        )  # so much has some of the last two characters, in either alphabet
    ended = body.rstrip(b"=\r\n \t")
    # Padding in ten thousand places is none.
    runs = ended.split(b"=") if 0 < ended.count(b"=") < 10_000 else [ended]
    return b"".join(_run_of_base64(run.translate(None, NOT_BASE64)) for run in runs) + (
        footer if with_footer else b""
    )


def _run_of_base64(run: bytes) -> bytes:
    run = run[:-1] if len(run) % 4 == 1 else run  # one left-over character holds no whole byte
    return pybase64.b64decode(run + b"=" * (-len(run) % 4), validate=True)


def _is_base64(data: bytes) -> bool:
    """Not plain text under a label that lies: of that, much is spaces and punctuation."""
    sample = data[:2_000]
    bare = sample.translate(None, b" \t\r\n=")
    strange = len(bare.translate(None, BASE64))
    spaces = sample.count(b" ") - sample.count(b"\n ")
    # One space alone may be a slip of whoever wrapped the lines.
    return strange * 5 <= len(bare) and not (spaces > 1 and spaces * 12 > len(bare))


def _is_a_word(data: bytes) -> bool:
    """Whether a text is one word that base64 cannot end with, such as "Hello"."""
    word = data.strip()
    return len(word) < FEW and len(word) % 4 == 1 and word.isalpha()


def _without_boundary(data: bytes) -> bytes:
    """Without a line of two hyphens and all below it, such as a boundary that nobody named."""
    end = data.find(b"\n--")
    # Hyphens above it are characters of the other alphabet.
    return data[:end] if end >= 0 and not any(sign in data[:end] for sign in b"-_") else data


def _without_footer(data: bytes) -> tuple[bytes, bytes]:
    """The encoded lines, and the plain ones a mailing list put below them."""
    end = b"\r\n" if b"\r\n" in data[:1_000] else b"\n"
    near = max(0, len(data) - LONGEST_FOOTER)
    # Below the padding; where the lines came out even, below an empty line.
    padded = max(data.rfind(b"=\r\n", near), data.rfind(b"=\n", near))
    for ends in (padded + 1, data.find(end + end, near) + 1):
        words = data[ends:].strip() if ends else b""
        if b" " in words and (words.startswith((b"--", b"__")) or not _is_base64(words)):
            return data[:ends], b"\n" + words + b"\n"
    return data, b""


Found = tuple[bytes, bytes, int, int]  # the name, the content, and where it stood


def uuencoded(data: bytes) -> list[Found]:
    """The files written in uuencode among the lines of a text."""
    found: list[Found] = []
    position = 0
    while (position := data.find(b"begin", position)) >= 0:
        begin = UU_BEGIN.match(data, position) if position == 0 or data[position - 1] in b"\r\n" else None
        if begin is None:
            position += 5
            continue
        content, after, ended = _uu_lines(data, begin.end())
        if not ended and not content:
            position = begin.end()
            continue
        found.append((begin[1].strip(), content, position, after))
        position = after
    return found


def _uu_lines(data: bytes, position: int) -> tuple[bytes, int, bool]:
    """The content, where it stops, and whether it was said to end there."""
    pieces: list[bytes] = []
    while position < len(data):
        next_line = data.find(b"\n", position) + 1 or len(data)
        line = data[position:next_line].rstrip(b"\r\n")
        if line.strip() == b"end":
            return b"".join(pieces), next_line, True
        wanted = (line[0] - 32) & 63 if line else 0
        if line and (not 32 <= line[0] <= 96 or len(line) - 1 > (wanted + 2) // 3 * 4 + 4):
            break
        if wanted and len(line) - 1 < wanted * 4 // 3 - 3:
            break
        pieces.append(_uu_line(line, wanted) if line else b"")
        position = next_line
    return b"".join(pieces), position, False


def _uu_line(line: bytes, wanted: int) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # characters to spare, which some programs write
        try:
            return binascii.a2b_uu(line[: 1 + (wanted * 8 + 5) // 6])
        except binascii.Error:
            return b""


def yencoded(data: bytes) -> list[Found]:
    """The files written in yEnc among the lines of a text."""
    found: list[Found] = []
    position = 0
    while (position := data.find(b"=ybegin ", position)) >= 0:
        begin = YENC_BEGIN.match(data, position) if position == 0 or data[position - 1] in b"\r\n" else None
        end = data.find(b"\n=yend", begin.end() - 1) if begin else -1
        if begin is None or end < 0:
            position += 8
            if begin and end < 0:
                break
            continue
        after = data.find(b"\n", end + 1) + 1 or len(data)
        lines = data[begin.end() : end].split(b"\n")
        lines = lines[1:] if lines[0].startswith(b"=ypart") else lines
        found.append(
            (begin[1].strip(), _from_yenc(b"".join(line.rstrip(b"\r") for line in lines)), position, after)
        )
        position = after
    return found


def _from_yenc(data: bytes) -> bytes:
    first, *rest = data.split(b"=")
    escaped = [bytes([(piece[0] - 64) % 256]) + piece[1:] for piece in rest if piece]
    return b"".join([first, *escaped]).translate(YENC)
