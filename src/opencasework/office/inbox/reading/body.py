"""The parts of a message: which are its text, which are files. Broken MIME is read as far as it goes."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.message import Message
from email.parser import BytesParser
from email.policy import Policy, compat32
from typing import Any

from . import characters, headers, limits, plain
from .structure import AttachmentFacts

BOUNDARY_LINE = re.compile(r"^--([^\s-][^\r\n]{0,200}?)\s*\r?\n(?:[\w-]+:[^\r\n]*\r?\n)+\r?\n", re.MULTILINE)
ENDINGS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "message/rfc822": "eml",
    "message/delivery-status": "txt",
    "text/rfc822-headers": "txt",
}


class TooComplex(Exception):
    """The message has more parts, or deeper ones, than we read."""


class Part(Message):
    """A part whose Content-Type is not looked into when it is absurdly long."""

    def get_boundary(self, failobj: Any = None) -> Any:
        """The boundary between the parts inside this one."""
        if len(str(self.get("content-type", ""))) > limits.STRUCTURED_HEADER_CHARACTERS:
            return failobj
        return super().get_boundary(failobj)


@dataclass
class Body:
    """What the parts came to."""

    text: str = ""
    html: str = ""
    attachments: list[tuple[AttachmentFacts, bytes]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Leaf:
    """One part that holds no others."""

    part: Message
    content_type: str
    parameters: dict[str, str]
    disposition: str
    filename: str

    @property
    def is_text(self) -> bool:
        """Part of what the sender wrote, rather than a file."""
        shown = self.disposition != "attachment" and not self.filename
        return shown and self.content_type in ("text/plain", "text/html", "text/enriched", "text/richtext")


def read(raw: bytes) -> Body:
    """Read the parts of a raw message. Raises `TooComplex` beyond the limits, and nothing else."""
    body = Body()
    try:
        message = _parse(raw)
        texts, html = _texts_of(message, body, depth=0)
    except RecursionError as error:
        raise TooComplex("Its parts are nested too deeply.") from error
    body.text = characters.tidy("\n\n".join(text.strip("\n") for text in texts if text.strip()))
    body.text = body.text[: limits.TEXT_CHARACTERS].rstrip()
    body.html = "\n".join(html)
    return body


def _parse(raw: bytes) -> Message:
    count = 0

    def new_part(policy: Policy = compat32) -> Message:
        nonlocal count
        count += 1
        if count > limits.PARTS:
            raise TooComplex(f"It has more than {limits.PARTS:,} parts.")
        return Part(policy=policy)

    return BytesParser(new_part, policy=compat32).parsebytes(raw)


def _texts_of(message: Message, body: Body, *, depth: int) -> tuple[list[str], list[str]]:
    """The plain texts and the HTML of a part, in order; attachments are put into `body` on the way."""
    if depth > limits.DEPTH:
        raise TooComplex(f"Its parts are nested more than {limits.DEPTH} deep.")
    leaf = _leaf(message)
    children = message.get_payload() if message.is_multipart() else []
    if not leaf.content_type.startswith("multipart/") or not isinstance(children, list):
        return _texts_of_leaf(leaf, body, depth=depth)
    if not children:
        return _texts_of_broken(leaf, body, depth=depth)
    if leaf.content_type == "multipart/alternative":
        return _preferred([_texts_of(child, body, depth=depth + 1) for child in _parts(children)])
    texts: list[str] = []
    html: list[str] = []
    for child in _parts(children):
        more_texts, more_html = _texts_of(child, body, depth=depth + 1)
        texts += more_texts
        html += more_html
    return texts, html


def _parts(children: list[Any]) -> Iterator[Message]:
    return (child for child in children if isinstance(child, Message))


def _preferred(choices: list[tuple[list[str], list[str]]]) -> tuple[list[str], list[str]]:
    """Of the same text in several forms, the plain one that says something, and the HTML besides."""
    html = next((html for _, html in choices if html), [])
    written = [texts for texts, html in choices if not html and any(text.strip() for text in texts)]
    converted = [texts for texts, _ in choices if any(text.strip() for text in texts)]
    return next(iter(written or converted), []), html


def _leaf(message: Message) -> _Leaf:
    content_type, parameters = headers.parameters(_header(message, "content-type"))
    disposition, more = headers.parameters(_header(message, "content-disposition"))
    if not re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", content_type):
        content_type = "text/plain" if content_type in ("", "text") else "application/octet-stream"
    filename = characters.safe_filename(more.get("filename") or parameters.get("name") or "")
    return _Leaf(message, content_type, parameters, disposition, filename)


def _header(message: Message, wanted: str) -> str:
    for name, value in message.raw_items():
        if name.lower() == wanted:
            return headers.as_text(str(value)[: limits.STRUCTURED_HEADER_CHARACTERS + 1])
    return ""


def _texts_of_leaf(leaf: _Leaf, body: Body, *, depth: int) -> tuple[list[str], list[str]]:
    if leaf.content_type.startswith("multipart/"):
        return _texts_of_broken(leaf, body, depth=depth)
    if not leaf.is_text:
        _attach(leaf, body)
        return [], []
    text = characters.decode(_bytes_of(leaf.part), leaf.parameters.get("charset", ""))
    if leaf.content_type == "text/plain":
        if leaf.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, delete_space=leaf.parameters.get("delsp", "").lower() == "yes")
        return [text], []
    return [plain.from_html(text)], [text]


def _texts_of_broken(leaf: _Leaf, body: Body, *, depth: int) -> tuple[list[str], list[str]]:
    """A multipart whose boundary is missing or wrong: look for the line its author meant."""
    source = leaf.part.get_payload()
    text = source if isinstance(source, str) else (leaf.part.preamble or "")
    body.problems.append("The boundary between its parts was missing or wrong.")
    found = BOUNDARY_LINE.search(text)
    if found is None:
        return [characters.decode(text.encode("utf-8", "surrogateescape"))], []
    boundary = found[1].replace('"', "")
    again = f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n{text}'
    message = _parse(again.encode("utf-8", "surrogateescape"))
    return _texts_of(message, body, depth=depth + 1)


def _bytes_of(part: Message) -> bytes:
    """A part's content, its transfer encoding undone as far as it can be."""
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    inside = part.get_payload()
    if isinstance(inside, list):  # a message in the message
        return b"\n".join(_source(child) for child in _parts(inside))
    return str(inside or "").encode("utf-8", "surrogateescape")


def _source(message: Message) -> bytes:
    buffer = io.BytesIO()
    try:
        BytesGenerator(buffer, mangle_from_=False, maxheaderlen=0, policy=compat32).flatten(message)
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError, KeyError):
        # The library could not write back what it had read; say what is certain.
        return b"".join(
            f"{name}: {value}\n".encode("utf-8", "surrogateescape") for name, value in message.raw_items()
        )
    return buffer.getvalue()


def _attach(leaf: _Leaf, body: Body) -> None:
    content = _bytes_of(leaf.part)
    content_id = headers.decoded(_header(leaf.part, "content-id")).strip("<> ")
    number = len(body.attachments) + 1
    ending = ENDINGS.get(leaf.content_type, "bin")
    filename = leaf.filename
    if not filename and leaf.content_type == "message/rfc822":
        subject = next(
            (_header(child, "subject") for child in _parts(list(leaf.part.get_payload() or []))), ""
        )
        filename = characters.safe_filename(f"{headers.decoded(subject)[:80]}.eml") if subject else ""
    facts = AttachmentFacts(
        filename=filename or f"attachment-{number}.{ending}",
        content_type=leaf.content_type,
        size=len(content),
        content_id=content_id[:300],
        inline=leaf.disposition == "inline" or bool(content_id and leaf.disposition != "attachment"),
    )
    body.attachments.append((facts, content))


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """Join the lines of a format=flowed text (RFC 3676) that were broken only for the journey."""
    paragraphs: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        is_signature_mark = content == "-- "
        flows = content.endswith(" ") and not is_signature_mark
        shown = content[:-1] if flows and delete_space else content
        if open_depth == depth and not is_signature_mark:
            paragraphs[-1] += shown
        else:
            paragraphs.append(("> " * depth) + shown)
        open_depth = depth if flows else None
    return "\n".join(paragraphs)
