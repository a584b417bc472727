"""What the server of a browser test is still answering when the test is over.

A page that is closed leaves requests behind, such as one for the counts beside the menu. The tables are
emptied after the test: a request that still reads them then is in the way, and on PostgreSQL the two can
wait for each other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.signals import request_finished, request_started

LONGEST_SECONDS = 20.0
QUIET_LOOKS = 3  # one after the other: a request may have reached the server and not begun


class Answering:
    """How many requests the server's threads are at; those of a test's own client are not among them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0

    def _count(self, change: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            with self._lock:
                self._number += change

    def started(self, **_signal: object) -> None:
        self._count(1)

    def finished(self, **_signal: object) -> None:
        self._count(-1)

    def wait(self) -> None:
        """Return once nothing is being answered; AssertionError where that never comes."""
        give_up_at = time.monotonic() + LONGEST_SECONDS
        quiet = 0
        while quiet < QUIET_LOOKS:
            quiet = 0 if self._number else quiet + 1
            assert time.monotonic() < give_up_at, f"The server was still at {self._number} requests."
            time.sleep(0.01)


@contextmanager
def waited_for() -> Iterator[None]:
    """At the end everything that the server was asked within is answered."""
    answering = Answering()
    request_started.connect(answering.started)
    request_finished.connect(answering.finished)
    try:
        try:
            yield
        finally:
            answering.wait()
    finally:
        request_started.disconnect(answering.started)
        request_finished.disconnect(answering.finished)
