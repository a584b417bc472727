"""The child of a command that reads one message: a copy of the command itself, which starts at once.

The office starts a fresh interpreter instead (see `reader`): its own process has threads, and secrets.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import cast

from . import child
from .reader import Reader


class ForkedReader(Reader):
    """A `Reader` whose child shares what this process has loaded already. Not for a process with threads."""

    def _start(self) -> "subprocess.Popen[bytes]":
        if not hasattr(os, "fork"):
            return super()._start()
        return cast("subprocess.Popen[bytes]", _Forked())


class _Forked:
    """As much of `subprocess.Popen` as a reader needs."""

    def __init__(self) -> None:
        questions, ours = os.pipe()
        theirs, answers = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _read_mail(questions, answers)
        # A group of its own, because the reader ends a child with all it has started. Both sides say so:
        # whichever comes first must be enough.
        with suppress(OSError):
            os.setpgid(self.pid, self.pid)
        os.close(questions)
        os.close(answers)
        self.stdin = os.fdopen(ours, "wb", buffering=0)
        self.stdout = os.fdopen(theirs, "rb", buffering=0)
        for pipe in (self.stdin, self.stdout):
            os.set_blocking(pipe.fileno(), False)
        self._status: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while self._status is None:
            pid, status = os.waitpid(self.pid, 0 if deadline is None else os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
            elif deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("read mail", timeout or 0)
            else:
                time.sleep(0.005)
        return self._status


def _read_mail(questions: int, answers: int) -> None:
    """What the copy does until it is killed. It never returns into the command."""
    try:
        os.setpgid(0, 0)
        os.dup2(questions, 0)
        os.dup2(answers, 1)
        os.closerange(3, 256)
        sys.stdin, sys.stdout = os.fdopen(0, "r"), os.fdopen(1, "w")
        child.main()
    finally:
        os._exit(1)
