"""Dying on purpose, for the tests that prove nothing is lost: CASEWORK_KILL_AT=3 kills at the third step."""

from __future__ import annotations

import os
import signal

_die_at = int(os.environ.get("CASEWORK_KILL_AT") or 0)
_count = 0


def step() -> None:
    """A line between two effects that the outside world can see. Does nothing outside those tests."""
    global _count
    if _die_at:
        _count += 1
        if _count == _die_at:
            os.kill(os.getpid(), signal.SIGKILL)
