"""A mail server that misbehaves at a chosen moment."""

from __future__ import annotations

import socket
import struct
import threading
from typing import Self

MOMENTS = ("greeting", "data", "before the answer")


class HostileServer:
    """Speaks SMTP up to the moment, then resets the connection, or falls silent where `silent`.

    With an `answer`, it gives that to the whole mail and hangs up.
    """

    def __init__(
        self, moment: str = "before the answer", *, silent: bool = False, answer: bytes | None = None
    ) -> None:
        assert moment in MOMENTS
        self.moment, self.silent, self.answer = moment, silent, answer
        self.bodies = 0  # how many mails it had in full

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client:
                self._talk(client)

    def _talk(self, client: socket.socket) -> None:
        lines = client.makefile("rb")
        if self.moment == "greeting":
            return self._misbehave(client)
        client.sendall(b"220 hostile.example\r\n")
        for line in lines:
            if line.upper().startswith(b"DATA"):
                if self.moment == "data":
                    return self._misbehave(client)
                client.sendall(b"354 go on\r\n")
                while lines.readline() not in {b".\r\n", b""}:
                    pass
                self.bodies += 1
                return self._misbehave(client)
            client.sendall(b"250 ok\r\n")
        return None

    def _misbehave(self, client: socket.socket) -> None:
        if self.answer is not None:
            client.sendall(self.answer)
            return
        if self.silent:
            self._over.wait(5)
        # Zero linger: closing sends a reset instead of a goodbye.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
