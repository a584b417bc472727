"""Showing why something was found: the words that matched, marked, in a few words of their surroundings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString

from opencasework.office.kit import references
from opencasework.office.search.folding import fold
from opencasework.office.search.spacing import standing

_PIECE = re.compile(r"[^\W_]+|[\W_]+")
READ = 20_000  # characters of a text in which a match is looked for
LOOKED_BACK, LOOKED_AHEAD = 200, 60  # characters that may say what a number is
AROUND = 60  # characters shown before the first match


def without_numbers(text: str) -> str:
    """The text with the reference numbers recognised in it masked, as they are on the page of a case."""
    return _masked(text, 0, len(text))


def _masked(text: str, start: int, end: int) -> str:
    """The characters from `start` to `end`, every number that reaches into them masked.

    What a number is the words before it may say, so a part of the text before `start` is read too.
    """
    first = max(0, start - LOOKED_BACK)
    shown, at = [], start
    for found in references.recognised(text[first : end + LOOKED_AHEAD]):
        begins, ends = first + found.start, first + found.end
        if ends > start and begins < end and references.kinds()[found.code].is_masked:
            shown += [text[at:begins], references.mask(text[begins:ends])]
            at = ends
    return "".join([*shown, text[at:end]])


def mark(text: str, words: Sequence[str]) -> SafeString:
    """The text, escaped, with every word that begins with one of `words` (folded) marked so far."""
    shown = []
    for piece in _PIECE.findall(text):
        length = _matched(piece, words)
        shown.append(f"<mark>{escape(piece[:length])}</mark>" if length else "")
        shown.append(escape(piece[length:]))
    return SafeString("".join(shown))


def excerpt(text: str, words: Sequence[str], numbers: Sequence[str] = (), *, length: int = 150) -> SafeString:
    """Some words of the text around the number that was looked for, or else the first match, marked."""
    text = " ".join(text[:READ].split())
    start = max(0, _first(text, words, numbers) - AROUND)
    if start:
        start = text.find(" ", start) + 1
    shown = _masked(text, start, min(start + length, len(text)))
    if start + length < len(text):
        shown = shown.rsplit(" ", 1)[0] + " …"
    return mark(("… " if start else "") + shown, words)


def _first(text: str, words: Sequence[str], numbers: Sequence[str]) -> int:
    """Where the number begins in the text, or else the first word that matches; 0 where neither is in it."""
    number = standing(numbers).search(text.lower()) if numbers else None
    if number:
        return number.start()
    return next((piece.start() for piece in _PIECE.finditer(text) if _matched(piece[0], words)), 0)


def _matched(piece: str, words: Sequence[str]) -> int:
    """How many letters of the piece one of the words matches."""
    folded = fold(piece)
    return max((len(word) for word in words if folded.startswith(word)), default=0)
