"""The parts of a message: which are its text, which are files. Broken MIME is read as far as it goes."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from . import calendars, characters, headers, limits, parts, plain, protection, transfer
from .parts import Part, TooComplex
from .structure import AttachmentFacts, File

__all__ = ["Body", "TooComplex", "read", "unflowed"]

TEXT_TYPES = characters.words("text/plain text/html text/enriched text/richtext")
FORMS = characters.words("text/plain text/html")
# Forms of a text for programs that play it and for watches; the plain one or the HTML stands beside them.
SAME_AGAIN = characters.words("text/x-amp-html text/watch-html")
# What is written for programs, and what is read in another way.
NOT_TO_BE_READ = (
    characters.words(
        "text/calendar text/rtf text/rfc822-headers text/css text/javascript text/xml text/vcard text/x-vcard"
        " text/directory"
    )
    | SAME_AGAIN
)
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
META_CHARSET = re.compile(
    rb"""(?i)<(?:meta\b[^>]{0,300}?\bcharset|\?xml\b[^>]{0,100}?\bencoding)\s{0,9}=\s{0,9}["']?\s{0,9}([\w:.-]{1,40})"""
)
WORD = re.compile(r"\w+")
LINK = re.compile(r" <[a-z]{4,6}:[^>]*>")  # as `plain` puts it behind its words
DEEPEST = 3  # things unpacked from inside others
WINMAIL = characters.words("application/ms-tnef application/vnd.ms-tnef application/x-ms-tnef")


@dataclass
class Body:
    """What the parts came to."""

    text: str = ""
    html: str = ""
    attachments: list[File] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    protection: str = ""
    calendar: str = ""  # what a reply to an invitation answers


@dataclass(frozen=True)
class _Text:
    """One text as written; HTML becomes plain only where it is to be shown so."""

    written: str
    is_html: bool = False

    @cached_property
    def plain(self) -> str:
        """What a person reads."""
        return plain.from_html(self.written) if self.is_html else self.written


@dataclass
class _Words:
    """What a part says: its texts, in order, and all HTML, which may say the same again."""

    texts: list[_Text] = field(default_factory=list)
    html: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(text.plain.strip() for text in self.texts)


def read(raw: bytes, head: parts.Head | None = None) -> Body:
    """Read the parts of a raw message. Raises `TooComplex` beyond the limits, and nothing else.

    `head` is what `headers.fields` found in it, where that is known.
    """
    reading = _Reading()
    try:
        words = reading.words_of(parts.read(raw, head))
    except RecursionError as error:
        raise TooComplex("Its parts are nested too deeply.") from error
    for more in reading.instead:
        if not words and more:
            words = _Words(more.texts, words.html or more.html)
    body = reading.body
    said = [text.plain.strip("\n") for text in _each_once(words.texts) if text.plain.strip()]
    body.text = characters.tidy("\n\n".join(said))
    body.text = body.text[: limits.TEXT_CHARACTERS].rstrip()
    body.html = "\n".join(words.html)
    body.protection = body.protection or protection.in_text(body.text) or ("" if words else reading.sealed)
    return body


class _Reading:
    """Goes through the parts in order, collecting files on the way."""

    def __init__(self) -> None:
        self.body = Body()
        self.said: list[_Words] = []  # by the parts so far
        self.instead: list[_Words] = []  # shown as the text where nothing else is
        self.sealed = ""  # an envelope among its files that nobody called one

    def words_of(self, part: Part, *, deep: int = 0, is_form: bool = False) -> _Words:
        self.body.protection = self.body.protection or protection.of(
            part.content_type, part.parameters, [each.content_type for each in part.parts]
        )
        if not part.content_type.startswith("multipart/"):
            return self._leaf(part, deep=deep, is_form=is_form)
        if part.lost_boundary:
            self.body.problems.append("The boundary between its parts was missing or wrong.")
        if not part.parts:
            return self._without_parts(part, deep=deep)
        if part.content_type == "multipart/alternative":
            shown = [
                each
                for each in part.parts
                if each.content_type not in SAME_AGAIN and (each.parts or not each.lost_boundary)
            ] or part.parts
            return _preferred([self.words_of(each, deep=deep, is_form=True) for each in shown])
        found = [self.words_of(each, deep=deep) for each in part.parts]
        if above := parts.above_the_first(part):
            self.instead.append(_Words([_Text(characters.decode(above))]))
        return _Words(
            [text for each in found for text in each.texts], [html for each in found for html in each.html]
        )

    def _without_parts(self, part: Part, *, deep: int) -> _Words:
        """A multipart in which no boundary was found: it may be encoded as a whole, which it must not be."""
        content = transfer.undone(part.body, part.transfer_encoding)
        if content != part.body and deep < DEEPEST:
            head = f"Content-Type: {part.header('content-type')}\n\n".encode("utf-8", "replace")
            return self.words_of(parts.read(head + content), deep=deep + 1)
        boundary = part.parameters.get("boundary", "").rstrip()
        closing = re.compile(rf"^--{re.escape(boundary)}--[ \t]*$", re.MULTILINE)
        text = characters.decode(content)
        return _Words([_Text(closing.sub("", text, count=1) if boundary else text)])

    def _leaf(self, part: Part, *, deep: int, is_form: bool) -> _Words:
        # Some programs give each form of a text a name, as if it were a file.
        is_form = is_form and part.content_type in FORMS and part.disposition[0] != "attachment"
        is_text = part.content_type.startswith("text/") and part.disposition[0] != "attachment"
        name = "" if is_form else parts.filename(part, is_text=is_text)
        content = transfer.undone(part.body, part.transfer_encoding, is_text=is_text)
        if part.transfer_encoding in transfer.CODED and content == part.body and content.strip():
            self.body.problems.append("A part of it could not be decoded and stands as it came.")
        shown = part.disposition[0]
        words = _Words()
        if content.startswith(transfer.NO_TEXT):
            pass  # no text, whatever it is called
        elif part.content_type in TEXT_TYPES and not (shown == "attachment" and name):
            words = self._text(part, content)
            if not name and shown != "attachment":
                self.said.append(words)
                return words
        elif part.content_type.startswith("text/") and not name and shown != "attachment":
            words = self._unknown_text(part, content)
        self._file(part, name, content, deep=deep)
        if shown == "inline" and not any(self.said):  # the text itself, to which its program gave a name
            self.said.append(words)
            return words
        if words:
            self.instead.append(words)
        return _Words()

    def _text(self, part: Part, content: bytes) -> _Words:
        charset = part.parameters.get("charset", "")
        if part.content_type == "text/plain":
            content = self._without_files(content)
            text = characters.decode(content, charset)
            if part.parameters.get("format", "").lower() == "flowed":
                text = unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
            return _Words([_Text(text)])
        if part.content_type == "text/html":
            html = characters.decode(content, _charset_of_html(content, charset))
            return _Words([_Text(html, is_html=True)], [html])
        return _Words([_Text(plain.from_enriched(characters.decode(content, charset)))])

    def _unknown_text(self, part: Part, content: bytes) -> _Words:
        """A form of text that is read as it stands where there is no other: text/markdown (RFC 2046)."""
        if part.content_type in NOT_TO_BE_READ:
            return _Words()
        return _Words([_Text(characters.decode(content, part.parameters.get("charset", "")))])

    def _without_files(self, content: bytes) -> bytes:
        """A text without the files that old programs write into it."""
        if b"begin " not in content and b"=ybegin " not in content:
            return content
        for find in (transfer.uuencoded, transfer.yencoded):
            kept: list[bytes] = []
            position = 0
            for name, data, start, end in find(content)[: limits.PARTS]:
                self._add(characters.decode(name), "application/octet-stream", data)
                kept.append(content[position:start])
                position = end
            content = b"".join([*kept, content[position:]])
        return content

    def _file(self, part: Part, name: str, content: bytes, *, deep: int) -> None:
        is_winmail = part.content_type in WINMAIL or name.lower() == "winmail.dat"
        if is_winmail and self._winmail(content):
            return
        if not name and part.transfer_encoding in transfer.UU_NAMES:
            name = next((characters.decode(each[0]) for each in transfer.uuencoded(part.body)), "")
        if part.content_type == "text/calendar" or name.lower().endswith((".ics", ".vcs")):
            event = characters.decode(content, part.parameters.get("charset", ""))
            summary = calendars.summary(event)
            self.body.calendar = self.body.calendar or calendars.reply(event)
            self.instead.append(_Words([_Text(summary)] if summary else []))
        content_id = headers.decoded(part.header("content-id")).strip("<> ")
        shown = part.disposition[0]
        self._add(
            name,
            part.content_type,
            content,
            content_id=content_id,
            inline=shown == "inline" or bool(content_id and shown != "attachment"),
        )
        if deep < DEEPEST:
            self._envelope(part.content_type, name, content, deep=deep)

    def _envelope(self, content_type: str, name: str, content: bytes, *, deep: int) -> None:
        """Look into an S/MIME envelope, where the file is one."""
        found = protection.envelope(content_type, name, content)
        if found is None:
            return
        if content_type.endswith("pkcs7-mime"):
            # What the envelope is counts for more than what is said of it.
            known = self.body.protection
            self.body.protection = found.kind if known == protection.ENCRYPTED_SMIME else known or found.kind
        elif found.kind == protection.SIGNED_SMIME:
            self.body.protection = self.body.protection or found.kind
        else:  # beside words that can be read it is one file of several
            self.sealed = self.sealed or found.kind
        is_all = content_type.endswith("pkcs7-mime") or not (any(self.said) or len(self.body.attachments) > 1)
        if found.inside and is_all:  # a signature may repeat what it signs
            self.instead.append(self.words_of(parts.read(found.inside), deep=deep + 1))

    def _add(
        self, name: str, content_type: str, content: bytes, *, content_id: str = "", inline: bool = False
    ) -> None:
        number = len(self.body.attachments) + 1
        shown = characters.safe_filename(name)
        if not shown and content_type == "message/rfc822":
            shown = _name_of_message(content)
        facts = AttachmentFacts(
            filename=shown or f"attachment-{number}.{ENDINGS.get(content_type, 'bin')}",
            given_name=name,
            content_type=content_type,
            size=len(content),
            content_id=content_id[:300],
            inline=inline,
        )
        self.body.attachments.append((facts, content))

    def _winmail(self, content: bytes) -> bool:
        """Take what Outlook packed into a winmail.dat; whether it could be read."""
        from . import tnef  # few mails have one

        packed = tnef.read(content)
        if packed is None:
            return False
        for facts, data in packed.files[: limits.PARTS]:
            self._add(
                facts["given_name"],
                facts["content_type"],
                data,
                content_id=facts["content_id"],
                inline=facts["inline"],
            )
        self.instead.append(
            _Words([_Text(packed.text)] if packed.text else [], [packed.html] if packed.html else [])
        )
        return True


def _preferred(choices: Sequence[_Words]) -> _Words:
    """Of the same text in several forms, the plain one that says something, and the HTML besides."""
    html = next((each.html for each in choices if each.html), [])
    # Looked at one by one: most mails have a plain form, and their HTML need not be made plain at all.
    says_something = itertools.chain(
        (each for each in choices if not each.html and each), (each for each in choices if each.html and each)
    )
    preferred = next(says_something, None)
    return _Words(preferred.texts if preferred else [], html)


def _each_once(texts: Sequence[_Text]) -> list[_Text]:
    """Without the HTML that says the same as a plain text beside it: it was meant as another form."""
    plain_ones = [text for text in texts if not text.is_html]
    if len(plain_ones) == len(texts) or not plain_ones:
        return list(texts)
    counted = [Counter(WORD.findall(text.plain)) for text in plain_ones]
    return [text for text in texts if not (text.is_html and _says_again(text, counted))]


def _says_again(html: _Text, counted: Sequence["Counter[str]"]) -> bool:
    words = Counter(WORD.findall(LINK.sub("", html.plain)))
    return any(
        (words - each).total() * 20 <= words.total() and words.total() * 5 >= each.total() * 4
        for each in counted
    )


def _charset_of_html(content: bytes, charset: str) -> str:
    """The charset its own head names, where the mail names none, or one that says nothing."""
    if charset and characters.codec_named(charset):
        return charset
    named = META_CHARSET.search(content[:4_000])
    return named[1].decode("ascii") if named else charset


def _name_of_message(content: bytes) -> str:
    """A message in the message goes by its subject."""
    found, _ = headers.fields(content[: limits.HEADER_BYTES])
    subject = next((headers.as_text(value[:2_000]) for name, value in found if name.lower() == "subject"), "")
    return characters.safe_filename(f"{headers.decoded(subject)[:80]}.eml") if subject else ""


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """Join the lines of a format=flowed text (RFC 3676) that were broken only for the journey.

    An empty line always stays one: below "Dear Nia, " it parts two paragraphs, whatever the space promised.
    """
    paragraphs: list[str] = []
    flowing: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ") if content.strip() else ""
        marks = line.removesuffix(content) if depth else ""  # as its writer set them, ">>" or "> > "
        is_signature_mark = content == "-- "
        flows = content.endswith(" ") and not is_signature_mark
        shown = content[:-1] if flows and delete_space else content
        if open_depth == depth and content and not is_signature_mark:
            flowing.append(shown)
        else:
            paragraphs.append("".join(flowing).rstrip(" ") if open_depth is not None else "".join(flowing))
            flowing = [marks + shown if content else marks.rstrip()]
        open_depth = depth if flows else None
    return "\n".join([*paragraphs[1:], "".join(flowing)])
