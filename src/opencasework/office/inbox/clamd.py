"""Asks clamd, the scanner of ClamAV, about a file: sent to it in pieces, answered with one line.

The clients on PyPI hand on "OK" as it comes. Whether that is the whole truth depends on how clamd is set: by
itself it says "OK" of an archive it could not open and of a file it only began to read. So this one first
asks about two files whose right answer is known.
"""

from __future__ import annotations

import io
import socket
import struct
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Protocol

CHUNK_BYTES = 1 << 16
LONGEST_ANSWER = 4_000  # bytes
ENCRYPTED = "Heuristics.Encrypted."
OVER_LIMITS = "Heuristics.Limits.Exceeded"
DEEPER_THAN_ANY_LIMIT = 110  # archives inside archives; clamd follows 17, and refuses to be set to over 100
SETTINGS_WANTED = (
    'The scanner may call a file clean of which it saw only a part. Set "AlertExceedsMax yes" and '
    '"AlertEncrypted yes" in clamd.conf and restart clamd.'
)


class ScannerUnavailable(Exception):
    """The scanner did not answer, or not in time. The message is a sentence."""


class Readable(Protocol):
    """A file, read from its beginning."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Verdict:
    """What the scanner says of one file. Neither clean nor infected: not scanned, and `reason` says why."""

    clean: bool = False
    virus: str = ""
    reason: str = ""


class Clamd:
    """The scanner at `HOST:PORT`, or at the path of a socket. Each question has `seconds` in all.

    Raises `ScannerUnavailable` where there is no answer.
    """

    def __init__(self, where: str, *, seconds: float = 60.0) -> None:
        self.where = where
        self.seconds = seconds

    def version(self) -> str:
        """What the scanner calls itself, with the date of its signatures where it has any."""
        return self._ask(b"zVERSION\0", None)

    def tells_all(self) -> bool:
        """Whether it says so when it saw only a part of a file. Without that its "OK" proves nothing."""
        return self._line(io.BytesIO(locked_archive())).startswith(ENCRYPTED) and self._line(
            io.BytesIO(deep_archive())
        ).startswith(OVER_LIMITS)

    def scan(self, file: Readable) -> Verdict:
        """Look at the whole of a file."""
        line = self._line(file)
        if line == "OK":
            return Verdict(clean=True)
        found, _, status = line.rpartition(" ")
        if status == "FOUND" and found.startswith(ENCRYPTED):
            return Verdict(reason="It is encrypted, so the scanner cannot look into it.")
        if status == "FOUND" and found.startswith(OVER_LIMITS):
            return Verdict(reason="It is larger or more nested than the scanner looks into.")
        if status == "FOUND":
            return Verdict(virus=found[:200])
        if "size limit exceeded" in line:
            return Verdict(reason="It is larger than the scanner accepts.")
        return Verdict(reason="The scanner could not read it.")

    def _line(self, file: Readable) -> str:
        return self._ask(b"zINSTREAM\0", file).removeprefix("stream: ")

    def _ask(self, command: bytes, file: Readable | None) -> str:
        deadline = time.monotonic() + self.seconds
        try:
            with self._connection() as connection:
                send = _sender(connection, deadline)
                # Over its limit clamd answers and hangs up while we still send: the answer is what counts.
                with suppress(BrokenPipeError, ConnectionResetError):
                    send(command)
                    if file is not None:
                        while piece := file.read(CHUNK_BYTES):
                            send(struct.pack("!L", len(piece)) + piece)
                        send(struct.pack("!L", 0))
                return _answer(connection, deadline)
        except TimeoutError as error:
            raise ScannerUnavailable(
                f"The scanner did not answer within {self.seconds:.0f} seconds."
            ) from error
        except (OSError, ValueError) as error:
            raise ScannerUnavailable("The scanner does not answer.") from error

    def _connection(self) -> socket.socket:
        if self.where.startswith("/"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.seconds)
            try:
                connection.connect(self.where)
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self.where.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=self.seconds)


def _sender(connection: socket.socket, deadline: float) -> Callable[[bytes], None]:
    def send(data: bytes) -> None:
        connection.settimeout(_left(deadline))
        connection.sendall(data)

    return send


def _answer(connection: socket.socket, deadline: float) -> str:
    """The line it answers with. Raises ConnectionError where the scanner hangs up without one."""
    received = b""
    while b"\0" not in received and len(received) < LONGEST_ANSWER:
        connection.settimeout(_left(deadline))
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        received += piece
    line = received.partition(b"\0")[0].decode("utf-8", "replace").strip()
    if not line:
        raise ConnectionError
    return line


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@cache
def locked_archive() -> bytes:
    """A zip that says it is encrypted, as one with a password does."""
    plain = bytearray(_archive("secret.txt", b"0123456789abcdef"))
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        plain[plain.index(mark) + flags] |= 1
    return bytes(plain)


@cache
def deep_archive() -> bytes:
    """A zip in a zip in a zip, deeper than any scanner is set to follow."""
    content = b"the innermost"
    for _ in range(DEEPER_THAN_ANY_LIMIT):
        content = _archive("in.zip", content)
    return content


def _archive(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()
