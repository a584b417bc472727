"""What of a message is about what: its paragraphs or, of a single one, its sentences, by issue."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opencasework.office.inbox.learning import keywords
from opencasework.office.inbox.learning.blending import about
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting import lessons
from opencasework.office.inbox.suggesting.categories import told
from opencasework.office.tags.models import Category

MOST_PIECES = 40
SHORTEST = 25  # characters of a piece that may be about something of its own
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_SENTENCES = re.compile(r"(?<=[.?!])\s+(?=[A-Z“\"'])")


@dataclass(frozen=True)
class SuggestedPart:
    """Sentences of a message, and the issue they speak of."""

    category: Category
    text: str


def parts_of(message: Message) -> list[SuggestedPart]:
    """The parts of a message that is about several things; empty where it seems to be about one."""
    if not lessons.wanted():
        return []
    pieces = [" ".join(each.split()) for each in _PARAGRAPHS.split(told(message))]
    if sum(len(each) >= SHORTEST for each in pieces) < 3:
        pieces = [sentence for each in pieces for sentence in _SENTENCES.split(each)]
    weights, known = lessons.in_force(), keywords.of_the_code_list()
    said: dict[str, list[str]] = {}
    code = ""
    for piece in pieces[:MOST_PIECES]:
        if len(piece) < SHORTEST:
            continue
        first = next(iter(about("", piece, keywords=known, weights=weights, sayable=())), None)
        # A sentence that speaks of nothing goes on with what the one before it spoke of.
        if first is not None and first.is_plain:
            code = first.code
        if code:
            said.setdefault(code, []).append(piece)
    if len(said) < 2:
        return []
    categories = {each.code: each for each in Category.objects.filter(code__in=said).exclude(parent=None)}
    return [
        SuggestedPart(categories[code], " ".join(texts)) for code, texts in said.items() if code in categories
    ]
