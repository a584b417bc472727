"""What the messages of the corpus are made from."""

import base64

HEAD = (
    b"From: Nia Prys <nia@mail.example>\r\nTo: office@member.example\r\nSubject: Broken\r\n"
    b"Message-ID: <broken@mail.example>\r\nDate: Tue, 3 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
)
WORDS = b"My heating has been off since Sunday."


def multipart(boundary: bytes, *parts: bytes, kind: bytes = b"mixed", closed: bool = True) -> bytes:
    """A message of these parts, each with its own headers."""
    head = HEAD + b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind, boundary)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts)
    return head + body + (b"--%s--\r\n" % boundary if closed else b"")


def text_part(text: bytes = WORDS) -> bytes:
    """A plain-text part."""
    return b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text


def file_part(headers: bytes, content: bytes = b"%PDF-1.4 x") -> bytes:
    """A part in base64 under the given headers."""
    return headers + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)


def mail(head: bytes | str, body: bytes | str = WORDS) -> bytes:
    """A message with these headers, as they are, and this body."""
    head = head.encode() if isinstance(head, str) else head
    body = body.encode() if isinstance(body, str) else body
    return head.strip(b"\n").replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


def typed(content_type: bytes | str, body: bytes | str, *more: bytes) -> bytes:
    """A message from Nia whose body is of this type; `more` are further headers."""
    content_type = content_type.encode() if isinstance(content_type, str) else content_type
    body = body.encode() if isinstance(body, str) else body
    return (
        HEAD + b"".join(line + b"\r\n" for line in (b"Content-Type: " + content_type, *more)) + b"\r\n" + body
    )
