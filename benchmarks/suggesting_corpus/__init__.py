"""Messages written for trying the suggestions, one a line: code | subject | text. Nobody in them is real."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Written:
    """A message, and the category a person would file it under."""

    code: str
    subject: str
    text: str


def messages(name: str) -> list[Written]:
    """The messages of `filed`, `heldout` or another file here."""
    found = []
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, subject, text = (part.strip() for part in line.split("|", 2))
            found.append(Written(code, subject, text))
    return found
