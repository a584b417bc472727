"""The people in a header such as From or To, however it was written. Linear in the length; nothing raises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import characters, headers, limits
from .structure import Address

BRACKET = re.compile(r"[()\\]")
TOKEN = re.compile(headers.WORD + r'|[",;:<()\\]|[^",;:<()\\=]+|=')
NOBODY = re.compile(
    r"(?i)\W*(?:undisclosed|unlisted|hidden)[ _-]*recipients?\s*(?:[:;]|\W*$)|recipient list not shown"
    r"|no to-header on input"
)
IN_TEXT = re.compile(r"[^\s<>\[\]()\"',;:]{1,200}@[^\s<>\[\]()\"',;:]{1,255}")


STARTS_WITH_ADDRESS = re.compile(
    r"\s*<?[^\s<>()\[\]\"',;:@]{1,200}@[^\s<>()\[\]\"',;:@]{1,255}>?\s*(?:[,(]|$)"
)
SCHEME = re.compile(r"(?i)(?:mailto|smtp):")
ROUTE = re.compile(r"\s*@[^\s:]{1,500}:(?=[^\s:]{1,200}@)")
# As Lotus Notes names people: John Smith/London/UK/Acme@Acme, CN=Jo Marsh/O=Acme@Acme.
OF_NOTES = re.compile(r"(?:CN=)?[^@/]{1,100}/[^@]{1,200}@[\w. -]{1,100}")
# As public archives of mailing lists write addresses, so that no machine collects them.
ARCHIVED = re.compile(r"([^\s@<>()\[\]\"',;:]{1,64}) at ((?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})")
MORE_PEOPLE = re.compile(r"[^@,;:]{0,300}@[^@,;:]{1,255},[^@;:]{0,300}@")
LONGEST_LOOK_AHEAD = 2_000  # characters
SPACED_DOT = re.compile(r"(@[\w-]{1,100})(?:\s{1,9}\.\s{0,9}|\.\s{1,9})(?=\w)")


@dataclass
class _Entry:
    """One person as written: the words, remarks in brackets, and what stood in angle brackets."""

    words: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # in round brackets: the name where there is no other
    angle: str | None = None
    before: int = 0  # how many words stood before it
    quoted: str = ""  # a quoted local part that directly precedes an @
    has_quotes: bool = False
    ends: str = ""  # the comma or semicolon after it

    @property
    def is_surname(self) -> bool:
        """Whether it may be the first half of `Prys, Nia <nia@mail.example>`, without quotation marks."""
        words = "".join(self.words)
        is_name = self.angle is None and not self.has_quotes and not self.remarks and "@" not in words
        return is_name and self.ends == "," and 0 < len(words.split()) <= 4


def addresses(value: str) -> list[Address]:
    """The people a header names. What stands in angle brackets is the address, whatever the name claims."""
    if "&lt;" in value and "<" not in value:  # a form that wrote it for a page
        value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    found = _people(value)
    if "=?" in value and not any(each["address"] for each in found):
        whole = headers.words_decoded(value)  # some programs encode the whole header, address and all
        found = _people(whole) if "@" in whole else found
    return found


def _people(value: str) -> list[Address]:
    found: list[Address] = []
    surname: _Entry | None = None
    for entry in _entries(value):
        if surname and "@" in (entry.angle or "") and "@" not in "".join(entry.words):
            entry.words = [*surname.words, ",", *entry.words]
        elif surname:
            found += _named(surname)
        surname = entry if entry.is_surname else None
        if surname is None:
            found += _named(entry)
        if len(found) >= limits.ADDRESSES:
            break
    return found[: limits.ADDRESSES]


def _entries(value: str) -> Iterator[_Entry]:
    """Split a header at the commas that separate people."""
    entry = _Entry()
    position = 0
    quotes_close = comments_close = True
    groups_end = value.rfind(";")
    while position < len(value):
        token = TOKEN.match(value, position)
        if token is None:
            break
        piece, position = token[0], token.end()
        if piece == '"' and quotes_close:
            text, position, quotes_close = quoted(value, position)
            entry.has_quotes = True
            if quotes_close and value[position : position + 1] == "@" and not "".join(entry.words).strip():
                entry.quoted = f'"{text}"'
            else:
                entry.words.append(text)
        elif piece == "(" and comments_close:
            text, position, comments_close = _remark(value, position)
            if comments_close:
                entry.remarks.append(text)
        elif piece == "<":
            end = _angle_end(value, position)
            if entry.angle is not None:  # two in a row: somebody forgot the comma
                following = _Entry(words=entry.words[entry.before :])
                entry.words = entry.words[: entry.before]
                yield entry
                entry = following
            entry.before = len(entry.words)
            entry.angle = value[position:end] if end >= 0 else value[position:]
            position = end + 1 if end >= 0 else len(value)
        elif piece in ",;":
            entry.ends = piece
            yield entry
            entry = _Entry()
        elif piece == ":" and _is_group(entry) and (groups_end >= position or _is_left_open(value, position)):
            entry = _Entry()  # the name of a group, not of a person
        else:
            entry.words.append(piece)
    yield entry


def _is_group(entry: _Entry) -> bool:
    return entry.angle is None and not any("@" in word or "[" in word for word in entry.words[-1:])


def _is_left_open(value: str, position: int) -> bool:
    """Whether a group was begun that nobody closed: below its name stand bare addresses, several, or nobody.

    A single person who has a name keeps the colon in it: "BBC News: Alerts <a@b.example>".
    """
    rest = value[position : position + LONGEST_LOOK_AHEAD]
    if not rest.strip() or STARTS_WITH_ADDRESS.match(rest):
        return True
    return MORE_PEOPLE.match(rest) is not None


def _angle_end(value: str, position: int) -> int:
    end = value.find(">", position)
    if value.startswith('"', position) and end >= 0:
        _, after, closed = quoted(value, position + 1)
        if closed and value.startswith("@", after):
            return value.find(">", after)
    return end


def quoted(value: str, position: int) -> tuple[str, int, bool]:
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


def _remark(value: str, position: int) -> tuple[str, int, bool]:
    """The text up to the bracket that closes a comment; comments may nest."""
    depth, start = 1, position
    escaped = -1
    for bracket in BRACKET.finditer(value, position):
        if bracket.start() == escaped:
            continue
        if bracket[0] == "\\":
            escaped = bracket.end()
            continue
        depth += 1 if bracket[0] == "(" else -1
        if depth == 0:
            return re.sub(r"\\(.)", r"\1", value[start : bracket.start()]), bracket.end(), True
    return "", position, False


def without_remarks(text: str) -> str:
    """A structured value without its comments in brackets."""
    if "(" not in text:
        return text
    kept: list[str] = []
    position = 0
    while (start := text.find("(", position)) >= 0:
        _, after, closed = _remark(text, start + 1)
        if not closed:
            break
        kept.append(text[position:start])
        position = after
    return "".join([*kept, text[position:]])


def _named(entry: _Entry) -> list[Address]:
    words = "".join(entry.words)
    if NOBODY.match(words) or (entry.angle is not None and NOBODY.match(entry.angle)):
        return []
    if entry.angle is not None:
        return _with_angle(entry, words)
    if entry.quoted:
        local, _, rest = words.strip().partition(" ")
        return _person(" ".join([rest, *entry.remarks]), entry.quoted + local)
    if "@" in words:
        words = ROUTE.sub("", SPACED_DOT.sub(r"\1.", words))
        if "/" in words and OF_NOTES.fullmatch(words.strip()):
            return _person(" ".join(entry.remarks), " ".join(words.split()))
    elif archived := ARCHIVED.fullmatch(words.strip()):
        return _person(" ".join(entry.remarks), f"{archived[1]}@{archived[2]}")
    found = IN_TEXT.findall(words) if "@" in words else []
    if len(found) > 1 and not IN_TEXT.sub("", words).strip():
        return [each for address in found for each in _person("", address)]
    if found:
        name = " ".join(entry.remarks) or words.replace(found[0], " ", 1)
        return _person(
            re.sub(r"[\[(]\s*(?:mailto:|smtp:)?\s*[\])]", " ", name, flags=re.IGNORECASE), found[0]
        )
    if len(entry.remarks) == 1 and IN_TEXT.fullmatch(entry.remarks[0].strip()):
        return _person(words, entry.remarks[0].strip())
    if entry.remarks and len(words.split()) == 1:  # "MAILER-DAEMON (Mail System)": an address of one house
        return _person(" ".join(entry.remarks), words)
    return _person(words, "")


def _with_angle(entry: _Entry, words: str) -> list[Address]:
    angle = (entry.angle or "").strip()
    if not angle.startswith('"'):
        angle = without_remarks(angle)
        angle = "".join(angle.split()) if "@" in angle else " ".join(angle.split())
    if angle.startswith("@") and ":" in angle:  # a route (RFC 822): the address stands after it
        angle = angle.rpartition(":")[2]
    angle = SCHEME.sub("", angle, count=1) if SCHEME.match(angle) else angle
    angle = f"{archived[1]}@{archived[2]}" if (archived := ARCHIVED.fullmatch(angle)) else angle
    is_name = " " in angle and "@" not in angle and not entry.before  # "<Nia Prys> nia@mail.example"
    if (is_name or not angle) and (outside := IN_TEXT.search(words)):  # or "nia@mail.example <>"
        return _person(angle or words.replace(outside[0], " ", 1), outside[0])
    return _person(words if words.strip() else " ".join(entry.remarks), angle.strip("<> "))


def _person(name: str, address: str) -> list[Address]:
    name = headers.decoded(name) if "=?" in name else characters.one_line(name)
    name = _unquoted(name)
    address = headers.decoded(address) if "=?" in address else characters.one_line(address)
    if name.lower() == address.lower() or name.strip("<>").lower() == address.lower():
        name = ""
    if not address.strip("\"'") and (not name.strip(" .,;:") or name.startswith("@")):
        return []
    return [Address(name=name[:300], address=address[:320])]


def _unquoted(name: str) -> str:
    name = name.strip()
    inside = name.strip('"')
    name = name if '"' in inside else inside.strip()  # Siop "Y Ddraig" keeps its marks
    name = name if "<" in name else name.rstrip("> ")
    pairs = name.startswith("'") and name.endswith("'") and len(name) > 1
    return name[1:-1].strip() if pairs else name
