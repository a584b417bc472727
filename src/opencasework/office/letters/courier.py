"""Handing one mail to the mail server, with a word in between: once before the server owns it."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.generator import BytesGenerator
from io import BytesIO

from django.conf import settings
from django.core.mail import EmailMessage

from opencasework.office.kit.steps import step


def as_it_leaves(message: EmailMessage) -> bytes:
    """A mail as it crosses the wire."""
    written = BytesIO()
    # Unfolded: some servers cannot read a Message-ID that stands on the line below its name.
    BytesGenerator(written, mangle_from_=False, maxheaderlen=0).flatten(message.message())
    # Every line ends as SMTP wants it, so that no line of a letter can pass for the end of the mail.
    return re.sub(rb"\r\n|\r|\n", b"\r\n", written.getvalue())


class Refused(Exception):
    """The server said no for good (5xx); nothing was delivered."""


class TryLater(Exception):
    """Nothing was delivered, and another try may work: a 4xx, no server, a login that failed."""


class Uncertain(Exception):
    """The server had the whole mail and then fell silent: it may or may not deliver it."""


@contextmanager
def _connected() -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    host, port, seconds = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT
    connection: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        connection = smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
    else:
        connection = smtplib.SMTP(host, port, timeout=seconds)
    try:
        connection.ehlo()
        if settings.EMAIL_USE_TLS:
            connection.starttls(context=context)
            connection.ehlo()
        if settings.EMAIL_HOST_USER:
            connection.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        yield connection
    finally:
        connection.close()


def _words(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"[:500]


def _expect(reply: tuple[int, bytes], *accepted: int) -> str:
    code, answer = reply
    if code in accepted:
        return _words(code, answer)
    if 500 <= code < 600:
        raise Refused(_words(code, answer))
    raise TryLater(_words(code, answer))


def _after_the_end(reply: tuple[int, bytes]) -> str:
    """The server's words once it has had the final dot. Only a plain yes or no says what became of it."""
    code, answer = reply
    if 200 <= code < 300:
        return _words(code, answer)
    if 400 <= code < 500:
        raise TryLater(_words(code, answer))
    if 500 <= code < 600:
        raise Refused(_words(code, answer))
    # smtplib gives -1 for a line without a code.
    raise Uncertain(f"The server had the mail and answered neither yes nor no ({_words(code, answer)}).")


def hand_over(*, sender: str, recipient: str, content: bytes, before_the_end: Callable[[], None]) -> str:
    """Give one mail for one recipient to the server and return its words.

    `before_the_end` is called when all has been sent but the final dot: from then on the server may
    own the mail. Raises Refused, TryLater or Uncertain; whatever `before_the_end` raises ends it unsent.
    """
    dotted = re.sub(rb"(?m)^\.", b"..", content)
    if not dotted.endswith(b"\r\n"):
        dotted += b"\r\n"
    the_end_was_sent = False
    try:
        with _connected() as connection:
            step()
            _expect(connection.mail(sender), 250)
            _expect(connection.rcpt(recipient), 250, 251)
            step()
            _expect(connection.docmd("DATA"), 354)
            connection.send(dotted)
            step()
            before_the_end()
            step()
            the_end_was_sent = True
            connection.send(b".\r\n")
            step()
            words = _after_the_end(connection.getreply())
            step()
            return words
    except (OSError, smtplib.SMTPException) as error:
        if the_end_was_sent:
            raise Uncertain(f"The connection broke before the server answered ({_reason(error)}).") from error
        raise TryLater(_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return "The mail server did not answer in time."
    return str(error)[:500] or type(error).__name__
