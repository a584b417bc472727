"""The same questions put to Python's own email library, as its documentation says to use it."""

from __future__ import annotations

import email
import email.policy
import html.parser
from email.message import EmailMessage
from typing import Any


class _Words(html.parser.HTMLParser):
    """Collects what is between tags, but for styles, scripts and the title."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in ("style", "script", "title")
        self.words.append(" " if tag in ("p", "div", "br", "td", "th", "li", "tr", "h2") else "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script", "title")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def answers(raw: bytes) -> dict[str, Any]:
    """Return what the library makes of a mail, field by field; a field that raises is an empty answer."""
    found: dict[str, Any] = {}
    try:
        mail = email.message_from_bytes(raw, policy=email.policy.default)
    except Exception:  # whatever it trips over is its answer
        return found

    def addresses(name: str) -> list[tuple[str, str]]:
        return [
            (address.display_name, address.addr_spec)
            for value in mail.get_all(name, [])
            for address in value.addresses
        ]

    def words() -> str:
        part = mail.get_body(("plain", "html"))
        if part is None:
            return ""
        content = str(part.get_content())
        if part.get_content_type() == "text/html":
            parser = _Words()
            parser.feed(content)
            parser.close()
            content = "".join(parser.words)
        return content

    def files() -> list[tuple[tuple[str, ...], int]]:
        listed: list[tuple[tuple[str, ...], int]] = []
        for part in mail.iter_attachments():
            content = part.get_content()
            if isinstance(content, EmailMessage):
                content = content.as_bytes()
            elif isinstance(content, str):
                content = content.encode()
            listed.append(((part.get_filename() or "",), len(content)))
        return listed

    questions = {
        "from": lambda: addresses("from")[0],
        "to": lambda: addresses("to"),
        "cc": lambda: addresses("cc"),
        "subject": lambda: str(mail["subject"] or ""),
        "text": words,
        "files": files,
    }
    for name, question in questions.items():
        try:
            found[name] = question()
        except Exception:  # the same
            found[name] = None
    return found
