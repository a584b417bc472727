"""What people write, as it is kept: bounded, without characters no database takes, otherwise as it came."""

from __future__ import annotations

import json
import re
from typing import Any

from opencasework.office.inbox.reading.characters import DISGUISES, tidy
from opencasework.office.kit.words import unturned

LONGEST_TEXT = 50_000  # characters of one answer; what is longer is kept as a file
LONGEST_CARRIED = 400_000  # characters of all answers in a hidden field
MOST_CHOICES = 20
HALVES = dict.fromkeys(range(0xD800, 0xE000))  # of a character; alone they cannot be written down
KEY = re.compile(r"[A-Za-z0-9_-]{43}")

Answers = dict[str, dict[str, Any]]  # by step, by field: a text, or a list of texts


def plain(text: str) -> str:
    """A text of several lines without control characters; its line ends are single."""
    return tidy(unturned(text).translate(HALVES))


def one_line(text: str, longest: int = 300) -> str:
    """A text of one line, with nothing in it that cannot be seen or that disguises a name."""
    return " ".join(plain(text[: longest * 4]).translate(DISGUISES).split())[:longest]


def carried(text: str, fields: dict[str, set[str]]) -> Answers:
    """The answers a page brought back in a hidden field: only known fields, only texts, none too long."""
    if not text or len(text) > LONGEST_CARRIED:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        step: {name: _bounded(found[step][name]) for name in names if name in found[step]}
        for step, names in fields.items()
        if isinstance(found.get(step), dict)
    }


def _bounded(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [plain(str(each))[:300] for each in value[:MOST_CHOICES]]
    return plain(str(value))[:LONGEST_TEXT] if isinstance(value, str) else ""


def to_carry(answers: Answers, *, but: str) -> str:
    """The answers of all pages but one, for a hidden field; empty when they are too long for one."""
    text = json.dumps({step: given for step, given in answers.items() if step != but}, ensure_ascii=False)
    return text if len(text) <= LONGEST_CARRIED else ""
