"""What a message says, sentence by sentence, without greeting, farewell, name and address.

Where a rule is unsure it keeps a line: one too many costs a glance, one too few may be the one that mattered.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from opencasework.office.inbox.reading.particulars import ITEM, without_foot, without_head

CHARACTERS = 20_000  # of a message that are looked at; the text of a campaign has some two thousand
SENTENCE = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[\w£€])")
WORD = re.compile(r"[^\W_]+")
APOSTROPHES = str.maketrans("", "", "'’‘`")
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
    lines, above = without_head(lines)
    lines, below = without_foot(lines, " ".join(sender.casefold().split()))
    paragraphs = [sentences for block in _blocks(lines) if (sentences := _sentences(block))]
    return Said(paragraphs, [line for line in [*above, *below] if line])


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
