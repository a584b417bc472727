"""Asks the child about Word files and pictures. One is always ready, so that nobody waits for it to load."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from opencasework.office.letters.word import limits

LENGTH = struct.Struct("!Q")
TOO_MUCH = "Opening this file took too long or too much memory. Save it from Word anew, with less in it."


class WordProblem(Exception):
    """The file cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Looked:
    """What a Word template says: HTML that still has to be cleaned, and the fields in all its parts."""

    html: str
    fields: list[str]


_lock = threading.Lock()
_ready: list[subprocess.Popen[bytes]] = []


def look(content: bytes) -> Looked:
    """Look through a Word template. Raises WordProblem."""
    said, _ = _ask({"job": "check"}, content)
    return Looked(said["html"], said["fields"])


def fill(content: bytes, facts: Mapping[str, str]) -> tuple[bytes, str]:
    """The Word file filled in, and its words as HTML that still has to be cleaned. Raises WordProblem."""
    said, made = _ask({"job": "fill", "facts": dict(facts)}, content)
    return made, said["html"]


def write(letter: Mapping[str, Any], *, logo: bytes = b"") -> bytes:
    """A letter as a Word file (see `words.write`). Raises WordProblem."""
    return _ask({"job": "write", "letter": dict(letter)}, logo)[1]


def picture(content: bytes) -> bytes:
    """A picture of a stranger as a PNG of ours. Raises WordProblem."""
    return _ask({"job": "picture"}, content)[1]


def make_ready() -> None:
    """See that a child waits for work. Costs nothing when one does."""
    with _lock:
        alive = [child for child in _ready if child.poll() is None]
        _ready[:] = alive or [_start()]


def _ask(question: dict[str, Any], *files: bytes) -> tuple[dict[str, Any], bytes]:
    if any(len(content) > limits.FILE_BYTES for content in files):
        raise WordProblem(f"This file is larger than {limits.FILE_BYTES // 1_000_000} MB. Use a smaller one.")
    head = json.dumps({**question, "files": len(files)}).encode()
    sent = b"".join(LENGTH.pack(len(frame)) + frame for frame in (head, *files))
    child = _taken()
    try:
        answer, _ = child.communicate(sent, timeout=limits.WALL_SECONDS)
    except (subprocess.TimeoutExpired, OSError):
        answer = b""
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        make_ready()  # for the next one, who then need not wait
    said, made = _frames(answer)
    if said["problem"]:
        raise WordProblem(said["problem"])
    return said, made


def _taken() -> subprocess.Popen[bytes]:
    """A child that is ready, or a new one."""
    with _lock:
        alive = [child for child in _ready if child.poll() is None]
        taken = alive.pop() if alive else _start()
        _ready[:] = alive
        return taken


def _start() -> subprocess.Popen[bytes]:
    # -I: neither the environment nor the working folder decides what the child imports.
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "opencasework.office.letters.word.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        start_new_session=True,
    )


def _frames(answer: bytes) -> tuple[dict[str, Any], bytes]:
    parts, at = [], 0
    while at + LENGTH.size <= len(answer):
        (length,) = LENGTH.unpack_from(answer, at)
        parts.append(answer[at + LENGTH.size : at + LENGTH.size + length])
        at += LENGTH.size + length
    if len(parts) != 2:  # it was ended before it had answered
        return {"problem": TOO_MUCH}, b""
    said: dict[str, Any] = json.loads(parts[0])
    return said, parts[1]
