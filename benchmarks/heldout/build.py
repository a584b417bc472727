"""Mails put together byte by byte, so that what is wrong in them stays wrong, each with its known answers."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

Address = tuple[str, str]

ANN: Address = ("Ann Lloyd", "ann@home.example")
OFFICE: Address = ("Office of Mary Pugh MP", "office@pugh.example")

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(90))
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 2 + b"\xff\xd9"


class OneOf(tuple[Any, ...]):
    """Answers of which any will do, where careful people would differ."""

    def __new__(cls, *values: Any) -> OneOf:
        """Hold the values."""
        return super().__new__(cls, values)


@dataclass(frozen=True)
class File:
    """A file a mail carries: its name (any of several), its size, and whether it may be left out."""

    name: Any
    size: int | OneOf
    optional: bool = False


@dataclass(frozen=True)
class Mail:
    """A mail and what a careful reader makes of it; None means that no answer is asked for."""

    name: str
    raw: bytes
    sender: Any = ANN
    to: Any = (OFFICE,)
    cc: Any = ()
    subject: Any = "Bins"
    text: Any = None
    files: Any = field(default_factory=tuple)
    new: Any = None
    words_only: bool = False


def crlf(*pieces: str | bytes) -> bytes:
    """Return text as UTF-8 with the line ends of mail; bytes stay as they are."""
    return b"".join(
        piece if isinstance(piece, bytes) else piece.replace("\n", "\r\n").encode() for piece in pieces
    )


def b64(data: bytes, width: int = 76) -> str:
    """Return base64 in lines."""
    whole = base64.b64encode(data).decode()
    return "\n".join(whole[start : start + width] for start in range(0, len(whole), width)) + "\n"


def qp(data: bytes, width: int = 72) -> str:
    """Return quoted-printable with soft breaks wherever the width falls, as Outlook and Exchange do."""
    lines = []
    for line in data.split(b"\n"):
        out = ""
        for byte in line:
            unit = chr(byte) if 32 <= byte < 127 and byte != 61 else f"={byte:02X}"
            if len(out) + len(unit) > width:
                lines.append(out + "=")
                out = ""
            out += unit
        lines.append(out[:-1] + "=20" if out.endswith(" ") else out)
    return "\n".join(lines)


def head(
    sender: str = "Ann Lloyd <ann@home.example>",
    to: str = "Office of Mary Pugh MP <office@pugh.example>",
    subject: str = "Bins",
    more: str = "",
) -> str:
    """Return the usual headers; `more` is whole lines."""
    return (
        f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: Tue, 3 Nov 2026 09:12:44 +0000\n"
        f"Message-ID: <7f3a.1@home.example>\nMIME-Version: 1.0\n{more}"
    )


def multi(boundary: str, *parts: bytes, before: str = "", end: bool = True) -> bytes:
    """Return parts between boundaries."""
    out = crlf(before)
    for part in parts:
        out += crlf(f"--{boundary}\n") + part + b"\r\n"
    return out + (crlf(f"--{boundary}--\n") if end else b"")


def text(body: str, charset: str = "utf-8", more: str = "") -> bytes:
    """Return a part of plain text."""
    encoded = crlf(body).decode().encode(charset)
    return crlf(
        f'Content-Type: text/plain; charset="{charset}"{more}\nContent-Transfer-Encoding: 8bit\n\n', encoded
    )


def page(body: str) -> bytes:
    """Return a part of HTML in quoted-printable."""
    return crlf(
        'Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n',
        qp(body.encode()) + "\n",
    )


def file(data: bytes, kind: str, disposition: str, more: str = "") -> bytes:
    """Return a part in base64 with its headers as given."""
    return crlf(
        f"Content-Type: {kind}\n{more}"
        + (f"Content-Disposition: {disposition}\n" if disposition else "")
        + f"Content-Transfer-Encoding: base64\n\n{b64(data)}"
    )
