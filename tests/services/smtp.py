"""An SMTP server that keeps every message it is given and can refuse as a real one would."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.local import free_port

REFUSALS = {
    421: "421 4.3.2 Service shutting down, try again later",
    450: "450 4.2.1 Mailbox busy, try again later",
    550: "550 5.1.1 No such mailbox here",
}


@dataclass(frozen=True)
class Received:
    """One accepted message: the envelope it came in and every byte of it."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> Message:
        return message_from_bytes(self.raw)


@dataclass
class SmtpSink:
    """A mail server on a free loopback port. Use it as a context manager.

    `received` holds what it accepted, oldest first. `refuse_next(450)` makes it answer the next
    message with that code; `refuse_recipient(address, 550)` refuses one address every time.
    """

    received: list[Received] = field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    _refusals: deque[int] = field(default_factory=deque)
    _refused_recipients: dict[str, int] = field(default_factory=dict)
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> Self:
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._controller.stop(no_assert=True)

    def refuse_next(self, code: int, *, times: int = 1) -> None:
        """Answer the next `times` messages with 421, 450 or 550 instead of taking them."""
        self._refusals.extend([code] * times)

    def refuse_recipient(self, address: str, code: int = 550) -> None:
        """Refuse this address at RCPT TO, whatever the message."""
        self._refused_recipients[address] = code

    def forget(self) -> None:
        """Start afresh: nothing received, nothing to refuse."""
        self.received.clear()
        self._refusals.clear()
        self._refused_recipients.clear()

    def wait_for(self, count: int, *, seconds: float = 10) -> list[Received]:
        """Return what was received once there are at least `count` messages.

        Raises TimeoutError, naming how many came, when they do not arrive in time.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.received) >= count, timeout=seconds):
                raise TimeoutError(f"{len(self.received)} of {count} messages arrived in {seconds} seconds.")
            return list(self.received)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self._refused_recipients:
            return REFUSALS[self._refused_recipients[address]]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._refusals:
            return REFUSALS[self._refusals.popleft()]
        raw = envelope.original_content or b""
        with self._arrived:
            self.received.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), raw))
            self._arrived.notify_all()
        return "250 OK"
