"""The press: one child that prints page after page while somebody prints, and then is gone.

To load WeasyPrint and look for fonts takes a second, to print a letter a fifth of one. So the child loads
them once and forks for each page; a page that kills its fork harms no other. After a minute without work it
ends, and the memory it had is free.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time

from opencasework.office.kit import printing

_busy = threading.Lock()
_press: Press | None = None


class PressGone(Exception):
    """The child ended, by itself or killed; nothing was printed."""


class TookTooLong(Exception):
    """No page within the time; the child was killed."""


class Press:
    """The child with its pipes. One thread at a time talks to it."""

    def __init__(self, *, until: float) -> None:
        self.made_by = os.getpid()
        self.child = subprocess.Popen(
            [sys.executable, "-I", "-m", printing.__name__, printing.AS_PRESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        try:
            self._read(1, until)  # it is ready
        except PressGone:
            if self.child.wait() == printing.LIBRARIES_MISSING:
                raise printing.LibrariesMissing from None
            raise

    def done(self, ordered: bytes, kind: str, *, until: float) -> bytes:
        """The answer to an order; empty where it could not be made. Raises PressGone, TookTooLong."""
        try:
            number = printing.KINDS.index(kind)
            self._write(struct.pack(printing.ORDER, number, len(ordered)) + ordered)
        except BrokenPipeError as error:
            raise PressGone from error
        (size,) = struct.unpack(printing.ANSWER, self._read(struct.calcsize(printing.ANSWER), until))
        return self._read(size, until)

    def _write(self, what: bytes) -> None:
        assert self.child.stdin is not None
        rest = memoryview(what)
        while rest:
            rest = rest[os.write(self.child.stdin.fileno(), rest) :]

    def _read(self, size: int, until: float) -> bytes:
        assert self.child.stdout is not None
        parts: list[bytes] = []
        while size:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.child.stdout], [], [], left)[0]:
                self.end()
                raise TookTooLong
            parts.append(os.read(self.child.stdout.fileno(), min(size, 1 << 20)))
            if not parts[-1]:
                raise PressGone
            size -= len(parts[-1])
        return b"".join(parts)

    def end(self) -> None:
        """Kill it, and what it is printing."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()


def printed(page: bytes, *, to_be_sealed: bool, seconds: float) -> bytes:
    """The page as a PDF; empty where it could not be made. Raises TookTooLong, printing.LibrariesMissing."""
    return _done(page, printing.TO_BE_SEALED if to_be_sealed else "", seconds=seconds)


def boxes(text: str, *, seconds: float) -> str | None:
    """The characters of a text that no typeface draws; None where that could not be found out.

    Raises TookTooLong, printing.LibrariesMissing.
    """
    answer = _done(text.encode("utf-8", "replace"), printing.BOXES, seconds=seconds)
    return answer.removeprefix(printing.ANSWERED).decode("utf-8") if answer else None


def _done(ordered: bytes, kind: str, *, seconds: float) -> bytes:
    """The answer to an order, from the press or, while another thread has it, from a child of its own."""
    if not _busy.acquire(blocking=False):
        return _alone(ordered, kind, seconds=seconds)
    try:
        return _by_the_press(ordered, kind, until=time.monotonic() + seconds)
    finally:
        _busy.release()


def _by_the_press(ordered: bytes, kind: str, *, until: float) -> bytes:
    global _press
    kept, _press = _press, None
    if kept is not None and kept.made_by == os.getpid():  # else it is another process's
        with contextlib.suppress(PressGone):  # it had nothing to do for a minute: make another
            done = kept.done(ordered, kind, until=until)
            _press = kept
            return done
        kept.end()
    new = Press(until=until)
    try:
        done = new.done(ordered, kind, until=until)
    except PressGone:
        new.end()
        return b""
    _press = new
    return done


def _alone(ordered: bytes, kind: str, *, seconds: float) -> bytes:
    command = [sys.executable, "-I", "-m", printing.__name__, *([kind] if kind else [])]
    try:
        done = subprocess.run(command, input=ordered, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise TookTooLong from error
    if done.returncode == printing.LIBRARIES_MISSING:
        raise printing.LibrariesMissing
    return b"" if done.returncode else done.stdout
