"""A line to a server that breaks: a TCP proxy that cuts the connection after so many bytes."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable
from typing import Self

HELD_SECONDS = 3.0  # at most; a server with nothing more to say is not waited for


class CuttingProxy:
    """Passes on to `port` what it is sent, and back, until `bytes_next()` bytes have come back; then cuts.

    It also cuts as soon as it is asked for `never`, without passing that on. Cut means reset: neither side
    hears a goodbye. What the server says with `held` in it comes in one piece with what it says next.
    Use it as a context manager.
    """

    def __init__(
        self, port: int, bytes_next: Callable[[], int], *, never: bytes = b"", held: bytes = b""
    ) -> None:
        self._to = port
        self._bytes_next = bytes_next
        self._never = never
        self._held = held
        self.cuts = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *problem: object) -> None:
        # Closing alone would leave the thread in accept() for ever.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._listener.accept()
            except OSError:
                return
            try:
                theirs = socket.create_connection(("127.0.0.1", self._to), timeout=10)
            except OSError:  # the server is away just now
                ours.close()
                continue
            theirs.settimeout(None)
            threading.Thread(target=self._pass_on, args=(ours, theirs, None), daemon=True).start()
            threading.Thread(
                target=self._pass_on, args=(theirs, ours, self._bytes_next()), daemon=True
            ).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, left: int | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536 if left is None else min(left, 65536)):
                if left is None and self._never and self._never in data:
                    self.cuts += 1
                    self._reset(source, target)
                    return
                if left is not None and self._held and self._held in data:
                    ready, _, _ = select.select([source], [], [], HELD_SECONDS)
                    data += source.recv(65536) if ready else b""
                target.sendall(data)
                if left is not None:
                    left -= len(data)
                    if left <= 0:
                        self.cuts += 1
                        self._reset(source, target)
                        return
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _reset(self, *ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                # Lingering for no time at all makes closing a reset.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
