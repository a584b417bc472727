"""The headers of a message, read without the standard library's parsers: those raise and hang on some.

Every function takes what a header holds and returns something usable; none raises. All are linear in the
length.
"""

import binascii
import re
from datetime import UTC, datetime, timedelta

from . import characters, guessing

Field = tuple[str, bytes]

FIELD_START = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:(.*)", re.DOTALL)
# A field with the lines it is folded over, as nearly all are; none of those lines is empty.
WHOLE_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]++)[ \t]*+:([^\n]*+)\n((?:[ \t]++[^\s][^\n]*+\n)*+)")
KNOWN_FIELD = re.compile(
    rb"(?i)(?:from|to|cc|subject|date|message-id|received|return-path|mime-version|content-[a-z-]{2,40}"
    rb"|reply-to|sender|x-[\w-]{1,60})[ \t]*:"
)
_PARAMETER = rb"(?:name|filename|charset|boundary|type|format|protocol|micalg)\*?\d{0,3}\*?="
PARAMETER_LINE = re.compile(rb"(?i)" + _PARAMETER)
PARAMETER_SET_IN = re.compile(rb"(?i)[ \t]++" + _PARAMETER)
GARBAGE_LINES = 20  # lines among the headers that are none
LOOKED_AT = 256_000  # bytes, in which a charset is looked for
LONGEST_LINE = 998  # that mail may have (RFC 5322)
CHARSET = re.compile(r"""(?i)\bcharset\s*=\s*["']?([\w.:-]{1,40})""")
# The text of a Q word may hold question marks, though it must not.
WORD = r"=\?([^?\s*]{1,40})(?:\*[^?]{0,40})?\?([bBqQ])\?((?:[^?=]|=(?!\?[^=])|\?(?!=))*)\?="
ENCODED_WORD = re.compile(WORD)
MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
CLOCK = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"\s{0,9}(?P<noon>[AaPp][Mm]\b)?"
)
ZONE = r"\s{0,9}(?P<zone>(?:(?:GMT|UTC?)?\s?[+-]\d{2}:?\d{2})|[A-Za-z]{1,4}\b)?"
MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
MONTH = r"(?P<month>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})"
DATE = re.compile(
    rf"(?P<day>\d{{1,2}})[ \t./-]{{0,5}}{MONTH}[ \t.,/-]{{0,5}}(?P<year>\d{{2,4}}),?\s{{1,9}}{CLOCK}{ZONE}"
)
# As C writes it: Tue Nov  3 10:00:00 2026.
DATE_OF_A_MACHINE = re.compile(
    rf"(?:{MONTH}\s{{1,5}}(?P<day>\d{{1,2}})\s{{1,5}}{CLOCK}\s{{1,5}}(?P<zone>[A-Za-z]{{1,4}}\s{{1,5}}|[+-]\d{{4}}\s{{1,5}})?(?P<year>\d{{4}}))"
)
ISO_DATE = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})[T ]{CLOCK}{ZONE}")
ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BST": 1}
ZONES |= {"CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "EET": 2, "EEST": 3, "JST": 9}
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def fields(block: bytes, start: int = 0, end: int | None = None) -> tuple[list[Field], int]:
    """The header fields that begin at `start`, unfolded, and where the body begins.

    The header ends at an empty line, or at a line that cannot belong to one. A stray line among the headers
    is passed over when a usual header follows it.
    """
    end = len(block) if end is None else end
    found: list[tuple[str, list[bytes]]] = []
    position = start
    garbage = 0
    while position < end:
        if whole := WHOLE_FIELD.match(block, position, end):
            folds = whole[3][:-1].split(b"\n") if whole[3] else []
            found.append((whole[1].decode("ascii"), [whole[2], *folds]))
            position = whole.end()
            continue
        next_line = block.find(b"\n", position, end) + 1 or end
        line = block[position:next_line].rstrip(b"\r\n")
        if not line.strip() and not (found and _goes_on(block, next_line, end, found[-1][1], line)):
            return _joined(found), next_line
        field = FIELD_START.match(line)
        if line[:1] in b" \t" and found:
            found[-1][1].append(line)
        elif found and found[-1][1][-1].rstrip().endswith(b";") and PARAMETER_LINE.match(line):
            found[-1][1].append(line)  # a parameter that should have been set in
        elif field:
            found.append((field[1].decode("ascii"), [field[2]]))
        elif line[:1] != b":" and not (position == start and line.startswith((b"From ", b">From "))):
            garbage += 1
            if (
                garbage > GARBAGE_LINES
                or len(line) > LONGEST_LINE
                or not _header_follows(block, next_line, end)
            ):
                break
        position = next_line
    return _joined(found), position


def _goes_on(block: bytes, position: int, end: int, field: list[bytes], empty: bytes) -> bool:
    """Whether a line without words folds a header, rather than ending them all."""
    if not empty and not (field[-1].rstrip().endswith(b";") and PARAMETER_SET_IN.match(block, position, end)):
        return False
    line = block[position : min(end, position + 1_000)].partition(b"\n")[0]
    return bool(line.strip()) and (line[:1] in b" \t" or FIELD_START.match(line) is not None)


def _header_follows(block: bytes, position: int, end: int) -> bool:
    """Whether the next line, or one of the few after it, is a usual header, before any empty line."""
    for line in block[position : min(end, position + 2_000)].split(b"\n")[:4]:
        if not line.strip():
            return False
        if KNOWN_FIELD.match(line):
            return True
    return False


def _joined(found: list[tuple[str, list[bytes]]]) -> list[Field]:
    # A fold is one space, however many the line was set in by.
    return [
        (name, lines[0].strip() if len(lines) == 1 else b" ".join(filter(None, map(bytes.strip, lines))))
        for name, lines in found
    ]


def as_text(value: bytes, *, charset: str = "") -> str:
    """A header's bytes as text, its encoded words still encoded. Raw 8-bit is UTF-8, `charset` or a guess."""
    if value.isascii() and b"\x1b" not in value and b"\r" not in value:
        return value.decode("ascii")
    return characters.decode(value, otherwise=charset).replace("\n", " ")


def charset_named(raw: bytes) -> str:
    """The charset a message says its text is in: what a header that is raw 8-bit is most likely in, too."""
    if raw[:LOOKED_AT].isascii():
        return ""
    named = CHARSET.search(raw[:LOOKED_AT].decode("latin-1"))
    return named[1] if named else ""


def charset_guessed(values: list[bytes]) -> str:
    """Which charset the raw 8-bit headers of a message are in: one alone may be too short to tell."""
    together = b" ".join(value for value in values if not characters.is_utf8(value))[:LOOKED_AT]
    guessed = guessing.charset_of(together) if together else ""
    return "" if guessed == "cp1252" else guessed


def decoded(value: str) -> str:
    """Text with its encoded words (RFC 2047) decoded, on one line, one space between words."""
    return characters.one_line(words_decoded(value))


def subject(value: str) -> str:
    """A header's text decoded, on one line, with the spaces its writer set."""
    return characters.seen(words_decoded(value))


def words_decoded(value: str) -> str:
    """Text with its encoded words decoded."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    position = 0
    waiting: tuple[str, bytes] = ("", b"")  # neighbours may share a character between them
    for word in ENCODED_WORD.finditer(value):
        charset, data = word[1].lower(), _word_bytes(word[2], word[3])
        between = value[position : word.start()]
        if pieces and between.isspace():
            between = ""
        if pieces and not between and waiting[0] == charset:
            waiting = (charset, waiting[1] + data)
        else:
            pieces += [characters.decode(waiting[1], waiting[0]), between]
            waiting = (charset, data)
        position = word.end()
    pieces += [characters.decode(waiting[1], waiting[0]), value[position:]]
    return "".join(pieces)


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    data = b""
    for run in raw.split(b"="):  # two words glued together are padded in the middle
        run = NOT_BASE64.sub(b"", run)
        # One left-over character holds no whole byte.
        run = run[:-1] if len(run) % 4 == 1 else run
        data += binascii.a2b_base64(run + b"=" * (-len(run) % 4))
    return data


def message_ids(value: str) -> list[str]:
    """The ids in a Message-ID, In-Reply-To or References header, angle brackets and all."""
    found: list[str] = MESSAGE_ID.findall(value)
    if not found and value.strip() and len(value) < 990:
        return [characters.one_line(value.strip().split()[0])]
    return [characters.one_line(each) for each in found]


def moment(value: str) -> datetime | None:
    """The time a Date header means, in UTC; None when it means none. Without a zone it is taken as UTC."""
    found = next(
        (found for form in (DATE, DATE_OF_A_MACHINE, ISO_DATE) if (found := form.search(value[:200]))), None
    )
    if found is None:
        return None
    part = found.groupdict()
    month = MONTHS.find(part["month"][:3].lower()) // 3 + 1 if part["month"].isalpha() else int(part["month"])
    year = int(part["year"])
    year += 0 if year > 99 else 2000 if year < 69 else 1900
    hour = int(part["hour"]) % 12 + 12 * (part["noon"].lower() == "pm") if part["noon"] else int(part["hour"])
    try:
        local = datetime(year, month, int(part["day"]), hour, int(part["minute"]), tzinfo=UTC)
        local += timedelta(seconds=min(59, int(part["second"] or 0)))
        return local - timedelta(minutes=_minutes_east(part["zone"] or ""))
    except (ValueError, OverflowError):
        return None


def _minutes_east(zone: str) -> int:
    offset = re.search(r"([+-])(\d\d):?(\d\d)", zone)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return 0 if minutes > 24 * 60 else -minutes if offset[1] == "-" else minutes
    return ZONES.get(zone.upper(), 0) * 60
