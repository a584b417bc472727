"""How a line of the ledger is hashed. Fixed for ever: what stands in a ledger was hashed like this.

A line names ids, a code and a time. What was written enters it as a hash with a salt, and the salt is kept
with the text: where both are erased the line still stands, and nobody can guess its text from it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

BEGINNING = "0" * 64  # what the first line follows
# Made once: json.dumps would make them anew for each of a hundred thousand lines.
_WRITE_CONTENT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_WRITE_LINE = json.JSONEncoder(separators=(",", ":")).encode
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Facts:
    """What a line says of one row: whose case, what, who, when, and the hash of its content."""

    case_id: int | None
    kind: str
    by_id: int | None
    at_us: int
    content_hash: str


def new_salt() -> str:
    return secrets.token_hex(16)


def microseconds(at: datetime) -> int:
    """Since 1970 in UTC, exactly: whole numbers are the same in every database and time zone."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def hash_of_content(salt: str, content: list[Any]) -> str:
    """The salted hash of what was written; `content` is plain JSON."""
    return hashlib.sha256(f"{salt}\n{_WRITE_CONTENT(content)}".encode()).hexdigest()


def hash_of_line(sequence: int, source: str, source_id: int, facts: Facts, previous: str) -> str:
    """The hash of one line, which the next one carries."""
    line = [
        previous, sequence, source, source_id,
        facts.case_id, facts.kind, facts.by_id, facts.at_us, facts.content_hash,
    ]  # fmt: skip
    return hashlib.sha256(_WRITE_LINE(line).encode()).hexdigest()
