"""What stands in a Word file (.docx), without what was struck out of it. Runs in the child only.

Nothing is unpacked to a disk and no whole part is kept: what holds words is read as a stream, so a file that
would unpack to gigabytes costs no more than the limit.
"""

from __future__ import annotations

import codecs
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from lxml import etree

from opencasework.office.kit.first_bytes import OLE, kind_of

from . import limits
from .structure import WordFacts

# Of the usual form of the standard, and of its strict form.
SPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
# The letter itself first, then what stands around it.
PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
BREAKS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}

LOCKED = (
    "It is protected by a password, or an old Word file (.doc), so it cannot be read. "
    "Ask for a .docx or a PDF."
)
BROKEN = "It is damaged, or no Word file, so it cannot be read."
TOO_MUCH = "It is longer than what is read of a file: only its beginning was."
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, NotImplementedError, RuntimeError, EOFError,
    OSError, ValueError, lzma.LZMAError,
)  # fmt: skip

codecs.lookup("cp437")  # of names in a zip; loaded now, because later the child can open no file


class _TooMuch(Exception):
    """There is more in the file than is read."""


class _Measured:
    """Parts of a file, of which together no more is unpacked, nor more elements met, than may be read."""

    def __init__(self) -> None:
        self.left = limits.WORD_BYTES
        self.elements = 0  # begun so far
        self.stream: IO[bytes] | None = None

    def read(self, size: int) -> bytes:
        """Some of the part. What the file says of its own size counts for nothing: it is measured."""
        assert self.stream is not None
        content = self.stream.read(size)
        self.left -= len(content)
        if self.left < 0:
            raise _TooMuch
        return content


def read(content: bytes) -> WordFacts:
    """The words of a file. Never raises for what is in it: `problem` says what was not read, and why."""
    if kind_of(content) == OLE:
        return {"text": "", "problem": LOCKED}
    pieces: list[str] = []
    problem = ""
    try:
        for piece in _words(content):
            pieces.append(piece)
    except (_TooMuch, MemoryError):
        problem = TOO_MUCH
    except UNREADABLE:
        problem = BROKEN
    text = "".join(pieces)
    if len(text) > limits.WORD_CHARACTERS:
        problem = TOO_MUCH
    return {"text": text[: limits.WORD_CHARACTERS], "problem": problem}


def _words(content: bytes) -> Iterator[str]:
    measured = _Measured()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = {name for name in packed.namelist() if PARTS.fullmatch(name)}
        if "word/document.xml" not in names:
            raise zipfile.BadZipFile
        for name in sorted(names, key=lambda each: (each != "word/document.xml", each)):
            with packed.open(name) as measured.stream:
                yield from _words_of_part(measured)
            yield "\n"


def _words_of_part(part: _Measured) -> Iterator[str]:
    """The words in their order. What Word cut into pieces, to spell or to colour it, is one word again."""
    elements = etree.iterparse(
        part,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    moved_away = 0  # inside what stands elsewhere now, how deep
    for event, each in elements:
        name = _name_of(each)
        part.elements += event == "start"
        if part.elements > limits.WORD_ELEMENTS:  # counted, not timed: as much is read on a busy machine
            raise _TooMuch
        if name == "moveFrom":
            moved_away += 1 if event == "start" else -1
        elif event == "start" or moved_away:
            continue
        elif name == "t":
            yield each.text or ""
        elif name in BREAKS:
            yield BREAKS[name]
        if event == "end" and name == "p":
            each.clear(keep_tail=False)
            while each.getprevious() is not None:
                each.getparent().remove(each.getprevious())


def _name_of(element: etree._Element) -> str:
    """“t” of a piece of text; empty for what is no part of a Word file's words."""
    tag = str(element.tag)
    return next((tag.removeprefix(space) for space in SPACES if tag.startswith(space)), "")
