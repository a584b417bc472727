"""Rich text as Outlook keeps it: compressed ([MS-OXRTFCP]), often HTML in disguise ([MS-OXRTFEX]).

Only what reading needs: the words, and the HTML where there is some. Linear in the length; nothing raises.
"""

import re
import struct
from dataclasses import dataclass, field, replace

from . import characters, limits

COMPRESSED, PLAIN = b"LZFu", b"MELA"
DICTIONARY_BYTES = 4_096
# What the dictionary holds before the first byte, so that the usual beginning costs nothing.
PRESET = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
TOKEN = re.compile(
    rb"(?P<open>\{)|(?P<close>\})|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|(?P<lines>[\r\n]+)|(?P<text>[^\\{}\r\n]+)|\\",
    re.DOTALL,
)
SAID = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": "\t",
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
    b"endash": "–", b"emdash": "—",
}  # fmt: skip
UNSEEN = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"headerl",
    b"headerr", b"footerl", b"footerr", b"listtable", b"listoverridetable", b"pntext", b"xmlnstbl",
}  # fmt: skip
PAGES = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250",
}  # fmt: skip


def decompressed(data: bytes) -> bytes:
    """The rich text inside a compressed property; empty when it is none."""
    if len(data) < 16:
        return b""
    length, _, kind = struct.unpack_from("<II4s", data)
    if kind == PLAIN:
        return data[16:]
    if kind != COMPRESSED:
        return b""
    window = bytearray(PRESET.ljust(DICTIONARY_BYTES, b"\0"))
    write = len(PRESET)
    out = bytearray()
    position, end = 16, min(len(data), length + 4)
    length = min(struct.unpack_from("<I", data, 4)[0], limits.RICH_TEXT_BYTES)
    while position < end and len(out) < length:
        control = data[position]
        position += 1
        for bit in range(8):
            if position >= end or len(out) >= length:
                break
            if not control >> bit & 1:
                piece, position = data[position : position + 1], position + 1
            else:
                reference = int.from_bytes(data[position : position + 2], "big")
                position += 2
                start, count = reference >> 4, (reference & 15) + 2
                if start == write:
                    return bytes(out)
                piece = b""
                for step in range(count):  # it may repeat what it is just writing
                    byte = window[(start + step) % DICTIONARY_BYTES]
                    window[(write + step) % DICTIONARY_BYTES] = byte
                    piece += bytes([byte])
            for byte in piece:
                window[write] = byte
                write = (write + 1) % DICTIONARY_BYTES
            out += piece
    return bytes(out)


@dataclass
class _Group:
    """What holds between two braces."""

    silent: bool = False  # a table or a picture, or HTML that only rich text needs
    in_tag: bool = False  # HTML that rich text does not show
    fonts: bool = False  # the table of fonts
    page: str = ""
    skip: int = 1  # bytes that stand in for a character beyond them


@dataclass
class _Reader:
    """Reads rich text, as words or as the HTML it came from."""

    is_html: bool
    page: str = "cp1252"
    group: _Group = field(default_factory=_Group)
    outer: list[_Group] = field(default_factory=list)
    pages: dict[int, str] = field(default_factory=dict)  # of each font
    font: int = 0
    said: list[str] = field(default_factory=list)
    waiting: bytearray = field(default_factory=bytearray)  # bytes of one charset
    skipping: int = 0
    starred: bool = False

    def read(self, data: bytes) -> str:
        for token in TOKEN.finditer(data):
            kind, value = token.lastgroup, token[0]
            if kind == "open":
                self._flush()
                if len(self.outer) < 1_000:
                    self.outer.append(self.group)
                    self.group = replace(self.group)
            elif kind == "close":
                self._flush()
                self.group = self.outer.pop() if self.outer else self.group
                self.skipping = 0
            elif kind == "hex":
                self._bytes(bytes([int(token["hex"], 16)]))
            elif kind == "text":
                self._bytes(value)
            elif kind == "sign":
                self._sign(token["sign"])
            elif token["word"]:
                self._word(token["word"], int(token["number"]) if token["number"] else None)
            self.starred = value == b"\\*"
        self._flush()
        return "".join(self.said)

    def _bytes(self, value: bytes) -> None:
        if self.skipping:
            skipped = min(self.skipping, len(value))
            self.skipping -= skipped
            value = value[skipped:]
        if not self.group.silent:
            self.waiting += value

    def _say(self, text: str) -> None:
        if not self.group.silent:
            self._flush()
            self.said.append(text)

    def _flush(self) -> None:
        if self.waiting:
            self.said.append(characters.decode(bytes(self.waiting), self.group.page or self.page))
            self.waiting.clear()

    def _sign(self, sign: bytes) -> None:
        if sign in b"{}\\":
            self._bytes(sign)
        elif sign == b"~":
            self._say(" ")
        elif sign == b"_":
            self._say("-")
        elif sign in b"\r\n":
            self._say("\n")

    def _word(self, word: bytes, number: int | None) -> None:
        if self.starred:
            self.group.in_tag = word == b"htmltag" and self.is_html
            self.group.silent = not self.group.in_tag
        elif word == b"u" and number is not None:
            self._say(chr(number % 65_536))
            self.skipping = self.group.skip
        elif word == b"uc":
            self.group.skip = min(max(number or 0, 0), 10)
        elif word == b"htmlrtf" and self.is_html:
            self._flush()
            self.group.silent = number != 0
        elif word in (b"f", b"fcharset", b"ansicpg", b"fonttbl"):
            self._font(word, number or 0)
        elif word in UNSEEN:
            self.group.silent = True
        elif word in SAID and not (self.is_html and not self.group.in_tag and word == b"cell"):
            self._say(SAID[word])

    def _font(self, word: bytes, number: int) -> None:
        if word == b"ansicpg":
            self.page = f"cp{number}" if number else self.page
        elif word == b"fonttbl":
            self.group.fonts = self.group.silent = True
        elif word == b"fcharset" and self.group.fonts:
            self.pages[self.font] = PAGES.get(number, "")
        elif self.group.fonts:
            self.font = number
        elif self.pages.get(number, "") != self.group.page:
            self._flush()
            self.group.page = self.pages.get(number, "")


def read(data: bytes) -> tuple[str, str]:
    """The words of a rich text, and its HTML; one of the two is empty."""
    data = data[: limits.RICH_TEXT_BYTES]
    if not data.lstrip().startswith(b"{\\rtf"):
        return "", ""
    if re.search(rb"\\fromhtml1?(?!\d)", data[:4_000]):
        return "", _whole(_Reader(is_html=True).read(data))
    return re.sub(r"\n{3,}", "\n\n", _whole(_Reader(is_html=False).read(data))).strip(), ""


def _whole(text: str) -> str:
    """Characters beyond the first 65,536 are written as two halves."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
