"""Dying on purpose, for the tests that prove nothing is lost."""

from __future__ import annotations

import os
import signal
from itertools import count

from opencasework.office.kit import steps


def die_at(number: int) -> None:
    """From here on this process kills itself at its step of that number; 0 never."""
    counted = count(1)

    def die_there() -> None:
        if next(counted) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    steps.on_step = die_there
