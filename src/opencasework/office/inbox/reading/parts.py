"""A message cut into its parts, as places in its bytes: nothing is copied, rewritten or lost on the way.

The standard library's parser reads line by line and keeps no source, so a message inside a message could only
be written anew, a little different from what was sent. Like that parser under its compat32 policy, this one
raises for nothing that is in a message; only for more parts, or deeper ones, than we read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from . import characters, headers, limits
from .parameters import parameters

TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}")
TYPE_AND_MORE = re.compile(r"\s*([\w.+-]{1,80})\s*/\s*([\w.+-]{1,80})(?=\s)")  # another header on its line
BOUNDARY_LINE = re.compile(rb"--([^\s-][^\r\n]{0,200}|-{1,100}[^\s-][^\r\n]{0,150})\r?\n")
HEADER_LINE = re.compile(rb"(?i)content-[a-z-]{1,40}[ \t]*:")
# Behind a closing one may stand what no boundary can hold: some programs write more on its line.
AFTER_BOUNDARY = re.compile(rb"(?:[ \t]*+(--)?[ \t]*+|(--)[^\w'()+,./:=?\r\n-][^\r\n]*+)(?:\r?\n|\r(?!\n)|$)")
ENCODING_ENDS = re.compile(r"[\s;,(]")
MEANT = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}
GUESSES = 200  # lines beginning with two hyphens that are looked at for a lost boundary
MIME_PREFACE = re.compile(rb"(?i)\s{0,20}(?:this is a multi-?part message|this message is in mime format)")
LONGEST_PREFACE = 200  # bytes, for readers that know no MIME
MULTIPART, MESSAGE = "multipart/", "message/rfc822"


class TooComplex(Exception):
    """The message has more parts, or deeper ones, than we read."""


@dataclass
class Part:
    """One part: its headers, where its body stands in `raw`, and the parts inside it."""

    raw: bytes
    head: list[headers.Field]
    start: int  # of the body
    end: int
    usual_type: str = "text/plain"  # where it names none
    parts: list["Part"] = field(default_factory=list)
    lost_boundary: bool = False
    charset: Callable[[], str] = str  # of its message: what raw 8-bit in a header is most likely in

    def header(self, wanted: str) -> str:
        """The first header of that name, as text with its encoded words; empty when there is none."""
        return next(self._headers(wanted), "")

    def _headers(self, wanted: str) -> Iterator[str]:
        for name, value in self.head:
            if name.lower() == wanted:
                value = value[: limits.STRUCTURED_HEADER_CHARACTERS + 1]
                yield headers.as_text(value, charset="" if value.isascii() else self.charset())

    @property
    def body(self) -> bytes:
        """The content as it stands in the message."""
        return self.raw[self.start : self.end]

    @cached_property
    def _type(self) -> tuple[str, Mapping[str, str]]:
        written, found = parameters(self.header("content-type"))
        known = TYPE_AND_MORE.match(written)
        written = f"{known[1]}/{known[2]}" if known else "".join(written.split())
        if not TYPE.fullmatch(written):
            written = _meant(written, self.usual_type)
        return {"plain/text": "text/plain", "html/text": "text/html"}.get(written, written), found

    @property
    def content_type(self) -> str:
        """Such as `text/plain`, whatever was written."""
        if self.parts and not self._type[0].startswith(MULTIPART):
            return "multipart/mixed"
        return self._type[0]

    @property
    def parameters(self) -> Mapping[str, str]:
        """Those of its Content-Type."""
        return self._type[1]

    @cached_property
    def disposition(self) -> tuple[str, Mapping[str, str]]:
        """`attachment`, `inline` or empty, and the parameters that stand with it; of two, that of a file."""
        found = [parameters(written) for written in self._headers("content-disposition") if written]
        return next((each for each in found if "filename" in each[1]), found[0] if found else ("", {}))

    @cached_property
    def transfer_encoding(self) -> str:
        """Such as `base64`, in lower case, without what some programs write around it."""
        written = self.header("content-transfer-encoding").lower()
        return ENCODING_ENDS.split(written, maxsplit=1)[0].strip("\"'") if written else ""


def _meant(written: str, usual: str) -> str:
    """What a Content-Type without a slash, or with too much in it, is to be taken for (RFC 2045, 5.2)."""
    written = written.strip("<>\"'")
    if not written:
        return usual
    if known := TYPE.match(written):
        return known[0]
    return MEANT.get(written.partition("/")[0], "application/octet-stream")


Head = tuple[list[headers.Field], int]  # the header fields, and where the body begins


def read(raw: bytes, head: Head | None = None) -> Part:
    """The whole message as a tree. Raises `TooComplex` beyond the limits, and nothing else.

    `head` is that of the message, where it has been read already.
    """
    return _Cutter(raw).message(head or headers.fields(raw))


class _Cutter:
    """Cuts one message, counting its parts."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.count = 0

    def charset(self) -> str:
        return self._charset

    @cached_property
    def _charset(self) -> str:
        return headers.charset_named(self.raw)

    def message(self, head: Head) -> Part:
        part = self._part(head, len(self.raw), usual_type="text/plain", depth=0)
        has_type = any(name.lower() == "content-type" for name, _ in part.head)
        if not has_type and MIME_PREFACE.match(self.raw, part.start):
            self._cut_at_a_guess(part, depth=0)
        return part

    def _part(self, head: Head, end: int, *, usual_type: str, depth: int) -> Part:
        self.count += 1
        if self.count > limits.PARTS:
            raise TooComplex(f"It has more than {limits.PARTS:,} parts.")
        if depth > limits.DEPTH:
            raise TooComplex(f"Its parts are nested more than {limits.DEPTH} deep.")
        fields, body = head
        part = Part(self.raw, fields, min(body, end), end, usual_type, charset=self.charset)
        if part.content_type.startswith(MULTIPART):
            self._cut(part, depth=depth)
        elif part.parameters.get("boundary") and part.content_type.startswith("text/"):
            # HTML, says its type, but it begins as parts do.
            delimiter = b"--" + part.parameters["boundary"].encode("utf-8", "replace")
            if self.raw[part.start : part.end].lstrip().startswith(delimiter):
                self._cut_at(part, delimiter[2:], depth=depth)
        return part

    def _cut(self, part: Part, *, depth: int) -> None:
        boundary = part.parameters.get("boundary", "").rstrip()
        for tried in dict.fromkeys([boundary, boundary.strip("\"'")]):
            if tried and self._cut_at(part, tried.encode("utf-8", "replace"), depth=depth):
                return
        delimiter = b"--" + boundary.encode("utf-8", "replace")
        closing = part.raw.rfind(delimiter + b"--", part.start, part.end) if boundary else -1
        if closing >= 0 and not part.raw[closing + len(delimiter) + 2 : part.end].strip():
            part.end = closing  # the only one of its boundaries that is right
        if part.raw[part.start : part.end].strip():
            self._cut_at_a_guess(part, depth=depth)

    def _cut_at(self, part: Part, boundary: bytes, *, depth: int) -> bool:
        """Whether the boundary was there, were it only to say that there are no parts."""
        if part.body.strip() == b"--" + boundary + b"--":
            part.end = part.start
            return True
        owner = part
        for start, end, closes in _spans(self.raw, part.start, part.end, b"--" + boundary):
            usual_type = MESSAGE if owner.content_type == "multipart/digest" else "text/plain"
            head = headers.fields(self.raw, start, end)
            child = self._part(head, end, usual_type=usual_type, depth=depth + 1)
            owner.parts.append(child)
            same = child.parameters.get("boundary", "").encode("utf-8", "replace") == boundary
            if owner is part and same and child.content_type.startswith(MULTIPART) and not child.parts:
                owner = child  # it uses the boundary of the one around it, and what follows is inside it
            elif closes:
                owner = part
        return bool(part.parts)

    def _cut_at_a_guess(self, part: Part, *, depth: int) -> None:
        """Look for the line its author meant: one of hyphens and more, with a part's headers below it."""
        part.lost_boundary = True
        found = part.start - 1
        for _ in range(GUESSES):
            found = self.raw.find(b"--", found + 1, part.end)
            if found < 0:
                return
            line = BOUNDARY_LINE.match(self.raw, found, part.end)
            starts_line = found == part.start or self.raw[found - 1 : found] == b"\n"
            if starts_line and line and HEADER_LINE.match(self.raw, line.end(), part.end):
                self._cut_at(part, line[1].rstrip(), depth=depth)
                return


def _spans(raw: bytes, start: int, end: int, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where the parts between the delimiters stand, and whether it said that this is the last.

    The line end before a delimiter belongs to it.
    """
    opened: int | None = None
    position = start
    while (found := raw.find(delimiter, position, end)) >= 0:
        position = found + len(delimiter)
        if found > start and raw[found - 1] not in b"\r\n":
            continue
        after = AFTER_BOUNDARY.match(raw, position, end)
        if after is None:
            continue
        closes = bool(after[1] or after[2])
        if opened is not None:
            yield opened, max(opened, found - _line_end(raw, found)), closes
        opened = None if closes else after.end()
        position = after.end()
    if opened is not None and opened < end:
        # The closing one may stand at the end of a line, behind the last words, or lack a hyphen.
        closing = raw.rfind(delimiter + b"-", opened, end)
        is_last = closing >= 0 and not raw[closing + len(delimiter) + 1 : end].strip(b"-\r\n \t")
        yield opened, closing if is_last else end, True


def _line_end(raw: bytes, position: int) -> int:
    """How many bytes the line end before a place takes."""
    return (
        2
        if raw[position - 2 : position] == b"\r\n"
        else 1
        if raw[position - 1 : position] in (b"\n", b"\r")
        else 0
    )


def above_the_first(part: Part) -> bytes:
    """What stands above the first boundary of a multipart, where it is longer than what programs say there.

    It is the text of a mail whose first boundary was lost.
    """
    boundary = b"--" + part.parameters.get("boundary", "").encode("utf-8", "replace")
    above = part.raw[part.start : part.parts[0].start].partition(boundary)[0].strip()
    return above if len(above) > LONGEST_PREFACE and b"MIME" not in above else b""


def filename(part: Part, *, is_text: bool = False) -> str:
    """The name its sender gave a file, from wherever mailers put it; empty when there is none.

    Telephones say of every part where it lies, of the text too, which is no file for that.
    """
    disposition = part.disposition[1]
    for name in (
        disposition.get("filename"),
        part.parameters.get("name"),
        disposition.get("name"),
        part.parameters.get("filename"),
        "" if is_text else _if_a_filename(part.header("content-location")),
        "" if is_text else _if_a_filename(part.header("content-description")),
    ):
        if name and (written := characters.named_file(name)):
            return written
    return ""


def _if_a_filename(value: str) -> str:
    """A header that is not made for names, where it holds one all the same, such as `Photo 25.jpg`."""
    if not value:
        return ""
    name = headers.decoded(value)
    return (
        name.rpartition("/")[2]
        if re.fullmatch(r"(?:\w{1,20}:)?[^:?#*<>|\"]{0,200}[\w)]\.[A-Za-z0-9]{2,5}", name)
        else ""
    )
