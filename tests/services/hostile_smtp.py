"""A mail server that misbehaves in every way known, and keeps count of what it delivered all the same."""

from __future__ import annotations

import hashlib
import re
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from enum import Enum
from typing import Self

LONGEST_SILENCE_SECONDS = 20


class Way(Enum):
    """How it treats one try. The value says whether the mail is delivered: its reader has it then."""

    ACCEPT = ("accept", True)
    CLOSING_421 = ("421 at the greeting", False)
    BUSY_450 = ("450 to the recipient", False)
    LATER_421 = ("421 to the whole mail", False)
    REFUSE_550 = ("550 to the recipient", False)
    RESET_AT_DATA = ("resets at DATA, before the mail", False)
    HANG_AT_DATA = ("hangs at DATA, before the mail", False)
    HANG = ("hangs after DATA", False)
    HANG_AT_THE_END = ("takes the mail and hangs", True)
    RESET_IN_DATA = ("resets before the end", False)
    RESET_AT_THE_END = ("resets after the end, mail lost", False)
    ACCEPT_AND_DIE = ("delivers and dies without an answer", True)

    @property
    def delivers(self) -> bool:
        return self.value[1]


def by_chance(seed: int, shares: dict[Way, int]) -> Callable[[str, int], Way]:
    """A way for each try of a recipient, the same in every run; `shares` are of a hundred."""

    def choose(recipient: str, attempt: int) -> Way:
        point = hashlib.sha256(f"{seed} {recipient} {attempt}".encode()).digest()
        at = int.from_bytes(point[:4]) % 100
        for way, share in shares.items():
            if at < share:
                return way
            at -= share
        return Way.ACCEPT

    return choose


def always(way: Way) -> Callable[[str, int], Way]:
    """The same way for each try of everybody."""
    return lambda _recipient, _attempt: way


class HostileSmtp:
    """Speaks SMTP on a free loopback port. `choose` says how it treats the n-th try for a recipient.

    `delivered` counts by Message-ID what somebody would find in their mailbox, `taken` the mails it had in
    full, delivered or not. One that `greets` with "reset" or "hang" does that instead of a first word. With
    an `answer` it gives that to a whole mail, whatever its way, and hangs up.
    """

    def __init__(
        self, choose: Callable[[str, int], Way], *, greets: str = "", answer: bytes | None = None
    ) -> None:
        assert greets in {"", "reset", "hang"}
        self.choose, self.greets, self.answer = choose, greets, answer
        self.taken = 0
        self.delivered: Counter[str] = Counter()
        self.tries: Counter[str] = Counter()
        self.ways: Counter[Way] = Counter()
        self._counting = threading.Lock()

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
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
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with client:
            try:
                self._converse(client)
            except OSError:
                return  # the sender died

    def _converse(self, client: socket.socket) -> None:
        lines = client.makefile("rb")
        if self.greets:
            return self._reset(client) if self.greets == "reset" else self._hang()
        client.sendall(b"220 hostile.example\r\n")
        way = Way.ACCEPT
        for line in lines:
            verb = line[:4].upper()
            if verb == b"RCPT":
                way = self._way_for(line)
                answer = {
                    Way.CLOSING_421: b"421 4.3.2 closing\r\n",
                    Way.BUSY_450: b"450 4.2.1 busy\r\n",
                    Way.REFUSE_550: b"550 5.1.1 nobody here\r\n",
                }.get(way, b"250 ok\r\n")
                client.sendall(answer)
            elif verb == b"DATA":
                if way is Way.RESET_AT_DATA:
                    return self._reset(client)
                if way is Way.HANG_AT_DATA:
                    return self._hang()
                client.sendall(b"354 go on\r\n")
                if way is Way.HANG:
                    return self._hang()
                self._take(client, lines, way)
                if way is not Way.ACCEPT or self.answer is not None:
                    return None
            elif verb == b"QUIT":
                client.sendall(b"221 bye\r\n")
                return None
            else:
                client.sendall(b"250 ok\r\n")

    def _way_for(self, line: bytes) -> Way:
        found = re.search(rb"<([^>]*)>", line)
        recipient = found[1].decode().lower() if found else ""
        with self._counting:
            self.tries[recipient] += 1
            way = self.choose(recipient, self.tries[recipient])
            self.ways[way] += 1
        return way

    def _take(self, client: socket.socket, lines: object, way: Way) -> None:
        content = bytearray()
        while (line := lines.readline()) != b".\r\n":  # type: ignore[attr-defined]
            if not line:
                return  # the sender died before the end: it is no mail
            content += line
            if way is Way.RESET_IN_DATA:
                return self._reset(client)
        with self._counting:
            self.taken += 1
            if way.delivers:
                self.delivered[message_from_bytes(bytes(content))["Message-ID"].strip()] += 1
        if self.answer is not None:
            client.sendall(self.answer)
        elif way is Way.LATER_421:
            client.sendall(b"421 4.3.2 not now\r\n")
        elif way is Way.ACCEPT:
            client.sendall(b"250 2.0.0 queued\r\n")
        elif way is Way.HANG_AT_THE_END:
            self._hang()
        else:
            self._reset(client)
        return None

    def _reset(self, client: socket.socket) -> None:
        # Zero linger: closing sends a reset instead of a goodbye.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _hang(self) -> None:
        self._over.wait(LONGEST_SILENCE_SECONDS)
