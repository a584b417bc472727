"""Dying on purpose, for the tests that prove nothing is lost."""

from __future__ import annotations

import os
import signal
from itertools import count

from django.db import connections

from opencasework.office.kit import steps

_inherited: list[object] = []


def forget_connections() -> None:
    """In a forked child: open database connections of one's own.

    Closing them before the fork is not enough. A browser leaves an event loop in the parent, and there
    Django keeps one set of connections and here finds another, which the parent still holds open.
    """
    for connection in connections.all(initialized_only=True):
        # Kept, not closed: a goodbye would be said in the parent's name.
        _inherited.append(connection.connection)
        connection.connection = None


def die_at(number: int) -> None:
    """In a forked child: kill it at its step of that number; 0 never."""
    forget_connections()
    counted = count(1)

    def die_there() -> None:
        if next(counted) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    steps.on_step = die_there
