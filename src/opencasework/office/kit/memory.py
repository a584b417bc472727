"""Giving memory back, in a process that runs for days with many threads."""

from __future__ import annotations

import ctypes

# Of malloc.h in the GNU C library.
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
LARGE = 128 * 1024  # bytes; what is as large is given back to the system at once
ARENAS = 2  # else eight for each processor: every thread then holds on to what its largest mail once took


def give_back() -> None:
    """Hold no more than is in use: half as much after a thousand mails. Call it before any thread is started.

    Left to itself the C library raises these bounds with the first large mail, for good. Does nothing where
    the C library is another one.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    for what, value in ((ARENA_MAX, ARENAS), (MMAP_THRESHOLD, LARGE), (TRIM_THRESHOLD, LARGE)):
        mallopt(what, value)
