"""What stands around the words of a message: greeting, farewell, name and address.

Where a rule is unsure it keeps a line: one too many costs a glance, one too few may be the one that mattered.
"""

from __future__ import annotations

import re

from opencasework.office.kit import postcodes

from .replies import SENT_FROM_LINE, SIGN_OFF, without_signature

GREETING = re.compile(
    r"(?:dear|hello|hi|good (?:morning|afternoon|evening)|to whom it may concern|annwyl|helo)\b"
    r"[^.?!\n]{0,60}",
    re.IGNORECASE,
)
GREETING_WITHIN = re.compile(r"(?:dear|hello|hi|annwyl)\b[^.?!,\n]{0,50},\s+", re.IGNORECASE)
TELEPHONE = re.compile(r"[\d +()./-]{9,22}")
ADDRESS = re.compile(r"\S+@\S+\.\w+")
ITEM = re.compile(r"(?:[-*•–]|\(?\d{1,2}[.)])\s")
HEAD_LINES, FOOT_LINES = 8, 14  # in which an address above, or below a farewell, is looked for
LONGEST_PARTICULAR = 6  # words of a line that is a name or part of an address
# "14 Pothole Lane", "Flat 3, 2 Mould Court": where somebody lives, not what about.
NUMBERED_STREET = re.compile(r"(?:(?:Flat|Unit|Fflat)\W+\w+\W+)?\d{1,4}[a-z]?,?\s+[A-Z][\w’'-]+(?:\s|$)")
FEWEST_WORDS = 5  # that have to be left: of fewer nobody knows what was meant
HEADING = re.compile(r"\W*(?:re|ref|subject|about|concerning|parthed|ynghylch)\b", re.IGNORECASE)


def words_of(text: str, *, sender: str = "") -> str:
    """A text without the address above its greeting and the signature below it; whole where little is left.

    For whoever looks at what it is about: a street may be called by a trouble.
    """
    lines = without_signature([line.strip() for line in text.split("\n")])
    rest, above = without_head(lines)
    if any(says_how_to_reach(line) or NUMBERED_STREET.match(line) for line in above):
        lines = [*(line for line in above if HEADING.match(line)), *rest]
    lines, _ = without_foot(lines, " ".join(sender.casefold().split()))
    words = "\n".join(lines).strip()
    return words if len(words.split()) >= FEWEST_WORDS else text


def may_be_particular(line: str) -> bool:
    """Whether a line may be a name or part of an address: short, and no sentence."""
    return len(line.split()) <= LONGEST_PARTICULAR and not line.endswith((".", "?", "!", ":"))


def without_head(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without greeting and address above, and what was cut."""
    filled = [index for index, line in enumerate(lines) if line][:HEAD_LINES]
    for index in filled:
        if GREETING.fullmatch(lines[index].rstrip(" ,!-–:")):
            above = lines[:index]
            if all(may_be_particular(line) for line in above if line):
                return lines[index + 1 :], [*above, lines[index]]
            break
        if (found := GREETING_WITHIN.match(lines[index])) and index == filled[0]:
            return [lines[index][found.end() :], *lines[index + 1 :]], [found.group()]
    # No greeting: an address at the top is a block of its own.
    end = next((index for index in range(filled[0], len(lines)) if not lines[index]), 0) if filled else 0
    above = lines[:end]
    if any(map(says_how_to_reach, above)) and all(may_be_particular(line) for line in above):
        return lines[end:], above
    return lines, []


def without_foot(lines: list[str], sender: str) -> tuple[list[str], list[str]]:
    """Cut the farewell and the particulars below it; what else stands there, such as a PS, stays."""
    filled = [index for index, line in enumerate(lines) if line][-FOOT_LINES:]
    for index in filled:
        if SIGN_OFF.fullmatch(lines[index].strip(" ,.!")):
            below = lines[index + 1 :]
            kept = [
                line for line in below if line and not (may_be_particular(line) or says_how_to_reach(line))
            ]
            return [*lines[:index], "", *kept], [line for line in below if line not in kept]
    start, certain = len(lines), False
    for index in reversed(filled):
        line = lines[index]
        if line.casefold() == sender or says_how_to_reach(line):
            start, certain = index, True
        elif not may_be_particular(line) or ITEM.match(line):
            break
        elif certain or line.casefold() == sender:
            start = index
    return lines[:start], lines[start:]


def says_how_to_reach(line: str) -> bool:
    """Whether a line says how to reach somebody, beyond doubt."""
    if TELEPHONE.fullmatch(line) or ADDRESS.fullmatch(line) or SENT_FROM_LINE.match(line):
        return True
    return bool(len(line.split()) <= 12 and postcodes.IN_TEXT.search(line) and not line.endswith((".", "?")))
