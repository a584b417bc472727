"""What a message says, sentence by sentence, without greeting, farewell, name and address.

Where a rule is unsure it keeps a line: one too many costs a glance, one too few may be the one that mattered.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from opencasework.office.inbox.reading.replies import SENT_FROM, SIGN_OFF
from opencasework.office.kit import postcodes

CHARACTERS = 20_000  # of a message that are looked at; the text of a campaign has some two thousand
GREETING = re.compile(
    r"(?:dear|hello|hi|good (?:morning|afternoon|evening)|to whom it may concern|annwyl|helo)\b"
    r"[^.?!\n]{0,60}",
    re.IGNORECASE,
)
GREETING_WITHIN = re.compile(r"(?:dear|hello|hi|annwyl)\b[^.?!,\n]{0,50},\s+", re.IGNORECASE)
TELEPHONE = re.compile(r"[\d +()./-]{9,22}")
ADDRESS = re.compile(r"\S+@\S+\.\w+")
SENTENCE = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[\w£€])")
ITEM = re.compile(r"(?:[-*•–]|\(?\d{1,2}[.)])\s")
WORD = re.compile(r"[^\W_]+")
APOSTROPHES = str.maketrans("", "", "'’‘`")
HEAD_LINES, FOOT_LINES = 8, 14  # in which an address above, or below a farewell, is looked for
LONGEST_PARTICULAR = 6  # words of a line that is a name or part of an address
SHORTEST_BROKEN_LINE = 50  # characters; only a longer line was broken by a program
WORDS_IN_A_TRACE = 3
SENTENCES_KEPT = 4_096  # whose traces are not worked out again: those of campaigns come by the hundred


@dataclass(frozen=True)
class Said:
    """The sentences of each paragraph, and the lines left aside as greeting, name or address."""

    paragraphs: list[list[str]]
    aside: list[str]

    @property
    def sentences(self) -> list[str]:
        return [sentence for paragraph in self.paragraphs for sentence in paragraph]


def said(text: str, *, sender: str = "") -> Said:
    """What is said in a text from which quotation and signature have been taken already."""
    lines = [line.strip() for line in text[:CHARACTERS].split("\n")]
    lines, above = _without_head(lines)
    lines, below = _without_foot(lines, " ".join(sender.casefold().split()))
    paragraphs = [sentences for block in _blocks(lines) if (sentences := _sentences(block))]
    return Said(paragraphs, [line for line in [*above, *below] if line])


def _is_particular(line: str) -> bool:
    """Whether a line may be a name or part of an address: short, and no sentence."""
    return len(line.split()) <= LONGEST_PARTICULAR and not line.endswith((".", "?", "!", ":"))


def _without_head(lines: list[str]) -> tuple[list[str], list[str]]:
    filled = [index for index, line in enumerate(lines) if line][:HEAD_LINES]
    for index in filled:
        if GREETING.fullmatch(lines[index].rstrip(" ,!-–:")):
            above = lines[:index]
            if all(_is_particular(line) for line in above if line):
                return lines[index + 1 :], [*above, lines[index]]
            break
        if (found := GREETING_WITHIN.match(lines[index])) and index == filled[0]:
            return [lines[index][found.end() :], *lines[index + 1 :]], [found.group()]
    # No greeting: an address at the top is a block of its own.
    end = next((index for index in range(filled[0], len(lines)) if not lines[index]), 0) if filled else 0
    above = lines[:end]
    if any(map(_is_particulars, above)) and all(_is_particular(line) for line in above):
        return lines[end:], above
    return lines, []


def _without_foot(lines: list[str], sender: str) -> tuple[list[str], list[str]]:
    """Cut the farewell and the particulars below it; what else stands there, such as a PS, stays."""
    filled = [index for index, line in enumerate(lines) if line][-FOOT_LINES:]
    for index in filled:
        if SIGN_OFF.fullmatch(lines[index].strip(" ,.!")):
            below = lines[index + 1 :]
            kept = [line for line in below if line and not (_is_particular(line) or _is_particulars(line))]
            return [*lines[:index], "", *kept], [line for line in below if line not in kept]
    start, certain = len(lines), False
    for index in reversed(filled):
        line = lines[index]
        if line.casefold() == sender or _is_particulars(line):
            start, certain = index, True
        elif not _is_particular(line) or ITEM.match(line):
            break
        elif certain or line.casefold() == sender:
            start = index
    return lines[:start], lines[start:]


def _is_particulars(line: str) -> bool:
    """Whether a line says how to reach somebody, beyond doubt."""
    if TELEPHONE.fullmatch(line) or ADDRESS.fullmatch(line) or SENT_FROM.match(line):
        return True
    return bool(len(line.split()) <= 12 and postcodes.IN_TEXT.search(line) and not line.endswith((".", "?")))


def _blocks(lines: Iterable[str]) -> Iterable[str]:
    """Paragraphs, with the lines that a program broke joined again; others stay lines."""
    block: list[str] = []
    for line in [*lines, ""]:
        if not line:
            if block:
                yield "\n".join(block)
            block = []
        elif block and not ITEM.match(line) and len(block[-1]) >= SHORTEST_BROKEN_LINE:
            block[-1] += f" {line}"
        else:
            block.append(line)


def _sentences(block: str) -> list[str]:
    return [
        sentence.strip()
        for line in block.split("\n")
        for sentence in SENTENCE.split(line)
        if sentence.strip()
    ]


def words(sentence: str) -> list[str]:
    """Its words in small letters, without marks; “don’t” is one word."""
    return WORD.findall(sentence.casefold().translate(APOSTROPHES))


@lru_cache(maxsize=SENTENCES_KEPT)
def traces(sentence: str) -> tuple[int, ...]:
    """A number for each three words in a row of a sentence; of a shorter one, a number for all."""
    found = words(sentence)
    if len(found) <= WORDS_IN_A_TRACE:
        return (zlib.crc32(" ".join(found).encode()),) if found else ()
    threes = zip(found, found[1:], found[2:], strict=False)
    return tuple(zlib.crc32(" ".join(three).encode()) for three in threes)
